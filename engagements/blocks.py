"""Blocks that show figures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.core.blocks import TEXT_BLOCKS


def tile_choices() -> list[Any]:
    """Return the subjects that can stand on a tile, grouped by axis, with their present value."""
    from engagements.tiles import choices

    return choices()


class TileBlock(blocks.FieldBlock):
    """One figure on a tile; the editor picks it from the validated ones."""

    def __init__(self, required: bool = True, help_text: str | None = None, **kwargs: Any) -> None:
        self.field = forms.ChoiceField(
            choices=tile_choices, required=required, help_text=help_text
        )
        super().__init__(**kwargs)

    class Meta:
        icon = "tile"
        label = _("Figure")
        description = _("A validated figure on a tile")
        template = "blocks/tile.html"
        preview_value = "barometre-afnor"


class TileStripBlock(blocks.ListBlock):
    """Two to six figures side by side."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_num", 2)
        kwargs.setdefault("max_num", 6)
        super().__init__(TileBlock(), **kwargs)

    class Meta:
        icon = "tile"
        label = _("Strip of figures")
        description = _("Two to six validated figures side by side")
        template = "blocks/tile_strip.html"
        preview_value = ["barometre-afnor", "participants-jna"]


BODY_BLOCKS = [*TEXT_BLOCKS, ("tile", TileBlock()), ("tiles", TileStripBlock())]

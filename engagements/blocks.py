"""Blocks that show figures."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from portal.core.blocks import TEXT_BLOCKS


def tile_choices() -> list[Any]:
    """Return the subjects that can stand on a tile, grouped by axis, with their present value."""
    from engagements.tiles import choices

    return choices()


class TileKey(str):
    """The key of a tile, which knows the other keys of the same page.

    The first tile that is shown reads them all: a page costs the same for two tiles or for twenty.
    """

    siblings: tuple[str, ...]

    def __new__(cls, key: str, siblings: Iterable[str] = ()) -> "TileKey":
        """Make a key among others."""
        made = super().__new__(cls, key)
        made.siblings = (*siblings,) or (str(key),)
        return made


class TileField(forms.ChoiceField):
    """The choice of a figure among those that have a validated value."""

    default_error_messages = {
        "invalid_choice": _("The figure “%(value)s” does not exist any more: choose another one."),
        "unavailable": _(
            "This figure has no validated value, so that readers would see nothing: choose "
            "another one, or ask the RSO unit to validate it."
        ),
    }

    def clean_available(self, value: str) -> None:
        """Refuse a figure that readers would not see.

        Raises:
            ValidationError: the figure has no validated value.

        """
        from engagements.tiles import available_keys

        if value and value not in available_keys():
            raise ValidationError(self.error_messages["unavailable"], code="unavailable")


class TileBlock(blocks.FieldBlock):
    """One figure on a tile; the editor picks it from the validated ones.

    Pages keep its key; what the tile says is read when it is shown, with the reader's rights.
    """

    is_deferred_validation = False

    def __init__(self, required: bool = True, help_text: str = "", **kwargs: Any) -> None:
        self.field = TileField(choices=tile_choices, required=required, help_text=help_text)
        super().__init__(**kwargs)

    def clean(self, value: str) -> str:
        """Refuse an unknown figure, and in a published page one that readers would not see."""
        cleaned: str = super().clean(value)
        if not self.is_deferred_validation:
            self.field.clean_available(cleaned)
        return cleaned

    def normalize(self, value: str | None) -> str:
        """Return a key from anything that stands for one."""
        return value if isinstance(value, TileKey) else TileKey(value or "")

    def to_python(self, value: str | None) -> str:
        """Return the key that the page keeps."""
        return self.normalize(value)

    def bulk_to_python(self, values: Iterable[str | None]) -> list[str]:
        """Return the keys, each of which knows the others."""
        keys = [value or "" for value in values]
        siblings = tuple(dict.fromkeys(keys))
        return [TileKey(key, siblings) for key in keys]

    def get_prep_value(self, value: str | None) -> str:
        """Return what the page keeps."""
        return str(value or "")

    def get_context(
        self, value: str, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add the tile, None when there is nothing that the reader may see."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["tile"] = next(iter(_tiles([value], parent_context)), None)
        return context

    def get_translatable_segments(self, value: str) -> list[Any]:
        """Return nothing: a figure is the same fact in every language."""
        return []

    def restore_translated_segments(self, value: str, segments: list[Any]) -> str:
        """Keep the key in a translation."""
        return value

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

    def get_context(
        self, value: Iterable[str], parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add the tiles that the reader may see."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["tiles"] = _tiles(list(value), parent_context)
        return context

    class Meta:
        icon = "tile"
        label = _("Strip of figures")
        description = _("Two to six validated figures side by side")
        template = "blocks/tile_strip.html"
        preview_value = ["barometre-afnor", "participants-jna"]


def _tiles(keys: list[str], context: dict[str, Any] | None) -> list[Any]:
    """Return the tiles of ``keys``; nothing without a request, since nobody reads."""
    from engagements.tiles import request_tiles

    request = (context or {}).get("request")
    if request is None or not hasattr(request, "user"):
        return []
    asked = [sibling for key in keys for sibling in getattr(key, "siblings", (key,)) if sibling]
    found = request_tiles(dict.fromkeys(asked), request)
    return [found[key] for key in keys if key in found]


def tile_keys(stream: Iterable[Any]) -> set[str]:
    """Return the keys of the figures that a body shows, so that its page need not repeat them."""
    found: set[str] = set()
    for child in stream:
        if isinstance(child.block, TileBlock):
            found.add(str(child.value))
        elif isinstance(child.block, TileStripBlock):
            found.update(str(key) for key in child.value)
    return found


BODY_BLOCKS = [*TEXT_BLOCKS, ("tile", TileBlock()), ("tiles", TileStripBlock())]

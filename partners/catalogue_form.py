"""The editor's form of a catalogue: one structure, whose words are typed in each language."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from partners.commitments import MOST_LEVELS, Catalogue, canonical_catalogue
from partners.models import CharterVersion

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def _words(label: Any, make: type[blocks.FieldBlock] = blocks.CharBlock, **options: Any) -> Any:
    """Return a block that asks for the same words in each language."""
    return blocks.StructBlock(
        [(code, make(label=name, **options)) for code, name in settings.LANGUAGES], label=label
    )


def _commitment() -> Any:
    return blocks.StructBlock(
        [
            ("title", _words(_("Title"), max_length=120)),
            (
                "wordings",
                blocks.ListBlock(
                    _words(_("Wording"), blocks.TextBlock, rows=2, max_length=400),
                    label=_("One wording per level, in the order of the levels"),
                    max_num=MOST_LEVELS,
                ),
            ),
        ],
        label=_("Commitment"),
    )


def _theme() -> Any:
    return blocks.StructBlock(
        [
            ("title", _words(_("Title"), max_length=80)),
            ("commitments", blocks.ListBlock(_commitment(), label=_("Commitments"))),
        ],
        label=_("Theme"),
    )


class CatalogueForm(forms.Form):
    """The levels, then the themes."""

    levels = blocks.BlockField(
        block=blocks.StreamBlock(
            [("level", _words(_("Level"), max_length=40))], max_num=MOST_LEVELS, required=False
        ),
        required=False,
        label=_("Levels, from the lightest to the most demanding"),
    )
    themes = blocks.BlockField(
        block=blocks.StreamBlock([("theme", _theme())], required=False),
        required=False,
        label=_("Themes"),
    )

    @classmethod
    def of(cls, version: CharterVersion, data: Any = None) -> "CatalogueForm":
        """Return the form that holds what a version offers."""
        texts = {text.language: text.catalogue() for text in version.texts.all()}
        raw = _woven(
            {code: canonical_catalogue(texts.get(code, Catalogue())) for code in LANGUAGES}
        )
        fields: Mapping[str, Any] = cls.base_fields
        initial = {
            name: fields[name].block.to_python(
                [
                    # Each with a name of its own, by which the page tells them apart.
                    {"type": name.removesuffix("s"), "value": item, "id": str(uuid.uuid4())}
                    for item in items
                ]
            )
            for name, items in raw.items()
        }
        return cls(data, initial=initial)

    def catalogues(self) -> dict[str, dict[str, Any]]:
        """Return what was typed, by language; empty catalogues when there is no theme."""
        levels, themes = (
            [item.value for item in self.cleaned_data[name]] for name in ("levels", "themes")
        )
        if not themes:
            return {code: {} for code in LANGUAGES}
        return {code: _in(code, levels, themes) for code in LANGUAGES}


def _woven(by_language: Mapping[str, Any]) -> Any:
    """Put the same value of each language together: each text becomes its words by language.

    >>> _woven({"fr": ["Un peu"], "en": ["A little"]})
    [{'fr': 'Un peu', 'en': 'A little'}]
    """
    first = next(iter(by_language.values()))
    if isinstance(first, list):
        return [
            _woven(dict(zip(by_language, items, strict=True)))
            for items in zip(*by_language.values(), strict=True)
        ]
    if isinstance(first, dict):
        return {
            name: _woven({code: value[name] for code, value in by_language.items()})
            for name in first
            if name != "number"
        }
    return dict(by_language)


def _in(code: str, levels: Iterable[Any], themes: Iterable[Any]) -> dict[str, Any]:
    """Return the catalogue in one language."""
    return {
        "levels": [level[code] for level in levels],
        "themes": [
            {
                "number": number,
                "title": theme["title"][code],
                "commitments": [
                    {
                        "number": place,
                        "title": commitment["title"][code],
                        "wordings": [wording[code] for wording in commitment["wordings"]],
                    }
                    for place, commitment in enumerate(theme["commitments"], start=1)
                ],
            }
            for number, theme in enumerate(themes, start=1)
        ],
    }

"""The tables that a partner fills in: one dimension each, with its categories in their order.

They are agreed beforehand, and the same each year: that is what keeps lists of people, free words and
crossed dimensions out, and what makes years comparable.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.users.labels import Label

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MAX_NAME = 120


@dataclass(frozen=True)
class Category:
    """What people are counted in."""

    code: str
    name_fr: str
    name_en: str

    name = Label()

    def words(self) -> set[str]:
        """Return what it is known by in a file."""
        return {slugify(word) for word in (self.code, self.name_fr, self.name_en)}


@dataclass(frozen=True)
class Dimension:
    """One table: everyone is counted in it, in one of its categories."""

    code: str
    title_fr: str
    title_en: str
    categories: tuple[Category, ...]

    title = Label()

    def words(self) -> set[str]:
        """Return what it is known by in a file."""
        return {slugify(word) for word in (self.code, self.title_fr, self.title_en)}

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "code": self.code,
            "title_fr": self.title_fr,
            "title_en": self.title_en,
            "categories": [
                {"code": one.code, "name_fr": one.name_fr, "name_en": one.name_en}
                for one in self.categories
            ],
        }


Named = TypeVar("Named", Category, Dimension)


def read_dimensions(kept: Iterable[Mapping[str, Any]]) -> tuple[Dimension, ...]:
    """Return the tables that are kept, or described in a content file.

    Raises:
        ValidationError: they do not hold together.
        KeyError, TypeError: something is missing, or of another sort.

    """
    dimensions = tuple(
        Dimension(
            code=_code(one["code"]),
            title_fr=_name(one["title_fr"]),
            title_en=_name(one["title_en"]),
            categories=tuple(
                Category(_code(each["code"]), _name(each["name_fr"]), _name(each["name_en"]))
                for each in one["categories"]
            ),
        )
        for one in kept
    )
    if not dimensions:
        raise ValidationError(_("A report has one table at least."))
    _check_distinct(dimensions)
    for dimension in dimensions:
        if len(dimension.categories) < 2:
            raise ValidationError(
                _("“%(name)s” needs two categories at least.") % {"name": dimension.title}
            )
        _check_distinct(dimension.categories)
    return dimensions


def named(among: Iterable[Named], text: str) -> Named | None:
    """Return which of them a text names, by its code or its name in any language."""
    slug = slugify(text)
    return next((one for one in among if slug in one.words()), None)


def named_within(among: Iterable[Named], text: str) -> Iterator[Named]:
    """Return those whose names stand within a longer text."""
    padded = f"-{slugify(text)}-"
    for one in among:
        if any(f"-{word}-" in padded for word in one.words() if len(word) > 2):
            yield one


def _check_distinct(among: tuple[Category, ...] | tuple[Dimension, ...]) -> None:
    taken: set[str] = set()
    for one in among:
        if taken & one.words():
            raise ValidationError(_("Two have the same name: “%(name)s”.") % {"name": one.code})
        taken |= one.words()


def _code(given: Any) -> str:
    if not isinstance(given, str) or not CODE.fullmatch(given):
        raise ValidationError(
            _("“%(code)s” is not a code: lower-case letters, digits and hyphens.") % {"code": given}
        )
    return given


def _name(given: Any) -> str:
    if not isinstance(given, str) or not slugify(given) or len(given) > MAX_NAME:
        raise ValidationError(_("“%(name)s” is not a name.") % {"name": given})
    return given

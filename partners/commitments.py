r"""Commitments that a charter offers to who signs it, and those that someone chose. Pure functions.

The **catalogue** of a version is part of its text, one per language: a scale of levels, from the
lightest to the most demanding, and themes that each hold commitments, with one wording per level.

    {"levels": [name, …],
     "themes": [{"number": 1, "title": …,
                 "commitments": [{"number": 1, "title": …, "wordings": [wording, …]}, …]}, …]}

Themes are numbered from 1, commitments from 1 within their theme: « 2.1 » is the same one in every
language. A text without catalogue offers nothing.

What someone **chose** is kept word for word, whatever becomes of the catalogue: a JSON list (in the
canonical form of ``partners.canonical``), in the order of the catalogue, whose items tell
``commitment`` (« 2.1 »), ``level`` (1 for the lightest), ``level_name``, ``theme``, ``title`` and
``wording``. An empty list says that nothing was chosen.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from partners.canonical import canonical_json, normal

MOST_LEVELS = 5
# The name of the value of evidence that holds what someone chose.
CHOSEN = "commitments"


class CatalogueError(ValueError):
    """A catalogue that cannot be offered."""


class ChoiceError(ValueError):
    """Something was chosen that is not offered."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something that one may commit to, worded for each level."""

    theme: int
    number: int
    title: str
    wordings: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its name in every language.

        >>> Commitment(2, 1, "Trier", ("Un peu",)).key
        '2.1'
        """
        return f"{self.theme}.{self.number}"


@dataclass(frozen=True, slots=True)
class Theme:
    """Commitments about the same matter."""

    number: int
    title: str
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that one may commit to; false when that is nothing."""

    levels: tuple[str, ...] = ()
    themes: tuple[Theme, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.themes)

    def commitments(self) -> dict[str, Commitment]:
        """Return the commitments by key, in their order."""
        return {item.key: item for theme in self.themes for item in theme.commitments}

    def shape(self) -> tuple[int, tuple[int, ...]]:
        """Return what is the same in every language: how many levels, themes and commitments."""
        return len(self.levels), tuple(len(theme.commitments) for theme in self.themes)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A commitment that someone chose, in the words that they read."""

    commitment: str
    level: int
    level_name: str
    theme: str
    title: str
    wording: str

    @property
    def line(self) -> str:
        """The level and what it means."""
        return level_and_wording(self.level_name, self.wording)


def read_catalogue(raw: object) -> Catalogue:
    """Return the catalogue held by a JSON value.

    Raises:
        CatalogueError: something is missing, misnumbered or left over.

    """
    if raw == {}:
        return Catalogue()
    content = _members(raw, {"levels", "themes"}, "the catalogue")
    levels = _texts(content["levels"], "levels")
    if len(levels) > MOST_LEVELS:
        raise CatalogueError(f"there are at most {MOST_LEVELS} levels")
    if len(set(levels)) < len(levels):
        raise CatalogueError("two levels have the same name")
    themes = [
        _read_theme(item, number, len(levels))
        for number, item in enumerate(_list(content["themes"], "themes"), start=1)
    ]
    return Catalogue(levels, tuple(themes))


def _read_theme(raw: object, number: int, levels: int) -> Theme:
    where = f"theme {number}"
    content = _members(raw, {"number", "title", "commitments"}, where)
    _check_number(content["number"], number, where)
    commitments = []
    for place, item in enumerate(_list(content["commitments"], where), start=1):
        inner = f"commitment {number}.{place}"
        members = _members(item, {"number", "title", "wordings"}, inner)
        _check_number(members["number"], place, inner)
        wordings = _texts(members["wordings"], inner)
        if len(wordings) != levels:
            raise CatalogueError(f"{inner} has {len(wordings)} wordings for {levels} levels")
        commitments.append(Commitment(number, place, _text(members["title"], inner), wordings))
    return Theme(number, _text(content["title"], where), tuple(commitments))


def _members(raw: object, names: set[str], where: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping) or set(raw) != names:
        raise CatalogueError(f"{where}: {', '.join(sorted(names))}, and nothing else")
    return raw


def _list(raw: object, where: str) -> Sequence[object]:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
        raise CatalogueError(f"{where}: there is at least one")
    return raw


def _text(raw: object, where: str) -> str:
    if not isinstance(raw, str) or not normal(raw):
        raise CatalogueError(f"{where}: a text is missing")
    return normal(raw)


def _texts(raw: object, where: str) -> tuple[str, ...]:
    return tuple(_text(item, where) for item in _list(raw, where))


def _check_number(found: object, expected: int, where: str) -> None:
    if type(found) is not int or found != expected:
        raise CatalogueError(f"{where} is numbered {found!r}")


def canonical_catalogue(catalogue: Catalogue) -> dict[str, Any]:
    """Return a catalogue as the JSON value that is stored and hashed."""
    return {
        "levels": list(catalogue.levels),
        "themes": [
            {
                "number": theme.number,
                "title": theme.title,
                "commitments": [
                    {"number": item.number, "title": item.title, "wordings": list(item.wordings)}
                    for item in theme.commitments
                ],
            }
            for theme in catalogue.themes
        ],
    }


def choose(catalogue: Catalogue, levels: Mapping[str, int]) -> tuple[Chosen, ...]:
    """Return what was chosen, in the words of the catalogue and in its order.

    Args:
        catalogue: what is offered.
        levels: key of each commitment chosen, to its level (1 for the lightest).

    Raises:
        ChoiceError: something else was chosen.

    """
    offered = catalogue.commitments()
    if unknown := set(levels) - set(offered):
        raise ChoiceError(f"not offered: {', '.join(sorted(unknown))}")
    titles = {theme.number: theme.title for theme in catalogue.themes}
    chosen = []
    for key, item in offered.items():
        level = levels.get(key)
        if level is None:
            continue
        if not 1 <= level <= len(catalogue.levels):
            raise ChoiceError(f"{key} has no level {level}")
        place = level - 1
        chosen.append(
            Chosen(
                commitment=key,
                level=level,
                level_name=catalogue.levels[place],
                theme=titles[item.theme],
                title=item.title,
                wording=item.wordings[place],
            )
        )
    return tuple(chosen)


def recorded(chosen: Sequence[Chosen]) -> str:
    """Return what was chosen as it is kept in the evidence."""
    return canonical_json([asdict(item) for item in chosen])


def read_recorded(value: str) -> tuple[Chosen, ...]:
    """Return what was chosen, as the evidence tells it.

    Raises:
        ValueError: the value tells something else.

    """
    try:
        return tuple(Chosen(**item) for item in json.loads(value))
    except TypeError as error:
        raise ValueError("these are not commitments") from error


def levels_of(chosen: Sequence[Chosen]) -> dict[str, int]:
    """Return the level of each commitment chosen, by its key."""
    return {item.commitment: item.level for item in chosen}


def level_and_wording(level: str, wording: str) -> str:
    """Return a level and what it means for a commitment, as one line."""
    return f"{level} – {wording}"

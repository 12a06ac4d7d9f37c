"""Rows of a form that are added, removed and moved without a script.

Each of these is a submission like another, which writes nothing and loses nothing of what was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rows: the form of each, and how many there may be."""

    form: type[forms.Form]
    most: int


def typed_rows(data: Any, act: str, kinds: Mapping[str, Kind]) -> dict[str, list[Row]]:
    """Return what was typed in the rows of each kind, once one was added, removed or moved.

    Args:
        data: what was sent.
        act: ``articles:add``, ``articles:remove:2``, ``parties:up:1``, ``parties:down:0``.
        kinds: by the prefix of their formset.

    """
    rows = {prefix: _typed(data, prefix, kind) for prefix, kind in kinds.items()}
    prefix, _colon, rest = act.partition(":")
    verb, _colon, place = rest.partition(":")
    if prefix in rows:
        at = int(place) if place.isdecimal() else -1
        rows[prefix] = rearrange(rows[prefix], verb, at, most=kinds[prefix].most)
    return rows


def rearrange(rows: Sequence[Row], verb: str, place: int, *, most: int) -> list[Row]:
    """Return rows with one added at the end, removed, or moved by one place.

    >>> rearrange([{"n": "a"}, {"n": "b"}], "up", 1, most=9)
    [{'n': 'b'}, {'n': 'a'}]
    """
    moved = list(rows)
    if verb == "add" and len(moved) < most:
        moved.append({})
    if place not in range(len(moved)):
        return moved
    if verb == "remove":
        moved.pop(place)
    to = {"up": place - 1, "down": place + 1}.get(verb, -1)
    if to in range(len(moved)):
        moved.insert(to, moved.pop(place))
    return moved


def _typed(data: Any, prefix: str, kind: Kind) -> list[Row]:
    count = data.get(f"{prefix}-TOTAL_FORMS", "")
    rows = min(int(count), kind.most) if count.isdecimal() and len(count) < 6 else 0
    return [
        {name: data.get(f"{prefix}-{row}-{name}", "") for name in kind.form.base_fields}
        for row in range(rows)
    ]

"""Tiles: what a figure shows when it stands alone.

A tile speaks only of validated measures. Its subject is an indicator or a key figure, named by a
short key (``V1-05``, ``barometre-afnor``) that editors never have to type.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from engagements.enums import Direction, Operator
from engagements.models.indicator import Indicator, KeyFigure
from engagements.models.measure import Measure
from portal.core.visibility import Reader


@dataclass(frozen=True, slots=True)
class Change:
    """The change between the last two validated periods of a tile.

    ``favourable`` is None when neither way is better in itself.
    """

    amount: Decimal
    since: str
    favourable: bool | None


@dataclass(frozen=True, slots=True)
class Tile:
    """What the tile component shows."""

    label: str
    unit: str
    operator: Operator
    value: Decimal
    value_max: Decimal | None
    period: str
    source: str
    status: str
    nature: str
    url: str
    axis: int = 0
    change: Change | None = None


def tile_subjects(keys: Iterable[str], user: Reader) -> dict[str, Indicator | KeyFigure]:
    """Return the visible subjects named by ``keys`` (two queries and their measures)."""
    raise NotImplementedError((keys, user, reverse, Direction, Measure))

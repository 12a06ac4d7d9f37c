"""Figures about partners: pure functions, without the database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engagements.enums import Operator
from engagements.figures import Quantity

# Below, a number would tell of each of a few people that they came or left: « fewer than five » is
# said instead, of none as of four, wherever the number shows.
SMALLEST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a number of partners is on its way to its goal.

    Attributes:
        count: None below the smallest number that is shown.
        percent: share of the goal, whole and never above 100; None without goal or count.
        missing: how many are still to come.

    """

    count: int | None
    goal: int | None = None
    goal_date: dt.date | None = None
    percent: int | None = None
    missing: int | None = None


def progress(count: int, goal: int | None = None, goal_date: dt.date | None = None) -> Progress:
    """Return how far ``count`` is on its way to ``goal``; 100 % is said only once it is there.

    >>> progress(199, 200).percent, progress(4, 200).percent, progress(300, 200).percent
    (99, None, 100)
    """
    if count < SMALLEST_SHOWN:
        return Progress(None, goal, goal_date)
    if not goal:
        return Progress(count)
    return Progress(count, goal, goal_date, min(100, count * 100 // goal), max(0, goal - count))


def published_quantity(count: int) -> Quantity:
    """Return a number of partners as it may be published: an interval when it is small.

    >>> published_quantity(3).value_max
    Decimal('4')
    """
    if count < SMALLEST_SHOWN:
        return Quantity(Decimal(0), Operator.INTERVAL, Decimal(SMALLEST_SHOWN - 1))
    return Quantity(Decimal(count))


def read_thresholds(raw: str) -> list[int]:
    """Read numbers separated by commas or semicolons, each once, in order.

    Raises:
        ValueError: something in it is no whole number.

    >>> read_thresholds("100, 10; 50,")
    [10, 50, 100]
    """
    parts = (part.strip() for part in raw.replace(";", ",").split(","))
    return sorted({_whole(part) for part in parts if part})


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise ValueError(text)
    return int(text)


def newly_reached(count: int, thresholds: Sequence[int], known: Sequence[int]) -> list[int]:
    """Return the milestones that ``count`` reaches and that were never announced."""
    return [number for number in thresholds if number <= count and number not in set(known)]

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


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast partners come, and how fast they should.

    Attributes:
        monthly: by how many the number of partners grew each month, lately; below 0 when they leave.
        needed: how many a month would reach the goal in time; None without a goal still ahead.

    """

    monthly: Decimal
    needed: Decimal | None = None

    @property
    def is_enough(self) -> bool:
        """Whether the goal is reached in time if it goes on so."""
        return self.needed is None or self.monthly >= self.needed


def pace(
    *, missing: int | None, goal_date: dt.date | None, on: dt.date, net: int, days: int
) -> Pace:
    """Return the pace of a charter, to a tenth of a partner.

    Args:
        missing: how many partners are still to come; None without goal.
        goal_date: by when.
        on: today.
        net: how many came, less those who left, in the last ``days``.
        days: how many days that is.

    >>> pace(missing=60, goal_date=dt.date(2026, 7, 8), on=dt.date(2026, 3, 10), net=30, days=90)
    Pace(monthly=Decimal('10.0'), needed=Decimal('15.0'))
    """
    tenth = Decimal("0.1")
    monthly = (Decimal(net * 30) / days).quantize(tenth)
    if not missing or goal_date is None or goal_date < on:
        return Pace(monthly)
    left = max(1, (goal_date - on).days)
    return Pace(monthly, (Decimal(missing * 30) / left).quantize(tenth))


def months_before(on: dt.date, count: int) -> list[dt.date]:
    """Return the first days of the last months, that of ``on`` at the end.

    >>> months_before(dt.date(2026, 2, 28), 3)
    [datetime.date(2025, 12, 1), datetime.date(2026, 1, 1), datetime.date(2026, 2, 1)]
    """
    last = on.year * 12 + on.month - 1
    return [dt.date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1)]


def bar_heights(numbers: Sequence[int], *, highest: int) -> list[int]:
    """Return the heights of bars; what is not nought is never drawn as nought.

    >>> bar_heights([0, 1, 200], highest=60)
    [0, 1, 60]
    """
    most = max(numbers, default=0)
    return [max(1, number * highest // most) if number else 0 for number in numbers]


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

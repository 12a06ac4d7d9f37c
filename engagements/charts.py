"""Charts drawn by the server: a few bars, always beside their table. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

ROOM = 1000


@dataclass(frozen=True, slots=True)
class Point:
    """One value to draw; a provisional one is drawn otherwise than a validated one."""

    label: str
    value: Decimal
    value_text: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``width`` is its part of the room of the drawing."""

    label: str
    value_text: str
    provisional: bool
    width: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the words that stand for it.

    Attributes:
        description: what the drawing says, for those who do not see it.
        room: width of the longest bar that the scale allows.

    """

    title: str
    description: str
    room: int
    bars: Sequence[Bar]


def bar_chart(title: str, points: Sequence[Point]) -> Chart | None:
    """Draw ``points`` in their order, from 0 up to a round number; None below two points.

    Negative values make no bar: they have no place on this scale.
    """
    if len(points) < 2 or any(point.value < 0 for point in points):
        return None
    top = round_up(max(point.value for point in points))
    return Chart(
        title=title,
        description="; ".join(f"{point.label}: {point.value_text}" for point in points),
        room=ROOM,
        bars=[
            Bar(point.label, point.value_text, point.provisional, int(ROOM * point.value / top))
            for point in points
        ],
    )


def round_up(value: Decimal) -> Decimal:
    """Return the first of 1, 2, 5 times a power of ten that is not below ``value``; at least 1.

    >>> round_up(Decimal(62))
    Decimal('100')
    """
    if value <= 1:
        return Decimal(1)
    power = Decimal(1).scaleb(value.adjusted())
    for step in (1, 2, 5):
        if value <= power * step:
            break
    else:
        step = 10
    return (power * step).quantize(Decimal(1), rounding=ROUND_CEILING)

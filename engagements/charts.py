"""Charts drawn by the server: a few bars, always beside their table. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

WIDTH = 640
LABEL_WIDTH = 150
VALUE_WIDTH = 150
ROW = 44
BAR = 24


@dataclass(frozen=True, slots=True)
class Point:
    """One value to draw; a provisional one is drawn otherwise than a validated one."""

    label: str
    value: Decimal
    value_text: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the coordinates of the drawing."""

    label: str
    value_text: str
    provisional: bool
    x: int
    y: int
    width: int
    height: int
    text_y: int
    value_x: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the words that stand for it.

    Attributes:
        description: what the drawing says, for those who do not see it.
        baseline: abscissa of 0, from which the bars start.

    """

    title: str
    description: str
    width: int
    height: int
    baseline: int
    bars: Sequence[Bar]


def bar_chart(title: str, points: Sequence[Point]) -> Chart | None:
    """Draw ``points`` in their order, from 0 up to a round number; None below two points.

    Negative values make no bar: they have no place on this scale.
    """
    if len(points) < 2 or any(point.value < 0 for point in points):
        return None
    top = round_up(max(point.value for point in points))
    room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    bars = []
    for rank, point in enumerate(points):
        width = int(room * point.value / top)
        y = rank * ROW + (ROW - BAR) // 2
        bars.append(
            Bar(
                label=point.label,
                value_text=point.value_text,
                provisional=point.provisional,
                x=LABEL_WIDTH,
                y=y,
                width=width,
                height=BAR,
                text_y=y + BAR - 7,
                value_x=LABEL_WIDTH + width + 8,
            )
        )
    return Chart(
        title=title,
        description=" ; ".join(f"{point.label} : {point.value_text}" for point in points),
        width=WIDTH,
        height=len(points) * ROW,
        baseline=LABEL_WIDTH,
        bars=tuple(bars),
    )


def round_up(value: Decimal) -> Decimal:
    """Return the first of 1, 2, 5 times a power of ten that is not below ``value``; at least 1.

    >>> round_up(Decimal(62))
    Decimal('100')
    """
    if value <= 1:
        return Decimal(1)
    power = Decimal(1).scaleb(value.adjusted())
    for step in (1, 2, 5, 10):
        if value <= power * step:
            return (power * step).quantize(Decimal(1), rounding=ROUND_CEILING)
    raise AssertionError("ten times its power of ten is above any number")

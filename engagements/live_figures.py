"""The registry of live figures, owned here and filled by the layers above.

A live figure gives indicators the value that they have now, counted by the portal itself: nobody types
it. Each layer registers its own in ``AppConfig.ready``; ``services.record_live_values`` writes them
as measures, so that they are shown, compared and exported like all others.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engagements.enums import CountKind, Display
from engagements.figures import Quantity
from portal.core.dates import Period


@dataclass(frozen=True, slots=True)
class LiveReading:
    """The value of an indicator in one year, as it is read now.

    Attributes:
        period: what it covers; its end says which year it is the value of.
        quantity: None when nothing is known of that year any more: then it has no value at all.
        kind: what it adds up.
        display: where it appears, until the RSO unit decides otherwise.
        perimeter: in French and in English, when it is only part of what the indicator counts.

    """

    period: Period
    quantity: Quantity | None
    kind: CountKind
    display: Display = Display.TILE
    perimeter: tuple[str, str] = ("", "")


class LiveFigure(Protocol):
    """Something that the portal counts by itself."""

    @property
    def key(self) -> str:
        """Name of the figure, once in the registry."""

    @property
    def source(self) -> tuple[str, str]:
        """Where it comes from, in French and in English."""

    def indicators(self) -> Sequence[int]:
        """Return the numbers of the indicators that it feeds."""

    def readings(self, indicator: int, at: dt.datetime, /) -> Sequence[LiveReading]:
        """Return what is known of an indicator at the instant ``at``, which is now: one a year."""


_figures: dict[str, LiveFigure] = {}


def register(figure: LiveFigure) -> None:
    """Add a figure; one registered again under the same key takes its place."""
    _figures[figure.key] = figure


def registered_figures(key: str | None = None) -> Iterable[LiveFigure]:
    """Return the figures, or the one that goes by ``key``."""
    return [figure for name, figure in sorted(_figures.items()) if key in (None, name)]

"""The registry of live figures, owned here and filled by the layers above.

A live figure gives indicators the value that they have now, counted by the portal itself: nobody types
it. Each layer registers its own in ``AppConfig.ready``; ``services.record_live_values`` writes them
as measures, so that they are shown, compared and exported like all others.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol

from engagements.figures import Quantity


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

    def quantity(self, indicator: int, at: dt.datetime, /) -> Quantity:
        """Return the value of an indicator at the instant ``at``, which is now."""


_figures: dict[str, LiveFigure] = {}


def register(figure: LiveFigure) -> None:
    """Add a figure; one registered again under the same key takes its place."""
    _figures[figure.key] = figure


def registered_figures(key: str | None = None) -> Iterable[LiveFigure]:
    """Return the figures, or the one that goes by ``key``."""
    return [figure for name, figure in sorted(_figures.items()) if key in (None, name)]

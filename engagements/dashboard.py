"""The list of indicators, by axis and engagement, and the lists of an engagement's page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from engagements.models import Axis, Engagement, Indicator, KeyFigure
from engagements.models.measure import SHOWN
from engagements.readings import FigureLine, MeasureLine, figure_line, latest_line
from engagements.tiles import Tile, subject_url, tile_of
from portal.core.visibility import Reader

WITH_VALUE, WITHOUT_VALUE = "with", "without"
VALUE_FILTERS = {WITH_VALUE: _("With a value"), WITHOUT_VALUE: _("Not provided yet")}


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator and its latest value; None when it has none, which is not 0."""

    code: str
    label: str
    url: str
    reading: MeasureLine | None


@dataclass(frozen=True, slots=True)
class EngagementGroup:
    """The indicators of an engagement."""

    engagement: Engagement
    lines: Sequence[IndicatorLine]


@dataclass(frozen=True, slots=True)
class AxisGroup:
    """The engagements of an axis that have indicators."""

    axis: Axis
    groups: Sequence[EngagementGroup]


@dataclass(frozen=True, slots=True)
class DashboardFilters:
    """What a reader asked of the list; what makes no sense is left out."""

    axis: int = 0
    engagement: int = 0
    value: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "DashboardFilters":
        """Read the query string, however hostile."""
        value = query.get("value", "")
        return cls(
            axis=small_number(query.get("axis", "")),
            engagement=small_number(query.get("engagement", "")),
            value=value if value in VALUE_FILTERS else "",
        )

    def accepts(self, indicator: Indicator, line: IndicatorLine) -> bool:
        """Say whether a line is asked for."""
        if self.axis and indicator.engagement.axis.number != self.axis:
            return False
        if self.engagement and indicator.engagement.number != self.engagement:
            return False
        return not self.value or (self.value == WITH_VALUE) == (line.reading is not None)


def small_number(text: str) -> int:
    """Return a number from 1 to 99, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0


def indicator_lines(indicators: Iterable[Indicator]) -> list[tuple[Indicator, IndicatorLine]]:
    """Return indicators, whose shown measures are prefetched, with their latest value."""
    return [
        (
            indicator,
            IndicatorLine(
                code=indicator.code,
                label=indicator.label,
                url=subject_url(indicator),
                reading=latest_line(indicator.shown_measures, indicator.unit),
            ),
        )
        for indicator in indicators
    ]


def visible_indicators(user: Reader) -> list[tuple[Indicator, IndicatorLine]]:
    """Return the indicators that ``user`` may read, with their latest value (two queries)."""
    indicators = (
        Indicator.objects.visible_to(user)
        .select_related("engagement__axis")
        .prefetch_related(SHOWN)
        .order_by("engagement__number", "code")
    )
    return indicator_lines(indicators)


def grouped(pairs: Iterable[tuple[Indicator, IndicatorLine]]) -> list[AxisGroup]:
    """Group lines by axis and engagement, in the order of the engagements."""
    engagements: dict[int, Engagement] = {}
    lines: dict[int, list[IndicatorLine]] = {}
    for indicator, line in pairs:
        number = indicator.engagement.number
        engagements.setdefault(number, indicator.engagement)
        lines.setdefault(number, []).append(line)
    axes: dict[int, Axis] = {}
    groups: dict[int, list[EngagementGroup]] = {}
    for number, engagement in sorted(engagements.items()):
        axes.setdefault(engagement.axis.number, engagement.axis)
        group = EngagementGroup(engagement, lines[number])
        groups.setdefault(engagement.axis.number, []).append(group)
    return [AxisGroup(axes[number], groups[number]) for number in sorted(axes)]


def figures_of(
    figures: Iterable[KeyFigure],
) -> tuple[list[Tile], list[FigureLine]]:
    """Part key figures, whose shown measures are prefetched, into tiles and others."""
    tiles: list[Tile] = []
    others: list[FigureLine] = []
    for figure in figures:
        validated = [m for m in figure.shown_measures if m.observation.validated]
        if tile := tile_of(figure, validated):
            tiles.append(tile)
        elif line := figure_line(figure, figure.shown_measures):
            others.append(line)
    return tiles, others


def visible_figures(
    user: Reader, engagement: Engagement, *, without: Collection[str] = frozenset()
) -> tuple[list[Tile], list[FigureLine]]:
    """Return the key figures of ``engagement``: tiles, then the others (two queries).

    ``without`` names those that the page shows elsewhere.
    """
    figures = (
        KeyFigure.objects.visible_to(user)
        .filter(engagement=engagement)
        .select_related("engagement__axis")
        .prefetch_related(SHOWN)
        .order_by("label_fr")
    )
    return figures_of(figure for figure in figures if figure.slug not in without)

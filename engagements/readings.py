"""What pages show of an indicator or a key figure: its values, in words, with their caveats."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from engagements.charts import Chart, Point, bar_chart
from engagements.enums import CountKind, LinkRole, MeasureStatus, Nature, Operator, ValueType
from engagements.figures import (
    COMPARABLE_NATURES,
    Quantity,
    change_between,
    change_in_words,
    read_quantity,
)
from engagements.models import Indicator, IndicatorLink, KeyFigure, Measure, Target
from engagements.tiles import Subject, subject_axis, subject_key, subject_url
from portal.core.dates import period_in_words
from portal.core.tables import harmless
from portal.core.visibility import Reader


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One value, in words.

    Attributes:
        validated: False for a value that is to be confirmed, which is said wherever it is shown.
        caveats: what must be read with the value.

    """

    text: str
    unit: str
    period: str
    status: str
    validated: bool
    nature: str
    perimeter: str
    source: str
    note: str
    caveats: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first cell of a row is its header."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target, in words."""

    label: str
    text: str
    period: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A key figure shown in a list, with why it is there when it is beside an indicator."""

    label: str
    url: str
    axis: int
    reading: MeasureLine
    role: str = ""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the sheet that defines an indicator or a key figure."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class SubjectReading:
    """All that the page of an indicator or of a key figure shows of its values."""

    latest: MeasureLine | None
    change_text: str
    change_favourable: bool | None
    table: Table | None
    chart: Chart | None


def measure_line(measure: Measure, unit: str) -> MeasureLine:
    """Return ``measure`` in words, in the reader's language."""
    language = get_language() or ""
    reading = measure.reading(unit, language)
    return MeasureLine(
        text=reading.text if reading else _("not provided"),
        unit=reading.unit if reading else "",
        period=measure.period_text(language),
        status=str(MeasureStatus(measure.status).label),
        validated=measure.status == MeasureStatus.VALIDATED,
        nature=str(Nature(measure.nature).label),
        perimeter=measure.perimeter,
        source=measure.source.title,
        note=measure.note,
        caveats=measure.caveats,
    )


def latest_line(measures: Iterable[Measure], unit: str) -> MeasureLine | None:
    """Return the latest value there is; None when there is none, which is not 0."""
    measure = next((measure for measure in measures if measure.quantity), None)
    return measure_line(measure, unit) if measure else None


def shown_measures(subject: Subject) -> list[Measure]:
    """Return the measures of ``subject`` that readers may see, the latest first (one query)."""
    return list(subject.measures.shown().select_related("source").latest_first())


def read_subject(subject: Subject, measures: Sequence[Measure]) -> SubjectReading:
    """Put the values of ``subject`` in words, in a table and, from two on, in a chart."""
    language = get_language() or ""
    change = change_between([measure.observation for measure in measures], subject.known_direction)
    return SubjectReading(
        latest=latest_line(measures, subject.unit),
        change_text=change_in_words(change, subject.unit, language),
        change_favourable=change.favourable if change else None,
        table=_table(subject, measures) if measures else None,
        chart=_chart(subject, measures),
    )


def _table(subject: Subject, measures: Sequence[Measure]) -> Table:
    """Return all the values in a table, without the columns that would be empty."""
    headings = [
        _("Period"),
        _("Value"),
        _("Nature"),
        _("Status"),
        _("What is added up"),
        _("Perimeter"),
        _("Source"),
        _("Note"),
    ]
    rows = []
    for measure in measures:
        line = measure_line(measure, subject.unit)
        value = f"{line.text} {line.unit}".strip()
        kind = str(CountKind(measure.kind).label) if measure.kind else ""
        period = line.period or _("not dated")
        rows.append(
            [period, value, line.nature, line.status, kind, line.perimeter, line.source, line.note]
        )
    kept = [index for index in range(len(headings)) if any(row[index] for row in rows)]
    return Table(
        caption=_("All values of “%(label)s”") % {"label": subject.label},
        headings=[headings[index] for index in kept],
        rows=[[row[index] for index in kept] for row in rows],
    )


def _chart(subject: Subject, measures: Sequence[Measure]) -> Chart | None:
    """Draw the values that were achieved or computed over known periods, the oldest first."""
    drawn = [
        measure
        for measure in measures
        if measure.quantity
        and measure.period
        and measure.operator != Operator.INTERVAL
        and measure.nature in COMPARABLE_NATURES
    ]
    language = get_language() or ""
    points = []
    for measure in reversed(drawn):
        line = measure_line(measure, subject.unit)
        status = "" if line.validated else f" ({line.status})"
        quantity = Quantity(measure.value or 0, Operator(measure.operator))  # type: ignore[arg-type]
        points.append(
            Point(
                label=period_in_words(measure.period, language),
                value=quantity.value,
                value_text=read_quantity(quantity, "", language).text + status,
                provisional=not line.validated,
            )
        )
    return bar_chart(subject.label, points)


def indicator_sheet(indicator: Indicator) -> list[SheetLine]:
    """Return what defines ``indicator``: a proposal, as long as a point is to be settled."""
    valued = indicator.value_type != ValueType.QUALITATIVE
    lines = [
        SheetLine(_("What is counted"), indicator.counted),
        SheetLine(_("Point to settle"), indicator.open_point),
        SheetLine(_("Who supplies the values"), indicator.owner.name if indicator.owner else ""),
        SheetLine(_("Unit"), indicator.unit if valued else ""),
        SheetLine(_("Type"), str(ValueType(indicator.value_type).label)),
        SheetLine(_("Reading"), str(indicator.known_direction.label) if valued else ""),
        SheetLine(_("Stake in the programme"), indicator.theme),
        SheetLine(_("Source of the wording"), indicator.source.title if indicator.source else ""),
    ]
    return [line for line in lines if line.text]


def figure_sheet(figure: KeyFigure) -> list[SheetLine]:
    """Return what defines ``figure``."""
    lines = [
        SheetLine(_("Definition"), figure.definition),
        SheetLine(_("Who supplies the values"), figure.owner.name if figure.owner else ""),
        SheetLine(_("Unit"), figure.unit),
        SheetLine(_("Reading"), str(figure.known_direction.label)),
    ]
    return [line for line in lines if line.text]


def target_lines(targets: Iterable[Target]) -> list[TargetLine]:
    """Return targets in words."""
    language = get_language() or ""
    return [
        TargetLine(
            label=target.label,
            text=str(read_quantity(Quantity(target.value), target.unit, language)),
            period=period_in_words(target.period, language),
            source=target.source.title,
            note=target.note,
        )
        for target in targets
    ]


def figure_line(
    figure: KeyFigure, measures: Sequence[Measure], role: str = ""
) -> FigureLine | None:
    """Return a key figure with its latest value; None when it has none to show."""
    reading = latest_line(measures, figure.unit)
    if reading is None:
        return None
    return FigureLine(figure.label, subject_url(figure), subject_axis(figure), reading, role)


def figures_beside(indicator: Indicator, user: Reader) -> list[FigureLine]:
    """Return the key figures that throw light on ``indicator`` and why none is its value."""
    links: Iterable[IndicatorLink] = (
        indicator.figure_links.filter(
            key_figure__in=KeyFigure.objects.visible_to(user).values("pk")
        )
        .select_related("key_figure__engagement__axis")
        .order_by("role", "key_figure__label_fr")
    )
    roles = {link.key_figure_id: str(LinkRole(link.role).label) for link in links}
    by_figure: dict[int, list[Measure]] = {key: [] for key in roles}
    for measure in (
        Measure.objects.shown()
        .filter(key_figure__in=list(roles))
        .select_related("source")
        .latest_first()
    ):
        if measure.key_figure_id is not None:
            by_figure[measure.key_figure_id].append(measure)
    lines = (
        figure_line(
            cast(KeyFigure, link.key_figure),
            by_figure[link.key_figure_id],
            roles[link.key_figure_id],
        )
        for link in links
    )
    return [line for line in lines if line]


CSV_COLUMNS = (
    "code",
    "label",
    "period",
    "value",
    "value_max",
    "unit",
    "operator",
    "nature",
    "status",
    "perimeter",
    "source",
    "note",
)


def measures_csv(subject: Subject, measures: Iterable[Measure], language: str) -> str:
    """Return the values of ``subject`` as the reader's spreadsheet opens them.

    In French, columns are parted by semicolons and decimals by commas; in English, by commas and
    points. A missing value is an empty cell.
    """
    french = language.startswith("fr")
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";" if french else ",")
    writer.writerow(CSV_COLUMNS)
    for measure in measures:
        numbers = (
            "" if value is None else format(value.normalize(), "f")
            for value in (measure.value, measure.value_max)
        )
        line = measure_line(measure, subject.unit)
        texts = (
            subject_key(subject),
            subject.label,
            line.period,
            *(number.replace(".", ",") if french else number for number in numbers),
            subject.unit,
            str(Operator(measure.operator).label),
            line.nature,
            line.status,
            line.perimeter,
            line.source,
            line.note,
        )
        writer.writerow(
            text if column in {"value", "value_max"} else harmless(text)
            for column, text in zip(CSV_COLUMNS, texts, strict=True)
        )
    return output.getvalue()

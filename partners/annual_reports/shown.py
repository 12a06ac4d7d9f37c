"""What readers see of annual reports, and take away: one source for page, print and files."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import Workbook

from engagements.charts import Chart, Point, bar_chart
from partners.annual_reports.form import Dimension
from partners.annual_reports.published import PublishedReport
from partners.annual_reports.reading import COLUMNS
from partners.commitment_counts import Table
from portal.core.dates import day_in_words
from portal.core.tables import harmless

if TYPE_CHECKING:
    from partners.models import Agreement, ReportForm

FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Row = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class ShownYear:
    """What is shown of a year."""

    year: int
    published_on: dt.date
    report: PublishedReport
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class ShownReports:
    """The reports of an agreement, the last year in front.

    Attributes:
        sentence: what the last year tells, in one sentence; empty while nothing is published.
        chart: the totals of the years that have one; none below two.
        totals: the same as a table, with the years whose total is hidden.
        tables: one for each dimension, a column for each year.

    """

    unit: str
    years: tuple[ShownYear, ...]
    sentence: str
    chart: Chart | None
    totals: Table
    tables: tuple[Table, ...]

    @property
    def smallest(self) -> int:
        """The smallest number that is shown of the last year."""
        return self.years[0].report.threshold if self.years else 0

    @property
    def how_many_tables(self) -> str:
        """How many tables a report has, in words."""
        return ngettext("%(count)d table", "%(count)d tables", len(self.tables)) % {
            "count": len(self.tables)
        }


def published_reports(agreement: "Agreement") -> ShownReports | None:
    """Return what is shown of an agreement (two queries); None when no report is called for."""
    from partners.models import ReportForm

    form = ReportForm.objects.filter(agreement=agreement).first()
    if form is None:
        return None
    years: dict[int, ShownYear] = {}
    for row in agreement.annual_reports.order_by("year", "number"):
        years[row.year] = ShownYear(
            row.year, timezone.localdate(row.published_at), row.published(), row.number > 1
        )
    return shown_reports(form, tuple(reversed(years.values())))


def shown_reports(form: "ReportForm", years: tuple[ShownYear, ...]) -> ShownReports:
    """Return what is shown of some years, the last in front."""
    return ShownReports(
        unit=form.unit,
        years=years,
        sentence=_sentence(form.unit, years[0]) if years else "",
        chart=_chart(form.unit, years),
        totals=_totals(form.unit, years),
        tables=tuple(_table(dimension, years) for dimension in _dimensions(form, years)),
    )


def report_rows(reports: ShownReports) -> Iterator[Row]:
    """Return what is shown as the rows of a file; an empty cell is a number that is hidden."""
    yield "year", "table", "category", "number", "smallest_number_shown", "published_on"
    for year in reversed(reports.years):
        report = year.report
        end = (report.threshold, year.published_on.isoformat())
        yield year.year, harmless(_("Total")), harmless(reports.unit), report.total, *end
        for table in report.tables:
            for category, cell in zip(table.dimension.categories, table.cells, strict=True):
                names = harmless(table.dimension.title), harmless(category.name)
                yield year.year, *names, cell, *end


def template_rows(dimensions: Sequence[Dimension], language: str) -> Iterator[Row]:
    """Return the rows of the file that a partner fills in."""
    yield tuple(COLUMNS[language].values())
    for dimension in dimensions:
        for category in dimension.categories:
            yield harmless(dimension.title), harmless(category.name), None


def as_file(rows: Iterator[Row], form: str, language: str) -> bytes:
    """Return rows as a file that the reader's spreadsheet opens as it is."""
    if form == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()
    output = io.StringIO()
    csv.writer(output, delimiter=";" if language == "fr" else ",").writerows(
        ["" if cell is None else cell for cell in row] for row in rows
    )
    return output.getvalue().encode("utf-8-sig")


def _dimensions(form: "ReportForm", years: Sequence[ShownYear]) -> list[Dimension]:
    """Return the tables of the form, with the categories that some year alone had."""
    found = {dimension.code: dimension for dimension in form.tables()}
    for year in years:
        for table in year.report.tables:
            known = found.setdefault(table.dimension.code, table.dimension)
            codes = {category.code for category in known.categories}
            more = tuple(one for one in table.dimension.categories if one.code not in codes)
            if more:
                categories = (*known.categories, *more)
                found[known.code] = Dimension(
                    known.code, known.title_fr, known.title_en, categories
                )
    return list(found.values())


def _table(dimension: Dimension, years: Sequence[ShownYear]) -> Table:
    by_year = [_cells(dimension, year.report) for year in years]
    rows = [
        (category.name, *(cells[category.code] for cells in by_year))
        for category in dimension.categories
    ]
    totals = (
        _total(year.report)
        if year.report.total is None or year.report.table(dimension.code)
        else _("not reported")
        for year in years
    )
    return Table(
        caption=dimension.title,
        headings=(_("Category"), *(str(year.year) for year in years)),
        rows=(*rows, (_("Total"), *totals)),
    )


def _cells(dimension: Dimension, report: PublishedReport) -> dict[str, str]:
    """Return what is told of each category, by its code."""
    table = report.table(dimension.code)
    if table is None:
        told = _("hidden") if report.total is None else _("not reported")
        return dict.fromkeys((one.code for one in dimension.categories), told)
    cells = dict.fromkeys((one.code for one in dimension.categories), _("not reported"))
    for category, cell in zip(table.dimension.categories, table.cells, strict=True):
        cells[category.code] = _("hidden") if cell is None else _number(cell)
    return cells


def _totals(unit: str, years: Sequence[ShownYear]) -> Table:
    return Table(
        caption=_("Total by year (%(unit)s)") % {"unit": unit},
        headings=(_("Year"), _("Total"), _("Published on")),
        rows=tuple(
            (
                str(year.year),
                _total(year.report),
                _("%(day)s, corrected") % {"day": day_in_words(year.published_on)}
                if year.is_corrected
                else day_in_words(year.published_on),
            )
            for year in years
        ),
    )


def _chart(unit: str, years: Sequence[ShownYear]) -> Chart | None:
    points = [
        Point(str(year.year), Decimal(year.report.total), _number(year.report.total))
        for year in reversed(years)
        if year.report.total is not None
    ]
    return bar_chart(_("Total by year (%(unit)s)") % {"unit": unit}, points)


def _sentence(unit: str, year: ShownYear) -> str:
    facts = {"year": year.year, "total": _total(year.report), "unit": unit}
    return _("In %(year)s: %(total)s %(unit)s.") % facts


def _total(report: PublishedReport) -> str:
    if report.total is None:
        return _("fewer than %(number)s") % {"number": _number(report.threshold)}
    return _number(report.total)


def _number(number: int) -> str:
    return number_format(number, force_grouping=True)

"""Reports on what readers ask: the most frequent, what finds nothing, what nobody follows."""

from collections.abc import Iterable
from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import Max, Q, QuerySet, Sum
from django.http import QueryDict
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views.reports import ReportView

from portal.core.tables import harmless
from search.editing.choosing import DayColumn
from search.editing.curations import choosing_address
from search.facets import TITLES, Names, read_names
from search.journal import KEPT
from search.models import AskedQuery
from search.permissions import READ_REPORTS, reports_policy
from search.selection import read_selection

Row = dict[str, Any]


class PeriodFilterSet(WagtailFilterSet):
    """What is reported on: some days, one language."""

    day = django_filters.DateFromToRangeFilter(label=_("Period"), widget=DateRangePickerWidget)
    language = django_filters.ChoiceFilter(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = AskedQuery
        fields: ClassVar[list[str]] = ["day", "language"]


class PinColumn(Column):
    """The way from a query to the results to choose for it."""

    cell_template_name = "search/admin/pin_cell.html"


class QueryReportView(ReportView):
    """A report with a row for each query.

    Attributes:
        name: of its addresses.
        explanation: what is counted, and what cannot be.
        counts: a column for each count, its label, and how to work it out.
        per_filters: whether each set of filters is a row of its own.
        having: which rows are worth reporting.

    """

    name: str
    explanation: Promise
    counts: ClassVar[dict[str, tuple[Promise, Any]]]
    per_filters = False
    having = Q(times__gt=0)
    kept = KEPT

    model = AskedQuery
    header_icon = "search"
    template_name = "search/admin/report.html"
    permission_policy = reports_policy
    permission_required = READ_REPORTS
    filterset_class = PeriodFilterSet
    is_searchable = True
    search_fields: ClassVar[list[str]] = ["query"]
    default_ordering = ("-times", "key")
    list_export: ClassVar[list[str]]
    export_headings: ClassVar[dict[str, Promise]]
    custom_field_preprocess: ClassVar[dict[str, Any]] = {
        "written": {"csv": harmless, "xlsx": harmless}
    }

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.index_url_name = f"search_report_{cls.name}"
        cls.index_results_url_name = f"search_report_{cls.name}_results"
        cls.export_filename = f"search-{cls.name}"
        written = Column("written", label=_("Query"), sort_key="key")
        filters = [Column("filtered", label=_("Filters"))] if cls.per_filters else []
        counts = [
            NumberColumn(name, label=label, sort_key=name)
            for name, (label, _count) in cls.counts.items()
        ]
        last = DayColumn("last", label=_("Last time"), sort_key="last")
        shown = [written, *filters, *counts, last]
        if len(settings.LANGUAGES) > 1:
            shown.insert(1, Column("spoken", label=_("Language"), sort_key="language"))
        cls.columns = [*shown, PinColumn("pin", label="")]
        cls.list_export = [column.name for column in shown]
        cls.export_headings = {column.name: column.label for column in shown}

    def get_base_queryset(self) -> QuerySet[AskedQuery, Row]:
        """Return a row for each query, with its counts over the period."""
        grouped = ("language", "key", *(("filters",) if self.per_filters else ()))
        counts = {name: count for name, (_label, count) in self.counts.items()}
        counts |= {"written": Max("query"), "last": Max("day"), "opened": Sum("clicks")}
        rows: QuerySet[AskedQuery, Row] = AskedQuery.objects.order_by().values(*grouped)
        return rows.annotate(**counts).filter(self.having)

    def decorate_paginated_queryset(self, object_list: Iterable[Row]) -> list[Row]:
        """Return the rows with what reads better than codes, and the way to a choice."""
        rows = list(object_list)
        spoken = dict(settings.LANGUAGES)
        names = read_names() if self.per_filters else None
        for row in rows:
            row["spoken"] = str(spoken.get(row["language"], row["language"]))
            row["pin_url"] = choosing_address(row["written"], row["language"])
            if names:
                row["filtered"] = described(row["filters"], names)
        return rows


def described(filters: str, names: Names) -> str:
    """Return the filters of a row, in words."""
    selection, _problems = read_selection(QueryDict(filters), settings.LANGUAGE_CODE)
    return " · ".join(
        f"{TITLES[facet]}\u00a0: {', '.join(names.of(facet, value) or value for value in values)}"
        for facet, values in selection.filters.items()
    )


class TopQueriesView(QueryReportView):
    """What is asked most."""

    name = "top"
    page_title = _("Top queries")
    explanation = _(
        "How often each query was asked, however it was typed. Filtering, sorting and leafing "
        "through the results of a query do not count as asking it again."
    )
    counts: ClassVar = {
        "times": (_("Times asked"), Sum("asked", filter=Q(filters=""), default=0)),
        "results": (_("Results, at most"), Max("found", filter=Q(filters=""), default=0)),
        "opened": (_("Clicks on results"), Sum("clicks")),
    }


class MissedQueriesView(QueryReportView):
    """What finds nothing."""

    name = "missed"
    page_title = _("Queries without result")
    explanation = _(
        "How often nothing held all the words, with the filters that were in use. “Near results” "
        "hold some of the words: readers were shown them, and told so."
    )
    per_filters = True
    counts: ClassVar = {
        "times": (_("Times without result"), Sum("missed")),
        "almost": (_("Near results, at most"), Max("near")),
        "opened": (_("Clicks on results"), Sum("clicks")),
    }


class UnfollowedQueriesView(QueryReportView):
    """What nobody follows."""

    name = "unfollowed"
    page_title = _("Queries without click")
    explanation = _(
        "Queries that had results, none of which was clicked in the period. It does not say that "
        "nobody was helped: the answer may stand in the extract, a browser may run no script, and "
        "a filter or a suggestion is no result."
    )
    counts: ClassVar = {
        "times": (_("Times asked"), Sum("asked")),
        "results": (_("Results, at most"), Max("found")),
    }
    having = Q(opened=0, results__gt=0)


REPORTS: tuple[type[QueryReportView], ...] = (
    TopQueriesView,
    MissedQueriesView,
    UnfollowedQueriesView,
)


def report_urls() -> list[URLPattern]:
    """Return the addresses of the reports."""
    urls = []
    for report in REPORTS:
        place = f"reports/search/{report.name}/"
        urls += [
            path(place, report.as_view(), name=report.index_url_name),
            path(
                f"{place}results/",
                report.as_view(results_only=True),
                name=report.index_results_url_name,
            ),
        ]
    return urls

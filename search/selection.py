"""What a reader asks for, as the address of the page and of the API says it."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext

from search import text
from search.backends import Sort
from search.understanding import tidy

# What results are filtered by, in the order in which the page shows it, and how values are written.
FACETS: Mapping[str, re.Pattern[str]] = {
    "kind": re.compile(r"[a-z][a-z_-]{0,29}"),
    "axis": re.compile(r"[1-9]"),
    "engagement": re.compile(r"[1-9][0-9]?"),
    "sdg": re.compile(r"[1-9][0-9]?"),
    "service": re.compile(r"[a-z0-9][a-z0-9_-]{0,59}"),
    "tag": re.compile(r".{1,120}"),
    "year": re.compile(r"[12][0-9]{3}"),
}
# How many values of one facet are asked for at once.
MAX_VALUES = 20
MAX_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter that cannot be understood, and why."""

    parameter: str
    detail: str


@dataclass(frozen=True, slots=True)
class Selection:
    """A query, the filters on its results, and which of them are shown.

    Attributes:
        language: the language that is searched.
        filters: by facet, the values of which results must have one.

    """

    query: str
    language: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1

    @property
    def wanted(self) -> dict[str, frozenset[str]]:
        """The filters, as ``search.finding`` takes them."""
        return {facet: frozenset(values) for facet, values in self.filters.items()}

    def has(self, facet: str, value: str) -> bool:
        """Say whether ``value`` is asked for."""
        return value in self.filters.get(facet, ())

    def toggled(self, facet: str, value: str) -> "Selection":
        """Return the selection with ``value``, or without it when it has it; from the first page."""
        values = self.filters.get(facet, ())
        kept = (
            tuple(other for other in values if other != value)
            if value in values
            else (*values, value)
        )
        filters = {**self.filters, facet: kept}
        return replace(
            self, filters={name: found for name, found in filters.items() if found}, page=1
        )

    def without_filters(self) -> "Selection":
        """Return the selection without any filter."""
        return replace(self, filters={}, page=1)

    def query_string(self, default_language: str) -> str:
        """Return what follows the question mark, without the page: the same for the same state."""
        pairs = [("q", self.query)] if self.query else []
        for facet in FACETS:
            pairs += [(facet, _quoted(value)) for value in sorted(self.filters.get(facet, ()))]
        if self.language != default_language:
            pairs.append(("lang", self.language))
        if self.sort is not Sort.RELEVANCE:
            pairs.append(("sort", self.sort.value))
        return urlencode(pairs)


def read_selection(asked: QueryDict, language: str) -> tuple[Selection, list[Problem]]:
    """Return what the parameters ``asked`` mean, and those that are left out for meaning nothing.

    A facet takes several values: the parameter repeated, or values parted by commas; a value that
    holds a comma stands between double quotes.
    """
    problems: list[Problem] = []
    filters: dict[str, tuple[str, ...]] = {}
    for facet, pattern in FACETS.items():
        values = [text.clean(value) for value in _parted(asked.getlist(facet))]
        right = [value for value in dict.fromkeys(values) if pattern.fullmatch(value)]
        if any(value and not pattern.fullmatch(value) for value in values):
            problems.append(Problem(facet, gettext("This is not a value of this filter.")))
        if len(right) > MAX_VALUES:
            problems.append(
                Problem(facet, gettext("At most %(most)d values.") % {"most": MAX_VALUES})
            )
        if right:
            filters[facet] = tuple(right[:MAX_VALUES])
    spoken = asked.get("lang", "")
    if spoken and spoken not in dict(settings.LANGUAGES):
        codes = ", ".join(code for code, _name in settings.LANGUAGES)
        problems.append(Problem("lang", gettext("One of: %(values)s.") % {"values": codes}))
        spoken = ""
    sort = asked.get("sort", "")
    sorts = {choice.value: choice for choice in Sort}
    if sort and sort not in sorts:
        problems.append(
            Problem("sort", gettext("One of: %(values)s.") % {"values": ", ".join(sorts)})
        )
    page = asked.get("page", "")
    number = int(page) if re.fullmatch(r"[0-9]{1,6}", page) else 0
    if page and not 1 <= number <= MAX_PAGE:
        problems.append(Problem("page", gettext("A whole number, from 1 on.")))
    selection = Selection(
        query=tidy(asked.get("q", "")),
        language=spoken or language,
        filters=filters,
        sort=sorts.get(sort, Sort.RELEVANCE),
        page=min(max(number, 1), MAX_PAGE),
    )
    return selection, problems


def _parted(values: list[str]) -> list[str]:
    parted: list[str] = []
    for value in values[: 2 * MAX_VALUES]:
        line = " ".join(value[:2_000].split())
        parted += next(csv.reader([line], skipinitialspace=True), [])
    return [value.strip() for value in parted]


def _quoted(value: str) -> str:
    if "," not in value and '"' not in value:
        return value
    doubled = value.replace('"', '""')
    return f'"{doubled}"'

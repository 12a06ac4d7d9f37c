"""What may be shown of a year: the only numbers that are ever kept. Pure functions.

The tables of a year count the same people, each person once in each table: their total is all that they
share, which is what ``portal.core.small_cells`` protects exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from partners.annual_reports.form import Dimension, read_dimensions
from portal.core.small_cells import Breakdown, may_follow, protect

# The numbers of a year, by the code of the table, in the order of its categories.
Counts = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class PublishedTable:
    """One table, without the numbers that are hidden."""

    dimension: Dimension
    cells: tuple[int | None, ...]


@dataclass(frozen=True)
class PublishedReport:
    """What is shown of a year.

    Attributes:
        threshold: the smallest number that is shown.
        total: how many in all; none below the threshold, and then no table.
        tables: those that were reported, in the order of the form.

    """

    threshold: int
    total: int | None
    tables: tuple[PublishedTable, ...]

    def table(self, code: str) -> PublishedTable | None:
        """Return the table of that code, if it was reported."""
        return next((one for one in self.tables if one.dimension.code == code), None)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "threshold": self.threshold,
            "total": self.total,
            "tables": [
                {**table.dimension.as_json(), "cells": list(table.cells)} for table in self.tables
            ],
        }


def read_published(kept: Mapping[str, Any]) -> PublishedReport:
    """Return what was kept of a year."""
    tables = [
        PublishedTable(dimension, tuple(table["cells"]))
        for table in kept["tables"]
        for dimension in read_dimensions([table])
    ]
    return PublishedReport(kept["threshold"], kept["total"], tuple(tables))


def publishable(
    counts: Counts, dimensions: Iterable[Dimension], *, threshold: int
) -> PublishedReport:
    """Return what may be shown of the numbers of a year; the others go no further.

    Raises:
        ValueError: no table is given, or they do not all have the same total.

    """
    reported = [(one, counts[one.code]) for one in dimensions if one.code in counts]
    totals = {sum(numbers) for _dimension, numbers in reported}
    if len(totals) != 1:
        raise ValueError("the tables of a year have one total")
    protected = [
        (dimension, protect(numbers, threshold=threshold)) for dimension, numbers in reported
    ]
    if totals.pop() < threshold:
        return PublishedReport(threshold, None, ())
    return PublishedReport(
        threshold,
        protected[0][1].total,
        tuple(PublishedTable(dimension, one.cells) for dimension, one in protected),
    )


def unsafe_tables(new: PublishedReport, earlier: Sequence[PublishedReport]) -> list[PublishedTable]:
    """Return the tables that, compared with what was published of that year, would tell about few.

    So does a table whose categories changed meanwhile: it cannot be compared at all.
    """
    return [table for table in new.tables if not _may_follow(table, new, earlier)]


def _may_follow(
    table: PublishedTable, new: PublishedReport, earlier: Sequence[PublishedReport]
) -> bool:
    before = [
        (old, report.total)
        for report in earlier
        if (old := report.table(table.dimension.code)) is not None
    ]
    if any(_codes(old) != _codes(table) for old, _total in before):
        return False
    return may_follow(
        Breakdown(table.cells, new.total),
        [Breakdown(old.cells, total) for old, total in before],
        threshold=new.threshold,
    )


def _codes(table: PublishedTable) -> list[str]:
    return [category.code for category in table.dimension.categories]

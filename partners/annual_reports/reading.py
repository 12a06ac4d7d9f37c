"""Reads the file of a year: a row for each category of each table, with its number. Reads only.

Whatever is not that is refused with its reason, which never repeats what a cell holds: it might be
somebody's. One refused row refuses the file, since the tables have to add up.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from partners.annual_reports.form import Category, Dimension, named, named_within
from portal.core.tables import Table, TableError, TableRow, parse_table

TABLE, CATEGORY, NUMBER = "table", "category", "number"
# The names of the columns, in the languages of the template.
COLUMNS: dict[str, dict[str, str]] = {
    "fr": {TABLE: "tableau", CATEGORY: "categorie", NUMBER: "nombre"},
    "en": {TABLE: "table", CATEGORY: "category", NUMBER: "number"},
}
_KNOWN = {
    **{shown: column for names in COLUMNS.values() for column, shown in names.items()},
    "catégorie": CATEGORY,
}
MAX_FILE = 1_000_000
MAX_NUMBER = 1_000_000
# What columns of lists of people, or of cases, are called.
_PERSONAL = frozenset(
    [
        "nom",
        "noms",
        "prenom",
        "prenoms",
        "name",
        "firstname",
        "lastname",
        "surname",
        "mail",
        "email",
        "courriel",
        "mel",
        "telephone",
        "tel",
        "phone",
        "portable",
        "mobile",
        "naissance",
        "birth",
        "birthdate",
        "birthday",
        "ne",
        "nee",
        "adresse",
        "address",
        "matricule",
        "identite",
        "identity",
        "identifiant",
        "id",
        "login",
        "nir",
        "secu",
        "personne",
        "person",
        "dossier",
        "date",
        "age_exact",
    ]
)
_IN_A_CELL = re.compile(r"@|(?:\d[ .-]?){9,}|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{2,4}")
_DIGITS = re.compile(r"[0-9]{1,9}")
_SEPARATORS = re.compile(r"[;,\t|]")
_SPACES = re.compile(r"[\s\u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was refused; ``line`` is that of the file, none when it is the file as a whole."""

    line: int | None
    reason: str


@dataclass(slots=True)
class Reading:
    """What a file holds."""

    counts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    absent: list[Dimension] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Cell:
    line: int
    number: int | None


def read_report(content: bytes, dimensions: Sequence[Dimension]) -> Reading:
    """Read the numbers of a year.

    Raises:
        TableError: no row of the file can be read, or it is something else than totals.

    """
    if len(content) > MAX_FILE:
        raise TableError(_("The file is far larger than a report of totals: it is refused."))
    # No column is required here, so that what is wrong with them is told in other words.
    table = parse_table(content, required=(), optional=_KNOWN, only_sheet=True)
    _check_columns(table, dimensions)
    expected = sum(len(dimension.categories) for dimension in dimensions)
    if len(table.rows) > 2 * expected:
        raise TableError(
            _(
                "The file has %(rows)d rows where a report has %(expected)d: this looks like a list "
                "with a row for each person or each case. Only totals are taken."
            )
            % {"rows": len(table.rows), "expected": expected}
        )
    # A column more was refused above: no note tells of it.
    reading = Reading(notes=list(table.notes))
    found: dict[tuple[str, str], _Cell] = {}
    for row in table.rows:
        reading.refusals += [Refusal(row.line, reason) for reason in _take(row, dimensions, found)]
    if not reading.refusals:
        _add_up(reading, dimensions, found)
    return reading


def _check_columns(table: Table, dimensions: Sequence[Dimension]) -> None:
    # Where no column is known, the first line may not have been cut where it should.
    unknown = [
        part for name in table.columns if name not in _KNOWN for part in _SEPARATORS.split(name)
    ]
    personal = {word for name in unknown for word in _words(name) & _PERSONAL}
    if personal:
        raise TableError(
            _(
                "This looks like a list of people or of cases (columns: %(columns)s). Only totals are "
                "taken, and nothing of this file was kept."
            )
            % {"columns": ", ".join(sorted(personal))}
        )
    categories = [one for dimension in dimensions for one in dimension.categories]
    if any(named(dimensions, name) or named(categories, name) for name in unknown):
        raise TableError(
            _(
                "Columns bear the names of tables or of categories: this looks like crossed "
                "dimensions, or like a list with a row for each person. Give each table by itself, "
                "as in the template."
            )
        )
    if unknown or len({_KNOWN[name] for name in table.columns}) != len(COLUMNS["fr"]):
        raise TableError(
            _("The first line must name these columns and no other: %(columns)s.")
            % {"columns": ", ".join(COLUMNS["fr"].values())}
        )


def _words(name: str) -> set[str]:
    slug = slugify(name)
    return {*slug.split("-"), slug.replace("-", "")}


def _take(
    row: TableRow, dimensions: Sequence[Dimension], found: dict[tuple[str, str], _Cell]
) -> Iterator[str]:
    """Take a row in, or say why not."""
    if row.problems:
        yield from (problem.reason for problem in row.problems)
        return
    cells = {_KNOWN[name]: text for name, text in row.cells.items()}
    if any(_IN_A_CELL.search(text) for text in cells.values()):
        yield _("It holds an address, a date or a long number, which tell about a person.")
        return
    dimension = named(dimensions, cells[TABLE])
    if dimension is None:
        yield _no_table(cells[TABLE], dimensions)
        return
    category = named(dimension.categories, cells[CATEGORY])
    if category is None:
        yield _no_category(cells[CATEGORY], dimension, dimensions)
        return
    key = (dimension.code, category.code)
    if key in found:
        yield _(
            "Line %(line)d already has this category: there is one row for each, with its total. "
            "A list with a row for each person is refused."
        ) % {"line": found[key].line}
        return
    digits = _SPACES.sub("", cells[NUMBER])
    if digits and (not _DIGITS.fullmatch(digits) or int(digits) > MAX_NUMBER):
        yield _("The number is not a whole one, from 0 to a million.")
        return
    found[key] = _Cell(row.line, int(digits) if digits else None)


def _no_table(text: str, dimensions: Sequence[Dimension]) -> str:
    if len(list(named_within(dimensions, text))) > 1:
        return _("It crosses tables. Give each by itself, as in the template.")
    return _("This table is not of the report. Its tables: %(tables)s.") % {
        "tables": ", ".join(dimension.title for dimension in dimensions)
    }


def _no_category(text: str, dimension: Dimension, dimensions: Sequence[Dimension]) -> str:
    own = set().union(*(category.words() for category in dimension.categories))
    others: list[Category] = [
        category
        for other in dimensions
        if other is not dimension
        for category in other.categories
        if not category.words() & own
    ]
    within = [*named_within(dimension.categories, text), *named_within(others, text)]
    if len(within) > 1:
        return _("It crosses several categories. Give each table by itself, as in the template.")
    return _("This category is not of the table “%(table)s”. Its categories: %(categories)s.") % {
        "table": dimension.title,
        "categories": ", ".join(category.name for category in dimension.categories),
    }


def _add_up(
    reading: Reading,
    dimensions: Sequence[Dimension],
    found: Mapping[tuple[str, str], _Cell],
) -> None:
    """Keep the tables that were filled in, once they are whole and have the same total."""
    for dimension in dimensions:
        cells = [found.get((dimension.code, one.code)) for one in dimension.categories]
        numbers = [cell.number if cell else None for cell in cells]
        if all(number is None for number in numbers):
            reading.absent.append(dimension)
            continue
        for category, cell in zip(dimension.categories, cells, strict=True):
            if cell is None or cell.number is None:
                reason = _(
                    "“%(category)s” has no number in the table “%(table)s”: type 0 where there is "
                    "nobody."
                ) % {"category": category.name, "table": dimension.title}
                reading.refusals.append(Refusal(cell.line if cell else None, reason))
        reading.counts[dimension.code] = tuple(number or 0 for number in numbers)
    if reading.refusals:
        reading.counts.clear()
    elif not reading.counts:
        reading.refusals.append(Refusal(None, _("No table was filled in.")))
    else:
        reading.refusals += _unequal(reading.counts, dimensions)


def _unequal(
    counts: Mapping[str, Collection[int]], dimensions: Sequence[Dimension]
) -> list[Refusal]:
    totals = {code: sum(numbers) for code, numbers in counts.items()}
    if len(set(totals.values())) == 1:
        return []
    told = ", ".join(
        f"{dimension.title} {totals[dimension.code]}"
        for dimension in dimensions
        if dimension.code in totals
    )
    reason = _(
        "The tables do not have the same total (%(totals)s). Each case counts once in each table; "
        "what is not known has its category."
    ) % {"totals": told}
    return [Refusal(None, reason)]

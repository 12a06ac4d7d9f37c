"""What is published of the commitments of all signatories together: one source for page and files."""

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from partners.models import CharterVersion, CommitmentCount
from portal.core.dates import day_in_words
from portal.core.tables import harmless


@dataclass(frozen=True, slots=True)
class ThemeCounts:
    """What is published of one theme.

    Attributes:
        none: how many chose nothing in the theme; none when hidden.
        levels: how many are at each level, the highest that they chose; none when hidden.
        signatories: of how many in all; none while nothing is published.
        published_on: the day that the numbers tell of.

    """

    number: int
    title: str
    none: int | None
    levels: tuple[int | None, ...]
    signatories: int | None
    published_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What is published of a version of a charter."""

    charter: str
    version: int
    language: str
    threshold: int
    levels: tuple[str, ...]
    themes: tuple[ThemeCounts, ...]

    @property
    def tells_something(self) -> bool:
        """Whether numbers were published, of one theme at least."""
        return any(theme.signatories is not None for theme in self.themes)


@dataclass(frozen=True, slots=True)
class Table:
    """A table, as the component ``data_table`` takes it."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def published_counts(version: CharterVersion, *, language: str) -> Counts | None:
    """Return what is published of ``version`` (two queries); None when it offers no commitment."""
    text = version.text_for(language)
    catalogue = text.catalogue() if text else None
    if text is None or not catalogue:
        return None
    last: dict[int, CommitmentCount] = {row.theme: row for row in version.commitment_counts.all()}
    themes = []
    for theme in catalogue.themes:
        row = last.get(theme.number)
        none, *levels = row.cells if row else [None] * (len(catalogue.levels) + 1)
        themes.append(
            ThemeCounts(
                number=theme.number,
                title=theme.title,
                none=none,
                levels=tuple(levels),
                signatories=row.total if row else None,
                published_on=row.published_on if row else None,
            )
        )
    return Counts(
        charter=version.charter.slug,
        version=version.number,
        language=text.language,
        threshold=settings.SMALL_CELLS["commitments"],
        levels=catalogue.levels,
        themes=tuple(themes),
    )


def counts_table(counts: Counts) -> Table:
    """Return the numbers as readers see them."""
    return Table(
        caption=_("Signatories by theme, at the highest level that they chose in it"),
        headings=(
            _("Theme"),
            _("None for now"),
            *counts.levels,
            _("Signatories"),
            _("Counted on"),
        ),
        rows=tuple(_shown_row(theme) for theme in counts.themes),
    )


def _shown_row(theme: ThemeCounts) -> tuple[str, ...]:
    if theme.published_on is None:
        not_yet = _("not published yet")
        return (theme.title, *[not_yet] * (len(theme.levels) + 2), "–")
    cells = (theme.none, *theme.levels)
    return (
        theme.title,
        *(_("hidden") if cell is None else str(cell) for cell in cells),
        str(theme.signatories),
        day_in_words(theme.published_on),
    )


def counts_json(counts: Counts) -> dict[str, Any]:
    """Return the numbers for programs; null where one is hidden, or nothing is published yet."""
    return {
        "charter": counts.charter,
        "version": counts.version,
        "language": counts.language,
        "smallest_number_shown": counts.threshold,
        "levels": list(counts.levels),
        "themes": [
            {
                "number": theme.number,
                "title": theme.title,
                "none": theme.none,
                "levels": list(theme.levels),
                "signatories": theme.signatories,
                "counted_on": theme.published_on.isoformat() if theme.published_on else None,
            }
            for theme in counts.themes
        ],
    }


def counts_csv(counts: Counts) -> str:
    """Return the numbers as the reader's spreadsheet opens them; an empty cell is a hidden number."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";" if counts.language.startswith("fr") else ",")
    writer.writerow(
        ["theme", "title", "none", *map(harmless, counts.levels), "signatories", "counted_on"]
    )
    for theme in counts.themes:
        cells = (theme.none, *theme.levels, theme.signatories, theme.published_on)
        writer.writerow(
            [theme.number, harmless(theme.title), *("" if cell is None else cell for cell in cells)]
        )
    return output.getvalue()

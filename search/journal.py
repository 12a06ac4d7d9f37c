"""What readers ask, counted by day, so that editors see what is missed: never who asked.

A count is worth less than an answer: what cannot be written at once is logged and forgotten.
"""

import datetime as dt
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.core import signing
from django.db import Error, connection
from django.http import HttpRequest
from django.utils import timezone

from portal.core.clock import PARIS
from search.backends import Sort
from search.keys import key_of
from search.models import MAX_FILTERS, AskedQuery
from search.selection import Selection

logger = logging.getLogger(__name__)

KEPT = dt.timedelta(days=90)

# How long a reader waits for another who writes (milliseconds).
_PATIENCE = 100
# How long after the question a click still counts.
_CLICKABLE = dt.timedelta(days=1)
_SALT = "search.journal"

# The parameters of those who look again at what they asked.
_AGAIN = frozenset({"page", "sort", "why"})

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# Six digits, whatever parts them: a phone, a badge, a social security number.
_LONG_NUMBER = re.compile(r"\d(?:[\W_]*\d){5}")
_ADDRESS = re.compile(r"\S@\S")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the journal: what was asked, on a day."""

    day: dt.date
    language: str
    key: str
    filters: str


def is_deliberate(request: HttpRequest) -> bool:
    """Say whether a reader has just asked this: no other page or order of it, no robot ahead."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and not _AGAIN & request.GET.keys() and "prefetch" not in ahead


def is_personal(query: str) -> bool:
    """Say whether ``query`` looks like an e-mail address, a phone or another long number.

    >>> [is_personal(query) for query in ("a.b@c.fr", "06 12 34 56 78", "n° 1-234_567")]
    [True, True, True]
    >>> [is_personal(query) for query in ("budget 2024-2025", "RT 2020", "les 15 engagements")]
    [False, False, False]

    """
    plain = unicodedata.normalize("NFKC", query)
    return bool(_ADDRESS.search(plain) or _LONG_NUMBER.search(_YEAR.sub(" x ", plain)))


def line_of(selection: Selection) -> Line | None:
    """Return the line for a question of today; None for one that is not kept."""
    key = key_of(selection.query, selection.language)
    if not key or is_personal(selection.query):
        return None
    asked = replace(selection, query="", sort=Sort.RELEVANCE)
    filters = asked.query_string(selection.language)
    if len(filters) > MAX_FILTERS:
        filters = filters[:MAX_FILTERS].rpartition("&")[0]
    return Line(timezone.localdate(), selection.language, key, filters)


def note_question(line: Line, *, query: str, found: int, near: int) -> None:
    """Count a question: ``found`` answers, or ``near`` ones for want of any."""
    table = AskedQuery._meta.db_table
    _write(
        f"INSERT INTO {table}"  # noqa: S608
        "(day, language, key, filters, query, asked, missed, found, near, clicks) "
        "VALUES (%s, %s, %s, %s, %s, 1, %s, %s, %s, 0) "
        "ON CONFLICT (day, language, key, filters) DO UPDATE SET "
        f"asked = {table}.asked + 1, missed = {table}.missed + excluded.missed, "
        "found = excluded.found, near = excluded.near",
        [*_identity(line), query, int(not found), found, near],
    )


def note_click(line: Line) -> None:
    """Count a click on a result; without a line to count it on, it is lost."""
    _write(
        f"UPDATE {AskedQuery._meta.db_table} SET clicks = clicks + 1 "  # noqa: S608
        "WHERE day = %s AND language = %s AND key = %s AND filters = %s",
        _identity(line),
    )


def _identity(line: Line) -> list[dt.date | str]:
    return [line.day, line.language, line.key, line.filters]


def _write(sql: str, values: Sequence[dt.date | str | int]) -> None:
    """Do one atomic statement, if that can be done at once; a failure is logged, no more."""
    try:
        with _impatient(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except Error as error:
        logger.warning("A question or a click is not counted: %s", error)


@contextmanager
def _impatient() -> Iterator[None]:
    """Let SQLite, which has one writer at a time, wait for another a moment only."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def ticket_of(line: Line, entries: Iterable[int]) -> str:
    """Return what proves that a page showed ``entries`` for a question, with nobody's name."""
    content = [line.day.isoformat(), line.language, line.key, line.filters, sorted(set(entries))]
    return signing.dumps(content, salt=_SALT, compress=True)


def read_ticket(ticket: str, entry: int) -> Line | None:
    """Return the line on which to count a click on ``entry``; None when ``ticket`` proves nothing."""
    try:
        day, *asked, entries = signing.loads(ticket, salt=_SALT, max_age=_CLICKABLE)
    except signing.BadSignature:
        return None
    return Line(dt.date.fromisoformat(day), *asked) if entry in entries else None


def forget_old(at: dt.datetime) -> None:
    """Delete what was asked more than ``KEPT`` ago."""
    AskedQuery.objects.filter(day__lt=at.astimezone(PARIS).date() - KEPT).delete()

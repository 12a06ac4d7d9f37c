"""Posts that people bring in a table: from the texts of a row to what a page will say. Pure.

A column that the file does not have says nothing: it is None, and the page keeps what it has.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.enums import Channel
from portal.core.dates import Precision
from portal.core.markdown import addresses_within
from portal.core.tables import CellProblem, Table, TableRow, read_table

REQUIRED = ("slug", "kind", "title", "published_on")
OPTIONAL = ("summary", "body", "engagements", "sdgs", "tags", "channel", "language")
COLUMNS = (*REQUIRED, *OPTIONAL)
# Columns of the reports of rejected rows, which may be imported again once mended.
REPORT_COLUMNS = ("line", "reason")
MAX_TAG = 100
MAX_TAGS = 30
# The trace of what was imported keeps the slug with its language.
MAX_SLUG = 150
YEARS = range(1950, 2101)
MORNING = dt.time(8)

Value = TypeVar("Value")


class PostKind(models.TextChoices):
    """What a post becomes."""

    NEWS = "news", gettext_lazy("News")
    EVENT = "event", gettext_lazy("Event")
    STORY = "story", gettext_lazy("Story")
    PAGE = "page", gettext_lazy("Page")


# What communicators call the channels, beside the names that the portal keeps.
CHANNELS = {channel.value: channel for channel in Channel} | {"infographie": Channel.INFOGRAPHIC}


@dataclass(frozen=True, slots=True)
class When:
    """A date as precisely as the file gives it."""

    precision: Precision
    day: dt.date
    time: dt.time | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What one row asks for."""

    slug: str
    kind: PostKind
    title: str
    when: When
    language: str
    summary: str | None = None
    body: str | None = None
    engagements: tuple[int, ...] | None = None
    sdgs: tuple[int, ...] | None = None
    tags: tuple[str, ...] | None = None
    channel: Channel | None = None

    @property
    def key(self) -> str:
        """What tells this post from all others."""
        return f"{self.language}/{self.slug}"

    def digest(self, *, is_example: bool) -> str:
        """Return a mark that changes as soon as anything in the row does."""
        said = json.dumps([asdict(self), is_example], sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that does not make a post, with the reasons."""

    row: TableRow
    problems: Sequence[CellProblem]

    @property
    def reason(self) -> str:
        """The reasons in one text."""
        return " ".join(map(problem_in_words, self.problems))


@dataclass(slots=True)
class PostFile:
    """What a file asks for."""

    name: str
    columns: Sequence[str] = ()
    delimiter: str = ","
    posts: list[tuple[TableRow, Post]] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def problem_in_words(problem: CellProblem) -> str:
    """Say what is wrong, and in which column."""
    if not problem.column:
        return problem.reason
    return _("Column %(column)s: %(reason)s") % {
        "column": problem.column,
        "reason": problem.reason,
    }


def read_posts(path: Path, *, engagements: Collection[int], sdgs: Collection[int]) -> PostFile:
    """Read the posts of a file; ``engagements`` and ``sdgs`` are the numbers that exist.

    Raises:
        TableError: nothing can be read of it.

    """
    table = read_table(path, required=REQUIRED, optional=(*OPTIONAL, *REPORT_COLUMNS))
    file = PostFile(path.name, table.columns, table.delimiter, notes=_notes(table))
    lines: dict[str, int] = {}
    for row in table.rows:
        try:
            post = _Parser(row, engagements, sdgs).post()
            first = lines.setdefault(post.key, row.line)
            if first != row.line:
                reason = _("Line %(line)d has the same one already, in the same language.")
                raise BadRowError([CellProblem("slug", reason % {"line": first})])
        except BadRowError as error:
            file.rejected.append(RejectedRow(row, error.problems))
        else:
            file.posts.append((row, post))
    return file


def _notes(table: Table) -> list[str]:
    """Return what is to be said of the file; the columns of a report may be absent."""
    absent = [name for name in OPTIONAL if name not in table.columns]
    if absent:
        table.notes.append(
            _("Absent columns, of which nothing is changed: %(columns)s.")
            % {"columns": ", ".join(absent)}
        )
    return table.notes


class BadRowError(ValueError):
    """A row that does not make a post."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        super().__init__(" ".join(map(problem_in_words, problems)))
        self.problems = problems


class _BadCellError(ValueError):
    """A cell that does not say what its column expects."""


class _Parser:
    """Reads one row, and gathers all that is wrong with it."""

    def __init__(self, row: TableRow, engagements: Collection[int], sdgs: Collection[int]) -> None:
        self.row = row
        self.engagements = engagements
        self.sdgs = sdgs
        self.problems = list(row.problems)
        self.unreadable = {problem.column for problem in row.problems}

    def post(self) -> Post:
        """Return what the row asks for.

        Raises:
            BadRowError: with each thing that is wrong.

        """
        slug = self._needed("slug", _slug)
        kind = self._needed("kind", _kind)
        title = self._needed("title", str)
        when = self._needed("published_on", parse_when)
        language = self._given("language", _language)
        summary = self._given("summary", _line)
        body = self._given("body", str)
        engagements = self._given("engagements", lambda text: _numbers(text, self.engagements))
        sdgs = self._given("sdgs", lambda text: _numbers(text, self.sdgs))
        tags = self._given("tags", _tags)
        channel = self._given("channel", _channel)
        if when and kind and kind != PostKind.EVENT and not _is_a_day(when):
            reason = _("Only an event may be dated less precisely than to the day.")
            self.problems.append(CellProblem("published_on", reason))
        if self.problems or not (slug and kind and title and when):
            raise BadRowError(self.problems)
        return Post(
            slug=slug,
            kind=kind,
            title=_line(title),
            when=when,
            language=language or settings.LANGUAGE_CODE,
            summary=summary,
            body=body,
            engagements=engagements,
            sdgs=sdgs,
            tags=tags,
            channel=channel,
        )

    def _needed(self, column: str, read: Callable[[str], Value]) -> Value | None:
        if not self.row.cells.get(column) and column not in self.unreadable and self.row.cells:
            self.problems.append(CellProblem(column, _("It is missing.")))
            return None
        return self._given(column, read)

    def _given(self, column: str, read: Callable[[str], Value]) -> Value | None:
        text = self.row.cells.get(column)
        if text is None or column in self.unreadable:
            return None
        try:
            return read(text)
        except _BadCellError as error:
            self.problems.append(CellProblem(column, str(error)))
            return None


def _is_a_day(when: When) -> bool:
    return when.precision in (Precision.DAY, Precision.INSTANT)


def _line(text: str) -> str:
    return re.sub(r"\s*[\n\t]\s*", " ", text)


def _slug(text: str) -> str:
    if not re.fullmatch(r"[-a-z0-9_]+", text):
        raise _BadCellError(
            _("“%(text)s” is not made of small letters without accents, digits and hyphens.")
            % {"text": text[:60]}
        )
    if len(text) > MAX_SLUG:
        raise _BadCellError(
            _("Too long: %(length)d characters, %(limit)d at most.")
            % {"length": len(text), "limit": MAX_SLUG}
        )
    return text


def _one_of(text: str, known: Iterable[str]) -> _BadCellError:
    return _BadCellError(
        _("“%(text)s” is not known; it may be %(known)s.")
        % {"text": text[:60], "known": ", ".join(known)}
    )


def _kind(text: str) -> PostKind:
    try:
        return PostKind(text.casefold())
    except ValueError:
        raise _one_of(text, PostKind.values) from None


def _language(text: str) -> str:
    code = text.casefold() or settings.LANGUAGE_CODE
    known = [code for code, _name in settings.LANGUAGES]
    if code not in known:
        raise _one_of(text, known)
    return code


def _channel(text: str) -> Channel | None:
    if not text:
        return None
    if text.casefold() not in CHANNELS:
        raise _one_of(text, CHANNELS)
    return CHANNELS[text.casefold()]


def _parts(text: str, separators: str) -> Iterator[str]:
    for part in re.split(f"[{separators}\n]", text):
        if part.strip():
            yield part.strip()


def _numbers(text: str, known: Collection[int]) -> tuple[int, ...]:
    found: dict[int, None] = {}
    for part in _parts(text, ";,"):
        number = int(part) if re.fullmatch(r"[0-9]{1,4}", part) else -1
        if number not in known:
            raise _BadCellError(
                _("There is no number “%(text)s”; write numbers from %(first)d to %(last)d.")
                % {"text": part[:60], "first": min(known), "last": max(known)}
                if known
                else _("There is no number “%(text)s”.") % {"text": part[:60]}
            )
        found[number] = None
    return tuple(sorted(found))


def _tags(text: str) -> tuple[str, ...]:
    tags = {" ".join(tag.split()): None for tag in _parts(text, ";")}
    for tag in tags:
        if len(tag) > MAX_TAG:
            raise _BadCellError(
                _("Too long: %(length)d characters, %(limit)d at most.")
                % {"length": len(tag), "limit": MAX_TAG}
            )
    if len(tags) > MAX_TAGS:
        raise _BadCellError(_("There are more than %(n)d tags.") % {"n": MAX_TAGS})
    return tuple(tags)


DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"),
)
TIME = re.compile(r"(?P<hour>\d{1,2})[:hH](?P<minute>\d\d)(:00(\.0+)?)?")
MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)|(?P<month2>\d\d)/(?P<year2>\d{4})")
QUARTER = re.compile(r"(?P<year>\d{4})-[TQtq](?P<quarter>[1-4])")
YEAR = re.compile(r"(?P<year>\d{4})")


def parse_when(text: str) -> When:
    """Read a date as precisely as it is written, and no more.

    A day (``2024-11-07`` or ``07/11/2024``), with its time when it is known (``2024-11-07T09:30``),
    a month (``2024-11`` or ``11/2024``), a quarter (``2024-T4``) or a year (``2024``).

    Raises:
        ValueError: it is none of these.

    """
    try:
        when = _when(text)
    except ValueError:
        when = None
    if when is None or when.day.year not in YEARS:
        raise _BadCellError(
            _(
                "“%(text)s” is not a date: write 2024-11-07 or 07/11/2024, followed by T09:30 or "
                "by 09:30 when the time is known."
            )
            % {"text": text[:60]}
        )
    return when


def _when(text: str) -> When | None:
    date, _separator, time = text.strip().replace("T", " ").partition(" ")
    for pattern in DAYS:
        if found := pattern.fullmatch(date):
            day = dt.date(*(int(found[part]) for part in ("year", "month", "day")))
            if not time:
                return When(Precision.DAY, day)
            clock = TIME.fullmatch(time.strip())
            if clock is None:
                return None
            return When(Precision.INSTANT, day, dt.time(int(clock["hour"]), int(clock["minute"])))
    if found := MONTH.fullmatch(text):
        year, month = found["year"] or found["year2"], found["month"] or found["month2"]
        return When(Precision.MONTH, dt.date(int(year), int(month), 1))
    if found := QUARTER.fullmatch(text):
        first = int(found["quarter"]) * 3 - 2
        return When(Precision.QUARTER, dt.date(int(found["year"]), first, 1))
    if found := YEAR.fullmatch(text):
        return When(Precision.YEAR, dt.date(int(found["year"]), 1, 1))
    return None


def leads_within(post: Post) -> bool:
    """Say whether the text leads to other pages of the site, which had better exist before it."""
    return bool(post.body and addresses_within(post.body))

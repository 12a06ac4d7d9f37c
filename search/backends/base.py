"""What a search engine must do, and what those that live in the portal's database share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, F, FloatField, QuerySet
from django.db.models.expressions import RawSQL

from portal.core.visibility import Reader
from search.models import IndexEntry
from search.understanding import Concept

# How much a match counts by where it stands: title, tags, summary, body.
WEIGHTS = (10, 5, 4, 1)

# Where the terms of the entries are, on every database; the rows are the engine's alone.
TABLE = "search_fulltext"


@dataclass(frozen=True, slots=True)
class Document:
    """The terms of one entry, by where they stand."""

    entry_id: int
    title: Sequence[str]
    tags: Sequence[str]
    summary: Sequence[str]
    body: Sequence[str]


class Match(Enum):
    """How many of the concepts an entry must hold."""

    ALL = "AND"
    ANY = "OR"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an engine: an understood query, for this reader.

    Without concepts, everything matches.
    """

    user: Reader
    concepts: tuple[Concept, ...] = ()
    match: Match = Match.ALL
    language: str = ""
    kind: str = ""
    leave_out: tuple[int, ...] = ()


Tally = dict[tuple[str, str], int]
Entries = QuerySet[IndexEntry, Any]


class Engine(ABC):
    """An index of documents that answers questions."""

    name: str

    @abstractmethod
    def install(self, target: BaseDatabaseWrapper) -> None:
        """Create what the engine needs, if it is not there."""

    @abstractmethod
    def write(self, documents: Sequence[Document]) -> None:
        """Put ``documents`` in the index, in place of what it held under their numbers."""

    @abstractmethod
    def remove(self, entry_ids: Iterable[int]) -> None:
        """Take documents out of the index."""

    @abstractmethod
    def purge(self) -> None:
        """Take out what belongs to no entry any more."""

    @abstractmethod
    def tally(self, question: Question) -> Tally:
        """Count what answers ``question`` by language and kind, whatever its own two say."""

    @abstractmethod
    def hits(self, question: Question, *, offset: int = 0, limit: int = 10) -> list[int]:
        """Return the entries that answer ``question``, the best first."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Say whether the engine can answer."""


class DatabaseEngine(Engine):
    """An engine that lives in the portal's own database: index and content change together."""

    key: str

    @abstractmethod
    def expression(self, concepts: Sequence[Concept], match: Match) -> str:
        """Return the query in the engine's own language."""

    @abstractmethod
    def matching(self, entries: Entries, expression: str) -> Entries:
        """Keep the entries that the query matches."""

    @abstractmethod
    def score(self, concepts: Sequence[Concept]) -> RawSQL:
        """Return the rank of a matching entry: the higher, the better."""

    def remove(self, entry_ids: Iterable[int]) -> None:
        """Take documents out of the index."""
        rows = [(entry_id,) for entry_id in entry_ids]
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE {self.key} = %s", rows)  # noqa: S608

    def purge(self) -> None:
        """Take out what belongs to no entry any more."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {TABLE} WHERE {self.key} NOT IN "  # noqa: S608
                f"(SELECT id FROM {IndexEntry._meta.db_table})"
            )

    def tally(self, question: Question) -> Tally:
        """Count what answers ``question`` by language and kind."""
        rows = (
            self._answers(question).order_by().values_list("language", "kind").annotate(Count("pk"))
        )
        return {(language, kind): count for language, kind, count in rows}

    def hits(self, question: Question, *, offset: int = 0, limit: int = 10) -> list[int]:
        """Return the entries that answer ``question``, the best first, then the newest."""
        entries = self._answers(question)
        if question.language:
            entries = entries.filter(language=question.language)
        if question.kind:
            entries = entries.filter(kind=question.kind)
        if question.leave_out:
            entries = entries.exclude(pk__in=question.leave_out)
        order: list[Any] = [F("date").desc(nulls_last=True), "pk"]
        if question.concepts:
            entries = entries.annotate(score=self.score(question.concepts))
            order.insert(0, "-score")
        return list(entries.order_by(*order).values_list("pk", flat=True)[offset : offset + limit])

    def is_ready(self) -> bool:
        """Say whether the table is there and answers."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.key} FROM {TABLE} LIMIT 1")  # noqa: S608
            return True

    def _answers(self, question: Question) -> Entries:
        entries: Entries = IndexEntry.objects.visible_to(question.user)
        if question.concepts:
            entries = self.matching(entries, self.expression(question.concepts, question.match))
        return entries


def raw(sql: str, params: Sequence[Any] = ()) -> RawSQL:
    """Return an SQL expression that gives a number; only parameters come from readers."""
    return RawSQL(sql, params, output_field=FloatField())  # noqa: S611

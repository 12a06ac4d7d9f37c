"""What a search engine must do."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from django.db.backends.base.base import BaseDatabaseWrapper

from portal.core.visibility import Reader
from search import text
from search.models import IndexEntry
from search.understanding import Concept

# What editors put first scores more than any match can bring.
FIRST = 10_000.0

# How much an occurrence counts by where it stands: title, tags, summary, body. A term weighs the
# same wherever it stands: its occurrences are added up, then saturated.
WEIGHTS = (4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine keeps of one entry: its terms by where they stand, and its row."""

    row: IndexEntry
    facets: Mapping[str, Sequence[str]]
    group_ids: Sequence[int]
    title: Sequence[str]
    tags: Sequence[str]
    summary: Sequence[str]
    body: Sequence[str]

    @classmethod
    def of(
        cls, row: IndexEntry, facets: Mapping[str, Sequence[str]], group_ids: Sequence[int]
    ) -> "Document":
        """Return the document of an entry, for any engine."""
        return cls(
            row=row,
            facets=facets,
            group_ids=group_ids,
            title=text.terms(row.called),
            tags=text.terms(" / ".join(row.tags)),
            summary=text.terms(row.summary),
            body=text.terms(f"{row.body} / {row.dated}"),
        )


class Sort(Enum):
    """In which order entries are listed."""

    RELEVANCE = "relevance"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an engine: an understood query, for this reader.

    Attributes:
        token: the state of the index (``search.state``).
        concepts: without any, everything matches, the newest first.
        feedback: what the best entries speak of; it moves entries, and makes none an answer.
        filters: by facet, the values of which an entry must have one.
        counted: whether the facets are wanted too.
        first: numbers of the entries that answer whatever they hold, and come first by relevance.
        without: numbers of the entries that do not answer, whatever they hold.

    """

    user: Reader
    language: str
    token: uuid.UUID | None = None
    concepts: tuple[Concept, ...] = ()
    feedback: tuple[Concept, ...] = ()
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10
    counted: bool = True
    first: tuple[int, ...] = ()
    without: frozenset[int] = frozenset()

    @property
    def first_scores(self) -> dict[int, float]:
        """The scores of what comes first, in its order."""
        return {entry: FIRST - place for place, entry in enumerate(self.first)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine found.

    Attributes:
        entries: numbers of entries from ``offset`` on: those that hold all that is asked, the best
            first, then those that hold some of it.
        total: how many hold all that is asked.
        near: how many hold some of it only.
        facets: by facet, how many entries have each value, whatever that facet's own filter; of
            those that hold all that is asked, or if there is none, some of it.
        languages: how many entries in each language hold all that is asked.
        engine: name of the engine that answered.
        degraded: whether it answered in place of another, which is down.

    """

    entries: list[int]
    scores: list[float]
    total: int
    near: int
    facets: Mapping[str, Mapping[str, int]]
    languages: Mapping[str, int]
    engine: str = ""
    degraded: bool = False


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
    def follow(self, entry_ids: Iterable[int]) -> None:
        """Learn that the places of entries in the tree have changed, and nothing else of them."""

    @abstractmethod
    def catch_up(self) -> None:
        """Make up for what the engine missed, if it can miss anything."""

    @abstractmethod
    def search(self, question: Question) -> Answer:
        """Answer ``question``."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Say whether the engine can answer."""

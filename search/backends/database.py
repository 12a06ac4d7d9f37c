"""What the engines that live in the portal's own database share: index and content change together.

The database says which entries hold a term and how strongly; scores, rights, filters and counts
are worked out here, in memory, on arrays and on sets of bits (``search.snapshot``).
"""

import uuid
from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

import numpy as np
import numpy.typing as npt
from django.db import connection

from search import scoring
from search.models import IndexEntry, Term
from search.scoring import Held, Scores
from search.snapshot import Integers, Snapshot, integers, snapshot_of
from search.understanding import Concept

from .base import Answer, Engine, Question, Sort

# Where the terms of the entries are, on every database; the rows are the engine's alone.
TABLE = "search_fulltext"

# How many ways are looked for: databases limit how many queries make one.
_MAX_WAYS = 200
# A term that more entries hold is ranked by its place, title, tags or summary, no more by how often
# the body repeats it: reading that much would take longer than all the rest.
_FREQUENT = 1_000
# How many entries are remembered, over all ways, while the index is the same.
_MAX_REMEMBERED = 2_000_000

Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Postings:
    """The numbers of the entries that hold a way, and how strongly each does, from 0 to 1."""

    entries: Integers
    strengths: Scores

    def over(self, whole: Integers, strength: float) -> "Postings":
        """Return postings of all of ``whole``: those that are not in these have ``strength``."""
        others = np.setdiff1d(whole, self.entries, assume_unique=True)
        return Postings(
            np.concatenate([self.entries, others]),
            np.concatenate([self.strengths, np.full(len(others), strength)]),
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """What was read of the index in one state.

    Attributes:
        frequent: the terms that more than ``_FREQUENT`` entries of a language hold.

    """

    token: uuid.UUID | None
    frequent: frozenset[Terms]
    postings: dict[Terms, Postings] = field(default_factory=dict)

    @classmethod
    def of(cls, token: uuid.UUID | None) -> "Memory":
        """Return that of the state that ``token`` names (one query)."""
        terms = Term.objects.filter(documents__gt=_FREQUENT).values_list("text")
        return cls(token, frozenset(terms))


class DatabaseEngine(Engine):
    """Full-text search of the portal's database."""

    key: str

    def __init__(self) -> None:
        self._memory: Memory | None = None

    # What one occurrence in a body of average length is worth.
    body_strength: float

    @abstractmethod
    def ranked(self, index: int, terms: Terms, *, head: bool) -> tuple[str, list[str]]:
        """Return the query, and its values, that ranks who holds ``terms`` side by side.

        It gives one row, read many times faster than one row an entry: ``index``, 0, the numbers of
        the entries, and the rank of each. With ``head``, the body is left out.
        """

    @abstractmethod
    def whole(self, index: int, terms: Terms) -> tuple[str, list[str]]:
        """Return the query, and its values, that gives ``index``, 1, and all who hold ``terms``."""

    @abstractmethod
    def strengths(self, ranks: Integers, total: int) -> Scores:
        """Return how strongly entries hold a way, from 0 to 1, by the ranks that the database gave.

        Args:
            ranks: those of all the entries that hold it.
            total: number of entries of the index.

        """

    def postings(
        self, wanted: Sequence[Terms], frequent: Collection[Terms], total: int
    ) -> list[Postings]:
        """Return which entries hold each of ``wanted`` (one query).

        Args:
            wanted: terms, those of one item side by side.
            frequent: those that so many entries hold that only their place is to be ranked.
            total: number of entries of the index.

        """
        asked = []
        for index, terms in enumerate(wanted):
            asked.append(self.ranked(index, terms, head=terms in frequent))
            if terms in frequent:
                asked.append(self.whole(index, terms))
        ranked: dict[int, Postings] = {}
        whole: dict[int, Integers] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(sql for sql, _values in asked),
                [value for _sql, values in asked for value in values],
            )
            for index, is_whole, entries, ranks in cursor.fetchall():
                if is_whole:
                    whole[index] = integers(entries)
                else:
                    strengths = self.strengths(integers(ranks), total)
                    ranked[index] = Postings(integers(entries), strengths)
        return [
            ranked[index].over(whole[index], self.body_strength)
            if index in whole
            else ranked[index]
            for index in range(len(wanted))
        ]

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

    def follow(self, entry_ids: Iterable[int]) -> None:
        """Do nothing: places are read from the rows."""

    def catch_up(self) -> None:
        """Do nothing: what is in the database's own transactions misses nothing."""

    def is_ready(self) -> bool:
        """Say whether the table is there and answers."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.key} FROM {TABLE} LIMIT 1")  # noqa: S608
            return True

    def search(self, question: Question) -> Answer:
        """Answer ``question`` (two queries; three more after a change, to make the snapshot)."""
        snapshot = snapshot_of(question.token)
        visible = snapshot.visible_to(question.user)
        scores: Scores | None = None
        strict = some = visible
        if question.concepts:
            parts = self._parts(snapshot, [*question.concepts, *question.feedback])
            asked = parts[: len(question.concepts)]
            holding = [snapshot.bits_of(part > 0) for part in asked]
            some = visible & reduce(or_, holding, 0)
            required = [
                bits
                for concept, bits in zip(question.concepts, holding, strict=True)
                if concept.required
            ]
            strict = some & reduce(and_, required, -1)
            scores = reduce(np.add, parts)
            # What only resembles the best entries is near, when there is something to resemble.
            if question.feedback and some:
                some = visible & snapshot.bits_of(scores > 0)
            for entry, score in question.first_scores.items():
                scores[snapshot.places_of(np.array([entry]))[0]] = score
        without = snapshot.bits_of_entries(np.array(sorted(question.without), dtype=np.int64))
        first = snapshot.bits_of_entries(np.array(question.first, dtype=np.int64))
        strict = (strict | visible & first) & ~without
        some &= ~without
        spoken = snapshot.value("language", question.language)
        listed = snapshot.filtered(question.filters)
        answering, near = strict & spoken & listed, some & ~strict & spoken & listed
        counted = strict & spoken or some & spoken
        wanted = question.offset + question.limit
        by_score = scores if question.sort is Sort.RELEVANCE else None
        order = _first(snapshot, answering, by_score, wanted)
        if len(order) < wanted and near:
            others = _first(snapshot, near, by_score, wanted - len(order))
            order = np.concatenate([order, others])
        order = order[question.offset :]
        return Answer(
            entries=snapshot.ids[order].tolist(),
            scores=(np.zeros(len(order)) if scores is None else scores[order]).tolist(),
            total=answering.bit_count(),
            near=near.bit_count(),
            facets=snapshot.counts(counted, question.filters) if question.counted else {},
            languages=snapshot.language_counts(strict & listed),
            engine=self.name,
        )

    def _parts(self, snapshot: Snapshot, concepts: Sequence[Concept]) -> list[Scores]:
        """Return what each concept brings to each entry of ``snapshot``."""
        ways = list(dict.fromkeys(way.terms for concept in concepts for way in concept.ways))
        held = self._held(snapshot, ways[:_MAX_WAYS])
        nobody = Held(snapshot.ids[:0], np.zeros(0))
        return [
            scoring.concept_scores(
                concept, [held.get(way.terms, nobody) for way in concept.ways], len(snapshot)
            )
            for concept in concepts
        ]

    def _held(self, snapshot: Snapshot, wanted: Sequence[Terms]) -> Mapping[Terms, Held]:
        """Return who holds each of ``wanted``: asked once while the index is the same."""
        memory = self._memory
        if memory is None or memory.token != snapshot.token or snapshot.token is None:
            self._memory = memory = Memory.of(snapshot.token)
        known = memory.postings
        missing = [terms for terms in wanted if terms not in known]
        if missing:
            if sum(len(item.entries) for item in list(known.values())) > _MAX_REMEMBERED:
                known.clear()
            found = self.postings(missing, memory.frequent, len(snapshot))
            known |= dict(zip(missing, found, strict=True))
        held = {}
        for terms in wanted:
            positions, there = snapshot.places_of(known[terms].entries)
            held[terms] = Held(positions, known[terms].strengths[there])
        return held


def _first(snapshot: Snapshot, bits: int, scores: Scores | None, wanted: int) -> Integers:
    """Return the first ``wanted`` positions of ``bits``: the best, then the newest, come first."""
    positions = snapshot.positions_of(bits)
    keys: list[npt.NDArray[np.generic]] = [positions, -snapshot.days[positions]]
    if scores is not None:
        ranks = -np.round(scores[positions], 6)
        if len(ranks) > wanted:
            # Only those that can be among the first are put in order.
            able = ranks <= np.partition(ranks, wanted - 1)[wanted - 1]
            positions, ranks = positions[able], ranks[able]
            keys = [key[able] for key in keys]
        keys.append(ranks)
    return positions[np.lexsort(keys)][:wanted]

"""What the engines that live in the portal's own database share: index and content change together.

The database says which entries hold a term and how strongly; scores, rights, filters and counts
are worked out here, in memory, on sets of bits (``search.snapshot``).
"""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, or_

from django.db import connection

from search import scoring
from search.models import IndexEntry
from search.snapshot import Snapshot, snapshot_of
from search.understanding import Concept, Way

from .base import Answer, Engine, Question, Sort

# Where the terms of the entries are, on every database; the rows are the engine's alone.
TABLE = "search_fulltext"

# Limit of the terms of a compound query on SQLite.
_MAX_WAYS = 200


class DatabaseEngine(Engine):
    """Full-text search of the portal's database."""

    key: str

    @abstractmethod
    def held(self, ways: Sequence[Way], total: int) -> list[list[tuple[int, float]]]:
        """Return, for each way, the entries that hold it and how strongly, from 0 to 1.

        Args:
            ways: what is looked for.
            total: number of entries of the index.

        """

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
        """Answer ``question`` (one query; three more after a change, to make the snapshot)."""
        snapshot = snapshot_of(question.token)
        visible = snapshot.visible_to(question.user)
        scores: dict[int, float] = {}
        strict = some = visible
        if question.concepts:
            parts = self._parts([*question.concepts, *question.feedback], len(snapshot))
            asked = parts[: len(question.concepts)]
            holding = [snapshot.bits_of(part) for part in asked]
            some = visible & reduce(or_, holding, 0)
            required = [
                bits
                for concept, bits in zip(question.concepts, holding, strict=True)
                if concept.required
            ]
            strict = some & reduce(and_, required, -1)
            scores = scoring.add_up(parts) | question.first_scores
            # What only resembles the best entries is near, when there is something to resemble.
            if question.feedback and some:
                some = visible & snapshot.bits_of(scores)
        without = snapshot.bits_of(question.without)
        strict = (strict | visible & snapshot.bits_of(question.first)) & ~without
        some &= ~without
        spoken = snapshot.value("language", question.language)
        listed = snapshot.filtered(question.filters)
        answering, near = strict & spoken & listed, some & ~strict & spoken & listed
        counted = strict & spoken or some & spoken
        order = self._ordered(snapshot, answering, scores, question.sort)
        wanted = question.offset + question.limit
        if len(order) < wanted and near:
            order += self._ordered(snapshot, near, scores, question.sort)
        entries = order[question.offset : wanted]
        return Answer(
            entries=entries,
            scores=[scores.get(entry, 0.0) for entry in entries],
            total=answering.bit_count(),
            near=near.bit_count(),
            facets=snapshot.counts(counted, question.filters) if question.counted else {},
            languages=snapshot.language_counts(strict & listed),
            engine=self.name,
        )

    def _parts(self, concepts: Sequence[Concept], total: int) -> list[dict[int, float]]:
        """Return what each concept brings to each entry."""
        ways = [way for concept in concepts for way in concept.ways][:_MAX_WAYS]
        held = self.held(ways, total) if ways else []
        held += [[] for _ in range(sum(len(concept.ways) for concept in concepts) - len(held))]
        parts = []
        for concept in concepts:
            mine, held = held[: len(concept.ways)], held[len(concept.ways) :]
            parts.append(scoring.concept_scores(concept, mine, total))
        return parts

    @staticmethod
    def _ordered(snapshot: Snapshot, bits: int, scores: dict[int, float], sort: Sort) -> list[int]:
        """Return the entries of ``bits``, the best first, then the newest."""
        entries = snapshot.entries_of(bits)
        if sort is Sort.RELEVANCE and scores:
            return sorted(
                entries,
                key=lambda entry: (-round(scores.get(entry, 0.0), 6), -snapshot.day(entry), entry),
            )
        return sorted(entries, key=lambda entry: (-snapshot.day(entry), entry))

"""PostgreSQL: text search vectors, ranked by rarity of the term times its place in the text."""

from collections.abc import Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from search.models import IndexEntry
from search.understanding import Concept

from .base import TABLE, WEIGHTS, DatabaseEngine, Document, Entries, Match, raw

# Limits of a text search vector.
_MAX_POSITION = 16_383
_MAX_TERMS = 30_000

# Where the rank of a concept reaches half of what it can bring: chosen on judged queries, on which
# it puts PostgreSQL level with the BM25 of SQLite.
_SATURATION = 0.15


class PostgresqlEngine(DatabaseEngine):
    """Full-text search of PostgreSQL."""

    name = "postgresql"
    key = "entry_id"

    def install(self, target: BaseDatabaseWrapper) -> None:
        """Create the table of vectors and its index."""
        with target.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {TABLE} "
                "(entry_id bigint PRIMARY KEY, vector tsvector NOT NULL)"
            )
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {TABLE}_vector ON {TABLE} USING gin (vector)"
            )

    def write(self, documents: Sequence[Document]) -> None:
        """Put ``documents`` in the index."""
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE}(entry_id, vector) VALUES (%s, %s::tsvector) "  # noqa: S608
                "ON CONFLICT (entry_id) DO UPDATE SET vector = EXCLUDED.vector",
                [(document.entry_id, _vector(document)) for document in documents],
            )

    def expression(self, concepts: Sequence[Concept], match: Match) -> str:
        """Return a text search query."""
        operator = " & " if match is Match.ALL else " | "
        return operator.join(f"({_ways(concept)})" for concept in concepts)

    def matching(self, entries: Entries, expression: str) -> Entries:
        """Keep the entries that the query matches."""
        table = IndexEntry._meta.db_table
        return entries.extra(  # noqa: S610
            tables=[TABLE],
            where=[f"{TABLE}.entry_id = {table}.id", f"{TABLE}.vector @@ %s::tsquery"],
            params=[expression],
        )

    def score(self, concepts: Sequence[Concept]) -> RawSQL:
        """Return the sum over concepts of rarity times rank.

        ``ts_rank`` of one concept weighs the place of its occurrences, each further one counting
        less; it knows nothing of rarity, divides by the number of ways to write the concept (undone
        here), and lets a word of the title outweigh any number of others. As in BM25, what a
        concept can bring is therefore saturated: r / (r + k), times its rarity.
        """
        top = WEIGHTS[0]
        weights = ", ".join(str(weight / top) for weight in reversed(WEIGHTS))
        parts, params = [], []
        for concept in concepts:
            ways = len(concept.terms) + len(concept.phrases)
            rank = f"ts_rank('{{{weights}}}', {TABLE}.vector, %s::tsquery)"
            parts.append(f"%s * (1 - {_SATURATION} / ({_SATURATION} + %s * {rank}))")
            params += [concept.rarity, ways, _ways(concept)]
        return raw(" + ".join(parts), params)


def _ways(concept: Concept) -> str:
    ways = [f"'{term}'" for term in concept.terms]
    ways += ["(" + " <-> ".join(f"'{term}'" for term in phrase) + ")" for phrase in concept.phrases]
    return " | ".join(ways)


def _vector(document: Document) -> str:
    places: dict[str, list[str]] = {}
    position = 0
    fields = zip(
        "ABCD", (document.title, document.tags, document.summary, document.body), strict=True
    )
    for letter, terms in fields:
        position += 1  # so that no phrase runs from one field into the next
        for term in terms[:_MAX_TERMS]:
            position = min(position + 1, _MAX_POSITION)
            places.setdefault(term, []).append(f"{position}{letter}")
    return " ".join(f"'{term}':{','.join(where[:255])}" for term, where in places.items())

"""PostgreSQL: text search vectors, in which the place of a term is a weight."""

from collections.abc import Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from search.understanding import Way

from .base import WEIGHTS, Document
from .database import TABLE, DatabaseEngine

# Limits of a text search vector.
_MAX_POSITION = 16_383
_MAX_TERMS = 30_000

# Where a rank reaches half of what it can bring: chosen on judged queries, on which it puts
# PostgreSQL level with the BM25 of SQLite.
_SATURATION = 0.3
_PLACES = "{" + ", ".join(str(weight / WEIGHTS[0]) for weight in reversed(WEIGHTS)) + "}"


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
                [(document.row.pk, _vector(document)) for document in documents],
            )

    def held(self, ways: Sequence[Way], total: int) -> list[list[tuple[int, float]]]:
        """Return the entries that hold each way, by ``ts_rank``, saturated (one query).

        ``ts_rank`` of one term weighs its occurrences by their place, each further one for less;
        it knows nothing of rarity.
        """
        sql = " UNION ALL ".join(
            f"SELECT {index}, entry_id, ts_rank('{_PLACES}', vector, %s::tsquery) "  # noqa: S608
            f"FROM {TABLE} WHERE vector @@ %s::tsquery"
            for index in range(len(ways))
        )
        queries = [" <-> ".join(f"'{term}'" for term in way.terms) for way in ways]
        found: list[list[tuple[int, float]]] = [[] for _ in ways]
        with connection.cursor() as cursor:
            cursor.execute(sql, [query for query in queries for _twice in range(2)])
            for index, entry, rank in cursor.fetchall():
                found[index].append((entry, rank / (rank + _SATURATION)))
        return found


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

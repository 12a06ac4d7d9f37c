"""PostgreSQL: text search vectors, in which the place of a term is a weight."""

import math
from collections.abc import Sequence
from dataclasses import replace

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from search.scoring import Scores
from search.snapshot import Integers

from .base import WEIGHTS, Document
from .database import TABLE, DatabaseEngine, Terms

# Limits of a text search vector.
_MAX_POSITION = 16_383
_MAX_TERMS = 30_000

# Where a rank reaches half of what it can bring: chosen on judged queries, on which it puts
# PostgreSQL level with the BM25 of SQLite.
_SATURATION = 0.3
_PLACES = "{" + ", ".join(str(weight / WEIGHTS[0]) for weight in reversed(WEIGHTS)) + "}"
# What ``ts_rank`` gives one occurrence in a body: it divides by the sum of the inverse squares.
_BODY_RANK = WEIGHTS[3] / WEIGHTS[0] / (math.pi**2 / 6)
# Ranks are written as whole numbers of this unit.
_UNIT = 1e6
_RANKED = (
    "SELECT {index}, 0, string_agg(entry_id::text, ','), string_agg(rank::text, ',') "  # noqa: S608
    f"FROM (SELECT entry_id, round({_UNIT:.0f} * ts_rank(%s::real[], {{vector}}, %s::tsquery)) "
    f"AS rank FROM {TABLE} WHERE {{vector}} @@ %s::tsquery) AS ranked"
)
_WHOLE = (
    "SELECT {index}, 1, string_agg(entry_id::text, ','), NULL "  # noqa: S608
    f"FROM {TABLE} WHERE vector @@ %s::tsquery"
)


class PostgresqlEngine(DatabaseEngine):
    """Full-text search of PostgreSQL."""

    name = "postgresql"
    key = "entry_id"
    body_strength = _BODY_RANK / (_BODY_RANK + _SATURATION)

    def install(self, target: BaseDatabaseWrapper) -> None:
        """Create the table of vectors, and their indexes.

        The terms of the title, tags and summary are kept once more by themselves: so little is read
        many times faster than the vector of the whole.
        """
        with target.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS {TABLE} "
                "(entry_id bigint PRIMARY KEY, vector tsvector NOT NULL)"
            )
            cursor.execute(
                f"ALTER TABLE {TABLE} "
                "ADD COLUMN IF NOT EXISTS head tsvector NOT NULL DEFAULT ''::tsvector"
            )
            for column in ("vector", "head"):
                cursor.execute(
                    f"CREATE INDEX IF NOT EXISTS {TABLE}_{column} ON {TABLE} USING gin ({column})"
                )
                # What was just written would be read row by row until the next vacuum.
                cursor.execute(f"ALTER INDEX {TABLE}_{column} SET (fastupdate = off)")

    def write(self, documents: Sequence[Document]) -> None:
        """Put ``documents`` in the index."""
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE}(entry_id, vector, head) "  # noqa: S608
                "VALUES (%s, %s::tsvector, %s::tsvector) ON CONFLICT (entry_id) "
                "DO UPDATE SET vector = EXCLUDED.vector, head = EXCLUDED.head",
                [
                    (document.row.pk, _vector(document), _vector(replace(document, body=())))
                    for document in documents
                ],
            )

    def ranked(self, index: int, terms: Terms, *, head: bool) -> tuple[str, list[str]]:
        """Return the query that ranks who holds ``terms``, by ``ts_rank``.

        It weighs the occurrences of a term by their place, each further one for less; it knows
        nothing of rarity.
        """
        query = _query(terms)
        sql = _RANKED.format(index=index, vector="head" if head else "vector")
        return sql, [_PLACES, query, query]

    def whole(self, index: int, terms: Terms) -> tuple[str, list[str]]:
        """Return the query that gives all who hold ``terms``."""
        return _WHOLE.format(index=index), [_query(terms)]

    def strengths(self, ranks: Integers, total: int) -> Scores:
        """Return ``ts_rank``, saturated."""
        rank = ranks / _UNIT
        return rank / (rank + _SATURATION)


def _query(terms: Terms) -> str:
    return " <-> ".join(f"'{term}'" for term in terms)


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

"""SQLite: its own full-text index, FTS5, and its BM25."""

import math
from collections.abc import Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from search.understanding import Way

from .base import WEIGHTS, Document
from .database import TABLE, DatabaseEngine

# FTS5's BM25 has k1 = 1.2: what a term brings tends to 2.2 times its rarity.
_CEILING = 2.2
# And its rarity is at least this.
_FLOOR = 1e-6
_RANK = f"bm25({TABLE}, {', '.join(map(str, WEIGHTS))})"


class SqliteEngine(DatabaseEngine):
    """Full-text search of SQLite."""

    name = "sqlite"
    key = "rowid"

    def install(self, target: BaseDatabaseWrapper) -> None:
        """Create the full-text table.

        It depends on no trigger: a migration that rebuilds the table of entries, as SQLite needs
        for many alterations, leaves it whole.
        """
        with target.cursor() as cursor:
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5("
                "title, tags, summary, body, "
                "tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")"
            )

    def write(self, documents: Sequence[Document]) -> None:
        """Put ``documents`` in the index."""
        self.remove(document.row.pk for document in documents)
        rows = [
            (
                document.row.pk,
                " ".join(document.title),
                " ".join(document.tags),
                " ".join(document.summary),
                " ".join(document.body),
            )
            for document in documents
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE}(rowid, title, tags, summary, body) "  # noqa: S608
                "VALUES (%s, %s, %s, %s, %s)",
                rows,
            )

    def held(self, ways: Sequence[Way], total: int) -> list[list[tuple[int, float]]]:
        """Return the entries that hold each way, by BM25 without its rarity (one query).

        Every term is quoted, so that no operator can come from a reader.
        """
        sql = " UNION ALL ".join(
            f"SELECT {index}, rowid, {_RANK} FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608
            for index in range(len(ways))
        )
        found: list[list[tuple[int, float]]] = [[] for _ in ways]
        with connection.cursor() as cursor:
            cursor.execute(sql, [f'"{" ".join(way.terms)}"' for way in ways])
            for index, entry, rank in cursor.fetchall():
                found[index].append((entry, rank))
        return [
            [(entry, rank / ceiling) for entry, rank in rows]
            for rows in found
            for ceiling in [-_CEILING * _rarity(len(rows), total)]
        ]


def _rarity(holding: int, total: int) -> float:
    """Return what FTS5 multiplies by, to take it out: ``scoring`` weighs rarity by concept."""
    odds = (total - holding + 0.5) / (holding + 0.5)
    return max(math.log(odds), _FLOOR) if odds > 0 else _FLOOR

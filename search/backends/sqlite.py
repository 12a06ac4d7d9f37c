"""SQLite: its own full-text index, FTS5, and its BM25."""

import math
from collections.abc import Collection, Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from search.snapshot import Integers, integers

from .base import WEIGHTS, Document
from .database import TABLE, DatabaseEngine, Postings, Terms

# FTS5's BM25 has k1 = 1.2: what a term brings tends to 2.2 times its rarity.
_CEILING = 2.2
# And its rarity is at least this.
_FLOOR = 1e-6
# What BM25 gives one occurrence in a body of average length.
_BODY_STRENGTH = 1 / _CEILING
# Ranks are written as whole numbers of this unit: the least that BM25 gives is then still one.
_UNIT = 1e12
# One row a way, which is read many times faster than one row an entry.
_RANKED = (
    "SELECT {index}, 0, group_concat(entry), group_concat(rank) FROM ("  # noqa: S608
    f"SELECT rowid AS entry, CAST(-{_UNIT} * bm25({TABLE}, {', '.join(map(str, WEIGHTS))}) AS int) "
    f"AS rank FROM {TABLE} WHERE {TABLE} MATCH %s LIMIT -1)"
)
_WHOLE = f"SELECT {{index}}, 1, group_concat(rowid), NULL FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608
_HEAD = "{title tags summary} : "


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

    def postings(
        self, wanted: Sequence[Terms], frequent: Collection[Terms], total: int
    ) -> list[Postings]:
        """Return which entries hold each of ``wanted``, by BM25 without its rarity (one query).

        Every term is quoted, so that no operator can come from a reader.
        """
        parts, values = [], []
        for index, terms in enumerate(wanted):
            phrase = f'"{" ".join(terms)}"'
            parts.append(_RANKED.format(index=index))
            values.append(f"{_HEAD}{phrase}" if terms in frequent else phrase)
            if terms in frequent:
                parts.append(_WHOLE.format(index=index))
                values.append(phrase)
        ranked: dict[int, Postings] = {}
        whole: dict[int, Integers] = {}
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for index, is_whole, entries, ranks in cursor.fetchall():
                found = integers(entries)
                if is_whole:
                    whole[index] = found
                    continue
                ceiling = _CEILING * _rarity(len(found), total) * _UNIT
                ranked[index] = Postings(found, integers(ranks) / ceiling)
        return [
            ranked[index].over(whole[index], _BODY_STRENGTH) if index in whole else ranked[index]
            for index in range(len(wanted))
        ]


def _rarity(holding: int, total: int) -> float:
    """Return what FTS5 multiplies by, to take it out: ``scoring`` weighs rarity by concept."""
    odds = (total - holding + 0.5) / (holding + 0.5)
    return max(math.log(odds), _FLOOR) if odds > 0 else _FLOOR

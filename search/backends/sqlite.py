"""SQLite: its own full-text index, FTS5, and its BM25."""

import math
from collections.abc import Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from search.scoring import Scores
from search.snapshot import Integers

from .base import WEIGHTS, Document
from .database import TABLE, DatabaseEngine, Terms

# FTS5's BM25 has k1 = 1.2: what a term brings tends to 2.2 times its rarity.
_CEILING = 2.2
# And its rarity is at least this.
_FLOOR = 1e-6
# Ranks are written as whole numbers of this unit: the least that BM25 gives is then still one.
_UNIT = 1e12
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
    body_strength = 1 / _CEILING

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

    def ranked(self, index: int, terms: Terms, *, head: bool) -> tuple[str, list[str]]:
        """Return the query that ranks who holds ``terms``, by BM25."""
        phrase = _phrase(terms)
        return _RANKED.format(index=index), [f"{_HEAD}{phrase}" if head else phrase]

    def whole(self, index: int, terms: Terms) -> tuple[str, list[str]]:
        """Return the query that gives all who hold ``terms``."""
        return _WHOLE.format(index=index), [_phrase(terms)]

    def strengths(self, ranks: Integers, total: int) -> Scores:
        """Return BM25 without its rarity."""
        return ranks / (_CEILING * _rarity(len(ranks), total) * _UNIT)


def _phrase(terms: Terms) -> str:
    """Return ``terms`` side by side, quoted, so that no operator can come from a reader."""
    return f'"{" ".join(terms)}"'


def _rarity(holding: int, total: int) -> float:
    """Return what FTS5 multiplies by, to take it out: ``scoring`` weighs rarity by concept."""
    odds = (total - holding + 0.5) / (holding + 0.5)
    return max(math.log(odds), _FLOOR) if odds > 0 else _FLOOR

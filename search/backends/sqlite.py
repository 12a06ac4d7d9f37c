"""SQLite: its own full-text index, FTS5, ranked by BM25."""

from collections.abc import Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from search.models import IndexEntry
from search.understanding import Concept

from .base import TABLE, WEIGHTS, DatabaseEngine, Document, Entries, Match, raw


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
        self.remove(document.entry_id for document in documents)
        rows = [
            (
                document.entry_id,
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

    def expression(self, concepts: Sequence[Concept], match: Match) -> str:
        """Return an FTS5 query: every term is quoted, so no operator can come from a reader."""
        groups = []
        for concept in concepts:
            ways = [f'"{term}"' for term in concept.terms]
            ways += [f'"{" ".join(phrase)}"' for phrase in concept.phrases]
            groups.append(f"({' OR '.join(ways)})")
        return f" {match.value} ".join(groups)

    def matching(self, entries: Entries, expression: str) -> Entries:
        """Keep the entries that the query matches."""
        table = IndexEntry._meta.db_table
        return entries.extra(  # noqa: S610
            tables=[TABLE],
            where=[f"{TABLE}.rowid = {table}.id", f"{TABLE} MATCH %s"],
            params=[expression],
        )

    def score(self, concepts: Sequence[Concept]) -> RawSQL:
        """Return BM25, of which FTS5 makes the best match the lowest number."""
        return raw(f"-bm25({TABLE}, {', '.join(map(str, WEIGHTS))})")

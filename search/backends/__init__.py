"""The engine in use."""

from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from .base import Answer, Document, Engine, Question, Sort
from .postgresql import PostgresqlEngine
from .sqlite import SqliteEngine

__all__ = ["Answer", "Document", "Engine", "Question", "Sort", "get_engine"]

ENGINES: dict[str, type[Engine]] = {"sqlite": SqliteEngine, "postgresql": PostgresqlEngine}


@cache
def get_engine() -> Engine:
    """Return the engine that goes with the database.

    Raises:
        ImproperlyConfigured: the database is neither SQLite nor PostgreSQL.

    """
    try:
        return ENGINES[connection.vendor]()
    except KeyError:
        raise ImproperlyConfigured(
            f"Search works on {' and '.join(ENGINES)}, not on {connection.vendor}"
        ) from None

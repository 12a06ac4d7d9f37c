"""The engine in use."""

import datetime as dt
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from .base import WEIGHTS, Answer, Document, Engine, Question, Sort
from .elasticsearch import ElasticsearchEngine
from .postgresql import PostgresqlEngine
from .sqlite import SqliteEngine

__all__ = ["WEIGHTS", "Answer", "Document", "Engine", "Question", "Sort", "catch_up", "get_engine"]

ENGINES: dict[str, type[Engine]] = {"sqlite": SqliteEngine, "postgresql": PostgresqlEngine}


@cache
def get_engine() -> Engine:
    """Return the engine that goes with the settings: a cluster's if there is one, or the database's.

    Raises:
        ImproperlyConfigured: the database is neither SQLite nor PostgreSQL.

    """
    try:
        engine = ENGINES[connection.vendor]()
    except KeyError:
        raise ImproperlyConfigured(
            f"Search works on {' and '.join(ENGINES)}, not on {connection.vendor}"
        ) from None
    if settings.ELASTICSEARCH_URL:
        return ElasticsearchEngine(
            settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX, engine
        )
    return engine


def catch_up(_at: dt.datetime) -> None:
    """Let the engine, and the index of the admin, make up for what they missed."""
    engine = get_engine()
    engine.catch_up()
    if isinstance(engine, ElasticsearchEngine) and not engine.breaker.is_open:
        from . import admin

        admin.mend()

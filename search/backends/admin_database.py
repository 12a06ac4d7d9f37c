"""The admin's own search and choosers on the portal's database: Wagtail's backends, in French."""

from typing import Any

from django.db import connection
from modelsearch.backends import database


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that modelsearch looks for
    """Return the backend that goes with the database.

    It is brought up to date entry by entry: nothing is emptied, and no lock stops the editors.
    """
    params = {"ATOMIC_REBUILD": False, **params}
    if connection.vendor == "postgresql":
        from .admin_postgresql import FrenchPostgresqlBackend

        return FrenchPostgresqlBackend(params)
    stock = database.SearchBackend(params)
    if connection.vendor == "sqlite" and database.USE_SQLITE_FTS:
        from .admin_sqlite import FrenchSqliteBackend

        return FrenchSqliteBackend(params)
    return stock

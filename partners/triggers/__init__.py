"""Database triggers that keep published charters, agreements and evidence as they are, whoever writes.

``charters``, ``agreements`` and ``evidence`` hold the rules. On SQLite, rebuilding a table (what ``AlterField`` does)
drops its triggers silently, and a trigger that names a table being rebuilt stops the migration: they
are therefore taken off before each ``migrate`` and put back, and checked, after it.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from . import agreements, charters, evidence
from .charters import TEXTS, VERSIONS

__all__ = ["TEXTS", "VERSIONS", "install_triggers", "missing_triggers", "suspended_triggers"]

# Each names its TABLES, and the triggers of each kind of database: name to (table, statement).
RULES: tuple[ModuleType, ...] = (charters, evidence, agreements)


# What PostgreSQL keeps of the triggers that always fire, whatever the columns and the rows.
_IN_PLACE = """
SELECT tgname, tgrelid::regclass::text, tgtype, prosrc
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgqual IS NULL AND tgattr = ''
"""
_FIRES = {
    "ROW": 1,
    "STATEMENT": 0,
    "BEFORE": 2,
    "INSERT": 4,
    "DELETE": 8,
    "UPDATE": 16,
    "TRUNCATE": 32,
}
_STATEMENT = re.compile(
    r"BEFORE (?P<events>[A-Z ]+) ON .* FOR EACH (?P<each>[A-Z]+) EXECUTE FUNCTION (?P<function>\w+)"
)
_BODY = re.compile(r"FUNCTION (\w+)\(\).*?\$\$(.*?)\$\$", re.DOTALL)


def _rules(connection: BaseDatabaseWrapper) -> Iterator[ModuleType]:
    """Return the rules whose tables exist: a migration may stop before some are created."""
    existing = set(connection.introspection.table_names())
    return (rules for rules in RULES if set(rules.TABLES) <= existing)


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Return the table and the statement of each trigger, by its name."""
    found: dict[str, tuple[str, str]] = {}
    for rules in _rules(connection):
        is_postgresql = connection.vendor == "postgresql"
        found |= rules.POSTGRESQL_TRIGGERS if is_postgresql else rules.sqlite_triggers()
    return found


def install_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put the triggers in place, in their present form."""
    connection = connections[using]
    remove_triggers(using)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for rules in _rules(connection):
                cursor.execute(rules.POSTGRESQL_FUNCTIONS)
        for _table, statement in _triggers(connection).values():
            cursor.execute(statement)


def remove_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the triggers off."""
    connection = connections[using]
    triggers = _triggers(connection)
    with connection.cursor() as cursor:
        for name, (table, _statement) in triggers.items():
            of_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{of_table}")


def _as_kept(table: str, statement: str, bodies: dict[str, str]) -> tuple[str, int, str]:
    """Return what PostgreSQL keeps of a trigger: its table, when it fires, what it does."""
    made = _STATEMENT.search(statement)
    if made is None:
        raise ValueError(f"not the statement of a trigger: {statement}")
    fires = sum(_FIRES[event] for event in ("BEFORE", *made["events"].split(" OR "), made["each"]))
    return table, fires, bodies[made["function"]]


def missing_triggers(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of the triggers that are absent, or not in their present form."""
    connection = connections[using]
    triggers = _triggers(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_IN_PLACE)
            found = {row[0]: row[1:] for row in cursor.fetchall()}
            bodies = dict(
                body
                for rules in _rules(connection)
                for body in _BODY.findall(rules.POSTGRESQL_FUNCTIONS)
            )
            return [
                name
                for name, (table, sql) in triggers.items()
                if found.get(name) != _as_kept(table, sql, bodies)
            ]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        stored = dict(cursor.fetchall())
        return [name for name, (_table, sql) in triggers.items() if stored.get(name) != sql]


@contextmanager
def suspended_triggers(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let charters and evidence be erased, for tests that empty the database between them.

    Nothing in the application calls it.
    """
    remove_triggers(using)
    try:
        yield
    finally:
        install_triggers(using)


def before_migrate(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    """Clear the way for migrations that rebuild a table."""
    if sender.name == "partners" and connections[using].vendor == "sqlite":
        remove_triggers(using)


def after_migrate(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    """Put the triggers back.

    Raises:
        RuntimeError: they are not there afterwards.

    """
    if sender.name != "partners":
        return
    install_triggers(using)
    if missing := missing_triggers(using):
        raise RuntimeError(
            f"triggers that protect charters and evidence are missing: {', '.join(missing)}"
        )


def check_triggers(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """Say whether a database lacks what protects charters and evidence (``check --database``).

    No error: ``migrate``, which puts the triggers back, begins with the same checks.
    """
    return [
        CheckWarning(
            f"Triggers that protect charters and evidence are missing: {', '.join(missing)}",
            hint="Run manage.py migrate.",
            id="partners.W001",
        )
        for using in databases or ()
        if (missing := missing_triggers(using))
    ]

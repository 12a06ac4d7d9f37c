"""Database triggers that keep published charters as they are, whoever writes to the database.

On SQLite, rebuilding a table (what ``AlterField`` does) drops its triggers silently, and a trigger
that names a table being rebuilt stops the migration: they are therefore taken off before each
``migrate`` and put back, and checked, after it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

VERSIONS = "partners_charterversion"
TEXTS = "partners_chartertext"
FROZEN_VERSION = "a published charter version never changes"
FROZEN_TEXT = "the text of a published charter version never changes"

# What may still change in a published version, and only to supersede it.
MAY_END = ("status", "valid_until")


def _version_columns() -> list[str]:
    from partners.models import CharterVersion

    return [field.column for field in CharterVersion._meta.concrete_fields]


def _sqlite_triggers() -> dict[str, str]:
    same = " AND ".join(
        f'NEW."{column}" IS OLD."{column}"'
        for column in _version_columns()
        if column not in MAY_END
    )
    ends = (
        "(NEW.status IS OLD.status AND NEW.valid_until IS OLD.valid_until) OR "
        "(OLD.status = 'published' AND NEW.status = 'superseded' AND NEW.valid_until IS NOT NULL)"
    )

    def frozen(row: str) -> str:
        return (
            f"EXISTS (SELECT 1 FROM {VERSIONS} WHERE id = {row}.version_id AND status <> 'draft')"  # noqa: S608
        )

    stored = f"EXISTS (SELECT 1 FROM {VERSIONS} WHERE id = NEW.id AND status <> 'draft')"  # noqa: S608
    rules = {
        f"{VERSIONS}_insert": (VERSIONS, "INSERT", stored, FROZEN_VERSION),
        f"{VERSIONS}_update": (
            VERSIONS,
            "UPDATE",
            f"OLD.status <> 'draft' AND NOT (({ends}) AND {same})",
            FROZEN_VERSION,
        ),
        f"{VERSIONS}_delete": (VERSIONS, "DELETE", "OLD.status <> 'draft'", FROZEN_VERSION),
        f"{TEXTS}_insert": (TEXTS, "INSERT", frozen("NEW"), FROZEN_TEXT),
        f"{TEXTS}_update": (TEXTS, "UPDATE", f"{frozen('OLD')} OR {frozen('NEW')}", FROZEN_TEXT),
        f"{TEXTS}_delete": (TEXTS, "DELETE", frozen("OLD"), FROZEN_TEXT),
    }
    return {
        f"{name}_frozen": (
            f"CREATE TRIGGER {name}_frozen BEFORE {event} ON {table} FOR EACH ROW "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        for name, (table, event, condition, message) in rules.items()
    }


POSTGRESQL_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION {VERSIONS}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.status <> 'draft' THEN
      RAISE EXCEPTION '{FROZEN_VERSION}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.status <> 'draft' AND NEW IS DISTINCT FROM OLD AND NOT (
    OLD.status = 'published' AND NEW.status = 'superseded' AND NEW.valid_until IS NOT NULL
    AND to_jsonb(NEW) - 'status' - 'valid_until' = to_jsonb(OLD) - 'status' - 'valid_until'
  ) THEN
    RAISE EXCEPTION '{FROZEN_VERSION}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION {TEXTS}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP <> 'INSERT' AND EXISTS (
        SELECT 1 FROM {VERSIONS} WHERE id = OLD.version_id AND status <> 'draft'))
     OR (TG_OP <> 'DELETE' AND EXISTS (
        SELECT 1 FROM {VERSIONS} WHERE id = NEW.version_id AND status <> 'draft')) THEN
    RAISE EXCEPTION '{FROZEN_TEXT}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;
"""  # noqa: S608
POSTGRESQL_TRIGGERS = {
    f"{VERSIONS}_frozen": (
        f"CREATE TRIGGER {VERSIONS}_frozen BEFORE UPDATE OR DELETE ON {VERSIONS} "
        f"FOR EACH ROW EXECUTE FUNCTION {VERSIONS}_frozen()"
    ),
    f"{TEXTS}_frozen": (
        f"CREATE TRIGGER {TEXTS}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {TEXTS} "
        f"FOR EACH ROW EXECUTE FUNCTION {TEXTS}_frozen()"
    ),
}


def _tables_exist(connection: BaseDatabaseWrapper) -> bool:
    return {VERSIONS, TEXTS} <= set(connection.introspection.table_names())


def install_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put the triggers in place, in their present form."""
    connection = connections[using]
    remove_triggers(using)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTIONS)
            statements = list(POSTGRESQL_TRIGGERS.values())
        else:
            statements = list(_sqlite_triggers().values())
        for statement in statements:
            cursor.execute(statement)


def remove_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the triggers off."""
    connection = connections[using]
    if not _tables_exist(connection):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in POSTGRESQL_TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {name.removesuffix('_frozen')}")
        else:
            for name in _sqlite_triggers():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing_triggers(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of the triggers that are absent, or not in their present form."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' "
                "AND tgrelid IN (to_regclass(%s), to_regclass(%s))",
                [VERSIONS, TEXTS],
            )
            found = {row[0] for row in cursor.fetchall()}
            return [name for name in POSTGRESQL_TRIGGERS if name not in found]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        stored = dict(cursor.fetchall())
        return [name for name, sql in _sqlite_triggers().items() if stored.get(name) != sql]


@contextmanager
def suspended_triggers(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let published charters be erased, for tests that empty the database between them.

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
    if sender.name != "partners" or not _tables_exist(connections[using]):
        return
    install_triggers(using)
    if missing := missing_triggers(using):
        raise RuntimeError(f"triggers that protect charters are missing: {', '.join(missing)}")


def check_triggers(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """Say whether a database lacks what protects published charters (``check --database``)."""
    return [
        Error(
            f"Triggers that protect published charters are missing: {', '.join(missing)}",
            hint="Run manage.py migrate.",
            id="partners.E001",
        )
        for using in databases or ()
        if _tables_exist(connections[using]) and (missing := missing_triggers(using))
    ]

"""Published versions of charters, and their texts, never change."""

VERSIONS = "partners_charterversion"
TEXTS = "partners_chartertext"
TABLES = (VERSIONS, TEXTS)
FROZEN_VERSION = "a published charter version never changes"
FROZEN_TEXT = "the text of a published charter version never changes"

# What may still change in a published version, and only to supersede it.
MAY_END = ("status", "valid_until")


def _version_columns() -> list[str]:
    from partners.models import CharterVersion

    return [field.column for field in CharterVersion._meta.concrete_fields]


# One trigger: its table, its event, when it refuses, and what it then says.
Rule = tuple[str, str, str, str]


def sqlite_text_rules(texts: str, versions: str, message: str) -> dict[str, Rule]:
    """Return the rules that freeze the texts of versions which are no drafts any more."""

    def frozen(row: str) -> str:
        return (
            f"EXISTS (SELECT 1 FROM {versions} WHERE id = {row}.version_id AND status <> 'draft')"  # noqa: S608
        )

    return {
        f"{texts}_insert": (texts, "INSERT", frozen("NEW"), message),
        f"{texts}_update": (texts, "UPDATE", f"{frozen('OLD')} OR {frozen('NEW')}", message),
        f"{texts}_delete": (texts, "DELETE", frozen("OLD"), message),
    }


def sqlite_statements(rules: dict[str, Rule]) -> dict[str, tuple[str, str]]:
    """Return the triggers that make rules hold."""
    return {
        f"{name}_frozen": (
            table,
            f"CREATE TRIGGER {name}_frozen BEFORE {event} ON {table} FOR EACH ROW "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",
        )
        for name, (table, event, condition, message) in rules.items()
    }


def sqlite_triggers() -> dict[str, tuple[str, str]]:
    """Return the triggers on SQLite."""
    same = " AND ".join(
        f'NEW."{column}" IS OLD."{column}"'
        for column in _version_columns()
        if column not in MAY_END
    )
    ends = (
        "(NEW.status IS OLD.status AND NEW.valid_until IS OLD.valid_until) OR "
        "(OLD.status = 'published' AND NEW.status = 'superseded' AND NEW.valid_until IS NOT NULL)"
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
        **sqlite_text_rules(TEXTS, VERSIONS, FROZEN_TEXT),
    }
    return sqlite_statements(rules)


def postgresql_text_function(texts: str, versions: str, message: str) -> str:
    """Return the function of the trigger that freezes texts."""
    return f"""
CREATE OR REPLACE FUNCTION {texts}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP <> 'INSERT' AND EXISTS (
        SELECT 1 FROM {versions} WHERE id = OLD.version_id AND status <> 'draft'))
     OR (TG_OP <> 'DELETE' AND EXISTS (
        SELECT 1 FROM {versions} WHERE id = NEW.version_id AND status <> 'draft')) THEN
    RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;
"""  # noqa: S608


def postgresql_trigger(table: str, events: str) -> dict[str, tuple[str, str]]:
    """Return the trigger that calls the function of a table."""
    return {
        f"{table}_frozen": (
            table,
            f"CREATE TRIGGER {table}_frozen BEFORE {events} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_frozen()",
        )
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
{postgresql_text_function(TEXTS, VERSIONS, FROZEN_TEXT)}"""
POSTGRESQL_TRIGGERS = {
    **postgresql_trigger(VERSIONS, "UPDATE OR DELETE"),
    **postgresql_trigger(TEXTS, "INSERT OR UPDATE OR DELETE"),
}

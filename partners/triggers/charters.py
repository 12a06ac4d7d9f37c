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
            table,
            f"CREATE TRIGGER {name}_frozen BEFORE {event} ON {table} FOR EACH ROW "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",
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
        VERSIONS,
        f"CREATE TRIGGER {VERSIONS}_frozen BEFORE UPDATE OR DELETE ON {VERSIONS} "
        f"FOR EACH ROW EXECUTE FUNCTION {VERSIONS}_frozen()",
    ),
    f"{TEXTS}_frozen": (
        TEXTS,
        f"CREATE TRIGGER {TEXTS}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {TEXTS} "
        f"FOR EACH ROW EXECUTE FUNCTION {TEXTS}_frozen()",
    ),
}

"""Evidence only grows: nothing in it changes, and nothing goes but values that are past their time.

A signature goes once it has ended and the last of its values is gone.
"""

RECORDS = "partners_evidencerecord"
VALUES = "partners_evidencevalue"
HEAD = "partners_evidencehead"
SIGNATURES = "partners_signature"
TABLES = (RECORDS, VALUES, HEAD, SIGNATURES)

REFUSALS = {
    RECORDS: "a record of evidence never changes",
    VALUES: "a value of evidence is only purged, once its time has passed",
    HEAD: "the head of the evidence only advances, one record at a time",
    SIGNATURES: "a signature never changes but to end, and goes after its values only",
}


def _other_columns(table: str, *may_change: str) -> list[str]:
    from django.apps import apps

    model = apps.get_model("partners", table.removeprefix("partners_"))
    columns = [field.column for field in model._meta.concrete_fields]
    return [column for column in columns if column not in may_change]


def sqlite_triggers() -> dict[str, tuple[str, str]]:
    """Return the triggers on SQLite.

    Those on ``INSERT`` answer ``INSERT OR REPLACE``, which deletes rows without any trigger.
    """

    def same(table: str, *may_change: str) -> str:
        columns = _other_columns(table, *may_change)
        return " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in columns)

    def stored(table: str, *keys: str) -> str:
        either = " OR ".join(f"({key})" for key in ("id = NEW.id", *keys))
        return f"EXISTS (SELECT 1 FROM {table} WHERE {either})"  # noqa: S608

    past = "OLD.kept_until IS NOT NULL AND OLD.kept_until <= strftime('%Y-%m-%d %H:%M:%f', 'now')"
    valued = f"EXISTS (SELECT 1 FROM {VALUES} WHERE record_id = OLD.signed_record_id)"  # noqa: S608
    rules = {
        (RECORDS, "INSERT"): stored(RECORDS, "sequence = NEW.sequence", "uuid = NEW.uuid"),
        (RECORDS, "UPDATE"): "1",
        (RECORDS, "DELETE"): "1",
        (VALUES, "INSERT"): stored(VALUES, "record_id = NEW.record_id AND name = NEW.name"),
        (VALUES, "UPDATE"): (
            "NOT (OLD.kept_until IS NULL AND NEW.kept_until IS NOT NULL AND "
            f"{same(VALUES, 'kept_until')})"
        ),
        (VALUES, "DELETE"): f"NOT ({past})",
        (HEAD, "INSERT"): stored(HEAD),
        (HEAD, "UPDATE"): "NOT (NEW.id = OLD.id AND NEW.sequence = OLD.sequence + 1)",
        (HEAD, "DELETE"): "1",
        (SIGNATURES, "INSERT"): stored(
            SIGNATURES,
            "code = NEW.code",
            "signed_record_id = NEW.signed_record_id",
            "person_id = NEW.person_id AND charter_id = NEW.charter_id AND ended_by_id IS NULL"
            " AND NEW.ended_by_id IS NULL",
        ),
        (SIGNATURES, "UPDATE"): (
            "NOT (OLD.ended_by_id IS NULL AND NEW.ended_by_id IS NOT NULL AND "
            f"{same(SIGNATURES, 'ended_by_id')})"
        ),
        (SIGNATURES, "DELETE"): f"OLD.ended_by_id IS NULL OR {valued}",
    }
    triggers = {}
    for (table, event), condition in rules.items():
        name = f"{table}_{event.lower()}_kept"
        triggers[name] = (
            table,
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{REFUSALS[table]}'); END",
        )
    return triggers


# What a row may become, by table; elsewhere, nothing. Everything is refused by default.
_ALLOWED = {
    RECORDS: "",
    VALUES: """
  IF TG_OP = 'DELETE' AND OLD.kept_until <= now() THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND OLD.kept_until IS NULL AND NEW.kept_until IS NOT NULL
     AND to_jsonb(NEW) - 'kept_until' = to_jsonb(OLD) - 'kept_until' THEN RETURN NEW; END IF;""",
    HEAD: """
  IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.sequence = OLD.sequence + 1
  THEN RETURN NEW; END IF;""",
    SIGNATURES: f"""
  IF TG_OP = 'DELETE' AND OLD.ended_by_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM {VALUES} WHERE record_id = OLD.signed_record_id)
  THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND OLD.ended_by_id IS NULL AND NEW.ended_by_id IS NOT NULL
     AND to_jsonb(NEW) - 'ended_by_id' = to_jsonb(OLD) - 'ended_by_id' THEN RETURN NEW; END IF;""",  # noqa: S608
}
# An empty table may be emptied: tests do so, and nothing is lost.
POSTGRESQL_FUNCTIONS = "".join(
    f"""
CREATE OR REPLACE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    IF NOT EXISTS (SELECT 1 FROM {table}) THEN RETURN NULL; END IF;
    RAISE EXCEPTION '{REFUSALS[table]}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;{allowed}
  RAISE EXCEPTION '{REFUSALS[table]}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""  # noqa: S608
    for table, allowed in _ALLOWED.items()
)
POSTGRESQL_TRIGGERS = {
    f"{table}_{name}": (
        table,
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION {table}_kept()",
    )
    for table in TABLES
    for name, event, each in (
        ("kept", "UPDATE OR DELETE", "ROW"),
        ("kept_whole", "TRUNCATE", "STATEMENT"),
    )
}

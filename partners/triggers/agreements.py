"""An agreement out for signature never changes its words nor its parties, and lives by its transitions."""

from partners.enums import AGREEMENT_TRANSITIONS, AgreementStatus

from .charters import (
    postgresql_text_function,
    postgresql_trigger,
    sqlite_statements,
    sqlite_text_rules,
)

VERSIONS = "partners_agreementversion"
TEXTS = "partners_agreementtext"
PARTIES = "partners_agreementparty"
TABLES = (VERSIONS, TEXTS, PARTIES)
FROZEN_VERSION = "an agreement that was sent out changes by its life cycle only"
FROZEN_TEXT = "the text of an agreement that was sent out never changes"
FROZEN_PARTY = "a party to an agreement that was sent out only signs or declines, once"

# What may still change once a version is no draft any more: where it stands in its life.
LIVES = ("status", "ends_on", "is_tacit", "notice_given_on", "is_on_paper", "sent_at")
ACTS = ("signed_record_id", "declined_record_id")
# Whose version is out: only then does a party act.
_OUT = AgreementStatus.OUT.value
_PAIRS = ", ".join(
    f"'{status.value}>{following.value}'"
    for status, transitions in AGREEMENT_TRANSITIONS.items()
    for following in transitions
)


def _same(model: str, *may_change: str) -> str:
    from django.apps import apps

    fields = apps.get_model("partners", model)._meta.concrete_fields
    columns = [field.column for field in fields if field.column not in may_change]
    return " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in columns)


def sqlite_triggers() -> dict[str, tuple[str, str]]:
    """Return the triggers on SQLite."""
    status = f"(SELECT status FROM {VERSIONS} WHERE id = OLD.version_id)"  # noqa: S608
    stored = f"EXISTS (SELECT 1 FROM {VERSIONS} WHERE id = NEW.id AND status <> 'draft')"  # noqa: S608
    untouched = "OLD.signed_record_id IS NULL AND OLD.declined_record_id IS NULL"
    acts = f"{status} = '{_OUT}' AND {untouched} AND {_same('agreementparty', *ACTS)}"
    parties = sqlite_text_rules(PARTIES, VERSIONS, FROZEN_PARTY)
    update = f"{PARTIES}_update"
    table, event, frozen, message = parties[update]
    parties[update] = (table, event, f"({frozen}) AND NOT ({acts})", message)
    return sqlite_statements(
        {
            f"{VERSIONS}_insert": (VERSIONS, "INSERT", stored, FROZEN_VERSION),
            f"{VERSIONS}_update": (
                VERSIONS,
                "UPDATE",
                "(NEW.status IS NOT OLD.status AND "
                f"OLD.status || '>' || NEW.status NOT IN ({_PAIRS})) OR "
                f"(OLD.status <> 'draft' AND NOT ({_same('agreementversion', *LIVES)}))",
                FROZEN_VERSION,
            ),
            f"{VERSIONS}_delete": (VERSIONS, "DELETE", "OLD.status <> 'draft'", FROZEN_VERSION),
            **sqlite_text_rules(TEXTS, VERSIONS, FROZEN_TEXT),
            **parties,
        }
    )


def _without(row: str, columns: tuple[str, ...]) -> str:
    return f"to_jsonb({row})" + "".join(f" - '{column}'" for column in columns)


_REFUSE = "USING ERRCODE = 'integrity_constraint_violation'"
POSTGRESQL_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION {VERSIONS}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.status <> 'draft' THEN
      RAISE EXCEPTION '{FROZEN_VERSION}' {_REFUSE};
    END IF;
    RETURN OLD;
  END IF;
  IF (NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN ({_PAIRS}))
     OR (OLD.status <> 'draft' AND {_without("NEW", LIVES)} <> {_without("OLD", LIVES)}) THEN
    RAISE EXCEPTION '{FROZEN_VERSION}' {_REFUSE};
  END IF;
  RETURN NEW;
END $$;
{postgresql_text_function(TEXTS, VERSIONS, FROZEN_TEXT)}
CREATE OR REPLACE FUNCTION {PARTIES}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.signed_record_id IS NULL AND OLD.declined_record_id IS NULL
     AND {_without("NEW", ACTS)} = {_without("OLD", ACTS)}
     AND EXISTS (SELECT 1 FROM {VERSIONS} WHERE id = OLD.version_id AND status = '{_OUT}') THEN
    RETURN NEW;
  END IF;
  IF (TG_OP <> 'INSERT' AND EXISTS (
        SELECT 1 FROM {VERSIONS} WHERE id = OLD.version_id AND status <> 'draft'))
     OR (TG_OP <> 'DELETE' AND EXISTS (
        SELECT 1 FROM {VERSIONS} WHERE id = NEW.version_id AND status <> 'draft')) THEN
    RAISE EXCEPTION '{FROZEN_PARTY}' {_REFUSE};
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;
"""  # noqa: S608
POSTGRESQL_TRIGGERS = {
    **postgresql_trigger(VERSIONS, "UPDATE OR DELETE"),
    **postgresql_trigger(TEXTS, "INSERT OR UPDATE OR DELETE"),
    **postgresql_trigger(PARTIES, "INSERT OR UPDATE OR DELETE"),
}

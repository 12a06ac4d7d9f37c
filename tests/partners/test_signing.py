"""Signing and withdrawing: what is kept, what the database refuses, what a check finds."""

import datetime as dt
import logging
import sqlite3
import threading
import uuid
from functools import partial

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, transaction

from partners import jobs
from partners.enums import CharterStage, DataKind, EvidenceKind, FollowUp, SignatureState
from partners.evidence import Fault, Problem, instant
from partners.models import (
    CharterMilestone,
    CharterText,
    CharterVersion,
    CommitmentFollowUp,
    EvidenceCheck,
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    Signature,
    SignatureNotice,
)
from partners.services import NotSignableError, purge_values, withdraw
from partners.services.commitments import FollowUpError, change_commitments, follow_commitment
from partners.services.signing import TECHNICAL_DAYS, YEARS_AFTER_END
from partners.triggers import install_triggers, remove_triggers, suspended_triggers
from partners.verification import check_everything, check_signature, noted_head
from portal.core.models import ProgrammeContact
from tests.factories import make_user

from .conftest import NOON, TODAY, acts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

# Before the retention of what was signed then has passed for the database, whose clock is the real one.
LONG_AGO = dt.datetime(2019, 5, 6, 8, 30, 15, 123456, tzinfo=dt.UTC)


@pytest.fixture
def signature(signatory, version, sign_as):
    return sign_as(signatory, version)


def found():
    return [(problem.fault, problem.where, problem.name) for problem in check_everything()]


class TestSigning:
    def test_leaves_a_record_and_what_it_bears_on(self, signature, signatory, version):
        record = signature.signed_record
        assert (record.sequence, record.kind) == (2, EvidenceKind.SIGNED)
        assert (record.charter, record.version, record.language) == ("partenaires", 1, "fr")
        assert record.text_sha256 == version.texts.get(language="fr").sha256
        values = dict(record.values.values_list("name", "value"))
        assert values == {
            "signatory": str(signatory.pk),
            "name": "Claude Démonstration",
            "email": "signataire@example.org",
            "collectivity": "Ville de Dijon",
            "authentication": "password",
            "statement": "J’ai lu cette charte et je la signe librement.",
            "code": signature.code,
            "address": "192.0.2.7",
            "browser": "Navigateur/1.0",
        }
        assert set(record.digests) == set(values)
        assert signature.state == SignatureState.ACTIVE
        assert found() == []
        assert check_signature(signature) == []

    def test_nothing_personal_is_in_the_chain(self, signature):
        record = acts().values().get()
        for value in EvidenceValue.objects.filter(record__kind="signed").exclude(name="signatory"):
            assert value.value not in str(record)

    def test_names_the_language_that_was_read(self, signatory, version, sign_as):
        signature = sign_as(signatory, version, language="en")
        assert signature.signed_record.text_sha256 == version.texts.get(language="en").sha256

    def test_a_second_click_signs_nothing_twice(self, signature, signatory, version, sign_as):
        again = sign_as(signatory, version, at=NOON + dt.timedelta(seconds=1), language="en")
        assert again == signature
        assert acts().count() == SignatureNotice.objects.count() == 1

    def test_the_instant_is_kept_to_the_microsecond(self, signatory, version, sign_as):
        at = dt.datetime(2026, 3, 10, 12, 0, 1, 234567, tzinfo=dt.timezone(dt.timedelta(hours=1)))
        signature = sign_as(signatory, version, at=at)
        kept = EvidenceRecord.objects.get(pk=signature.signed_record_id)
        assert instant(kept.at) == "2026-03-10T11:00:01.234567Z"
        assert found() == []

    def test_the_day_is_that_of_paris(self, signatory, publish, sign_as):
        tomorrow = publish(valid_from=TODAY + dt.timedelta(days=1))
        before, after = (dt.datetime(2026, 3, 10, *at, tzinfo=dt.UTC) for at in ((22, 59), (23, 0)))
        with pytest.raises(NotSignableError):
            sign_as(signatory, tomorrow, at=before)
        assert sign_as(signatory, tomorrow, at=after).version == tomorrow

    def test_only_a_version_in_force_is_signed(self, signatory, version, publish, sign_as):
        publish(valid_from=TODAY + dt.timedelta(days=3))
        with pytest.raises(NotSignableError):
            sign_as(signatory, version, at=NOON + dt.timedelta(days=3))
        assert not acts().exists()

    def test_a_proposed_text_is_signed_as_an_example_only(
        self, signatory, publish, sign_as, settings
    ):
        proposed = publish(stage=CharterStage.PROPOSED)
        settings.DEMONSTRATION_CONTENT = False
        with pytest.raises(NotSignableError):
            sign_as(signatory, proposed)
        settings.DEMONSTRATION_CONTENT = True
        assert sign_as(signatory, proposed).version == proposed

    def test_an_altered_text_is_not_signed(self, signatory, version, sign_as):
        with suspended_triggers():
            version.texts.filter(language="fr").update(preamble="Autre chose.")
        with pytest.raises(NotSignableError):
            sign_as(signatory, version)

    def test_a_newer_version_takes_the_place_of_the_older(
        self, signature, signatory, publish, sign_as
    ):
        second = publish(valid_from=TODAY + dt.timedelta(days=3))
        newer = sign_as(signatory, second, at=NOON + dt.timedelta(days=4))
        signature.refresh_from_db()
        assert signature.state == SignatureState.REPLACED
        assert newer.state == SignatureState.ACTIVE
        assert newer.signed_record.about == str(signature.signed_record.uuid)
        assert found() == []

    def test_without_an_address_no_message_waits(self, version, sign_as):
        sign_as(make_user("sans-adresse"), version)
        assert not SignatureNotice.objects.exists()


class TestWithdrawing:
    def test_is_an_event_more(self, signature, signatory):
        ended = withdraw(signature=signature, person=signatory, at=NOON + dt.timedelta(hours=1))
        assert ended.state == SignatureState.WITHDRAWN
        kinds = list(acts().values_list("kind", flat=True))
        assert kinds == [EvidenceKind.SIGNED, EvidenceKind.WITHDRAWN]
        assert SignatureNotice.objects.count() == 2
        assert found() == []
        assert check_signature(ended) == []

    def test_twice_is_once(self, signature, signatory):
        for _click in range(2):
            withdraw(signature=signature, person=signatory, at=NOON)
        assert acts().count() == 2

    def test_nobody_withdraws_for_another(self, signature):
        with pytest.raises(ValidationError):
            withdraw(signature=signature, person=make_user("autre"), at=NOON)
        assert acts().count() == 1

    def test_one_may_sign_again(self, signature, signatory, version, sign_as):
        withdraw(signature=signature, person=signatory, at=NOON)
        again = sign_as(signatory, version, at=NOON + dt.timedelta(days=1))
        assert again.code != signature.code
        assert again.signed_record.about == ""
        assert [record.sequence for record in acts()] == [2, 3, 4]
        assert found() == []


OTHER = {
    "sequence": 40,
    "uuid": uuid.UUID(int=7),
    "kind": "purged",
    "at": NOON - dt.timedelta(days=1),
    "charter": "autre",
    "version": 4,
    "language": "en",
    "text_sha256": "0" * 64,
    "about": "autre",
    "details": {"purged": {}},
    "digests": {},
    "previous_hash": "0" * 63 + "1",
    "hash": "0" * 64,
}


def rewrite(lost):
    """Take the last signatures away, so well that the chain matches in itself."""
    for signature in reversed(lost):
        record = signature.signed_record
        record.values.all().delete()
        SignatureNotice.objects.filter(record=record).delete()
        Signature.objects.filter(pk=signature.pk).delete()
        record.delete()
    last = EvidenceRecord.objects.last()
    EvidenceHead.objects.update(sequence=last.sequence, hash=last.hash)


class TestTampering:
    """What the triggers would refuse is done without them, then looked for."""

    @pytest.fixture
    def three(self, version, sign_as):
        return [sign_as(make_user(f"personne-{n}"), version) for n in range(3)]

    @pytest.mark.parametrize(
        "column",
        sorted(
            {field.name for field in EvidenceRecord._meta.concrete_fields} - {"id"},
        ),
    )
    @pytest.mark.parametrize("which", [0, 1, 2])
    def test_any_column_of_any_record_is_named(self, three, column, which):
        record = three[which].signed_record
        with suspended_triggers():
            EvidenceRecord.objects.filter(pk=record.pk).update(**{column: OTHER[column]})
        changed = 40 if column == "sequence" else which + 2
        assert f"record {changed}" in {where for _fault, where, _name in found()}

    @pytest.mark.parametrize("column", ["name", "salt", "value"])
    def test_any_value_is_named(self, three, column):
        with suspended_triggers():
            values = EvidenceValue.objects.filter(record__sequence=3, name="statement")
            values.update(**{column: "autre"})
        assert ("record 3", "statement") in {(where, name) for _fault, where, name in found()}
        assert check_signature(three[1])
        assert not check_signature(three[0])

    def test_values_gone_without_a_purge_are_named(self, three):
        with suspended_triggers():
            EvidenceValue.objects.filter(record__sequence=4, name="address").delete()
        assert found() == [(Fault.MISSING_VALUE, "record 4", "address")]

    @pytest.mark.parametrize("name", ["address", "name"])
    @pytest.mark.parametrize("days", [-1, 1])
    def test_a_time_to_keep_that_is_moved_is_named(self, signature, signatory, name, days):
        withdraw(signature=signature, person=signatory, at=NOON)
        assert found() == []
        with suspended_triggers():
            value = EvidenceValue.objects.get(record__sequence=2, name=name)
            value.kept_until += dt.timedelta(days=days)
            value.save()
        assert found() == [(Fault.TERM, "record 2", name)]

    def test_a_purge_brought_forward_is_named(self, three):
        """The database lets the end be dated: the portal then purges what still holds, by itself."""
        EvidenceValue.objects.filter(record__sequence=3, name="name").update(kept_until=LONG_AGO)
        assert found() == [(Fault.TERM, "record 3", "name")]
        purge_values(at=NOON)
        assert found() == [(Fault.EARLY, "record 5", "name")]

    def test_swapped_records_are_found(self, three):
        with suspended_triggers():
            for old, new in ((2, 99), (3, 2), (99, 3)):
                EvidenceRecord.objects.filter(sequence=old).update(sequence=new)
        assert {(Fault.HASH, "record 2", ""), (Fault.HASH, "record 3", "")} <= set(found())

    def test_the_last_record_gone_is_found(self, three):
        with suspended_triggers():
            last = three[2].signed_record
            last.values.all().delete()
            Signature.objects.filter(pk=three[2].pk).delete()
            last.delete()
        assert found() == [(Fault.HEAD, "record 3", "")]

    def test_a_chain_cut_short_or_rewritten_is_found_by_what_a_night_noted(self, three):
        jobs.verify_signatures(NOON)
        with suspended_triggers():
            rewrite(three[1:])
        assert found() == [(Fault.NOTED, "record 4", "")]
        jobs.verify_signatures(NOON)  # what it notes of a chain that is wrong excuses nothing
        assert found() == [(Fault.NOTED, "record 4", "")]

    def test_or_by_what_was_kept_elsewhere(self, three):
        kept = ["--noted", "4", three[2].signed_record.hash]
        call_command("verify_signatures", *kept)
        with suspended_triggers():
            rewrite(three[2:])
        call_command("verify_signatures")
        with pytest.raises(CommandError, match="record 4: is not the record that was noted"):
            call_command("verify_signatures", *kept)
        with pytest.raises(CommandError, match="takes a number"):
            call_command("verify_signatures", "--noted", "three", "0")

    def test_all_records_gone_are_found(self, three):
        with suspended_triggers():
            EvidenceValue.objects.all().delete()
            Signature.objects.all().delete()
            EvidenceRecord.objects.all().delete()
        assert found() == [
            (Fault.UNRECORDED, "charter partenaires, version 1", ""),
            (Fault.HEAD, "record 0", ""),
        ]

    def test_a_lost_head_stops_the_writing(self, three, version, sign_as):
        with suspended_triggers():
            EvidenceHead.objects.all().delete()
        assert found() == [(Fault.HEAD, "record 4", "")]
        with pytest.raises(RuntimeError, match="head"):
            sign_as(make_user("encore"), version)

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (lambda one, other: {"person": other.person}, Fault.IDENTITY),
            (lambda one, other: {"code": "0" * 26}, Fault.IDENTITY),
            (lambda one, other: {"language": "en"}, Fault.IDENTITY),
            (lambda one, other: {"ended_by": other.signed_record}, Fault.STATE),
        ],
    )
    def test_a_changed_signature_is_named(self, three, change, fault):
        with suspended_triggers():
            Signature.objects.filter(pk=three[2].pk).delete()
            Signature.objects.filter(pk=three[0].pk).update(**change(three[0], three[2]))
        assert (fault, "record 2", "") in found()
        assert (Fault.NO_SIGNATURE, "record 4", "") in found()

    def test_a_withdrawal_undone_is_named(self, signature, signatory):
        withdraw(signature=signature, person=signatory, at=NOON)
        with suspended_triggers():
            Signature.objects.update(ended_by=None)
        assert {(Fault.STATE, "record 2", ""), (Fault.STATE, "record 3", "")} == set(found())

    def test_an_altered_text_is_named(self, signature):
        with suspended_triggers():
            CharterText.objects.filter(language="fr").update(preamble="Autre chose.")
        text = CharterText.objects.get(language="fr")
        assert found() == [(Fault.TEXT, f"text {text.pk}", ""), (Fault.TEXT, "record 2", "")]
        assert check_signature(signature)


class TestRules:
    """What refuses changes is there, and refuses."""

    @pytest.fixture
    def put_back(self):
        yield
        install_triggers()

    def weakened(self):
        table = "partners_evidencerecord"
        if connection.vendor == "sqlite":
            name = f"{table}_update_kept"
            sql = f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN 0 BEGIN SELECT 1; END"
            return {"gone": [f"DROP TRIGGER {name}"], "weaker": [f"DROP TRIGGER {name}", sql]}, name
        name = f"{table}_kept"
        drop, make = f"DROP TRIGGER {name} ON {table}", f"CREATE TRIGGER {name} BEFORE"
        rest = f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        does_nothing = f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RETURN NEW; END $$"""
        return {
            "gone": [drop],
            "weaker": [does_nothing],
            "off": [f"ALTER TABLE {table} DISABLE TRIGGER {name}"],
            "replica": [f"ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}"],
            "less": [drop, f"{make} DELETE ON {table} {rest}"],
            "never": [
                drop,
                f"{make} UPDATE OR DELETE ON {table} FOR EACH ROW WHEN (false) "
                f"EXECUTE FUNCTION {name}()",
            ],
            "column": [drop, f"{make} UPDATE OF kind OR DELETE ON {table} {rest}"],
        }, name

    @pytest.mark.parametrize("how", ["gone", "weaker", "off", "replica", "less", "never", "column"])
    def test_one_that_is_lost_or_weakened_is_named(self, signature, put_back, how):
        ways, name = self.weakened()
        if how not in ways:
            pytest.skip("PostgreSQL only")
        assert found() == []
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if "off" in ways else "SELECT 1")
            for statement in ways[how]:
                cursor.execute(statement)
        told = [Problem(Fault.TRIGGER, f"trigger {name}")]
        if how == "weaker" and "off" in ways:  # it serves the rule against TRUNCATE too
            told.append(Problem(Fault.TRIGGER, f"trigger {name}_whole"))
        assert list(check_everything()) == told

    def test_the_night_says_so(self, signature, put_back, home, caplog):
        ProgrammeContact.objects.create(site=home.get_site(), email="equipe@example.org")
        remove_triggers()
        jobs.verify_signatures(NOON)
        assert "does not refuse any more" in caplog.text
        assert "n’est plus protégée" in mail.outbox[0].body


class TestDatabase:
    @pytest.mark.parametrize("column", sorted(OTHER))
    def test_refuses_to_change_a_record(self, signature, column):
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceRecord.objects.update(**{column: OTHER[column]})

    @pytest.mark.parametrize("model", [EvidenceRecord, EvidenceValue, EvidenceHead, Signature])
    def test_refuses_to_delete(self, signature, model):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")

    @pytest.mark.parametrize("model", [EvidenceRecord, EvidenceValue, EvidenceHead, Signature])
    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
    def test_refuses_to_truncate(self, signature, model):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")

    @pytest.mark.parametrize("model", [EvidenceRecord, EvidenceValue, EvidenceHead, Signature])
    @pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own REPLACE")
    def test_refuses_to_replace(self, signature, model):
        table = model._meta.db_table
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")

    def test_refuses_to_change_a_value_but_to_date_its_end(self, signature):
        for change in ({"value": "autre"}, {"salt": "0"}, {"name": "autre"}, {"kept_until": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                EvidenceValue.objects.filter(name="address").update(**change)
        undated = EvidenceValue.objects.filter(name="statement")
        with pytest.raises(IntegrityError), transaction.atomic():
            undated.update(kept_until=NOON, value="autre")
        undated.update(kept_until=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceValue.objects.filter(name="statement").update(kept_until=LONG_AGO)

    def test_refuses_to_purge_too_early(self, signature):
        for name in ("statement", "name"):
            with pytest.raises(IntegrityError), transaction.atomic():
                EvidenceValue.objects.filter(name=name).delete()

    def test_refuses_to_set_the_head_back(self, signature):
        for change in ({"sequence": 0}, {"sequence": 5}, {"hash": "0" * 64}):
            with pytest.raises(IntegrityError), transaction.atomic():
                EvidenceHead.objects.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceHead.objects.create(pk=2)

    def test_lets_a_signature_end_and_nothing_else(self, signature, signatory):
        other = make_user("autre")
        for change in ({"person": other}, {"code": "A" * 26}, {"language": "en"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Signature.objects.update(**change)
        ended = withdraw(signature=signature, person=signatory, at=NOON)
        for change in ({"ended_by": None}, {"ended_by": ended.signed_record}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Signature.objects.update(**change)

    def test_holds_one_active_signature(self, signature, signatory, version):
        record = EvidenceRecord.objects.create(
            sequence=3, kind="signed", at=NOON, previous_hash="", hash=""
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.create(
                person=signatory,
                charter=version.charter,
                version=version,
                language="fr",
                code="Z" * 26,
                signed_record=record,
            )


class TestRetention:
    @pytest.fixture
    def old(self, signatory, publish_at, sign_as):
        return sign_as(signatory, publish_at(LONG_AGO), at=LONG_AGO)

    def names(self):
        values = EvidenceValue.objects.filter(record__in=acts())
        return set(values.values_list("name", flat=True))

    def test_technical_values_go_first(self, old):
        before = LONG_AGO + dt.timedelta(days=TECHNICAL_DAYS, seconds=-1)
        assert not purge_values(at=before)
        assert acts().count() == 1
        assert purge_values(at=before + dt.timedelta(seconds=1)) == {DataKind.TECHNICAL: 2}
        assert not {"address", "browser"} & self.names()
        record = EvidenceRecord.objects.get(kind=EvidenceKind.PURGED)
        uuid_of = str(old.signed_record.uuid)
        assert record.details == {"purged": {uuid_of: ["address", "browser"]}}
        assert found() == []
        assert check_signature(old) == []

    def test_the_others_stay_while_the_signature_holds(self, old):
        purge_values(at=NOON)
        assert {"name", "email", "statement", "code"} <= self.names()
        assert found() == []

    def test_and_some_years_after_its_end(self, old, signatory):
        ended = dt.datetime(2020, 2, 29, 12, 0, tzinfo=dt.UTC)
        signature = withdraw(signature=old, person=signatory, at=ended)
        limit = dt.datetime(2020 + YEARS_AFTER_END, 3, 1, 12, 0, tzinfo=dt.UTC)
        purge_values(at=limit - dt.timedelta(seconds=1))
        assert "name" in self.names()
        purge_values(at=limit)
        assert self.names() == set()
        assert found() == []
        assert not Signature.objects.exists(), "nothing ties an account to it any more"
        signature.save(force_insert=True)
        assert found() == [(Fault.PURGED_SIGNATURE, "record 2", "")]

    def test_a_purged_value_that_comes_back_is_named(self, old):
        purge_values(at=NOON)
        EvidenceValue.objects.create(
            record=old.signed_record,
            name="address",
            salt="0" * 32,
            value="192.0.2.9",
            kept_until=LONG_AGO + dt.timedelta(days=TECHNICAL_DAYS),
        )
        assert found() == [(Fault.PURGED_VALUE, "record 2", "address")]

    def test_each_night_by_itself(self, old):
        jobs.apply_retention(NOON)
        assert not {"address", "browser"} & self.names()


class TestCommand:
    def test_says_that_all_matches(self, signature, capsys):
        call_command("verify_signatures")
        told = capsys.readouterr().out
        assert told == f"2 records of evidence match, the last one {signature.signed_record.hash}\n"

    def test_names_what_does_not_and_fails(self, signature):
        with suspended_triggers():
            EvidenceRecord.objects.filter(kind="signed").update(version=3)
        with pytest.raises(CommandError, match="record 2: does not say what its hash"):
            call_command("verify_signatures")

    def test_the_night_alerts_the_team(self, signature, home, caplog):
        ProgrammeContact.objects.create(site=home.get_site(), email="equipe@example.org")
        with caplog.at_level(logging.INFO):
            jobs.verify_signatures(NOON)
        assert signature.signed_record.hash in caplog.text
        assert mail.outbox == []
        with suspended_triggers():
            EvidenceRecord.objects.filter(kind="signed").update(version=3)
        jobs.verify_signatures(NOON)
        assert "the first: record 2" in caplog.text
        assert mail.outbox[0].to == ["equipe@example.org"]
        assert "record 2" in mail.outbox[0].body


@pytest.fixture
def emptied(transactional_db):
    """Erase the evidence that a test with transactions of its own leaves behind."""
    yield
    with suspended_triggers():
        for model in (SignatureNotice, Signature, EvidenceValue, EvidenceRecord, EvidenceHead):
            model.objects.all().delete()
        CharterText.objects.all().delete()
        CharterVersion.objects.all().delete()


class Threads:
    """Runs things in threads, each with a connection of its own to the same database.

    The database of tests on SQLite is in memory, where a writer fails instead of waiting: these
    threads share a copy of it in a file, as a portal has.
    """

    def __init__(self, folder):
        self.file = folder / "copy.sqlite3"
        if connection.vendor == "sqlite":
            copy = sqlite3.connect(self.file)
            connection.connection.backup(copy)
            copy.close()

    def at_once(self, *tasks):
        """Run all the tasks together; return what went wrong."""
        start = threading.Barrier(len(tasks))
        errors = []

        def run(task):
            try:
                if connection.vendor == "sqlite":
                    own = connections[DEFAULT_DB_ALIAS]
                    own.settings_dict = {**own.settings_dict, "NAME": str(self.file)}
                start.wait()
                task()
            except Exception as error:
                errors.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=[task]) for task in tasks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return errors

    def ask(self, question):
        """Return what ``question`` finds there."""
        answers = []
        assert self.at_once(lambda: answers.append(question())) == []
        return answers[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("emptied")
class TestConcurrency:
    def test_many_who_sign_at_once_are_all_recorded(self, version, sign_as, tmp_path):
        people = [make_user(f"personne-{n}") for n in range(24)]
        threads = Threads(tmp_path)

        def sign_some(some):
            for person in some:
                sign_as(person, version)

        assert threads.at_once(*[lambda n=n: sign_some(people[n::8]) for n in range(8)]) == []
        assert threads.ask(lambda: Signature.objects.active().count()) == 24
        sequences = EvidenceRecord.objects.values_list("sequence", flat=True)
        assert threads.ask(lambda: list(sequences.all())) == list(range(1, 26))
        assert threads.ask(found) == []

    def test_who_signs_during_a_check_is_no_problem_in_it(
        self, version, signatory, sign_as, tmp_path, monkeypatch
    ):
        sign_as(signatory, version)
        late = make_user("autre")
        threads = Threads(tmp_path)
        answers = []

        def head_before_another_signs():
            head = noted_head()
            if not answers:
                answers.append(threads.at_once(lambda: sign_as(late, version)))
            return head

        monkeypatch.setattr("partners.verification.noted_head", head_before_another_signs)
        assert threads.at_once(lambda: jobs.verify_signatures(NOON)) == []
        assert answers == [[]], "whoever signs waits for nobody"
        check = threads.ask(EvidenceCheck.objects.get)
        published_and_signed = 2
        assert (check.records, check.problems, check.first) == (published_and_signed, 0, "")
        assert threads.ask(lambda: acts().count()) == 2

    def test_each_milestone_is_reached_once(self, charter, version, sign_as, tmp_path):
        charter.milestones = "5, 10, 100"
        charter.save()
        people = [make_user(f"personne-{n}") for n in range(12)]
        threads = Threads(tmp_path)

        def come_and_go(some):
            for person in some:
                signature = sign_as(person, version)
                withdraw(signature=signature, person=person, at=NOON)
                sign_as(person, version)

        assert threads.at_once(*[lambda n=n: come_and_go(people[n::4]) for n in range(4)]) == []
        reached = CharterMilestone.objects.values_list("threshold", flat=True)
        assert threads.ask(lambda: list(reached.all())) == [5, 10]

    def test_one_who_signs_in_two_tabs_signs_once(self, version, signatory, sign_as, tmp_path):
        threads = Threads(tmp_path)
        codes = []
        assert threads.at_once(*[lambda: codes.append(sign_as(signatory, version).code)] * 6) == []
        assert len(codes) == 6
        assert len(set(codes)) == 1
        assert threads.ask(lambda: acts().count()) == 1
        assert threads.ask(SignatureNotice.objects.count) == 1
        assert threads.ask(found) == []

    def test_withdrawing_and_signing_at_once_stay_in_order(
        self, version, signatory, sign_as, tmp_path
    ):
        signature = sign_as(signatory, version)
        other = make_user("autre")
        threads = Threads(tmp_path)
        errors = threads.at_once(
            *[lambda: withdraw(signature=signature, person=signatory, at=NOON)] * 3,
            *[lambda: sign_as(other, version)] * 3,
        )
        assert errors == []
        assert threads.ask(lambda: acts().count()) == 3
        assert threads.ask(found) == []

    def test_changing_commitments_while_withdrawing_leaves_nothing_after_the_end(
        self, publish, offering, sign_as, tmp_path
    ):
        offered = publish(texts=offering)
        people = [make_user(f"personne-{n}") for n in range(6)]
        signatures = [sign_as(one, offered, commitments={"1.1": 1}) for one in people]
        threads = Threads(tmp_path)

        def change(signature, person):
            for level in (2, 1, 2):
                change_commitments(
                    signature=signature, person=person, levels={"1.1": level}, at=NOON
                )

        def follow(signature, person):
            for state in (FollowUp.IN_PROGRESS, FollowUp.KEPT):
                follow_commitment(
                    signature=signature, person=person, commitment="1.1", state=state, at=NOON
                )

        tasks = [
            lambda act=act, signature=signature, person=person: act(
                signature=signature, person=person
            )
            for signature, person in zip(signatures, people, strict=True)
            for act in (change, follow, partial(withdraw, at=NOON))
        ]
        errors = threads.at_once(*tasks)
        assert {type(error) for error in errors} <= {ValidationError, FollowUpError}
        assert threads.ask(lambda: Signature.objects.active().count()) == 0
        assert threads.ask(lambda: list(CommitmentFollowUp.objects.all())) == []
        assert threads.ask(found) == []  # a change after the end would be named

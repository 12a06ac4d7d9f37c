"""What is past its time goes, is reported without anybody's data, and is no tampering."""

import datetime as dt
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners import jobs
from partners.enums import AgreementNoticeKind, DataKind, EvidenceKind
from partners.evidence import Fault
from partners.models import (
    AgreementInvitation,
    AgreementNotice,
    DirectoryEntry,
    EvidenceRecord,
    EvidenceValue,
    InvitationCode,
    NewerVersionNotice,
    RenewalNotice,
    RetentionLine,
    RetentionRun,
    Signature,
    SignatureNotice,
    SignatureReceipt,
    SignatureScan,
)
from partners.models.notice import Notice
from partners.services import (
    apply_retention,
    decline_agreement,
    enter_paper_signature,
    issue_receipt,
    retention,
    withdraw,
)
from partners.services.signing import LONG_GONE, TECHNICAL_DAYS, YEARS_AFTER_END
from partners.triggers import suspended_triggers
from partners.verification import check_everything
from portal.core.text import plain_text
from portal.users.enums import Role
from portal.users.models import OneTimeCode, User
from portal.users.services import load_groups
from tests.factories import make_user

from . import agreements as make
from .conftest import NOON, acts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
LONG_AGO = dt.datetime(2019, 5, 6, 8, 30, tzinfo=dt.UTC)
FIVE_YEARS_LATER = LONG_AGO.replace(year=LONG_AGO.year + YEARS_AFTER_END)
REPORT = "/admin/reports/retention/"


@pytest.fixture
def old_version(publish_at):
    """A version that could be signed long ago: the databases let values go by their own clock."""
    return publish_at(LONG_AGO)


def personal_values():
    """Return what is personal in what people did."""
    return EvidenceValue.objects.filter(record__in=acts())


@pytest.fixture
def withdrawn(old_version, signatory, sign_as):
    """A signature of long ago, withdrawn at once, with its receipt."""
    signature = sign_as(signatory, old_version, at=LONG_AGO)
    SignatureReceipt.objects.create(
        signature=signature, pdf=b"%PDF-", timestamp="none", issued_at=LONG_AGO
    )
    return withdraw(signature=signature, person=signatory, at=LONG_AGO)


def run(at):
    """Apply retention; return what the report says, by kind."""
    done = apply_retention(at=at)
    assert done.ended_at is not None
    assert not done.lines.exclude(failure="").exists()
    return dict(done.lines.values_list("kind", "rows"))


def found():
    return [problem.fault for problem in check_everything()]


def browser_of(role=None, *, is_superuser=False):
    load_groups(report=print)
    person = make_user(f"compte-{role}", is_superuser=is_superuser)
    if role:
        person.groups.add(Group.objects.get(name=role.value))
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person)
    return browser


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


class TestEvidence:
    def test_goes_in_time_and_is_no_tampering(self, withdrawn):
        limit = LONG_AGO + TECHNICAL_DAYS * DAY
        SignatureNotice.objects.update(sent_at=LONG_AGO)
        assert run(limit - SECOND) == {}
        assert run(limit) == {"technical": 2, "message": 2}
        assert run(FIVE_YEARS_LATER - SECOND) == {}
        gone = run(FIVE_YEARS_LATER)
        assert gone == {"evidence": 8, "receipt": 1, "signature": 1}
        assert not personal_values().exists()
        assert not SignatureReceipt.objects.exists()
        assert not Signature.objects.exists()
        assert run(FIVE_YEARS_LATER + DAY) == {}
        assert found() == []
        kinds = list(acts().values_list("kind", flat=True))
        assert kinds == ["signed", "withdrawn", "purged", "purged"]

    def test_then_the_account_may_be_deleted(self, withdrawn, signatory):
        run(FIVE_YEARS_LATER)
        signatory.delete()
        assert found() == []

    def test_what_another_took_with_it_is_named(self, withdrawn):
        """A row deleted by hand, whose values are still kept, is missing."""
        SignatureNotice.objects.all().delete()
        SignatureReceipt.objects.all().delete()
        with suspended_triggers():
            Signature.objects.all().delete()
        assert set(found()) == {Fault.NO_SIGNATURE, Fault.STATE}

    def test_a_record_that_names_no_purge_does_not_cover_a_deletion(self, withdrawn):
        run(FIVE_YEARS_LATER)
        with suspended_triggers():
            EvidenceRecord.objects.filter(kind=EvidenceKind.PURGED).update(details={"purged": {}})
        assert {Fault.HASH, Fault.NO_SIGNATURE, Fault.MISSING_VALUE} <= set(found())

    def test_a_few_values_at_a_time(self, withdrawn, monkeypatch):
        monkeypatch.setattr(retention, "AT_ONCE", 3)
        gone = run(FIVE_YEARS_LATER)
        assert gone["technical"] + gone["evidence"] == 10
        assert gone["signature"] == 1
        assert found() == []

    def test_stays_while_the_signature_holds(self, old_version, signatory, sign_as):
        sign_as(signatory, old_version, at=LONG_AGO)
        assert run(FIVE_YEARS_LATER) == {"technical": 2}
        assert Signature.objects.exists()
        assert found() == []

    def test_of_an_older_version_goes_after_the_newer_one_took_its_place(
        self, old_version, signatory, sign_as, publish_at
    ):
        sign_as(signatory, old_version, at=LONG_AGO)
        holding = sign_as(signatory, publish_at(LONG_AGO + DAY), at=LONG_AGO + DAY)
        gone = run(FIVE_YEARS_LATER + DAY)
        assert gone["signature"] == 1
        assert list(Signature.objects.all()) == [holding]
        assert found() == []

    def test_a_scan_goes_with_the_name(self, old_version, signatory):
        signature = enter_paper_signature(
            person=signatory,
            text=old_version.texts.get(language="fr"),
            statement="Je la signe librement.",
            referent=make_user("referente"),
            scan=b"%PDF-1.7",
            signed_on=LONG_AGO.date(),
            at=LONG_AGO,
        )
        withdraw(signature=signature, person=signatory, at=LONG_AGO)
        assert run(FIVE_YEARS_LATER)["scan"] == 1
        assert not SignatureScan.objects.exists()
        assert found() == []

    def test_waits_for_the_archives_when_told_to(self, withdrawn, settings):
        settings.HOLD_ELIMINATION = True
        assert set(run(FIVE_YEARS_LATER)) == {"technical"}
        held = {line.kind for line in retention.forecast(at=FIVE_YEARS_LATER) if line.is_held}
        assert held == {
            DataKind.EVIDENCE,
            DataKind.RECEIPT,
            DataKind.SCAN,
            DataKind.SIGNATURE,
            DataKind.AGREEMENT,
            DataKind.DOCUMENT,
        }
        settings.HOLD_ELIMINATION = False
        assert run(FIVE_YEARS_LATER)["signature"] == 1

    def test_the_database_keeps_a_signature_that_has_values_or_holds(
        self, withdrawn, old_version, sign_as
    ):
        SignatureNotice.objects.all().delete()
        SignatureReceipt.objects.all().delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            withdrawn.delete()
        holding = sign_as(make_user("autre"), old_version, at=LONG_AGO)
        with suspended_triggers():
            EvidenceValue.objects.filter(record=holding.signed_record).delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            holding.delete()


class TestDepartures:
    """A signature outlasts its account by the time that evidence is kept, and no more."""

    CLOSED = LONG_AGO + 400 * DAY
    LIMIT = CLOSED + LONG_GONE

    @pytest.fixture
    def left(self, old_version, signatory, sign_as):
        """A signature without an end, of somebody who left without withdrawing."""
        signature = sign_as(signatory, old_version, at=LONG_AGO)
        SignatureReceipt.objects.create(
            signature=signature, pdf=b"%PDF-", timestamp="none", issued_at=LONG_AGO
        )
        SignatureNotice.objects.update(sent_at=LONG_AGO)
        User.objects.filter(pk=signatory.pk).update(is_active=False)  # as lists of users do
        run(self.CLOSED)
        return signature

    def test_the_day_is_noted_by_night_and_forgotten_with_the_return(self, left, signatory):
        run(self.CLOSED + DAY)
        signatory.refresh_from_db()
        assert signatory.closed_at == self.CLOSED
        signatory.is_active = True
        signatory.save()
        run(self.CLOSED + 2 * DAY)
        signatory.refresh_from_db()
        assert signatory.closed_at is None

    def test_all_that_was_kept_goes_in_time(self, left, signatory):
        assert run(self.LIMIT - SECOND) == {}
        assert left.person == signatory
        assert Signature.objects.active().count() == 1
        assert run(self.LIMIT) == {"evidence": 7, "receipt": 1, "signature": 1}
        assert not personal_values().exists()
        assert found() == []
        kinds = list(acts().values_list("kind", flat=True))
        assert kinds == ["signed", "purged", "expired", "purged"]
        ended = EvidenceRecord.objects.get(kind=EvidenceKind.EXPIRED)
        assert ended.details["reason"] == "account_closed"
        signatory.delete()

    def test_is_forecast(self, left):
        evidence = {line.kind: line for line in retention.forecast(at=self.LIMIT - DAY)}
        line = evidence[DataKind.EVIDENCE]
        assert (line.due, line.next_on) == (0, self.LIMIT)
        [line] = [one for one in retention.forecast(at=self.LIMIT) if one.kind == DataKind.EVIDENCE]
        assert line.due == 7

    def test_who_came_back_has_lost_nothing(self, left, signatory):
        signatory.is_active = True
        signatory.save()
        assert run(self.LIMIT) == {}
        assert Signature.objects.active().count() == 1
        signatory.is_active = False
        signatory.save()
        assert run(self.LIMIT + DAY) == {}

    def test_what_was_withdrawn_before_keeps_its_own_time(self, withdrawn, signatory):
        signatory.is_active = False
        signatory.save()
        run(FIVE_YEARS_LATER - DAY)
        assert run(FIVE_YEARS_LATER)["signature"] == 1

    def test_waits_for_the_archives_when_told_to(self, left, settings):
        settings.HOLD_ELIMINATION = True
        assert run(self.LIMIT) == {}
        assert Signature.objects.active().count() == 1
        settings.HOLD_ELIMINATION = False
        assert run(self.LIMIT)["signature"] == 1


class TestAgreements:
    @pytest.fixture
    def declined(self, editor):
        version = make.draft(editor)
        make.send(version, editor, LONG_AGO)
        version.refresh_from_db()
        decline_agreement(
            invitation=make.invitation(version, 1),
            text=make.text(version),
            reason="Le budget",
            at=LONG_AGO,
        )
        return version

    def test_what_names_people_goes(self, declined):
        invitation = AgreementInvitation.objects.first()
        InvitationCode.objects.create(
            invitation=invitation, hash="x", expires_at=LONG_AGO, tries_left=5
        )
        AgreementNotice.objects.update(sent_at=LONG_AGO)
        AgreementNotice.objects.create(
            version=declined,
            kind=AgreementNoticeKind.DUE,
            email="cellule@example.org",
            language="fr",
            sent_at=LONG_AGO,
        )
        later = LONG_AGO + (TECHNICAL_DAYS + 22) * DAY
        assert run(later) == {"invitation": 2, "message": 1}
        assert not AgreementNotice.objects.exists()
        assert not InvitationCode.objects.exists()
        assert run(FIVE_YEARS_LATER) == {"agreement": 4}
        assert found() == []

    def test_whoever_is_still_to_sign_is_not_forgotten(self, editor):
        version = make.draft(editor)
        make.send(version, editor, LONG_AGO)
        AgreementInvitation.objects.filter(party__number=2).update(ended_at=LONG_AGO)
        assert run(FIVE_YEARS_LATER)["invitation"] == 1
        assert AgreementInvitation.objects.get().party.number == 1


class TestOthers:
    @pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 0)])
    def test_a_code_goes_once_it_has_expired(self, reader, seconds, left):
        OneTimeCode.objects.create(person=reader, hash="x", expires_at=NOON, tries_left=5)
        run(NOON + seconds * SECOND)
        assert OneTimeCode.objects.count() == left

    def test_an_entry_of_a_closed_account_goes(self, version, signatory, sign_as):
        sign_as(signatory, version)
        DirectoryEntry.objects.create(person=signatory, charter=version.charter, joined_at=NOON)
        assert "directory" not in run(NOON)
        signatory.is_active = False
        signatory.save()
        assert run(NOON)["directory"] == 1

    def test_reminders_are_remembered_while_the_signature_holds(
        self, version, signatory, sign_as, publish
    ):
        signature = sign_as(signatory, version)
        newer = publish(valid_from=NOON.date() + DAY)
        NewerVersionNotice.objects.create(signature=signature, version=newer, rank=0, sent_at=NOON)
        later = NOON + TECHNICAL_DAYS * DAY
        assert "message" not in run(later - SECOND)
        withdraw(signature=signature, person=signatory, at=NOON)
        assert run(later)["message"] == 1

    def test_reminders_of_the_end_are_remembered_as_long(self, version, signatory, sign_as):
        signature = sign_as(signatory, version)
        RenewalNotice.objects.create(signature=signature, rank=0, sent_at=NOON)
        later = NOON + TECHNICAL_DAYS * DAY
        assert "message" not in run(later)
        withdraw(signature=signature, person=signatory, at=NOON)
        assert run(later)["message"] == 1

    @pytest.mark.parametrize("sent_at", [LONG_AGO, None])
    def test_no_email_keeps_a_signature_from_going(self, withdrawn, sent_at):
        """Whichever are written one day about a signature: one that stayed would stop the night."""
        given = {"version": withdrawn.version, "rank": 0, "sent_at": sent_at}
        about = [model for model in Notice.__subclasses__() if hasattr(model, "signature")]
        assert {RenewalNotice, NewerVersionNotice, SignatureNotice} <= set(about)
        for model in about:
            fields = {field.name for field in model._meta.concrete_fields}
            if "record" not in fields:  # that of its record was written with it
                values = {name: value for name, value in given.items() if name in fields}
                model.objects.create(signature=withdrawn, **values)
        assert run(FIVE_YEARS_LATER)["signature"] == 1
        assert not any(model.objects.exists() for model in about)

    def test_an_email_that_has_not_left_is_not_forgotten(self, withdrawn):
        run(FIVE_YEARS_LATER - SECOND)
        assert SignatureNotice.objects.filter(sent_at=None).count() == 2


class TestFailing:
    @pytest.fixture
    def broken(self, withdrawn, monkeypatch, reader):
        def fail(**_given):
            raise RuntimeError(f"duplicate key: {withdrawn.person.email}")

        monkeypatch.setattr(retention, "purge_values", fail)
        OneTimeCode.objects.create(person=reader, hash="x", expires_at=LONG_AGO, tries_left=5)

    def test_keeps_nothing_else_from_going_and_quotes_nobody(self, broken):
        jobs.apply_retention(FIVE_YEARS_LATER)
        lines = list(RetentionLine.objects.values_list("kind", "rows", "failure"))
        assert ("evidence", 0, "RuntimeError") in lines
        assert ("code", 1, "") in lines
        assert not any("@" in str(line) for line in lines)

    def test_is_told_by_the_command(self, broken):
        with pytest.raises(CommandError, match=r"evidence \(RuntimeError\)"):
            call_command("apply_retention", stdout=StringIO())

    def test_is_told_first_in_the_report(self, broken):
        jobs.apply_retention(NOON)
        told = words(browser_of(Role.TECHNICAL).get(REPORT))
        assert "tout n’a pas pu être effacé" in told
        assert "RuntimeError" in told
        assert "example.org" not in told


class TestCommand:
    def said(self, *options):
        output = StringIO()
        call_command("apply_retention", *options, stdout=output)
        return output.getvalue()

    def test_a_dry_run_says_what_is_due_and_deletes_nothing(self, withdrawn):
        told = self.said("--dry-run")
        assert "technical: 2 due\n" in told
        assert "evidence: 8 due\n" in told
        assert "signature: 1 due\n" in told
        assert personal_values().count() == 10
        assert not RetentionRun.objects.exists()

    def test_a_dry_run_says_what_is_due_next(self, version, signatory, sign_as):
        sign_as(signatory, version)
        assert "technical: 0 due; next on 2026-09-06\n" in self.said("--dry-run")

    def test_deletes_what_the_dry_run_said(self, withdrawn):
        told = self.said()
        assert "evidence: 8 deleted\n" in told
        assert "Claude" not in told
        assert self.said() == "nothing is past its time\n"


class TestReport:
    @pytest.mark.parametrize("role", [None, *Role])
    def test_is_for_the_unit_and_administrators(self, role):
        allowed = role in (Role.RSO_UNIT, Role.TECHNICAL)
        browser = browser_of(role)
        assert (browser.get(REPORT).status_code == 200) == allowed
        menu = browser.get("/admin/reports/site-history/", follow=True).content.decode()
        assert (REPORT in menu) == allowed

    def test_tells_what_went_when_and_what_is_next(self, withdrawn, version, sign_as):
        sign_as(make_user("autre"), version)
        apply_retention(at=NOON)
        told = words(browser_of(Role.RSO_UNIT).get(REPORT))
        assert "Aucun échec. Dernière exécution : 10 mars 2026 12:00" in told
        assert "Preuve des signatures qui ont pris fin – 8 lignes" in told
        assert "6 septembre 2026" in told
        for personal in ("Claude", "Démonstration", "signataire", "192.0.2.7"):
            assert personal not in told

    @pytest.mark.parametrize(
        ("hours", "ended", "told"),
        [
            (35, True, "Aucun échec"),
            (37, True, "Rien n’a été exécuté depuis"),
            (1, False, "n’est pas allée à son terme"),
        ],
    )
    def test_says_when_nights_are_missing(self, hours, ended, told):
        started = NOON - dt.timedelta(hours=hours)
        RetentionRun.objects.create(started_at=started, ended_at=started if ended else None)
        assert told in words(browser_of(Role.RSO_UNIT).get(REPORT))

    def test_says_that_no_night_went_by(self):
        assert "Aucune nuit" in words(browser_of(Role.RSO_UNIT).get(REPORT))

    def test_costs_the_same_for_many_rows(self, version, sign_as):
        browser = browser_of(Role.RSO_UNIT)

        def cost():
            apply_retention(at=timezone.now())
            browser.get(REPORT)
            with CaptureQueriesContext(connection) as queries:
                browser.get(REPORT)
            return len(queries)

        OneTimeCode.objects.create(person=make_user("une"), hash="x", expires_at=NOON, tries_left=5)
        sign_as(make_user("deux"), version)
        before = cost()
        for number in range(3):
            person = make_user(f"personne-{number}")
            sign_as(person, version)
            OneTimeCode.objects.create(person=person, hash="x", expires_at=NOON, tries_left=5)
            apply_retention(at=NOON)
        assert cost() == before


def test_a_receipt_that_was_made_is_among_what_goes(withdrawn, monkeypatch):
    monkeypatch.setattr("partners.receipts.pdf.missing_libraries", lambda: ("pango",))
    assert issue_receipt(signature=withdrawn, at=LONG_AGO) is False
    due = {line.kind: line.due for line in retention.forecast(at=FIVE_YEARS_LATER)}
    assert due[DataKind.RECEIPT] == 1

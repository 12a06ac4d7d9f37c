"""Signatures that last some years: their last day, their end, their renewal, never by itself."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from partners import jobs
from partners.counting import count_partners
from partners.dashboard.charters import ChartersPanel
from partners.enums import CharterStage, EvidenceKind, SignatureState
from partners.evidence_file.packing import SCRIPT
from partners.models import (
    CharterVersion,
    DirectoryEntry,
    EvidenceRecord,
    RenewalNotice,
    Signature,
)
from partners.receipts.pdf import receipt_pdf
from partners.services import (
    call_for_renewals,
    draft_charter_version,
    enter_paper_signature,
    expire_signatures,
    publish_charter_version,
    send_renewal_notices,
    withdraw,
)
from partners.services.directory import Choices, appear
from partners.services.receipts import _facts
from partners.services.renewals import BEFORE
from partners.terms import end_after_years
from partners.verification import check_everything, check_signature
from portal.core.text import plain_text
from tests.factories import make_user

from .conftest import NOON, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

DAY = dt.timedelta(days=1)
Day = dt.date
LAST = Day(2028, 3, 9)
SCAN = b"%PDF-1.4 scan"


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch):
    monkeypatch.setattr("partners.receipts.pdf.missing_libraries", lambda: ("pango-1.0",))


@pytest.fixture
def publish_for(charter, author, approver, words):
    """Return a function that publishes a version whose signatures last some years."""

    def make(years, valid_from=TODAY):
        draft = draft_charter_version(
            charter=charter,
            actor=author,
            stage=CharterStage.FINAL,
            texts=words,
            signature_years=years,
        )
        return publish_charter_version(version=draft, approver=approver, valid_from=valid_from)

    return make


@pytest.fixture
def lasting(publish_for):
    """The version whose signatures last two years."""
    return publish_for(2)


@pytest.fixture
def signature(signatory, lasting, sign_as):
    return sign_as(signatory, lasting)


@pytest.fixture
def browser(signatory):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(signatory)
    return browser


@pytest.fixture
def stand(time_machine, browser, signatory):
    """Return a function that goes to noon of a day, in Paris, or to an instant."""

    def go(when):
        at = (
            when
            if isinstance(when, dt.datetime)
            else dt.datetime.combine(when, dt.time(11), tzinfo=dt.UTC)
        )
        time_machine.move_to(at, tick=False)
        browser.force_login(signatory)
        return at

    return go


def said(text):
    return text.replace("\u00a0", " ")


def words_of(response):
    return " ".join(said(plain_text(response.content.decode())).split())


class TestLastDay:
    @pytest.mark.parametrize(
        ("signed_on", "years", "last"),
        [
            (Day(2026, 3, 10), 2, Day(2028, 3, 9)),
            (Day(2024, 2, 29), 2, Day(2026, 2, 28)),  # a leap day: whole years, never a day less
            (Day(2024, 2, 29), 4, Day(2028, 2, 28)),
            (Day(2026, 3, 1), 2, Day(2028, 2, 29)),
            (Day(2024, 3, 1), 2, Day(2026, 2, 28)),
            (Day(2026, 2, 28), 2, Day(2028, 2, 27)),
            (Day(2026, 1, 1), 2, Day(2027, 12, 31)),
            (Day(2026, 12, 31), 1, Day(2027, 12, 30)),
        ],
    )
    def test_is_the_eve_of_the_anniversary(self, signed_on, years, last):
        assert end_after_years(signed_on, years) == last

    @given(st.dates(Day(1990, 1, 1), Day(2080, 1, 1)), st.integers(1, 20))
    def test_the_next_day_is_the_first_of_another_term(self, signed_on, years):
        following = end_after_years(signed_on, years) + DAY
        assert following.year == signed_on.year + years
        assert (following.month, following.day) in {
            (signed_on.month, signed_on.day),
            (3, 1) if (signed_on.month, signed_on.day) == (2, 29) else (0, 0),
        }

    @pytest.mark.parametrize(
        ("at", "last"),
        [
            (dt.datetime(2026, 3, 10, 22, 59, 59, tzinfo=dt.UTC), Day(2028, 3, 9)),
            (dt.datetime(2026, 3, 10, 23, 0, tzinfo=dt.UTC), Day(2028, 3, 10)),  # midnight in Paris
            (dt.datetime(2026, 3, 29, 0, 59, tzinfo=dt.UTC), Day(2028, 3, 28)),  # clocks go forward
            (dt.datetime(2026, 6, 30, 21, 59, tzinfo=dt.UTC), Day(2028, 6, 29)),  # summer time
            (dt.datetime(2026, 6, 30, 22, 0, tzinfo=dt.UTC), Day(2028, 6, 30)),
            (dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC), Day(2028, 10, 24)),  # 02:30, twice
            (dt.datetime(2028, 2, 29, 11, 0, tzinfo=dt.UTC), Day(2030, 2, 28)),
        ],
    )
    def test_is_counted_from_the_day_in_paris(self, lasting, signatory, sign_as, stand, at, last):
        stand(at)
        assert sign_as(signatory, lasting, at=at).until == last

    def test_is_told_by_the_evidence(self, signature):
        assert signature.until == LAST
        assert signature.signed_record.details == {"until": "2028-03-09"}
        assert not list(check_everything())

    def test_never_changes(self, signature):
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.update(until=Day(2040, 1, 1))

    def test_tampered_with_it_is_found(self, signature):
        from partners.triggers import suspended_triggers

        with suspended_triggers():
            Signature.objects.update(until=Day(2040, 1, 1))
        signature.refresh_from_db()
        assert [problem.fault.name for problem in check_signature(signature)] == ["STATE"]

    def test_a_charter_without_a_duration_has_none(self, signatory, version, sign_as, browser):
        signature = sign_as(signatory, version)
        assert signature.until is None
        assert signature.signed_record.details == {}
        for name, of in (("my_signatures", []), ("verify_code", [signature.shown_code])):
            assert "Dernier jour" not in words_of(browser.get(reverse(name, args=of)))
        assert expire_signatures(at=NOON + 9999 * DAY) == 0
        assert call_for_renewals(at=NOON + 9999 * DAY) == 0


class TestShowing:
    def test_receipt_space_verification_and_message_tell_it(self, signature, browser):
        receipt = reverse("signature_receipt", args=[signature.signed_record.uuid])
        verify = reverse("verify_code", args=[signature.shown_code])
        for address in (receipt, verify):
            assert "Dernier jour 9 mars 2028" in words_of(browser.get(address))
        mine = words_of(browser.get(reverse("my_signatures")))
        assert "Elle vaut jusqu’au 9 mars 2028 inclus" in mine
        assert "Renouveler" not in mine
        jobs.send_signature_notices(NOON)
        assert "Dernier jour : 9 mars 2028" in said(mail.outbox[0].body)

    def test_the_sealed_receipt_tells_it(self, signature, pdf_text):
        text = signature.version.texts.get(language="fr")
        text.version = signature.version
        assert "9 mars 2028" in pdf_text(receipt_pdf(_facts(signature, text)))

    def test_drafting_keeps_or_changes_the_duration(self, lasting, desk, editor):
        page = desk.get(reverse("charter_version", args=[lasting.pk]))
        assert "Durée d’une signature" in words_of(page)
        assert 'value="2"' in page.content.decode()
        url = reverse("draft_charter_version", args=[lasting.pk])
        desk.post(url, {"stage": "final", "signature_years": "21"})
        assert CharterVersion.objects.count() == 1
        desk.post(url, {"stage": "final", "signature_years": "3"})
        assert CharterVersion.objects.get(number=2).signature_years == 3

    def test_a_published_duration_never_changes(self, lasting):
        with pytest.raises(IntegrityError), transaction.atomic():
            CharterVersion.objects.update(signature_years=9)


class TestEnding:
    @pytest.mark.parametrize(
        ("at", "state"),
        [
            (dt.datetime(2028, 3, 9, 22, 59, 59, tzinfo=dt.UTC), SignatureState.ACTIVE),
            (dt.datetime(2028, 3, 9, 23, 0, tzinfo=dt.UTC), SignatureState.EXPIRED),
        ],
    )
    def test_comes_with_midnight_after_the_last_day(self, signature, stand, at, state):
        stand(at)
        jobs.end_signatures(at)
        signature.refresh_from_db()
        assert signature.state == state
        assert not list(check_everything())

    def test_ends_what_goes_with_it(self, signature, signatory, charter, stand, browser):
        appear(person=signatory, charter=charter, choices=Choices(), at=NOON)
        assert count_partners(charter) == 1
        at = stand(LAST + DAY)
        assert expire_signatures(at=at) == 1
        assert expire_signatures(at=at) == 0
        assert count_partners(charter) == 0
        assert not DirectoryEntry.objects.exists()
        record = EvidenceRecord.objects.get(kind=EvidenceKind.EXPIRED)
        assert (record.about, record.digests) == (str(signature.signed_record.uuid), {})
        told = words_of(browser.get(reverse("verify_code", args=[signature.shown_code])))
        assert "Arrivée à son terme" in told
        assert "Fin enregistrée 10 mars 2028" in told
        assert "Arrivée à son terme" in words_of(browser.get(reverse("my_signatures")))
        assert not mail.outbox

    def test_shows_on_the_dashboard(self, signature, stand):
        at = stand(LAST + DAY)
        expire_signatures(at=at)
        (figures,) = ChartersPanel(at).facts["charters"]
        assert (figures.partners, figures.withdrawn, figures.expired) == (0, 0, 1)
        assert (figures.versions[0].ended, figures.months[-1].ended) == (1, 1)
        assert figures.pace.monthly == Decimal("-0.3")

    def test_verification_never_waits_for_the_clock(self, signature, stand, browser):
        verify = reverse("verify_code", args=[signature.shown_code])
        stand(LAST)
        assert "Arrivée à son terme" not in words_of(browser.get(verify))
        stand(LAST + DAY)
        assert "Arrivée à son terme" in words_of(browser.get(verify))

    def test_one_may_sign_again_afterwards(self, signature, signatory, lasting, sign_as, stand):
        at = stand(LAST + 40 * DAY)
        expire_signatures(at=at)
        again = sign_as(signatory, lasting, at=at)
        assert (again.state, again.until) == (SignatureState.ACTIVE, Day(2030, 4, 17))
        assert not list(check_everything())

    def test_the_evidence_file_tells_it(self, signature, stand, browser, tmp_path):
        expire_signatures(at=stand(LAST + DAY))
        packed = tmp_path / "preuve.zip"
        file = browser.get(reverse("own_evidence", args=[signature.signed_record.uuid]))
        packed.write_bytes(file.content)
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT, packed], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "enregistrement 3 (expired)" in done.stdout

    def test_who_withdrew_is_not_ended_twice(self, signature, signatory, stand):
        withdraw(signature=signature, person=signatory, at=NOON)
        assert expire_signatures(at=stand(LAST + DAY)) == 0
        signature.refresh_from_db()
        assert signature.state == SignatureState.WITHDRAWN

    def test_the_list_tells_them_apart(self, signature, stand):
        expire_signatures(at=stand(LAST + DAY))
        found = {state: Signature.objects.standing(state).count() for state in SignatureState}
        assert found == {
            SignatureState.ACTIVE: 0,
            SignatureState.WITHDRAWN: 0,
            SignatureState.EXPIRED: 1,
            SignatureState.REPLACED: 0,
        }


class TestRenewing:
    SOON = LAST - dt.timedelta(days=60)

    def test_is_signing_again_near_the_end(
        self, signature, signatory, lasting, sign_as, stand, browser, charter_page
    ):
        sign = reverse("sign_charter", args=["partenaires", lasting.number])
        at = stand(self.SOON - DAY)
        assert sign_as(signatory, lasting, at=at) == signature
        assert browser.get(sign).status_code == 302
        assert "Renouveler ma signature" not in words_of(browser.get(reverse("my_signatures")))
        at = stand(self.SOON)
        assert browser.get(sign).status_code == 200
        mine = browser.get(reverse("my_signatures"))
        assert "Renouveler ma signature" in words_of(mine)
        # The text is read and commitments are chosen there: the link of the act would choose none.
        assert f'href="{charter_page.url}">Renouveler' in mine.content.decode()
        assert "jusqu’au 9 mars 2028. Si vous souhaitez continuer, signez de nouveau." in words_of(
            browser.get(charter_page.url)
        )
        again = sign_as(signatory, lasting, at=at)
        assert again != signature
        assert again.until == Day(2030, 1, 8)
        signature.refresh_from_db()
        assert signature.state == SignatureState.REPLACED
        assert sign_as(signatory, lasting, at=at) == again
        assert not list(check_everything())

    def test_carries_no_commitment_over(
        self, signatory, charter, author, approver, offering, sign_as, stand
    ):
        draft = draft_charter_version(
            charter=charter,
            actor=author,
            stage=CharterStage.FINAL,
            texts=offering,
            signature_years=2,
        )
        version = publish_charter_version(version=draft, approver=approver, valid_from=TODAY)
        sign_as(signatory, version, commitments={"1.1": 2})
        again = sign_as(signatory, version, at=stand(self.SOON))
        assert again.commitments() == ()

    def test_by_hand_too(self, signature, signatory, lasting, stand):
        referent = make_user("referente")
        text = lasting.texts.get(language="fr")
        given = {
            "person": signatory,
            "text": text,
            "statement": "Je signe.",
            "referent": referent,
            "scan": SCAN,
        }
        at = stand(self.SOON + 10 * DAY)
        with pytest.raises(ValidationError, match="déjà signé"):
            enter_paper_signature(**given, signed_on=self.SOON - DAY, at=at)
        again = enter_paper_signature(**given, signed_on=self.SOON + DAY, at=at)
        assert again.until == Day(2030, 1, 9)
        assert again.signed_record.details["until"] == "2030-01-09"
        assert not list(check_everything())

    def test_a_sheet_that_would_be_over_is_not_entered(self, lasting, signatory, stand):
        at = stand(LAST + DAY)
        with pytest.raises(ValidationError, match="déjà arrivée à son terme"):
            enter_paper_signature(
                person=signatory,
                text=lasting.texts.get(language="fr"),
                statement="Je signe.",
                referent=make_user("referente"),
                scan=SCAN,
                signed_on=TODAY,
                at=at,
            )
        assert not Signature.objects.exists()


class TestMessages:
    def days(self, stand, first, last):
        """Run the jobs of each day, and return on which ones an e-mail left."""
        told = []
        day = first
        while day <= last:
            at = stand(day)
            before = len(mail.outbox)
            expire_signatures(at=at)
            call_for_renewals(at=at)
            send_renewal_notices(at=at)
            told += [day] * (len(mail.outbox) - before)
            day += DAY
        return told

    def test_leave_once_then_two_reminders_at_most(self, signature, stand, settings, signatory):
        told = self.days(stand, LAST - 65 * DAY, LAST + 5 * DAY)
        assert told == [LAST - before for before in BEFORE]
        first, reminder, last = mail.outbox
        assert first.to == [signatory.email]
        assert said(first.subject) == (
            "Charte des partenaires : votre signature prend fin le 9 mars 2028"
        )
        assert "ne se renouvelle jamais d’elle-même" in first.body
        assert f"{settings.WAGTAILADMIN_BASE_URL}/fr/charte/\n" in first.body
        assert reminder.subject.startswith("Rappel")
        assert "dernier à ce sujet" not in reminder.body
        assert "dernier à ce sujet" in last.body

    def test_stop_once_it_is_renewed_or_withdrawn(
        self, signature, signatory, lasting, sign_as, stand
    ):
        assert self.days(stand, LAST - 60 * DAY, LAST - 50 * DAY) == [LAST - 60 * DAY]
        sign_as(signatory, lasting, at=stand(LAST - 50 * DAY))
        assert self.days(stand, LAST - 30 * DAY, LAST + DAY) == []

    @pytest.mark.parametrize("ends", ["withdraw", "renew", "account", "end"])
    def test_one_that_waits_does_not_leave_for_nothing(
        self, signature, signatory, lasting, sign_as, stand, ends
    ):
        at = stand(LAST - 20 * DAY)
        assert call_for_renewals(at=at) == 1
        if ends == "withdraw":
            withdraw(signature=signature, person=signatory, at=at)
        elif ends == "renew":
            sign_as(signatory, lasting, at=at)
        elif ends == "account":
            signatory.is_active = False
            signatory.save()
        else:
            at = stand(LAST + DAY)
        assert send_renewal_notices(at=at) == 0
        assert not mail.outbox

    def test_a_clock_that_stood_still_sends_one_only(self, signature, stand):
        assert self.days(stand, LAST - 2 * DAY, LAST + DAY) == [LAST - 2 * DAY]
        assert RenewalNotice.objects.get().rank == 2

    @pytest.mark.parametrize(("hour", "sent"), [(6, 0), (7, 1), (17, 1), (18, 0)])
    def test_leave_by_day_only(self, signature, stand, hour, sent):
        at = stand(dt.datetime.combine(LAST - 20 * DAY, dt.time(hour), tzinfo=dt.UTC))
        call_for_renewals(at=at)
        assert send_renewal_notices(at=at) == sent

    def test_lead_to_the_version_in_force(self, signature, publish_for, stand):
        publish_for(None, valid_from=LAST - 30 * DAY)
        at = stand(LAST - 20 * DAY)
        call_for_renewals(at=at)
        send_renewal_notices(at=at)
        assert "lisez la version 2" in mail.outbox[-1].body

    def test_speak_the_language_that_was_signed(self, signatory, lasting, sign_as, stand):
        sign_as(signatory, lasting, language="en")
        at = stand(LAST - 20 * DAY)
        call_for_renewals(at=at)
        send_renewal_notices(at=at)
        subject = said(mail.outbox[0].subject)
        assert subject == "Partners’ charter: your signature ends on 9 March 2028"
        assert "/en/my-signatures/" in mail.outbox[0].body

    def test_need_an_address(self, signature, signatory, stand):
        signatory.email = ""
        signatory.save()
        assert self.days(stand, LAST - 62 * DAY, LAST - 58 * DAY) == []

"""The sealed PDF on the way of who signs, and of who verifies: made, given, mailed, dropped, kept."""

import datetime as dt
import logging

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners import jobs
from partners.enums import CharterStage, EvidenceKind
from partners.evidence import Fault, file_details
from partners.models import EvidenceRecord, EvidenceValue, Signature, SignatureReceipt
from partners.receipts import reading
from partners.receipts.certificates import SealCertificateError, seal_certificate
from partners.receipts.reading import read_seal
from partners.receipts.sealing import Sealer, issue
from partners.services import issue_receipt, purge_values, withdraw
from partners.services.signing import TECHNICAL_DAYS, YEARS_AFTER_END
from partners.triggers import suspended_triggers
from partners.verification import check_everything, check_signature
from portal.core.text import plain_text
from tests.factories import make_user
from tests.partners.receipts import facts

from .conftest import ALTERATIONS, NOON, TODAY, acts

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("pdf_libraries", "own_certificate", "now", "charter_page"),
]

PASSWORD = "correct-cheval-agrafe"
LATER = NOON + dt.timedelta(minutes=1)
NOBODY_LISTENS = "http://127.0.0.1:9/tsa"
CANNOT = "partners.receipts.pdf.missing_libraries"


@pytest.fixture
def signatory(signatory):
    signatory.set_password(PASSWORD)
    signatory.save()
    return signatory


@pytest.fixture
def browser(signatory):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(signatory)
    return browser


@pytest.fixture
def visitor():
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def signature(signatory, version, sign_as):
    return sign_as(signatory, version)


@pytest.fixture
def receipt(signature):
    """The receipt of that signature, made at once."""
    assert issue_receipt(signature=signature, at=NOON)
    return SignatureReceipt.objects.get()


@pytest.fixture
def pdf(receipt):
    return bytes(receipt.pdf)


def press(browser, version):
    url = reverse("sign_charter", args=["partenaires", version.number])
    return browser.post(url, {"agreed": "on", "password": PASSWORD})["Location"]


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


def drop(browser, content, name="recu.pdf", code="", **more):
    given = {"receipt": SimpleUploadedFile(name, content), "code": code}
    return browser.post(reverse("verify"), given, **more)


def found():
    return [(problem.fault, problem.where) for problem in check_everything()]


def replace_file(pdf):
    SignatureReceipt.objects.update(pdf=pdf)


class TestSigning:
    def test_gives_the_receipt_on_the_page_in_the_list_and_by_mail(self, browser, version):
        page = press(browser, version)
        url = f"{page}recu.pdf"
        for shown in (page, reverse("my_signatures")):
            told = browser.get(shown)
            assert f'href="{url}"' in told.content.decode()
            assert "Télécharger le reçu (PDF)" in words(told)
        given = browser.get(url)
        assert given["Content-Type"] == "application/pdf"
        assert given["Content-Disposition"] == 'attachment; filename="recu-partenaires-v1.pdf"'
        assert "no-store" in given["Cache-Control"]
        reading, signature = read_seal(given.content), Signature.objects.get()
        assert reading.is_genuine
        assert (reading.code, reading.evidence_id) == (
            signature.shown_code,
            signature.signed_record.uuid,
        )
        [message] = mail.outbox
        assert message.attachments == [
            ("recu-partenaires-v1.pdf", given.content, "application/pdf")
        ]
        assert "Le PDF joint est votre reçu" in message.body.replace("\u00a0", " ")

    def test_records_the_fingerprint_of_the_file_in_the_chain(self, browser, version, caplog):
        press(browser, version)
        signed, sealed = acts()
        file = bytes(SignatureReceipt.objects.get().pdf)
        assert (sealed.kind, sealed.about) == (EvidenceKind.SEALED, str(signed.uuid))
        assert sealed.details == {**file_details(file), "timestamp": "none"}
        assert found() == []
        assert check_signature(Signature.objects.get()) == []
        assert caplog.records == []

    def test_stands_whatever_happens_to_the_receipt(self, browser, version, settings, caplog):
        settings.SEAL_CERTIFICATE = settings.DATA_DIR / "absent.p12"
        page = press(browser, version)
        assert Signature.objects.active().count() == 1
        assert "est en préparation" in words(browser.get(page))
        assert browser.get(f"{page}recu.pdf").status_code == 404
        [message] = mail.outbox
        assert message.attachments == []
        assert f"http://localhost:8000{page}" in message.body
        assert "Claude" not in caplog.text
        with pytest.raises(SealCertificateError):
            jobs.issue_receipts(LATER)
        settings.SEAL_CERTIFICATE = None
        jobs.issue_receipts(NOON + dt.timedelta(seconds=59))
        assert not SignatureReceipt.objects.exists(), "who signs may be making it"
        for _minute in range(2):
            jobs.issue_receipts(LATER)
        assert browser.get(f"{page}recu.pdf").status_code == 200
        assert acts().count() == 2
        assert found() == []

    def test_says_nothing_of_a_pdf_on_a_machine_that_makes_none(
        self, browser, version, monkeypatch, caplog
    ):
        monkeypatch.setattr(CANNOT, lambda: ("pango-1.0",))
        page = press(browser, version)
        assert "PDF" not in words(browser.get(page))
        assert "PDF" not in mail.outbox[0].body
        jobs.issue_receipts(LATER)
        assert not SignatureReceipt.objects.exists()
        assert caplog.records == []

    def test_a_receipt_is_its_owners(self, browser, visitor, version):
        url = f"{press(browser, version)}recu.pdf"
        assert "/login/" in visitor.get(url)["Location"]
        visitor.force_login(make_user("autre", is_superuser=True))
        assert visitor.get(url).status_code == 404

    def test_tells_what_was_recorded_then(self, signature, signatory, pdf_text):
        signatory.last_name = "Nouveau"
        signatory.save()
        assert issue_receipt(signature=signature, at=NOON)
        told = pdf_text(bytes(SignatureReceipt.objects.get().pdf))
        for fact in (
            "Claude Démonstration",
            "Charte des partenaires",
            "Ville de Dijon",
            "Mot de passe",
            "10 mars 2026 à 12 h 00 min 00 s, heure de Paris",
            signature.signed_record.hash,
        ):
            assert fact in told
        assert "Exemple" not in told

    def test_is_in_the_language_of_the_text(self, signatory, version, sign_as, pdf_text):
        assert issue_receipt(signature=sign_as(signatory, version, language="en"), at=NOON)
        told = pdf_text(bytes(SignatureReceipt.objects.get().pdf))
        assert "Partners’ charter" in told
        assert "Password" in told
        assert "/en/verify/" in told.replace(" ", "")

    def test_of_a_proposed_text_is_an_example(
        self, signatory, publish, sign_as, settings, pdf_text
    ):
        settings.DEMONSTRATION_CONTENT = True
        proposed = publish(stage=CharterStage.PROPOSED)
        assert issue_receipt(signature=sign_as(signatory, proposed), at=NOON)
        assert "Exemple" in pdf_text(bytes(SignatureReceipt.objects.get().pdf))

    def test_none_is_made_of_an_altered_text(self, signature, version):
        with suspended_triggers():
            version.texts.filter(language="fr").update(preamble="Autre chose.")
        assert not issue_receipt(signature=signature, at=NOON)
        assert not SignatureReceipt.objects.exists()

    def test_twice_is_once(self, signature, receipt):
        assert issue_receipt(signature=signature, at=LATER)
        assert bytes(SignatureReceipt.objects.get().pdf) == bytes(receipt.pdf)
        assert acts().count() == 2


class TestTimestamp:
    def test_comes_later_when_the_authority_did_not_answer(
        self, signature, settings, authority, visitor, caplog
    ):
        settings.TSA_URL = NOBODY_LISTENS
        assert issue_receipt(signature=signature, at=NOON)
        first = bytes(SignatureReceipt.objects.get().pdf)
        jobs.date_receipts(LATER)
        assert SignatureReceipt.objects.get().timestamp == "pending"
        assert found() == []
        settings.TSA_URL = ""
        jobs.date_receipts(LATER)
        assert SignatureReceipt.objects.get().timestamp == "pending"
        settings.TSA_URL = authority
        for _minute in range(2):
            jobs.date_receipts(LATER)
        dated = bytes(SignatureReceipt.objects.get().pdf)
        assert dated.startswith(first)
        assert len(dated) > len(first)
        signed, sealed, timestamped = acts()
        assert (timestamped.kind, timestamped.about) == ("timestamped", str(signed.uuid))
        assert timestamped.details == {**file_details(dated), "timestamp": "done"}
        assert found() == []
        assert check_signature(signature) == []
        for file in (first, dated):
            told = words(drop(visitor, file))
            assert "Valide" in told
            assert "Claude Démonstration" in told
        assert "Horodatage" in told
        replace_file(first)
        assert found() == [(Fault.RECEIPT, f"record {sealed.sequence}")]

    def test_one_that_came_at_once_is_recorded_so(self, signature, settings, authority):
        settings.TSA_URL = authority
        assert issue_receipt(signature=signature, at=NOON)
        assert EvidenceRecord.objects.get(kind="sealed").details["timestamp"] == "done"
        jobs.date_receipts(LATER)
        assert acts().count() == 2


class TestDropping:
    def test_a_genuine_receipt_says_who_signed_what(self, visitor, signature, pdf):
        answer = drop(visitor, pdf)
        told = words(answer)
        for fact in (
            "Valide",
            "Claude Démonstration",
            "Charte des partenaires",
            "10 mars 2026 à 12:00:00 (heure de Paris, UTC+1)",
            signature.shown_code,
        ):
            assert fact in told
        assert "signataire@" not in told
        assert answer["Cache-Control"] == "no-store"

    def test_a_withdrawn_one(self, visitor, signature, signatory, pdf):
        withdraw(signature=signature, person=signatory, at=LATER)
        told = words(drop(visitor, pdf))
        assert "Signature retirée" in told
        assert "Claude Démonstration" in told

    def test_a_superseded_one(self, visitor, pdf, publish, time_machine):
        publish(valid_from=TODAY + dt.timedelta(days=1))
        time_machine.move_to(NOON + dt.timedelta(days=1))
        assert "Remplacée" in words(drop(visitor, pdf))

    @pytest.mark.parametrize("change", ALTERATIONS)
    def test_an_altered_one_never_says_who(self, visitor, signature, pdf, change):
        answer = drop(visitor, change(pdf))
        told = words(answer)
        assert "Reçu altéré" in told
        assert reverse("verify_code", args=[signature.shown_code]) in answer.content.decode()
        assert "Claude" not in told

    def test_a_receipt_whose_evidence_was_altered_never_says_who(self, visitor, signature, pdf):
        with suspended_triggers():
            EvidenceRecord.objects.filter(kind="signed").update(at=LATER)
        told = words(drop(visitor, pdf))
        assert "Altérée" in told
        assert "Claude" not in told

    def test_our_seal_does_not_suffice(self, visitor, signature, pdf):
        """Who holds the key still cannot make a receipt that the evidence does not name."""
        told_of = facts(
            code=signature.shown_code,
            evidence_id=signature.signed_record.uuid,
            signatory_name="Quelqu’un d’autre",
        )
        forged = issue(told_of, Sealer(seal_certificate())).pdf
        assert read_seal(forged).is_genuine
        told = words(drop(visitor, forged))
        assert "Reçu altéré" in told
        assert "Quelqu’un" not in told

    def test_a_receipt_of_nothing_here_is_none_of_ours(self, visitor, signature):
        told = words(drop(visitor, issue(facts(), Sealer(seal_certificate())).pdf))
        assert "Ni un reçu, ni une convention de ce portail" in told

    @pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"GIF89a", b"\0" * 5000])
    def test_any_file_is_none_of_ours(self, visitor, signature, content):
        answer = drop(visitor, content)
        assert answer.status_code == 200
        assert "Ni un reçu, ni une convention de ce portail" in words(answer)

    @pytest.mark.parametrize("size", [0, 2_000_001, 3_000_000])
    def test_a_file_too_large_or_empty_is_refused(self, visitor, db, size, monkeypatch):
        monkeypatch.setattr("tempfile.NamedTemporaryFile", None)
        monkeypatch.setattr("partners.verification.read_seal", None)
        answer = drop(visitor, b"%" * size)
        assert answer.status_code == 422
        assert "PDF du reçu" in words(answer)

    def test_nothing_chosen_asks_again(self, visitor, db):
        answer = visitor.post(reverse("verify"), {})
        assert answer.status_code == 422
        assert "Choisissez le PDF du reçu" in words(answer)

    def test_needs_the_token_of_the_form(self, signature, pdf):
        visitor = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        assert drop(visitor, pdf).status_code == 403
        page = visitor.get(reverse("verify"))
        assert page["Referrer-Policy"] == "same-origin", "otherwise a browser's POST is refused"
        token = {"HTTP_X_CSRFTOKEN": visitor.cookies["csrftoken"].value}
        assert "Valide" in words(drop(visitor, pdf, **token))

    def test_counts_with_the_codes(self, visitor, signature, pdf, monkeypatch):
        from partners.views import verifying

        monkeypatch.setattr(verifying.verifications, "times", 2)
        visitor.get(reverse("verify_code", args=[signature.code]))
        assert [drop(visitor, b"GIF89a").status_code for _time in range(2)] == [200, 429]

    def test_waits_for_its_turn_then_asks_to_try_again(self, visitor, signature, pdf, monkeypatch):
        monkeypatch.setattr(reading, "PATIENCE", 0.01)
        places = [reading._places.acquire(blocking=False) for _place in range(reading.AT_ONCE)]
        assert all(places)
        answer = drop(visitor, pdf, code="7q4m 9xkd")
        for _place in places:
            reading._places.release()
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert answer["Cache-Control"] == "no-store"
        assert "Réessayez dans un moment" in words(answer)
        assert answer.content.decode().count('value="7q4m 9xkd"') == 2, "beside each form"
        assert "Valide" in words(drop(visitor, pdf))

    def test_keeps_the_code_that_was_tried_before(self, visitor, signature):
        answer = visitor.get(reverse("verify_code", args=["7q4m"]))
        assert 'name="code" value="7q4m"' in answer.content.decode()
        answer = drop(visitor, b"", code="7q4m")
        assert answer.status_code == 422
        assert 'id="code" name="code" value="7q4m"' in answer.content.decode()

    def test_leaves_nothing_behind(self, visitor, signature, pdf, caplog):
        with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
            drop(visitor, pdf, name="recu-de-quelqu-un.pdf")
        assert "quelqu-un" not in caplog.text
        written = [query["sql"].split()[0] for query in queries]
        assert not {"INSERT", "UPDATE", "DELETE"} & set(written)


class TestKeeping:
    def test_a_replaced_file_is_named(self, signature, receipt, pdf, visitor):
        forged = issue(facts(), Sealer(seal_certificate())).pdf
        replace_file(forged)
        assert found() == [(Fault.RECEIPT, "record 3")]
        assert [problem.fault for problem in check_signature(signature)] == [Fault.RECEIPT]
        assert "Altérée" in words(drop(visitor, pdf))

    @pytest.mark.parametrize(
        "noted", [{"timestamp": "done"}, {"issued_at": NOON - dt.timedelta(days=1)}]
    )
    def test_what_is_noted_of_a_receipt_is_what_was_recorded(self, receipt, noted):
        assert found() == []
        SignatureReceipt.objects.update(**noted)
        assert found() == [(Fault.RECEIPT_STATE, "record 3")]

    def test_a_lost_file_is_named(self, signature, receipt):
        receipt.delete()
        assert found() == [(Fault.MISSING_RECEIPT, "record 3")]
        assert [problem.fault for problem in check_signature(signature)] == [Fault.MISSING_RECEIPT]

    def test_a_file_that_nothing_recorded_is_named(self, signature, pdf, version, sign_as):
        other = sign_as(make_user("autre"), version)
        SignatureReceipt.objects.create(signature=other, pdf=pdf, timestamp="none", issued_at=NOON)
        assert found() == [(Fault.RECEIPT, f"receipt of {other.signed_record.uuid}")]

    def test_a_seal_whose_certificate_was_taken_out_is_named(self, receipt, settings, tmp_path):
        settings.DATA_DIR = tmp_path
        assert found() == [(Fault.SEAL, "record 3")]

    def test_the_file_goes_with_the_name_that_it_bears(self, signatory, publish_at, sign_as):
        long_ago = dt.datetime(2019, 5, 6, 8, 30, tzinfo=dt.UTC)
        signature = sign_as(signatory, publish_at(long_ago), at=long_ago)
        assert issue_receipt(signature=signature, at=long_ago)
        pdf = bytes(SignatureReceipt.objects.get().pdf)
        purge_values(at=long_ago + dt.timedelta(days=TECHNICAL_DAYS))
        assert SignatureReceipt.objects.exists()
        signature = withdraw(signature=signature, person=signatory, at=long_ago)
        purge_values(at=long_ago.replace(year=2019 + YEARS_AFTER_END))
        assert not SignatureReceipt.objects.exists()
        jobs.issue_receipts(NOON)
        assert not SignatureReceipt.objects.exists(), "nothing is left to write on it"
        assert found() == []
        signature.save(force_insert=True)
        SignatureReceipt.objects.create(
            signature=signature, pdf=pdf, timestamp="none", issued_at=long_ago
        )
        assert found() == [
            (Fault.PURGED_SIGNATURE, "record 2"),
            (Fault.PURGED_RECEIPT, "record 3"),
        ]

    def test_is_checked_at_the_same_cost_for_one_and_for_many(self, version, sign_as, monkeypatch):
        monkeypatch.setattr(CANNOT, lambda: ("pango-1.0",))

        def cost():
            with CaptureQueriesContext(connection) as queries:
                assert found() == []
            return len(queries)

        sign_as(make_user("une"), version)
        before = cost()
        for number in range(5):
            sign_as(make_user(f"personne-{number}"), version)
        assert cost() == before

    def test_a_purge_that_names_several_is_read_for_each(self, version, sign_as):
        signatures = [sign_as(make_user(f"personne-{n}"), version, at=NOON) for n in range(2)]
        past = NOON + dt.timedelta(days=TECHNICAL_DAYS)
        with suspended_triggers():
            EvidenceValue.objects.filter(kept_until__isnull=False).update(
                kept_until=NOON - dt.timedelta(days=3000)
            )
        purge_values(at=past)
        assert found() == []
        assert [check_signature(signature) for signature in signatures] == [[], []]

"""The sealed PDF of an agreement: what it tells, made, dated, given, verified, kept, let go."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from partners import jobs
from partners.enums import AgreementStatus, EvidenceKind
from partners.evidence import Fault, file_details
from partners.links import link_of
from partners.models import (
    AgreementDocument,
    AgreementInvitation,
    AgreementParty,
    AgreementVersion,
    EvidenceRecord,
    EvidenceValue,
)
from partners.receipts.certificates import seal_certificate
from partners.receipts.pdf import agreement_pdf
from partners.receipts.reading import read_seal
from partners.receipts.sealing import Sealer, add_timestamp, configured_sealer, issue
from partners.services import (
    agreement_documents,
    apply_retention,
    follow_agreements,
    give_notice,
    issue_agreement_document,
    record_paper_agreement,
    sealing,
    send_agreement_notices,
    sign_agreement,
)
from partners.services.agreements import Terms
from partners.services.signing import YEARS_AFTER_END
from partners.triggers import suspended_triggers
from partners.verification import check_agreement, check_everything
from portal.core.text import plain_text
from portal.users.enums import Role
from tests.factories import make_user

from . import agreements as make
from .conftest import ALTERATIONS, NOON, acts, signed_in
from .readers import pdfsig, verapdf

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("pdf_libraries", "own_certificate", "now", "home"),
]

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
LATER = NOON + MINUTE
NOBODY_LISTENS = "http://127.0.0.1:9/tsa"
CANNOT = "partners.receipts.pdf.missing_libraries"
NAMES = ("Personne 1", "Personne 2")
LONG_AGO = dt.datetime(2019, 5, 6, 8, 30, tzinfo=dt.UTC)


@pytest.fixture
def signed(steerer):
    """An agreement that both parties have signed, the second a minute after the first."""
    version = make.send(make.draft(steerer), steerer, NOON)
    make.sign(version, 1, NOON)
    make.sign(version, 2, LATER)
    return AgreementVersion.objects.get(pk=version.pk)


@pytest.fixture
def document(signed):
    assert issue_agreement_document(version=signed, at=LATER)
    return AgreementDocument.objects.get()


@pytest.fixture
def file(document):
    return bytes(document.pdf)


@pytest.fixture
def desk(steerer):
    return signed_in(steerer)


@pytest.fixture
def visitor():
    return Client(SERVER_NAME="localhost")


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


def found():
    return [problem.fault for problem in check_everything()]


def drop(browser, content):
    given = {"receipt": SimpleUploadedFile("convention.pdf", content)}
    return browser.post(reverse("verify"), given)


def enter(browser, invitation):
    """Type the code that is sent to whoever is invited; return the address of the page."""
    url = reverse("invitation", args=[link_of(invitation)])
    browser.post(url, {"send": "1"})
    code = re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0]
    browser.post(url, {"code": code})
    return url


class TestContent:
    def test_tells_the_text_and_who_signed_when_by_which_means(self, signed, document, pdf_text):
        told = pdf_text(bytes(document.pdf)).replace("\u00a0", " ")
        for fact in (
            "La convention",
            "Version 1",
            "Préambule.",
            "Article 1 – L’objet",
            "Article 2 – La durée",
            "Association n° 1",
            "Association n° 2",
            *NAMES,
            "Présidence 1",
            "Présidence 2",
            "10 mars 2026 à 12 h 00 min 00 s, heure de Paris (11 h 00 min 00 s UTC)",
            "10 mars 2026 à 12 h 01 min 00 s, heure de Paris (11 h 01 min 00 s UTC)",
            "code à usage unique envoyé à l’adresse invitée",
            "signatures électroniques simples",
            "1er avril 2026",
            "31 décembre 2026",
            make.text(signed).sha256,
        ):
            assert fact in told, fact
        for record in EvidenceRecord.objects.filter(kind=EvidenceKind.PARTY_SIGNED):
            assert record.hash in told
            assert str(record.uuid) in told
        assert document.shown_code in told.replace("- ", "-")
        assert "example.org" not in told, "addresses stay in the evidence"
        assert "Exemple" not in told

    def test_shows_each_text_that_was_signed(self, steerer, pdf_text):
        version = make.send(make.draft(steerer), steerer, NOON)
        make.sign(version, 1, NOON)
        sign_agreement(
            invitation=make.invitation(version, 2),
            text=make.text(version, "en"),
            statement="I sign it.",
            address="192.0.2.7",
            browser="Browser/1.0",
            at=NOON,
        )
        assert issue_agreement_document(version=version, at=NOON)
        told = pdf_text(bytes(AgreementDocument.objects.get().pdf)).replace("\u00a0", " ")
        assert told.index("Préambule.") < told.index("Preamble."), "French prevails"
        for fact in ("Langue lue", "Article 1 – Purpose", make.text(version, "en").sha256):
            assert fact in told

    def test_is_in_the_language_in_which_all_signed(self, steerer, pdf_text):
        version = make.send(make.draft(steerer), steerer, NOON)
        for number in (1, 2):
            sign_agreement(
                invitation=make.invitation(version, number),
                text=make.text(version, "en"),
                statement="I sign it.",
                address="192.0.2.7",
                browser="Browser/1.0",
                at=NOON,
            )
        assert issue_agreement_document(version=version, at=NOON)
        told = pdf_text(bytes(AgreementDocument.objects.get().pdf))
        assert "signed electronically by its 2 parties" in told
        assert "/en/verify/" in told.replace(" ", "")
        assert "Préambule." not in told

    def test_of_the_demonstration_is_an_example(self, signed, pdf_text):
        with suspended_triggers():
            AgreementVersion.objects.update(is_example=True)
        signed.refresh_from_db()
        assert issue_agreement_document(version=signed, at=LATER)
        assert "Exemple" in pdf_text(bytes(AgreementDocument.objects.get().pdf))

    def test_a_name_stays_text(self, signed, pdf_text):
        facts = agreement_documents._facts(
            AgreementDocument(
                version=signed,
                code="0" * 26,
                signed_record=acts().last(),
            )
        )
        hostile = replace(facts.signatures[0], name="<style>*{display:none}</style>")
        pdf = agreement_pdf(replace(facts, signatures=(hostile, *facts.signatures[1:])))
        assert "<style>*{display:none}</style>" in pdf_text(pdf)


class TestMaking:
    def test_waits_until_all_have_signed(self, steerer):
        version = make.send(make.draft(steerer), steerer, NOON)
        make.sign(version, 1, NOON)
        assert not issue_agreement_document(version=version, at=NOON)
        jobs.issue_receipts(NOON + DAY)
        assert not AgreementDocument.objects.exists()

    def test_is_recorded_in_the_chain(self, signed, document, file, caplog):
        first, second, sealed = acts()
        assert (sealed.kind, sealed.about) == (EvidenceKind.SEALED, str(second.uuid))
        assert sealed.details == {
            **file_details(file),
            "agreement": "ecoute",
            "timestamp": "none",
        }
        assert sealed.text_sha256 == first.text_sha256
        reading = read_seal(file)
        assert reading.is_genuine
        assert (reading.code, reading.evidence_id) == (document.shown_code, second.uuid)
        assert found() == []
        assert check_agreement(document) == []
        assert caplog.records == []

    def test_twice_is_once(self, signed, document, file):
        assert issue_agreement_document(version=signed, at=LATER)
        jobs.issue_receipts(NOON + DAY)
        assert bytes(AgreementDocument.objects.get().pdf) == file
        assert acts().count() == 3

    def test_who_comes_second_keeps_nothing(self, signed, document, monkeypatch):
        """It finds, once it is its turn to write, that somebody was faster."""
        found = iter([False])
        monkeypatch.setattr(AgreementDocument, "is_kept", lambda _self: next(found, True))
        other = AgreementDocument(
            version=signed, code="1" * 26, signed_record=document.signed_record
        )
        assert sealing.issue(
            other,
            facts=lambda: agreement_documents._facts(other),
            lay_out=agreement_pdf,
            at=LATER,
        )
        assert AgreementDocument.objects.get() == document
        assert acts().count() == 3

    def test_the_clock_makes_what_could_not_be_made(self, signed, settings, caplog):
        settings.SEAL_CERTIFICATE = settings.DATA_DIR / "absent.p12"
        assert not issue_agreement_document(version=signed, at=LATER)
        assert not any(name in caplog.text for name in NAMES)
        settings.SEAL_CERTIFICATE = None
        jobs.issue_receipts(LATER + MINUTE - dt.timedelta(seconds=1))
        assert not AgreementDocument.objects.exists(), "who signs may be having it made"
        jobs.issue_receipts(LATER + MINUTE)
        assert AgreementDocument.objects.exists()
        assert found() == []

    def test_on_paper_there_is_none(self, steerer, desk):
        version = record_paper_agreement(version=make.draft(steerer), actor=steerer)
        assert not issue_agreement_document(version=version, at=NOON)
        jobs.issue_receipts(NOON + DAY)
        assert not AgreementDocument.objects.exists()
        page = words(desk.get(reverse("agreement_desk", args=[version.pk])))
        assert "Signée sur papier" in page
        assert desk.get(reverse("agreement_file", args=[version.pk])).status_code == 404

    def test_none_is_made_of_an_altered_text(self, signed):
        with suspended_triggers():
            signed.texts.filter(language="fr").update(preamble="Autre chose.")
        assert not issue_agreement_document(version=signed, at=LATER)

    def test_a_machine_that_makes_no_pdf_says_nothing_of_one(
        self, signed, desk, monkeypatch, caplog
    ):
        monkeypatch.setattr(CANNOT, lambda: ("pango-1.0",))
        assert not issue_agreement_document(version=signed, at=LATER)
        jobs.issue_receipts(NOON + DAY)
        send_agreement_notices(at=LATER)
        assert "PDF" not in words(desk.get(reverse("agreement_desk", args=[signed.pk])))
        assert not any("PDF" in message.body for message in mail.outbox)
        assert caplog.records == []


class TestReadersThatAreNotOurs:
    def test_find_it_sealed_and_accessible_before_and_after_the_late_date(
        self, document, file, settings, authority, tmp_path
    ):
        at_once = issue(
            agreement_documents._facts(document),
            replace(configured_sealer(), tsa_url=authority),
            agreement_pdf,
        ).pdf
        late = add_timestamp(file, replace(configured_sealer(), tsa_url=authority))
        assert late.startswith(file)
        paths = []
        for name, content in (("sealed", file), ("late", late), ("at-once", at_once)):
            paths.append(tmp_path / f"{name}.pdf")
            paths[-1].write_bytes(content)
            said = pdfsig(paths[-1])
            assert "Signature is Valid." in said
            assert "ETSI.CAdES.detached" in said
            assert said.count("Signature #") == (2 if name == "late" else 1)
        assert sorted(verapdf(*paths)) == sorted(f"PASS {path} ua1" for path in paths)


class TestTimestamp:
    def test_comes_later_when_the_authority_did_not_answer(
        self, signed, settings, authority, visitor, pdf_text
    ):
        settings.TSA_URL = NOBODY_LISTENS
        assert issue_agreement_document(version=signed, at=LATER)
        first = bytes(AgreementDocument.objects.get().pdf)
        assert "Horodatage en attente" in pdf_text(first).replace("\u00a0", " ")
        jobs.date_receipts(LATER)
        assert AgreementDocument.objects.get().timestamp == "pending"
        settings.TSA_URL = authority
        for _minute in range(2):
            jobs.date_receipts(LATER)
        document = AgreementDocument.objects.get()
        dated = bytes(document.pdf)
        assert dated.startswith(first)
        *_parties, sealed, timestamped = acts()
        assert (timestamped.kind, timestamped.about) == ("timestamped", sealed.about)
        assert timestamped.details["sha256"] == file_details(dated)["sha256"]
        assert found() == []
        assert check_agreement(document) == []
        for content in (first, dated):
            told = words(drop(visitor, content))
            assert "Valide" in told
            assert "Personne 1" in told
        assert "Horodatage" in told


class TestGiving:
    def test_to_each_signatory_by_the_page_and_the_message(self, steerer, visitor):
        version = make.send(make.draft(steerer), steerer, NOON)
        send_agreement_notices(at=NOON)
        url = enter(visitor, make.invitation(version, 1))
        assert visitor.get(f"{url}convention.pdf").status_code == 302, "not signed yet"
        visitor.post(url, {"agreed": "on"})
        assert "Télécharger la convention signée" not in words(visitor.get(url))
        assert visitor.get(f"{url}convention.pdf").status_code == 404, "not by all"
        other = Client(SERVER_NAME="localhost")
        second = enter(other, make.invitation(version, 2))
        mail.outbox.clear()
        other.post(second, {"agreed": "on"})
        for browser, address in ((visitor, url), (other, second)):
            page = browser.get(address)
            assert f'href="{address}convention.pdf"' in page.content.decode()
            given = browser.get(f"{address}convention.pdf")
            assert given["Content-Type"] == "application/pdf"
            assert given["Content-Disposition"] == 'attachment; filename="convention-ecoute-v1.pdf"'
            assert "no-store" in given["Cache-Control"]
            assert read_seal(given.content).is_genuine
        completed = {
            message.to[0]: message.body.replace("\u00a0", " ")
            for message in mail.outbox
            if message.subject.startswith("Signée par toutes")
        }
        assert url in completed["personne1@example.org"]
        assert second in completed["personne2@example.org"]
        for body in completed.values():
            assert "PDF scellé" in body
            assert "31 mars 2026" in body

    def test_needs_the_code_of_the_link(self, signed, document, visitor):
        url = reverse("signed_agreement", args=[link_of(make.invitation(signed, 1))])
        answer = visitor.get(url)
        assert answer["Content-Type"].startswith("text/html")
        assert "La convention" not in words(answer)

    def test_lasts_as_long_as_the_link(self, signed, document, visitor, time_machine):
        invitation = make.invitation(signed, 1)
        end = invitation.expires_at
        url = enter(visitor, invitation)
        time_machine.move_to(end, tick=False)
        assert visitor.get(f"{url}convention.pdf").status_code == 404

    def test_who_signed_early_has_a_link_that_works_when_all_have(self, steerer, time_machine):
        version = make.send(make.draft(steerer), steerer, NOON)
        make.sign(version, 1, NOON)
        late = make.invitation(version, 2).expires_at - MINUTE
        make.sign(version, 2, late)
        early = AgreementInvitation.objects.get(party__number=1)
        assert early.expires_at > late + 20 * DAY

    def test_to_the_rso_unit(self, signed, document, file, desk):
        page = desk.get(reverse("agreement_desk", args=[signed.pk]))
        url = reverse("agreement_file", args=[signed.pk])
        assert f'href="{url}"' in page.content.decode()
        assert document.shown_code in words(page)
        assert desk.get(url).content == file

    @pytest.mark.parametrize("role", [Role.AGENTS, Role.COMMUNICATION, Role.PARTNERS, None])
    def test_to_nobody_else(self, signed, document, visitor, role):
        url = reverse("agreement_file", args=[signed.pk])
        if role is not None:
            person = make_user("autre")
            person.groups.add(Group.objects.get(name=role.value))
            visitor.force_login(person)
        answer = visitor.get(url)
        assert answer.status_code in {302, 403}
        assert answer.get("Content-Type", "") != "application/pdf"


class TestVerifying:
    def code(self, visitor, document):
        return visitor.get(reverse("verify_code", args=[document.shown_code]))

    def test_a_code_tells_the_least(self, document, visitor):
        answer = self.code(visitor, document)
        told = words(answer)
        for fact in (
            "Valide",
            "La convention",
            "Signée, pas encore en vigueur",
            "10 mars 2026 à 12:01:00 (heure de Paris, UTC+1)",
            "1er avril 2026",
            document.shown_code,
        ):
            assert fact in told, fact
        for kept in (*NAMES, "Présidence", "Association", "Préambule", "example.org"):
            assert kept not in told
        assert answer["Cache-Control"] == "no-store"

    def test_the_term_has_the_same_name_as_on_the_page(self, document, visitor, time_machine):
        assert "Première période" in words(self.code(visitor, document))
        time_machine.move_to(dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC), tick=False)
        assert "Période en cours" in words(self.code(visitor, document))

    def test_what_was_written_in_another_language_says_so(self, document, file, visitor):
        with translation.override("en"):
            answer = drop(visitor, file)
        told = answer.content.decode()
        assert '<span lang="fr">La convention</span>' in told
        assert '<span lang="fr">Présidence 1</span>' in told

    def test_the_file_tells_who_signed_too(self, document, file, visitor):
        told = words(drop(visitor, file))
        for fact in ("Valide", *NAMES, "Présidence 1", "Association n° 2", "12:00:00"):
            assert fact in told, fact
        assert "example.org" not in told

    @pytest.mark.parametrize(
        ("day", "title"),
        [
            (dt.date(2026, 4, 1), "En vigueur"),
            (dt.date(2028, 2, 29), "En vigueur"),
        ],
    )
    def test_tells_the_state_of_the_day(self, document, visitor, time_machine, day, title):
        time_machine.move_to(dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC), tick=False)
        told = words(self.code(visitor, document))
        assert "Valide" in told
        assert title in told

    def test_of_one_that_ended(self, signed, document, file, visitor, time_machine):
        summer = dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)
        time_machine.move_to(summer, tick=False)
        follow_agreements(at=summer)
        give_notice(version=signed, actor=make_user("autre"), on=summer.date())
        assert "préavis a été donné" in words(self.code(visitor, document))
        over = dt.datetime(2027, 1, 1, 10, tzinfo=dt.UTC)
        time_machine.move_to(over, tick=False)
        for answer in (self.code(visitor, document), drop(visitor, file)):
            told = words(answer)
            assert "Résiliée" in told
            assert "Valide" not in told

    @pytest.mark.parametrize("change", ALTERATIONS)
    def test_an_altered_file_never_says_who(self, document, file, visitor, change):
        answer = drop(visitor, change(file))
        told = words(answer)
        assert "Fichier altéré" in told
        assert reverse("verify_code", args=[document.shown_code]) in answer.content.decode()
        assert not any(name in told for name in NAMES)

    def test_our_seal_does_not_suffice(self, document, visitor):
        facts = agreement_documents._facts(document)
        other = replace(facts.signatures[0], name="Quelqu’un d’autre")
        forged = issue(
            replace(facts, signatures=(other, facts.signatures[1])),
            Sealer(seal_certificate()),
            agreement_pdf,
        ).pdf
        assert read_seal(forged).is_genuine
        told = words(drop(visitor, forged))
        assert "Fichier altéré" in told
        assert "Quelqu’un" not in told

    def test_altered_evidence_shows(self, document, file, visitor):
        with suspended_triggers():
            EvidenceRecord.objects.filter(kind="party_signed").update(at=LATER)
        for answer in (self.code(visitor, document), drop(visitor, file)):
            told = words(answer)
            assert "Convention altérée" in told
            assert not any(name in told for name in NAMES)


def swap_records():
    last = EvidenceRecord.objects.filter(kind="party_signed").order_by("sequence").first()
    AgreementDocument.objects.update(signed_record=last)


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda: AgreementDocument.objects.update(pdf=b"%PDF-1.7"), Fault.RECEIPT),
        (lambda: AgreementDocument.objects.update(code="2" * 26), Fault.SEAL),
        (lambda: AgreementDocument.objects.all().delete(), Fault.MISSING_RECEIPT),
        (swap_records, Fault.IDENTITY),
        (
            lambda: AgreementVersion.objects.update(status=AgreementStatus.OUT),
            Fault.AGREEMENT,
        ),
        (
            lambda: AgreementParty.objects.filter(number=2).update(number=3),
            Fault.PARTY,
        ),
        (
            lambda: EvidenceValue.objects.filter(name="name").update(value="Autre"),
            Fault.VALUE,
        ),
    ],
)
def test_tampering_is_named(document, tamper, fault):
    with suspended_triggers():
        tamper()
    assert fault in found()


class TestKeeping:
    @pytest.fixture
    def ended(self, steerer):
        """An agreement of long ago, signed by both, then over."""
        terms = Terms(LONG_AGO.date(), LONG_AGO.date())
        version = make.send(make.draft(steerer, terms=terms), steerer, LONG_AGO)
        make.sign(version, 1, LONG_AGO)
        make.sign(version, 2, LONG_AGO)
        assert issue_agreement_document(version=version, at=LONG_AGO)
        return AgreementVersion.objects.get(pk=version.pk)

    def end(self, version, time_machine):
        time_machine.move_to(LONG_AGO + DAY, tick=False)
        follow_agreements(at=LONG_AGO + DAY)

    def test_the_file_goes_with_the_names_that_it_bears(self, ended, time_machine, visitor):
        document = AgreementDocument.objects.get()
        file = bytes(document.pdf)
        self.end(ended, time_machine)
        limit = (LONG_AGO + DAY).replace(year=LONG_AGO.year + YEARS_AFTER_END)
        apply_retention(at=limit - dt.timedelta(seconds=1))
        assert AgreementDocument.objects.exists()
        run = apply_retention(at=limit)
        assert run.lines.get(kind="document").rows == 1
        assert not AgreementDocument.objects.exists()
        assert found() == []
        jobs.issue_receipts(NOON)
        assert not AgreementDocument.objects.exists(), "nothing is left to write on it"
        told = words(drop(visitor, file))
        assert not any(name in told for name in NAMES)
        document.pk = None
        document.save(force_insert=True)
        assert Fault.PURGED_RECEIPT in found()

    def test_stays_while_the_agreement_holds(self, document):
        apply_retention(at=NOON + 3650 * DAY)
        assert AgreementDocument.objects.exists()

    def test_waits_for_the_archives_when_told_to(self, ended, time_machine, settings):
        self.end(ended, time_machine)
        settings.HOLD_ELIMINATION = True
        apply_retention(at=NOON)
        assert AgreementDocument.objects.exists()

    def test_is_checked_at_the_same_cost_for_one_and_for_many(self, steerer, monkeypatch):
        monkeypatch.setattr(CANNOT, lambda: ("pango-1.0",))

        def cost():
            with CaptureQueriesContext(connection) as queries:
                assert found() == []
            return len(queries)

        def another(slug):
            version = make.send(make.draft(steerer, slug=slug), steerer, NOON)
            make.sign(version, 1, NOON)
            make.sign(version, 2, NOON)

        another("une")
        before = cost()
        for number in range(3):
            another(f"autre-{number}")
        assert cost() == before

"""Signing through the front door: the pages, the e-mails, the verification."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from partners import jobs
from partners.enums import CharterStage, SignatureState
from partners.models import EvidenceRecord, EvidenceValue, Signature, SignatureNotice
from partners.triggers import suspended_triggers
from portal.core.text import plain_text
from portal.users import authentication
from tests.factories import make_user

from .conftest import NOON, TODAY, acts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

PASSWORD = "correct-cheval-agrafe"


class BrokenMail:
    """A mail server that does not answer."""

    def send(self, *_args, **_kwargs):
        raise OSError("no route")


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch):
    """Stand on a machine that makes no PDF; those are in test_receipt_journey."""
    monkeypatch.setattr("partners.receipts.pdf.missing_libraries", lambda: ("pango-1.0",))


@pytest.fixture
def signatory(signatory):
    signatory.set_password(PASSWORD)
    signatory.save()
    return signatory


@pytest.fixture
def browser(signatory):
    """A browser in which the signatory is signed in."""
    browser = Client(SERVER_NAME="localhost", HTTP_USER_AGENT="Navigateur/2.0")
    browser.force_login(signatory)
    return browser


@pytest.fixture
def visitor():
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def sign_url(version):
    return reverse("sign_charter", args=["partenaires", version.number])


@pytest.fixture
def no_mail(monkeypatch):
    monkeypatch.setattr("partners.services.notices.EmailMessage", lambda *a, **k: BrokenMail())


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


def press(browser, url, **typed):
    return browser.post(url, {"agreed": "on", "password": PASSWORD, **typed})


def test_addresses_are_in_the_language_of_the_reader(sign_url):
    assert sign_url == "/fr/chartes/partenaires/v1/signer/"
    assert reverse("verify") == "/fr/verifier/"
    assert reverse("my_signatures") == "/fr/mes-signatures/"
    with translation.override("en"):
        assert reverse("verify") == "/en/verify/"


class TestReading:
    def test_the_page_leads_to_signing_and_to_the_whole_text(self, browser, sign_url, charter_page):
        page = browser.get(charter_page.url)
        assert f'href="{sign_url}"' in page.content.decode()
        assert reverse("charter_text", args=["partenaires", 1, "fr.txt"]) in page.content.decode()

    def test_the_text_is_downloaded_whole(self, browser, version):
        text = version.texts.get(language="fr")
        answer = browser.get(reverse("charter_text", args=["partenaires", 1, "fr.txt"]))
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert 'filename="partenaires-v1.fr.txt"' in answer["Content-Disposition"]
        told = answer.content.decode().replace("\u00a0", " ")
        assert text.sha256 in told
        for article in text.numbered_articles():
            assert f"Article {article.number} – {article.title}" in told
            assert article.body in told

    def test_so_are_the_bytes_of_its_fingerprint(self, browser, version):
        text = version.texts.get(language="en")
        answer = browser.get(reverse("charter_text", args=["partenaires", 1, "en.json"]))
        assert answer.content == text.canonical_bytes()

    @pytest.mark.parametrize("name", ["fr.pdf", "de.txt", "fr", "fr.txt.json"])
    def test_there_is_no_other(self, browser, version, name):
        url = reverse("charter_text", args=["partenaires", 1, name])
        assert browser.get(url).status_code == 404

    def test_who_signed_an_older_version_is_told(
        self, browser, signatory, version, publish, sign_as, charter_page, time_machine
    ):
        sign_as(signatory, version)
        assert "Vous avez signé la version 1 le 10 mars 2026" in words(
            browser.get(charter_page.url)
        )
        publish(valid_from=TODAY + dt.timedelta(days=1))
        time_machine.move_to(NOON + dt.timedelta(days=1))
        browser.force_login(signatory)
        told = words(browser.get(charter_page.url))
        assert "vous n’avez pas signé la version 2" in told

    def test_a_proposed_text_is_an_example(self, browser, publish, charter_page, settings):
        publish(stage=CharterStage.PROPOSED)
        assert "n’engage personne" in words(browser.get(charter_page.url))
        settings.DEMONSTRATION_CONTENT = False
        told = words(browser.get(charter_page.url))
        assert "ne peut pas être signé en ligne" in told
        url = reverse("sign_charter", args=["partenaires", 1])
        assert press(browser, url).status_code == 302
        assert not Signature.objects.exists()

    def test_the_page_costs_the_same_whoever_signed(
        self, browser, version, sign_as, charter_page, django_assert_max_num_queries
    ):
        for number in range(3):
            sign_as(make_user(f"personne-{number}"), version)
        browser.get(charter_page.url)
        with django_assert_max_num_queries(20):
            browser.get(charter_page.url)


class TestSigning:
    def test_restates_who_signs_what(self, browser, sign_url, version):
        page = browser.get(sign_url)
        told = words(page)
        for fact in (
            "Claude Démonstration",
            "signataire@example.org",
            "Ville de Dijon",
            "Charte des partenaires",
            version.texts.get(language="fr").sha256[:16],
            "signature électronique simple",
            "Je signe la charte v1",
        ):
            assert fact in told
        html = page.content.decode()
        assert "checked" not in html
        assert 'name="name"' not in html

    def test_signs_tells_and_redirects(self, browser, sign_url, signatory):
        answer = press(browser, sign_url)
        signature = Signature.objects.get()
        receipt = reverse("signature_receipt", args=[signature.signed_record.uuid])
        assert (answer.status_code, answer["Location"]) == (302, receipt)
        told = words(browser.get(receipt))
        for fact in (
            "Vous avez signé",
            "10 mars 2026 à 12:00:00 (heure de Paris, UTC+1)",
            signature.shown_code,
            f"http://localhost:8000/fr/verifier/{signature.shown_code}/",
            signature.signed_record.hash,
            "envoyé à signataire@example.org",
        ):
            assert fact in told
        [message] = mail.outbox
        assert message.to == ["signataire@example.org"]
        assert signature.shown_code in message.body
        assert signature.signed_record.hash in message.body
        recorded = dict(EvidenceValue.objects.values_list("name", "value"))
        assert recorded["statement"] == (
            "J’ai lu la charte «\u00a0Charte des partenaires\u00a0», version 1, et je la signe"
            " librement."
        )
        assert recorded["browser"] == "Navigateur/2.0"
        assert recorded["address"] == "127.0.0.1"
        assert recorded["authentication"] == "password"

    def test_in_english_the_english_text_is_signed(self, browser, home, english, version):
        home.copy_for_translation(english, copy_parents=True).save_revision().publish()
        page = home.get_children().get(slug="charte").specific
        page.copy_for_translation(english).save_revision().publish()
        with translation.override("en"):
            url = reverse("sign_charter", args=["partenaires", 1])
        assert "I sign the charter v1" in words(browser.get(url))
        press(browser, url)
        signature = Signature.objects.get()
        assert signature.language == "en"
        assert mail.outbox[0].subject == "You have signed: Partners’ charter (v1)"

    def test_the_statement_has_to_be_ticked(self, browser, sign_url):
        answer = browser.post(sign_url, {"password": PASSWORD})
        assert answer.status_code == 422
        assert "Cochez cette déclaration" in words(answer)
        assert not Signature.objects.exists()

    def test_a_wrong_password_signs_nothing_and_loses_no_tick(self, browser, sign_url):
        answer = press(browser, sign_url, password="autre")
        assert answer.status_code == 422
        assert "Ce n’est pas votre mot de passe" in words(answer)
        assert "checked" in answer.content.decode()
        assert "autre" not in answer.content.decode()
        assert not Signature.objects.exists()

    def test_guessing_is_stopped_as_at_the_login_page(self, browser, sign_url):
        answers = [press(browser, sign_url, password=f"essai-{n}") for n in range(5)]
        assert answers[-1].status_code == 429
        assert press(browser, sign_url).status_code == 429
        assert not Signature.objects.exists()

    def test_a_right_password_forgets_the_wrong_ones(self, browser, sign_url, sign_as):
        for number in range(4):
            press(browser, sign_url, password=f"essai-{number}")
        press(browser, sign_url)
        browser.post(
            reverse("withdraw_signature", args=[Signature.objects.get().signed_record.uuid])
        )
        assert press(browser, sign_url, password="encore").status_code == 422

    def test_the_password_of_another_does_not_do(self, browser, sign_url):
        other = make_user("autre")
        other.set_password("un-autre-mot-de-passe")
        other.save()
        assert press(browser, sign_url, password="un-autre-mot-de-passe").status_code == 422

    def test_a_second_click_leads_to_the_same_receipt(self, browser, sign_url):
        first, second = press(browser, sign_url), press(browser, sign_url)
        assert first["Location"] == second["Location"]
        assert browser.get(sign_url)["Location"] == first["Location"]
        assert acts().count() == len(mail.outbox) == 1

    def test_a_version_that_has_ended_is_not_signed(
        self, browser, signatory, sign_url, publish, charter_page, time_machine
    ):
        publish(valid_from=TODAY + dt.timedelta(days=1))
        time_machine.move_to(NOON + dt.timedelta(days=1))
        browser.force_login(signatory)
        answer = press(browser, sign_url)
        assert answer["Location"] == charter_page.url
        assert "pas en vigueur" in words(browser.get(charter_page.url))
        assert not Signature.objects.exists()

    def test_only_who_may_read_signs(self, browser, visitor, sign_url, charter_page):
        assert "/login/" in visitor.get(sign_url)["Location"]
        charter_page.unpublish()
        assert browser.get(sign_url).status_code == 404

    def test_without_mail_the_signature_stands(self, browser, sign_url, no_mail, monkeypatch):
        receipt = press(browser, sign_url)["Location"]
        assert Signature.objects.active().count() == 1
        assert "n’est pas encore parti" in words(browser.get(receipt))
        monkeypatch.undo()
        jobs.send_signature_notices(NOON + dt.timedelta(minutes=1))
        assert mail.outbox == [], "whoever claimed it may still be sending it"
        for minutes in (5, 6, 20):
            jobs.send_signature_notices(NOON + dt.timedelta(minutes=minutes))
        assert len(mail.outbox) == 1
        assert "envoyé à" in words(browser.get(receipt))

    def test_a_receipt_keeps_the_name_of_that_day(self, browser, sign_url, signatory):
        receipt = press(browser, sign_url)["Location"]
        signatory.last_name = "Nouveau"
        signatory.save()
        assert "Claude Démonstration" in words(browser.get(receipt))

    def test_a_receipt_is_its_owners(self, browser, sign_url):
        receipt = press(browser, sign_url)["Location"]
        other = Client(SERVER_NAME="localhost")
        other.force_login(make_user("autre"))
        assert other.get(receipt).status_code == 404
        assert other.post(f"{receipt}retrait/").status_code == 404
        assert Signature.objects.active().count() == 1


class TestCode:
    """An account without a password."""

    @pytest.fixture
    def signatory(self, signatory):
        signatory.set_unusable_password()
        signatory.save()
        return signatory

    def ask(self, browser, url):
        assert browser.post(url, {"send": "1"}).status_code == 302
        return re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()

    def test_signs_with_a_code_sent_by_mail(self, browser, sign_url):
        assert "M’envoyer le code" in words(browser.get(sign_url))
        code = self.ask(browser, sign_url)
        assert mail.outbox[-1].subject == "mét’ODD\N{NO-BREAK SPACE}: votre code pour signer"
        assert "Six chiffres" in words(browser.get(sign_url))
        assert browser.post(sign_url, {"agreed": "on", "code": code}).status_code == 302
        values = dict(EvidenceValue.objects.values_list("name", "value"))
        assert values["authentication"] == "emailed_code"
        assert not authentication.OneTimeCode.objects.exists(), "it serves once"

    def test_the_code_is_not_kept_in_clear(self, browser, sign_url):
        code = self.ask(browser, sign_url)
        assert code not in authentication.OneTimeCode.objects.get().hash

    def test_five_tries_and_no_more(self, browser, sign_url):
        code = self.ask(browser, sign_url)
        wrong = "000000" if code != "000000" else "111111"
        for _try in range(5):
            assert browser.post(sign_url, {"agreed": "on", "code": wrong}).status_code == 422
        answer = browser.post(sign_url, {"agreed": "on", "code": code})
        assert "demandez-en un autre" in words(answer)
        assert not Signature.objects.exists()

    def test_ten_minutes_and_no_more(self, browser, sign_url, time_machine):
        code = self.ask(browser, sign_url)
        time_machine.move_to(NOON + dt.timedelta(minutes=10))
        browser.post(sign_url, {"agreed": "on", "code": code})
        assert not Signature.objects.exists()

    def test_an_unticked_statement_spends_no_try(self, browser, sign_url):
        code = self.ask(browser, sign_url)
        for _try in range(6):
            browser.post(sign_url, {"code": code})
        assert browser.post(sign_url, {"agreed": "on", "code": code}).status_code == 302

    def test_five_codes_an_hour(self, browser, sign_url):
        for _time in range(5):
            self.ask(browser, sign_url)
        assert browser.post(sign_url, {"send": "1"}).status_code == 429
        assert len(mail.outbox) == 5

    def test_says_when_the_mail_is_down(self, browser, sign_url, monkeypatch):
        monkeypatch.setattr(authentication, "send_mail", BrokenMail().send)
        answer = browser.post(sign_url, {"send": "1"})
        assert answer.status_code == 503
        assert "n’est pas parti" in words(answer)

    def test_an_account_without_any_way_is_told(self, browser, sign_url, signatory):
        signatory.email = ""
        signatory.save()
        assert "ne peut pas signer en ligne" in words(browser.get(sign_url))
        browser.post(sign_url, {"send": "1", "agreed": "on", "code": "000000", "password": ""})
        assert not Signature.objects.exists()
        assert mail.outbox == []


class TestWithdrawing:
    def test_takes_two_clicks(self, browser, sign_url):
        press(browser, sign_url)
        listed = browser.get(reverse("my_signatures")).content.decode()
        [url] = re.findall(r'href="([^"]+/retrait/)"', listed)
        assert "Aucune raison" in words(browser.get(url))
        assert Signature.objects.active().count() == 1, "reading changes nothing"
        told = words(browser.post(url, follow=True))
        assert "Votre retrait est enregistré" in told
        assert "Signature retirée" in told
        assert Signature.objects.get().state == SignatureState.WITHDRAWN
        assert [message.subject[:8] for message in mail.outbox] == ["Vous ave", "Retrait "]
        assert browser.get(url).status_code == browser.post(url).status_code == 302
        assert len(mail.outbox) == 2

    def test_and_signing_again_is_possible(self, browser, sign_url):
        press(browser, sign_url)
        signed = Signature.objects.get()
        browser.post(reverse("withdraw_signature", args=[signed.signed_record.uuid]))
        press(browser, sign_url)
        assert Signature.objects.active().count() == 1
        assert Signature.objects.count() == 2

    def test_nothing_signed_is_said_so(self, browser):
        assert "Vous n’avez rien signé" in words(browser.get(reverse("my_signatures")))

    def test_the_list_costs_the_same_for_one_and_for_many(
        self, browser, signatory, version, sign_as, django_assert_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from partners.services import withdraw

        def cost():
            browser.get(reverse("my_signatures"))
            with CaptureQueriesContext(connection) as queries:
                browser.get(reverse("my_signatures"))
            return len(queries)

        withdraw(signature=sign_as(signatory, version), person=signatory, at=NOON)
        before = cost()
        for _time in range(3):
            withdraw(signature=sign_as(signatory, version), person=signatory, at=NOON)
        assert cost() == before


class TestVerifying:
    @pytest.fixture
    def signature(self, signatory, version, sign_as):
        return sign_as(signatory, version)

    def check(self, visitor, code):
        return visitor.get(reverse("verify_code", args=[code]))

    def test_is_open_and_never_says_who(self, visitor, signature):
        answer = self.check(visitor, signature.shown_code)
        told = words(answer)
        assert answer.status_code == 200
        for fact in (
            "Valide",
            "Charte des partenaires",
            "10 mars 2026 à 12:00:00 (heure de Paris, UTC+1)",
            "Le rôle.",
            "La durée.",
        ):
            assert fact in told
        for secret in ("Claude", "Démonstration", "signataire@", "192.0.2.7"):
            assert secret not in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"

    def test_the_field_leads_there_however_it_is_typed(self, visitor, signature):
        typed = signature.shown_code.lower().replace("-", " ")
        answer = visitor.get(reverse("verify"), {"code": typed}, follow=True)
        assert "Valide" in words(answer)

    def test_a_withdrawn_signature(self, visitor, signature, signatory):
        from partners.services import withdraw

        withdraw(signature=signature, person=signatory, at=NOON + dt.timedelta(hours=2))
        told = words(self.check(visitor, signature.code))
        assert "Signature retirée" in told
        assert "10 mars 2026 à 14:00:00" in told

    def test_a_superseded_one_shows_the_text_that_was_signed(
        self, visitor, signature, publish, time_machine
    ):
        publish(valid_from=TODAY + dt.timedelta(days=1))
        assert "Valide" in words(self.check(visitor, signature.code))
        time_machine.move_to(NOON + dt.timedelta(days=1))
        told = words(self.check(visitor, signature.code))
        assert "Remplacée" in told
        assert "Le rôle." in told

    def test_an_altered_one(self, visitor, signature):
        with suspended_triggers():
            EvidenceRecord.objects.update(at=NOON - dt.timedelta(days=1))
        assert "Altérée" in words(self.check(visitor, signature.code))

    @pytest.mark.parametrize(
        "code", ["0123-4567-89AB-CDEF-GHJKM-NPQRS", "ABC", "é", "%00", "0" * 300]
    )
    def test_an_unknown_code_is_said_politely(self, visitor, signature, code):
        answer = self.check(visitor, code)
        assert answer.status_code == 404
        assert "Aucune signature ne porte ce code" in words(answer)
        assert answer["Cache-Control"] == "no-store"

    def test_nothing_typed_asks_again(self, visitor):
        for typed in ("", "  ", "é?"):
            assert visitor.get(reverse("verify"), {"code": typed}).status_code == 200

    def test_not_too_often_from_one_place(self, visitor, signature, monkeypatch):
        from partners.views import verifying

        monkeypatch.setattr(verifying.verifications, "times", 2)
        statuses = [self.check(visitor, signature.code).status_code for _time in range(3)]
        assert statuses == [200, 200, 429]


def test_no_message_is_sent_twice_by_two_at_once(signatory, version, sign_as):
    from partners.services import send_notice

    sign_as(signatory, version)
    notice = SignatureNotice.objects.get()
    assert send_notice(notice=notice.pk, at=NOON)
    assert not send_notice(notice=notice.pk, at=NOON)
    assert not send_notice(notice=notice.pk, at=NOON + dt.timedelta(days=1))
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{notice.record.uuid}@")

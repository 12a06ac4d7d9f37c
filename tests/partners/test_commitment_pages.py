"""Commitments through the front door: choosing them, signing, following them up, the numbers."""

import csv
import datetime as dt
import io
import json
import re
from html import unescape

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from partners.commitments import levels_of
from partners.models import (
    CommitmentCount,
    CommitmentFollowUp,
    Signature,
)
from partners.receipts.facts import ReceiptFacts
from partners.services import publish_commitment_counts, withdraw
from partners.services.receipts import _facts
from portal.core.text import plain_text
from tests.factories import make_user

from .conftest import NOON, TODAY, acts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

PASSWORD = "correct-cheval-agrafe"


@pytest.fixture(autouse=True)
def _no_pdf(monkeypatch):
    monkeypatch.setattr("partners.receipts.pdf.missing_libraries", lambda: ("pango-1.0",))


@pytest.fixture
def offered(publish, offering):
    return publish(texts=offering)


@pytest.fixture
def signatory(signatory):
    signatory.set_password(PASSWORD)
    signatory.save()
    return signatory


def browser_of(person):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person)
    return browser


@pytest.fixture
def browser(signatory):
    return browser_of(signatory)


@pytest.fixture
def sign_url(offered):
    return reverse("sign_charter", args=["partenaires", offered.number])


@pytest.fixture
def signature(signatory, offered, sign_as):
    return sign_as(signatory, offered, commitments={"1.1": 2, "2.1": 1})


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


def hidden(response):
    """Return the choices that the form of a page carries."""
    found = re.findall(
        r'<input type="hidden" name="(commitment-[^"]+)" value="(\d)">', response.content.decode()
    )
    return dict(found)


def address(name, signature):
    return reverse(name, args=[signature.signed_record.uuid])


class TestChoosing:
    def test_nothing_is_chosen_unless_one_says_so(self, browser, charter_page, sign_url):
        html = browser.get(charter_page.url).content.decode()
        assert len(re.findall(r'type="radio"', html)) == 3 * 4
        checked = re.findall(r'<input type="radio"[^>]*checked[^>]*>', html)
        assert len(checked) == 3
        assert all('value=""' in one for one in checked)
        assert f'action="{sign_url}"' in html
        assert len(re.findall("<legend>", html)) == 2 + 3

    def test_the_confirmation_restates_it_then_it_is_signed(self, browser, sign_url, signatory):
        answer = browser.post(
            sign_url, {"choose": "1", "commitment-1-1": "2", "commitment-1-2": ""}
        )
        assert (answer.status_code, answer["Location"]) == (302, sign_url)
        page = browser.get(sign_url)
        assert "Transport – Venir à vélo" in words(page)
        assert "Souvent – Venir à vélo, souvent" in words(page)
        assert hidden(page) == {"commitment-1-1": "2"}
        assert not acts().exists()
        browser.post(sign_url, {**hidden(page), "agreed": "on", "password": PASSWORD})
        signature = Signature.objects.get()
        assert levels_of(signature.commitments()) == {"1.1": 2}
        receipt = words(browser.get(address("signature_receipt", signature)))
        assert "Souvent – Venir à vélo, souvent" in receipt
        [message] = mail.outbox
        assert "- Transport – Venir à vélo\n  Souvent – Venir à vélo, souvent" in message.body
        assert hidden(browser.get(sign_url, follow=True)) == {}

    def test_it_may_be_skipped(self, browser, sign_url):
        page = browser.get(sign_url)
        assert "Aucun des engagements facultatifs" in words(page)
        browser.post(sign_url, {"agreed": "on", "password": PASSWORD})
        signature = Signature.objects.get()
        assert signature.commitments() == ()
        assert "engagez aussi" not in mail.outbox[0].body

    def test_what_is_shown_is_what_is_signed(self, browser, sign_url):
        """Two windows: the other one's choice does not slip into this one's signature."""
        browser.post(sign_url, {"choose": "1", "commitment-1-1": "2"})
        shown = hidden(browser.get(sign_url))
        browser.post(sign_url, {"choose": "1", "commitment-2-1": "3"})
        browser.post(sign_url, {**shown, "agreed": "on", "password": PASSWORD})
        assert levels_of(Signature.objects.get().commitments()) == {"1.1": 2}

    def test_a_wrong_password_forgets_nothing(self, browser, sign_url):
        page = browser.post(
            sign_url, {"commitment-1-2": "3", "agreed": "on", "password": "ce-n-est-pas-lui"}
        )
        assert page.status_code == 422
        assert hidden(page) == {"commitment-1-2": "3"}

    def test_the_choice_is_there_again_when_one_goes_back(self, browser, sign_url, charter_page):
        browser.post(sign_url, {"choose": "1", "commitment-1-1": "2"})
        html = browser.get(charter_page.url).content.decode()
        assert re.search(r'name="commitment-1-1" value="2"[^>]*checked', html)

    def test_a_code_by_e_mail_comes_in_between(self, offered, sign_url):
        person = make_user("sans-mot-de-passe", email="code@example.org")
        person.set_unusable_password()
        person.save()
        browser = browser_of(person)
        browser.post(sign_url, {"choose": "1", "commitment-1-1": "3"})
        assert "Venir à vélo, toujours" in words(browser.get(sign_url))
        browser.post(sign_url, {"send": "1"})
        page = browser.get(sign_url)
        code = re.search(r"\b\d{6}\b", mail.outbox[0].body).group()
        browser.post(sign_url, {**hidden(page), "agreed": "on", "code": code})
        assert levels_of(Signature.objects.get().commitments()) == {"1.1": 3}

    @pytest.mark.parametrize("level", ["9", "0", "-1", "abc", "1.0", "é"])
    @pytest.mark.parametrize("button", [{"choose": "1"}, {"agreed": "on", "password": PASSWORD}])
    def test_what_is_not_offered_is_refused(self, browser, sign_url, level, button, charter_page):
        answer = browser.post(sign_url, {**button, "commitment-1-1": level})
        assert (answer.status_code, answer["Location"]) == (302, charter_page.url)
        assert not acts().exists()

    def test_a_charter_that_offers_nothing_is_signed_by_its_link(
        self, browser, version, charter_page
    ):
        html = browser.get(charter_page.url).content.decode()
        assert 'type="radio"' not in html
        assert f'href="{reverse("sign_charter", args=["partenaires", 1])}"' in html

    def test_the_whole_text_holds_them(self, browser, offered):
        told = browser.get(reverse("charter_text", args=["partenaires", 1, "fr.txt"]))
        assert "- Venir à vélo, souvent" in told.content.decode()
        given = browser.get(reverse("charter_text", args=["partenaires", 1, "fr.json"]))
        assert given.content == offered.texts.get(language="fr").canonical_bytes()

    def test_the_pdf_is_given_them(self, signature, offered):
        text = offered.texts.get(language="fr")
        text.version = offered
        facts = _facts(signature, text)
        assert isinstance(facts, ReceiptFacts)
        assert [chosen.line for chosen in facts.commitments] == [
            "Souvent – Venir à vélo, souvent",
            "Un peu – Trier, un peu",
        ]

    def test_the_verification_page_tells_nobody_what_was_chosen(self, signature):
        told = words(
            Client(SERVER_NAME="localhost").get(reverse("verify_code", args=[signature.shown_code]))
        )
        assert "Valide" in told
        assert "Partager une voiture, toujours" in told  # what the text offers to everyone
        assert "Engagements choisis" not in told


class TestFollowingUp:
    def test_shows_what_was_chosen_and_notes_how_far_one_is(self, browser, signature):
        url = address("my_commitments", signature)
        told = words(browser.get(url))
        assert "Souvent – Venir à vélo, souvent" in told
        assert "Engagements tenus : 0 sur 2" in told
        answer = browser.post(url, {"commitment": "1.1", "state": "kept"}, follow=True)
        assert "Engagements tenus : 1 sur 2" in words(answer)
        assert "Noter « En cours » : Venir à vélo" in unescape(answer.content.decode()).replace(
            "\u00a0", " "
        )

    @pytest.mark.parametrize(
        "typed",
        [
            {},
            {"commitment": "1.1"},
            {"commitment": "1.1", "state": "late"},
            {"commitment": "1.2", "state": "kept"},
            {"commitment": "x" * 500, "state": "kept"},
        ],
    )
    def test_notes_nothing_that_makes_no_sense(self, browser, signature, typed):
        answer = browser.post(address("my_commitments", signature), typed, follow=True)
        assert answer.status_code == 200
        assert not CommitmentFollowUp.objects.exists()

    def test_one_changes_one_s_mind(self, browser, signature):
        url = address("choose_commitments", signature)
        html = browser.get(url).content.decode()
        assert re.search(r'name="commitment-1-1" value="2"[^>]*checked', html)
        told = browser.post(
            url, {"commitment-1-1": "", "commitment-1-2": "1", "commitment-2-1": "1"}, follow=True
        )
        assert "Vos engagements sont modifiés" in words(told)
        assert levels_of(signature.commitments()) == {"1.2": 1, "2.1": 1}
        assert acts().count() == 2
        receipt = words(browser.get(address("signature_receipt", signature)))
        assert "Venir à vélo" in receipt
        assert "Partager une voiture, un peu" not in receipt.split("Suivre ou modifier")[0]

    def test_what_is_not_offered_is_not_taken(self, browser, signature):
        answer = browser.post(address("choose_commitments", signature), {"commitment-1-1": "8"})
        assert answer.status_code == 422
        assert "Rien n’a été modifié" in words(answer)

    @pytest.mark.parametrize("name", ["my_commitments", "choose_commitments"])
    def test_nobody_else_gets_in(self, signature, name, approver):
        url = address(name, signature)
        for person in (make_user("autre"), make_user("chef", is_superuser=True), approver):
            other = browser_of(person)
            assert other.get(url).status_code == 404
            assert other.post(url, {"commitment": "1.1", "state": "kept"}).status_code == 404
        assert not CommitmentFollowUp.objects.exists()

    def test_the_editing_area_shows_them_to_nobody(self, desk, signature):
        for model in (CommitmentFollowUp, CommitmentCount):
            with pytest.raises(NoReverseMatch):
                reverse(f"wagtailsnippets_partners_{model._meta.model_name}:list")

    @pytest.mark.parametrize("name", ["my_commitments", "choose_commitments"])
    def test_they_end_with_the_signature(self, browser, signature, signatory, name):
        withdraw(signature=signature, person=signatory, at=NOON)
        assert browser.get(address(name, signature)).status_code == 404
        assert "Suivre ou modifier" not in words(
            browser.get(address("signature_receipt", signature))
        )

    def test_costs_the_same_however_many_were_chosen(
        self, browser, signature, django_assert_max_num_queries
    ):
        browser.get(address("my_commitments", signature))
        with django_assert_max_num_queries(18):
            browser.get(address("my_commitments", signature))


class TestNumbers:
    @pytest.fixture
    def published(self, offered, sign_as):
        signed = 0
        for number, levels in ((20, {}), (12, {"2.1": 1}), (3, {"2.1": 2}), (4, {"2.1": 3})):
            for _person in range(number):
                sign_as(make_user(f"personne-{signed}"), offered, commitments=levels)
                signed += 1
        publish_commitment_counts(version=offered, at=NOON)

    def test_are_the_same_on_the_page_and_in_the_files(self, browser, offered, published):
        told = words(browser.get(reverse("commitment_counts", args=["partenaires", 1])))
        assert "Déchets 20 12 masqué masqué 39 10 mars 2026" in told
        assert "Transport pas encore publié" in told
        files = {
            form: browser.get(reverse("commitment_counts_file", args=["partenaires", 1, form]))
            for form in ("json", "csv")
        }
        waste = {
            "number": 2,
            "title": "Déchets",
            "none": 20,
            "levels": [12, None, None],
            "signatories": 39,
            "counted_on": TODAY.isoformat(),
        }
        assert json.loads(files["json"].content)["themes"][1] == waste
        rows = list(
            csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig")), delimiter=";")
        )
        assert rows[2] == ["2", "Déchets", "20", "12", "", "", "39", "2026-03-10"]
        assert rows[1] == ["1", "Transport", "", "", "", "", "", ""]
        for file in files.values():
            assert "attachment" in file["Content-Disposition"]

    def test_do_not_follow_each_signature(self, browser, published, signatory, offered, sign_as):
        url = reverse("commitment_counts", args=["partenaires", 1])
        before = words(browser.get(url))
        sign_as(signatory, offered, commitments={"2.1": 1})
        publish_commitment_counts(version=offered, at=NOON + dt.timedelta(days=31))
        assert words(browser.get(url)) == before

    def test_a_title_is_no_formula(self, browser, publish, offering):
        offering["fr"].commitments["themes"][0]["title"] = '=HYPERLINK("http://x")'
        publish(texts=offering)
        file = browser.get(reverse("commitment_counts_file", args=["partenaires", 1, "csv"]))
        rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
        assert rows[1][1].startswith("'=")

    def test_are_read_by_those_who_read_the_charter(self, offered):
        for name, args in (("commitment_counts", []), ("commitment_counts_file", ["json"])):
            url = reverse(name, args=["partenaires", 1, *args])
            assert Client(SERVER_NAME="localhost").get(url).status_code in {302, 404}

    def test_there_are_none_of_a_charter_that_offers_nothing(self, browser, version):
        assert browser.get(reverse("commitment_counts", args=["partenaires", 1])).status_code == 404

    def test_no_other_form(self, browser, offered):
        url = reverse("commitment_counts_file", args=["partenaires", 1, "xml"])
        assert browser.get(url).status_code == 404

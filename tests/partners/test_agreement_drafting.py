"""The RSO unit drafts agreements in the editing area, without a file and without a script."""

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from wagtail.log_actions import registry as log_registry

from partners.enums import AgreementStatus, SigningOrder
from partners.models import (
    Agreement,
    AgreementInvitation,
    AgreementPage,
    AgreementParty,
    AgreementText,
    AgreementVersion,
    ExpectedSignatory,
    Organisation,
)
from partners.models.text import FrozenVersionError
from partners.rows import rearrange
from partners.services import (
    apply_retention,
    delete_draft,
    follow_agreements,
    record_paper_agreement,
    revise_agreement,
)
from partners.services.agreement_drafting import state_of, words_of
from portal.core.text import plain_text
from portal.users.enums import Role
from tests.factories import make_user

from . import agreements as make
from .conftest import NOON, signed_in
from .test_agreements import emptied_too  # noqa: F401 - a fixture
from .test_signing import Threads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "home")]


class Fields(HTMLParser):
    """Reads what a browser would send of the form of a page."""

    def __init__(self, page):
        super().__init__()
        self.sent, self.inside, self.select, self.area = {}, False, "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("class") == "rows"
        if not self.inside:
            return
        name, kind = given.get("name", ""), given.get("type", "")
        if tag == "input" and (kind not in {"checkbox", "radio"} or "checked" in given):
            self.sent[name] = given.get("value") or ("on" if kind == "checkbox" else "")
        elif tag == "select":
            self.select = name
            self.sent[name] = ""
        elif tag == "option" and "selected" in given:
            self.sent[self.select] = given["value"]
        elif tag == "textarea":
            self.area = name
            self.sent[name] = ""

    def handle_data(self, data):
        if self.area:
            self.sent[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.sent[self.area] = self.sent[self.area].removeprefix("\n")
            self.area = ""
        if tag == "form":
            self.inside = False


@pytest.fixture
def unit(steerer):
    return signed_in(steerer)


@pytest.fixture
def agreement(db):
    return Agreement.objects.create(slug="ecoute", name_fr="Écoute", name_en="Listening")


def address(agreement):
    return reverse("agreement_draft", args=[agreement.slug])


def removal(version):
    return reverse("delete_agreement_draft", args=[version.pk])


def spaces(answer):
    return plain_text(answer.content.decode()).replace("\u00a0", " ")


def held(unit, agreement):
    return Fields(unit.get(address(agreement)).content.decode()).sent


def typed(unit, agreement, **more):
    """Return what is sent of a whole draft, in French alone."""
    first, second = make.organisation(1), make.organisation(2)
    return {
        **held(unit, agreement),
        "starts_on": "2026-05-01",
        "ends_on": "2026-12-31",
        "is_tacit": "on",
        "title_fr": "Convention d’écoute",
        "preamble_fr": "Les parties\r\nconviennent.",
        "parties-0-organisation": first.pk,
        "parties-0-function_fr": "Présidence",
        "parties-0-name": "Personne 1",
        "parties-0-email": "personne1@example.org",
        "parties-1-organisation": second.pk,
        "parties-1-function_fr": "Direction",
        "parties-1-function_en": "Head",
        "articles-0-title_fr": "L’objet",
        "articles-0-body_fr": "Écouter.",
        **{name.replace("__", "-"): value for name, value in more.items()},
    }


ENGLISH = {
    "title_en": "Agreement on listening",
    "preamble_en": "The parties agree.",
    "articles-0-title_en": "Purpose",
    "articles-0-body_en": "Listening.",
}


class TestFromNothing:
    def test_an_agreement_is_named_then_drafted(self, unit, steerer):
        answer = unit.post(
            reverse("wagtailsnippets_partners_agreement:add"),
            {
                "name_fr": "Convention d’écoute",
                "name_en": "Agreement on listening",
                "owner": steerer.pk,
                "report_month": "6",
            },
        )
        made = Agreement.objects.get()
        assert (made.slug, made.owner, made.report_month) == ("convention-decoute", steerer, 6)
        assert answer.url == address(made)
        assert "brouillon de la version 1" in unit.get(answer.url).content.decode()

    def test_its_slug_is_made_once(self, unit, agreement):
        url = reverse("wagtailsnippets_partners_agreement:edit", args=[agreement.pk])
        unit.post(url, {"name_fr": "Autre", "name_en": "Other", "slug": "autre"})
        agreement.refresh_from_db()
        assert (agreement.name_fr, agreement.slug) == ("Autre", "ecoute")

    def test_in_french_alone(self, unit, agreement, steerer):
        answer = unit.post(address(agreement), typed(unit, agreement))
        version = AgreementVersion.objects.get()
        assert answer.url == reverse("agreement_desk", args=[version.pk])
        assert (version.number, version.status, version.author) == (1, "draft", steerer)
        assert (version.starts_on, version.ends_on) == (dt.date(2026, 5, 1), dt.date(2026, 12, 31))
        assert version.first_ends_on == version.ends_on
        assert (version.is_tacit, version.notice_months) == (True, 3)
        [text] = version.texts.all()
        assert text.is_intact
        assert text.preamble == "Les parties\nconviennent."
        assert text.articles == [{"number": 1, "title": "L’objet", "body": "Écouter."}]
        first, second = version.parties.all()
        assert (first.function_fr, first.function_en) == ("Présidence", "Présidence")
        assert (second.function_fr, second.function_en) == ("Direction", "Head")
        assert first.expected.email == "personne1@example.org"

    def test_in_both_languages(self, unit, agreement):
        unit.post(address(agreement), typed(unit, agreement) | ENGLISH)
        text = AgreementVersion.objects.get().texts.get(language="en")
        assert (text.title, text.articles[0]["body"]) == ("Agreement on listening", "Listening.")

    def test_with_an_organisation_that_is_new(self, unit, agreement):
        sent = typed(unit, agreement) | {
            "parties-1-organisation": "",
            "parties-1-new_name_fr": "Les amis du vélo",
            "parties-1-new_kind": "association",
        }
        assert unit.post(address(agreement), sent).status_code == 302
        made = Organisation.objects.get(slug="les-amis-du-velo")
        assert (made.name_en, made.kind) == ("Les amis du vélo", "association")
        assert AgreementVersion.objects.get().parties.get(number=2).organisation == made

    def test_sent_twice_it_is_one_draft(self, unit, agreement):
        sent = typed(unit, agreement)
        assert unit.post(address(agreement), sent).status_code == 302
        assert unit.post(address(agreement), sent).status_code == 302
        assert AgreementVersion.objects.count() == 1


# What is typed instead, the field that is told wrong, what is said of it.
MISTAKES = [
    ({"starts_on": ""}, "starts_on", "requis"),
    ({"ends_on": "2026-04-30"}, "ends_on", "après son début"),
    ({"ends_on": ""}, "ends_on", "a un terme"),
    ({"ends_on": "le 3"}, "ends_on", "valide"),
    ({"notice_months": "-1"}, "notice_months", "0"),
    ({"signing_order": "autre"}, "signing_order", "autre"),
    ({"title_fr": " "}, "title_fr", "requis"),
    ({"articles-0-body_fr": ""}, "articles-0-body_fr", "requis"),
    ({"title_en": "Agreement"}, "articles-0-body_en", "anglais"),
    ({**ENGLISH, "preamble_en": ""}, "preamble_en", "anglais"),
    ({"parties-0-function_fr": ""}, "parties-0-function_fr", "requis"),
    ({"parties-0-email": ""}, "parties-0-email", "adresse"),
    ({"parties-0-email": "x"}, "parties-0-email", "valide"),
    ({"parties-0-name": ""}, "parties-0-name", "nom"),
    ({"parties-1-organisation": ""}, "parties-1-organisation", "organisation"),
    ({"parties-1-organisation": "0"}, "parties-1-organisation", "choix"),
    ({"parties-1-new_name_fr": "Autre"}, "parties-1-new_name_fr", "laissez"),
    (
        {"parties-1-organisation": "", "parties-1-new_name_fr": "association n° 1"},
        "parties-1-new_name_fr",
        "existe",
    ),
    (
        {"parties-1-organisation": "", "parties-1-new_name_fr": "Autre"},
        "parties-1-new_kind",
        "organisme",
    ),
]


@pytest.mark.parametrize(("instead", "field", "said"), MISTAKES)
def test_each_error_is_beside_its_field_and_nothing_typed_is_lost(
    unit, agreement, instead, field, said
):
    sent = typed(unit, agreement) | instead
    answer = unit.post(address(agreement), sent)
    assert answer.status_code == 422
    assert not AgreementVersion.objects.exists()
    page = answer.content.decode()
    wrapper = page.split(f'id="id_{field}_error"')[1].split("data-field-help")[0]
    assert said in wrapper
    if field != "signing_order":
        described = re.search(rf'name="{field}"[^>]*aria-describedby="([^"]*)"', page)
        assert f"id_{field}_error" in described[1]
    kept = Fields(page).sent
    lost = {
        name for name, value in sent.items() if str(value).strip() != kept.get(name, "").strip()
    }
    # A line is ended otherwise; what no list offers is not chosen again.
    assert lost <= {"csrfmiddlewaretoken", "preamble_fr", "signing_order", "parties-1-organisation"}
    assert escape("Les parties") in page


def test_the_same_organisation_twice_is_told(unit, agreement):
    sent = typed(unit, agreement, **{"parties-1-organisation": make.organisation(1).pk})
    answer = unit.post(address(agreement), sent)
    assert answer.status_code == 422
    assert "partie qu’une fois" in answer.content.decode()


@pytest.mark.parametrize("count", ["", "x", "0", "1", "9999"])
def test_hostile_counts_of_rows_write_nothing(unit, agreement, count):
    sent = typed(unit, agreement) | {"parties-TOTAL_FORMS": count}
    assert unit.post(address(agreement), sent).status_code == 422
    sent["rows"] = "parties:add"
    assert unit.post(address(agreement), sent).status_code == 200
    assert not AgreementVersion.objects.exists()


@pytest.mark.parametrize(
    ("verb", "place", "expected"),
    [
        ("add", -1, "abc_"),
        ("remove", 1, "ac"),
        ("up", 1, "bac"),
        ("up", 0, "abc"),
        ("down", 1, "acb"),
        ("down", 2, "abc"),
        ("remove", 3, "abc"),
        ("", 0, "abc"),
        ("other", 1, "abc"),
    ],
)
def test_rows_move_by_one_place(verb, place, expected):
    rows = [{"n": letter} for letter in "abc"]
    made = "".join(row.get("n", "_") for row in rearrange(rows, verb, place, most=4))
    assert made == expected
    assert len(rearrange(rows, "add", -1, most=3)) == 3


class TestRows:
    def test_are_added_moved_removed_and_numbered_anew(self, unit, agreement):
        sent = typed(unit, agreement)
        page = unit.post(address(agreement), {**sent, "rows": "articles:add"}).content.decode()
        assert "Article 2" in page
        sent = Fields(page).sent | {
            "articles-1-title_fr": "La durée",
            "articles-1-body_fr": "Un an.",
        }
        page = unit.post(address(agreement), {**sent, "rows": "articles:up:1"}).content.decode()
        assert not AgreementVersion.objects.exists()
        assert unit.post(address(agreement), Fields(page).sent).status_code == 302
        [text] = AgreementVersion.objects.get().texts.all()
        assert [one["title"] for one in text.articles] == ["La durée", "L’objet"]
        assert [one["number"] for one in text.articles] == [1, 2]
        sent = held(unit, agreement) | {"rows": "articles:remove:0"}
        page = unit.post(address(agreement), sent).content.decode()
        unit.post(address(agreement), Fields(page).sent)
        [text] = AgreementVersion.objects.get().texts.all()
        assert [one["title"] for one in text.articles] == ["L’objet"]

    def test_parties_change_places_with_all_that_is_typed_of_them(self, unit, agreement):
        sent = typed(unit, agreement) | {"rows": "parties:down:0", "starts_on": "n’importe"}
        after = Fields(unit.post(address(agreement), sent).content.decode()).sent
        assert after["parties-1-email"] == "personne1@example.org"
        assert after["starts_on"] == "n’importe"
        assert after["is_tacit"] == "on"


class TestRevising:
    def test_a_draft_is_written_again_in_its_place(self, unit, steerer):
        version = make.draft(steerer, order=SigningOrder.IN_TURN)
        sent = held(unit, version.agreement)
        assert sent["title_en"] == "The agreement"
        assert sent["signing_order"] == "in_turn"
        sent |= {"title_fr": "Autre titre", "articles-1-body_fr": "Trois ans."}
        assert unit.post(address(version.agreement), sent).status_code == 302
        again = AgreementVersion.objects.get()
        assert (again.pk, again.number, again.author) == (version.pk, 1, steerer)
        text = again.texts.get(language="fr")
        assert (text.title, text.articles[1]["body"]) == ("Autre titre", "Trois ans.")
        assert text.is_intact
        assert again.parties.count() == 2

    def test_the_english_may_go(self, unit, steerer):
        version = make.draft(steerer)
        sent = held(unit, version.agreement)
        sent = {name: "" if name.endswith("_en") else value for name, value in sent.items()}
        assert unit.post(address(version.agreement), sent).status_code == 302
        assert [text.language for text in version.texts.all()] == ["fr"]

    def test_what_somebody_else_wrote_meanwhile_is_not_lost_unseen(self, unit, steerer):
        version = make.draft(steerer)
        mine = held(unit, version.agreement) | {"title_fr": "Le mien"}
        theirs = held(unit, version.agreement) | {"title_fr": "Le leur"}
        unit.post(address(version.agreement), theirs)
        answer = unit.post(address(version.agreement), mine)
        assert answer.status_code == 409
        assert version.texts.get(language="fr").title == "Le leur"
        kept = Fields(answer.content.decode()).sent
        assert kept["title_fr"] == "Le mien"
        assert unit.post(address(version.agreement), kept).status_code == 302
        assert version.texts.get(language="fr").title == "Le mien"

    def test_what_was_sent_out_while_it_was_open_stays(self, unit, steerer):
        version = make.draft(steerer)
        sent = held(unit, version.agreement) | {"title_fr": "Trop tard"}
        make.send(version, steerer, NOON)
        assert unit.post(address(version.agreement), sent).status_code == 409
        assert AgreementVersion.objects.get().texts.get(language="fr").title == "La convention"

    @pytest.mark.parametrize("how", ["out", "signed", "in_force"])
    def test_a_version_that_left_is_followed_by_another(self, unit, steerer, how):
        version = make.draft(steerer)
        if how == "out":
            make.send(version, steerer, NOON)
        else:
            record_paper_agreement(version=version, actor=steerer)
            follow_agreements(at=NOON + dt.timedelta(days=60 if how == "in_force" else 0))
        version.refresh_from_db()
        before = {text.language: text.sha256 for text in version.texts.all()}
        sent = held(unit, version.agreement)
        assert (sent["starts_on"], sent["ends_on"]) == ("", "")
        sent |= {"starts_on": "2027-01-01", "ends_on": "2027-12-31", "title_fr": "La suite"}
        assert unit.post(address(version.agreement), sent).status_code == 302
        new = version.agreement.versions.get(number=2)
        assert (new.status, new.texts.get(language="fr").title) == ("draft", "La suite")
        assert {text.language: text.sha256 for text in version.texts.all()} == before
        with pytest.raises(FrozenVersionError):
            revise_agreement(
                version=version,
                actor=steerer,
                terms=make.TERMS,
                parties=words_of(version).parties,
                texts=make.words(),
            )


class TestSignatories:
    def test_the_desk_offers_who_is_expected_and_forgets_once_sent(self, unit, agreement):
        unit.post(address(agreement), typed(unit, agreement))
        version = AgreementVersion.objects.get()
        desk = reverse("agreement_desk", args=[version.pk])
        page = unit.get(desk).content.decode()
        assert 'value="personne1@example.org"' in page
        invited = {
            f"party-{number}-{name}": value
            for number in (1, 2)
            for name, value in (("name", "P"), ("email", "p@example.org"), ("language", "fr"))
        }
        assert unit.post(desk, {"act": "send", **invited}).status_code == 302
        assert not ExpectedSignatory.objects.exists()

    def test_are_forgotten_when_signed_on_paper(self, unit, agreement, steerer):
        unit.post(address(agreement), typed(unit, agreement))
        record_paper_agreement(version=AgreementVersion.objects.get(), actor=steerer)
        assert not ExpectedSignatory.objects.exists()

    @pytest.mark.parametrize(("days", "left"), [(180, 1), (181, 0)])
    def test_are_forgotten_when_nobody_sends_the_draft(self, unit, agreement, days, left):
        unit.post(address(agreement), typed(unit, agreement))
        apply_retention(at=NOON + dt.timedelta(days=days, hours=-1))
        assert ExpectedSignatory.objects.count() == left


class TestDesk:
    def test_says_which_pages_show_it(self, unit, steerer, home):
        version = make.draft(steerer)
        desk = reverse("agreement_desk", args=[version.pk])
        assert "Aucun agent pour l’instant" in unit.get(desk).content.decode()
        page = AgreementPage(title="L’écoute", slug="ecoute", agreement=version.agreement)
        home.add_child(instance=page)
        edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
        assert f'href="{edit}"' in unit.get(desk).content.decode()

    def test_changes_drafts_only(self, unit, steerer):
        first = record_paper_agreement(version=make.draft(steerer), actor=steerer)
        last = make.draft(steerer)
        change = "Modifier le brouillon"
        for version, may in ((first, False), (last, True)):
            desk = reverse("agreement_desk", args=[version.pk])
            assert (change in unit.get(desk).content.decode()) is may

    def test_tells_in_its_history_who_changed_the_draft(self, unit, steerer):
        version = make.draft(steerer)
        sent = held(unit, version.agreement) | {"title_fr": "Autre"}
        unit.post(address(version.agreement), sent)
        actions = log_registry.get_logs_for_instance(version).values_list("action", flat=True)
        assert actions[0] == "partners.agreement.revise_agreement"


class TestDeleting:
    def test_is_asked_once_and_takes_all_of_the_draft_along(self, unit, agreement):
        unit.post(address(agreement), typed(unit, agreement))
        version = AgreementVersion.objects.get()
        desk = unit.get(reverse("agreement_desk", args=[version.pk])).content.decode()
        assert f'href="{removal(version)}"' in desk
        page = unit.get(removal(version)).content.decode()
        assert "Personne 1" in page
        assert AgreementVersion.objects.exists()
        answer = unit.post(removal(version), {"seen": state_of(version)}, follow=True)
        assert "Le brouillon « Écoute – v1 » est supprimé." in spaces(answer)
        for model in (AgreementVersion, AgreementParty, AgreementText, ExpectedSignatory):
            assert not model.objects.exists()
        assert Organisation.objects.count() == 2
        [first, *_others] = log_registry.get_logs_for_instance(agreement)
        assert (first.action, first.data["number"]) == ("partners.agreement.delete_draft", 1)

    def test_leaves_the_other_versions_and_their_number_free(self, unit, steerer):
        signed = record_paper_agreement(version=make.draft(steerer), actor=steerer)
        version = make.draft(steerer)
        answer = unit.post(removal(version), {"seen": state_of(version)})
        assert answer.url == reverse("agreement_desk", args=[signed.pk])
        assert AgreementVersion.objects.get() == signed
        assert make.draft(steerer).number == 2

    @pytest.mark.parametrize("how", ["out", "signed"])
    def test_what_left_stays(self, unit, steerer, how):
        version = make.draft(steerer)
        seen = state_of(version)
        if how == "out":
            make.send(version, steerer, NOON)
        else:
            record_paper_agreement(version=version, actor=steerer)
        desk = reverse("agreement_desk", args=[version.pk])
        assert removal(version) not in unit.get(desk).content.decode()
        for answer in (
            unit.get(removal(version), follow=True),
            unit.post(removal(version), {"seen": seen}, follow=True),
        ):
            assert answer.redirect_chain == [(desk, 302)]
            assert "brouillon" in spaces(answer)
        assert version.parties.count() == version.texts.count() == 2

    def test_what_somebody_else_wrote_meanwhile_is_looked_at_first(self, unit, steerer):
        version = make.draft(steerer)
        seen = state_of(version)
        unit.post(
            address(version.agreement), held(unit, version.agreement) | {"title_fr": "Le sien"}
        )
        answer = unit.post(removal(version), {"seen": seen})
        assert answer.status_code == 409
        assert "a modifié ce brouillon" in spaces(answer)
        assert unit.post(removal(version), {"seen": state_of(version)}).status_code == 302
        assert not AgreementVersion.objects.exists()

    def test_twice_tells_so(self, unit, steerer):
        version = make.draft(steerer)
        seen = state_of(version)
        delete_draft(version=version, actor=steerer, seen=seen)
        with pytest.raises(ValidationError, match="supprimé"):
            delete_draft(version=version, actor=steerer, seen=seen)
        assert unit.post(removal(version), {"seen": seen}).status_code == 404

    def test_who_had_its_desk_open_is_told(self, unit, steerer, monkeypatch):
        version = make.draft(steerer)
        seen = state_of(version)

        def meanwhile(**given):
            delete_draft(version=version, actor=steerer, seen=seen)
            return record_paper_agreement(**given)

        monkeypatch.setattr("partners.views.agreements.record_paper_agreement", meanwhile)
        desk = reverse("agreement_desk", args=[version.pk])
        answer = unit.post(desk, {"act": "record", "seen": "on"}, follow=True)
        assert answer.redirect_chain[0][0] == reverse("wagtailsnippets_partners_agreement:list")
        assert "a été supprimé" in spaces(answer)

    def test_who_was_writing_it_keeps_what_was_typed(self, unit, steerer):
        version = make.draft(steerer)
        sent = held(unit, version.agreement) | {"title_fr": "Ma phrase"}
        unit.post(removal(version), {"seen": state_of(version)})
        answer = unit.post(address(version.agreement), sent)
        assert answer.status_code == 409
        assert "Ma phrase" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("emptied_too")
def test_of_sending_and_deleting_at_once_one_wins(steerer, tmp_path):
    version = make.draft(steerer)
    seen, threads = state_of(version), Threads(tmp_path)
    [error] = threads.at_once(
        lambda: make.send(version, steerer, NOON),
        lambda: delete_draft(version=version, actor=steerer, seen=seen),
    )
    assert isinstance(error, ValidationError)
    left = threads.ask(AgreementVersion.objects.count)
    assert left == (1 if isinstance(error, FrozenVersionError) else 0)
    assert threads.ask(AgreementInvitation.objects.count) == 2 * left
    assert threads.ask(AgreementParty.objects.count) == 2 * left


class TestPreview:
    def test_shows_it_as_agents_will_read_it(self, unit, steerer, home):
        version = make.draft(steerer)
        answer = unit.get(reverse("preview_agreement", args=[version.pk]))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Aperçu d’un brouillon" in page
        assert "L’objet" in page
        assert "elle entre en vigueur" in page.lower()
        version.refresh_from_db()
        assert version.status == AgreementStatus.DRAFT

    def test_shows_it_as_who_is_invited_will(self, unit, agreement):
        unit.post(address(agreement), typed(unit, agreement) | {"then": "signatory"})
        version = AgreementVersion.objects.get()
        url = reverse("preview_signing", args=[version.pk, 1])
        page = unit.get(url).content.decode()
        assert "personne1@example.org" in page
        assert re.search(r"<button[^>]*disabled[^>]*>", page)
        assert "Transmettre" not in page
        assert unit.post(url, {"agreed": "on"}).status_code == 405
        assert unit.get(reverse("preview_signing", args=[version.pk, 3])).status_code == 404

    def test_shows_the_page_of_the_agreement_when_there_is_one(self, unit, steerer, home):
        version = make.draft(steerer)
        home.add_child(
            instance=AgreementPage(
                title="La page", slug="page", summary="Un résumé", agreement=version.agreement
            )
        )
        page = unit.get(reverse("preview_agreement", args=[version.pk])).content.decode()
        assert "Un résumé" in page
        assert "L’objet" in page

    def test_is_of_drafts_only(self, unit, steerer):
        version = make.send(make.draft(steerer), steerer, NOON)
        assert unit.get(reverse("preview_agreement", args=[version.pk])).status_code == 404

    @pytest.mark.parametrize(
        ("then", "name"),
        [("", "agreement_desk"), ("agents", "preview_agreement"), ("signatory", "preview_signing")],
    )
    def test_is_where_saving_leads_when_asked(self, unit, agreement, then, name):
        answer = unit.post(address(agreement), typed(unit, agreement) | {"then": then})
        pk = AgreementVersion.objects.get().pk
        args = [pk, 1] if then == "signatory" else [pk]
        assert answer.url == reverse(name, args=args)


# Who, whether they may draft and preview.
RIGHTS = [
    (Role.RSO_UNIT, True),
    (Role.TECHNICAL, False),
    (Role.COMMUNICATION, False),
    (Role.CHARTER_REFERENTS, False),
    (Role.INDICATOR_OWNERS, False),
    (Role.PARTNERS, False),
    (Role.AGENTS, False),
    (None, False),
]


@pytest.mark.parametrize(("role", "may"), RIGHTS)
def test_who_may_draft(steerer, role, may):
    version = make.draft(steerer)
    browser = Client(SERVER_NAME="localhost")
    if role:
        person = make_user("quelquun")
        person.groups.add(Group.objects.get(name=role.value))
        browser.force_login(person)
    expected = {200} if may else {302, 403, 404}
    for url in (
        address(version.agreement),
        reverse("preview_agreement", args=[version.pk]),
        reverse("preview_signing", args=[version.pk, 1]),
        removal(version),
    ):
        assert browser.get(url).status_code in expected
    if not may:
        assert browser.post(removal(version), {"seen": state_of(version)}).status_code in expected
    sent = browser.post(address(version.agreement), {"title_fr": "Autre"})
    assert sent.status_code in ({422} if may else expected)
    assert version.texts.get(language="fr").title == "La convention"


def test_who_may_add_no_organisation_is_offered_none(home, steerer, agreement):
    person = make_user("juriste")
    codenames = ["access_admin", "change_agreement", "view_agreement"]
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    browser = signed_in(person)
    page = browser.get(address(agreement)).content.decode()
    assert "new_name_fr" not in page
    sent = typed(browser, agreement) | {
        "parties-1-organisation": "",
        "parties-1-new_name_fr": "Les amis du vélo",
        "parties-1-new_kind": "association",
    }
    assert browser.post(address(agreement), sent).status_code == 422
    assert not Organisation.objects.filter(slug="les-amis-du-velo").exists()


def test_a_long_draft_costs_the_same_queries(unit, steerer, django_assert_num_queries):
    short, long = make.draft(steerer), make.draft(steerer, parties=6, slug="longue")
    unit.get(address(short.agreement))
    with CaptureQueriesContext(connection) as queries:
        unit.get(address(short.agreement))
    with django_assert_num_queries(len(queries)):
        unit.get(address(long.agreement))


def test_the_example_stays_an_example(unit, steerer):
    version = make.draft(steerer)
    AgreementVersion.objects.update(is_example=True)
    record_paper_agreement(version=version, actor=steerer)
    sent = held(unit, version.agreement) | {"starts_on": "2027-01-01", "ends_on": "2027-12-31"}
    unit.post(address(version.agreement), sent)
    assert version.agreement.versions.get(number=2).is_example

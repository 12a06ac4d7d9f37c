"""Partners are found by what they show in the directory, for as long as they show it."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page, PageViewRestriction

from partners.enums import CharterStage
from partners.models import Charter, CharterPage, DirectoryEntry
from partners.services import (
    appear,
    draft_charter_version,
    leave,
    publish_charter_version,
    sign,
    withdraw,
)
from partners.services.charters import CharterWords
from partners.services.directory import Choices
from portal.users.enums import Authentication
from portal.users.models import Service, User
from search.finding import find, suggestions
from search.models import IndexEntry, Term
from search.suggesting import suggest

DAY = dt.date(2026, 3, 10)
NOON = dt.datetime(2026, 3, 10, 11, 0, tzinfo=dt.UTC)
ARTICLES = [{"number": 1, "title": "Le rôle", "body": "Un relais."}]


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def service(db):
    return Service.objects.create(slug="cuisine", name_fr="Cuisine centrale", name_en="Kitchen")


@pytest.fixture
def charter_page(homes, live):
    charter = Charter.objects.create(slug="partenaires", name_fr="La charte", name_en="Charter")
    page = CharterPage(title="La charte", slug="charte", charter=charter, locale=homes["fr"].locale)
    with live():
        Page.objects.get(pk=homes["fr"].pk).add_child(instance=page)
        page.save_revision().publish()
    return CharterPage.objects.get(pk=page.pk)


@pytest.fixture
def text(charter_page):
    author, approver = (User.objects.create_user(name) for name in ("auteure", "approbateur"))
    draft = draft_charter_version(
        charter=charter_page.charter,
        actor=author,
        stage=CharterStage.FINAL,
        texts={"fr": CharterWords(title="La charte", preamble="Oui.", articles=ARTICLES)},
    )
    version = publish_charter_version(version=draft, approver=approver, valid_from=DAY)
    return version.texts.get()


@pytest.fixture
def partner(service):
    return User.objects.create_user(
        "partenaire", first_name="Zélie", last_name="Vernaculaire", service=service
    )


@pytest.fixture
def sign_up(text, partner, live):
    def make():
        with live():
            return sign(
                person=partner,
                text=text,
                authenticated_by=Authentication.PASSWORD,
                statement="Oui.",
                address="",
                browser="",
                at=NOON,
            )

    return make


@pytest.fixture
def signature(sign_up):
    return sign_up()


@pytest.fixture
def show(signature, partner, live):
    def make(**choices):
        with live():
            chosen = Choices(**{"shows_service": True, "role": "Horlogère", **choices})
            return appear(person=partner, charter=signature.charter, choices=chosen, at=NOON)

    return make


def test_a_signature_alone_is_found_by_nobody(signature, titles, admin_user):
    assert titles("vernaculaire") == []
    assert titles("vernaculaire", admin_user) == []


@pytest.mark.parametrize("query", ["vernaculaire", "Zelie", "horlogere", "cuisine centrale"])
def test_a_partner_is_found_by_what_they_show(show, search, query):
    entry = show()
    [found] = search(query).entries
    assert (found.title, found.kind) == ("Zélie Vernaculaire", "partner")
    assert found.url == entry.get_absolute_url()
    assert found.summary == "Horlogère · Cuisine centrale"
    assert search(query).kinds == {"partner": 1}
    assert search(query).facets["service"] == {"cuisine": 1}


def test_in_english_too(show, search):
    show()
    [found] = search("kitchen", language="en").entries
    assert found.url.startswith("/en/charters/partenaires/partners/")


def test_what_is_not_shown_is_not_found(show, titles, search):
    show(shows_service=False, role="")
    assert titles("vernaculaire") == ["Zélie Vernaculaire"]
    assert titles("cuisine") == titles("horlogère") == []
    assert search("vernaculaire").facets.get("service", {}) == {}


def test_changing_what_is_shown_changes_what_is_found(show, titles):
    show()
    show(role="Cordière", shows_service=False)
    assert titles("cordière") == ["Zélie Vernaculaire"]
    assert titles("horlogère") == titles("cuisine") == []


@pytest.fixture(
    params=["leaves", "withdraws", "account out of use", "page unpublished", "page deleted"]
)
def going(request, show, signature, partner, charter_page, live):
    """Each way in which a partner is shown no longer."""
    show()

    def go():
        with live():
            match request.param:
                case "leaves":
                    leave(person=partner, charter=signature.charter)
                case "withdraws":
                    withdraw(signature=signature, person=partner, at=NOON)
                case "account out of use":
                    partner.is_active = False
                    partner.save()
                case "page unpublished":
                    charter_page.unpublish()
                case "page deleted":
                    charter_page.delete()

    return go


def test_who_goes_is_gone_at_once_everywhere(going, search, agent, admin_user, rebuild):
    assert search("vernaculaire").total == 1
    going()
    for person in (agent, admin_user):
        found = search("vernaculaire", person)
        assert (found.total, found.entries, found.kinds, found.also_near) == (0, [], {}, [])
        assert search("", person, filters={"kind": frozenset({"partner"})}).total == 0
        assert suggest(query="vernac", user=person, language="fr") == []
        near = search("vernaculair", person)
        assert suggestions(near.understanding, user=person, language="fr") == []
    assert not IndexEntry.objects.filter(kind="partner").exists()
    assert not Term.objects.filter(text__startswith="vernacul", documents__gt=0).exists()
    rebuild()
    assert search("vernaculaire").total == 0


def test_signing_again_is_not_found_again(show, signature, sign_up, partner, titles, live):
    show()
    with live():
        withdraw(signature=signature, person=partner, at=NOON)
    sign_up()
    assert titles("vernaculaire") == []


def test_nobody_signed_out_finds_them(show):
    show()
    found = find(query="vernaculaire", user=AnonymousUser(), language="fr")
    assert (found.total, found.kinds) == (0, {})
    assert suggest(query="vernac", user=AnonymousUser(), language="fr") == []


def test_a_closed_charter_hides_them_at_once(show, search, charter_page, group, member):
    show()
    restriction = PageViewRestriction.objects.create(
        page=charter_page, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(group)
    assert (search("vernaculaire").total, search("vernaculaire").kinds) == (0, {})
    assert search("vernaculaire", member).total == 1


def test_a_name_or_a_service_that_changes_is_followed(show, titles, partner, service, live):
    show()
    with live():
        partner.last_name = "Idiomatique"
        partner.save()
    assert titles("vernaculaire") == []
    assert titles("idiomatique") == ["Zélie Idiomatique"]
    with live():
        service.name_fr = "Restauration"
        service.save()
    assert titles("restauration") == ["Zélie Idiomatique"]


def test_signing_in_is_no_change_of_the_index(show, partner, live):
    show()
    with live() as waiting:
        partner.save(update_fields=["last_login"])
    assert waiting == []


def test_update_index_makes_them_again(show, titles, rebuild):
    show()
    IndexEntry.objects.filter(kind="partner").delete()
    rebuild()
    assert titles("vernaculaire") == ["Zélie Vernaculaire"]
    DirectoryEntry.objects.all()._raw_delete("default")
    rebuild()
    assert titles("vernaculaire") == []

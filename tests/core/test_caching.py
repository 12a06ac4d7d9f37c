"""A generation of content: read once per request, ended by what changes what is published."""

import pytest
from django.test import RequestFactory
from wagtail.models import PageViewRestriction

from home.models import StandardPage
from portal.core import caching, navigation
from portal.core.context_processors import Shell
from portal.core.models import ContentGeneration
from portal.users.models import Service


def request_of(user=None, path="/fr/"):
    request = RequestFactory().get(path)
    request.user = user
    request.resolver_match = None
    return request


def number():
    return caching.generation(None)


@pytest.fixture
def bumped(db):
    """Say whether an action began a new generation."""

    def check(action):
        before = number()
        action()
        return number() > before

    return check


def test_generation_is_read_once_per_request(db, django_assert_num_queries):
    request = request_of()
    with django_assert_num_queries(1):
        first = caching.generation(request)
        assert caching.generation(request) == first


def test_a_generation_begins_even_without_a_row(db):
    ContentGeneration.objects.all().delete()
    caching.bump_generation()
    assert number() == 1
    caching.bump_generation()
    assert number() == 2


def test_what_is_remembered_lasts_one_generation(db):
    made = []

    def make():
        made.append(1)
        return len(made)

    assert caching.remember(None, "key", make) == 1
    assert caching.remember(None, "key", make) == 1
    caching.bump_generation()
    assert caching.remember(None, "key", make) == 2


def test_nothing_is_remembered_too(db):
    made = []
    for _time in range(2):
        assert caching.remember(None, "none", lambda: made.append(1)) is None
    assert made == [1]


def test_publishing_and_taking_down_begin_a_generation(tree, bumped):
    assert bumped(lambda: tree.closed.save_revision().publish())
    assert bumped(tree.closed.unpublish)
    assert bumped(tree.below_open.delete)


def test_a_draft_changes_nothing(tree, bumped):
    assert not bumped(tree.closed.save_revision)


def test_moving_begins_a_generation(tree, bumped):
    tree.closed.refresh_from_db()
    tree.open.refresh_from_db()
    assert bumped(lambda: tree.closed.move(tree.open, pos="last-child"))


def test_a_fact_begins_a_generation(bumped):
    service = Service(slug="espaces-verts", name_fr="Espaces verts", name_en="Green spaces")
    assert bumped(service.save)
    assert bumped(service.delete)


def test_a_reader_changes_nothing(agent, bumped):
    agent.first_name = "x"
    assert not bumped(agent.save)


def test_privacy_begins_a_generation(tree, bumped):
    restriction = PageViewRestriction(page=tree.closed, restriction_type=PageViewRestriction.GROUPS)
    assert bumped(restriction.save)
    assert bumped(lambda: restriction.groups.add(tree.group))
    assert bumped(restriction.delete)
    assert bumped(lambda: tree.group.permissions.clear() or tree.group.save())


def menu_of(user):
    return [item.label for item in navigation.menu(request_of(user), user) if item.path]


@pytest.fixture
def in_menus(tree):
    StandardPage.objects.filter(pk__in=[tree.open.pk, tree.reserved.pk]).update(show_in_menus=True)
    StandardPage.objects.filter(pk=tree.closed.pk).update(menu_label="Aide")
    caching.bump_generation()
    return tree


def test_the_menu_holds_what_the_reader_may_see(in_menus, agent, reader):
    assert menu_of(agent) == ["Ouverte"]
    assert menu_of(reader) == ["Ouverte", "Reservee"]


def test_the_short_title_wins_in_the_menu(in_menus, agent):
    assert menu_of(agent) == ["Ouverte"]
    StandardPage.objects.filter(pk=in_menus.open.pk).update(menu_label="Court")
    assert menu_of(agent) == ["Ouverte"], "remembered until something is published"
    caching.bump_generation()
    assert menu_of(agent) == ["Court"]


def test_the_foot_holds_what_is_open_or_has_a_short_title(in_menus, agent):
    from django.contrib.auth.models import AnonymousUser

    def foot(user):
        return [item.label for item in navigation.foot(request_of(user), user)]

    assert foot(agent) == ["Aide", "Ecoute"]
    assert foot(AnonymousUser()) == ["Ecoute"]
    assert navigation.menu(request_of(AnonymousUser()), AnonymousUser()) == []


def test_the_menu_says_where_one_stands(in_menus, agent):
    def current(path):
        return {
            item.label: item.current
            for item in navigation.menu(request_of(agent, path), agent)
            if item.current
        }

    assert current("/fr/ouverte/") == {"Ouverte": "page"}
    assert current("/fr/ouverte/sous-ouverte/") == {"Ouverte": "true"}
    assert current("/fr/fermee/") == {}


def test_the_frame_costs_one_query_once_known(in_menus, agent, django_assert_num_queries):
    caching.remember(None, "warm", str)
    shell = Shell(request_of(agent))
    assert shell.navigation
    assert not shell.is_editor
    again = Shell(request_of(agent))
    with django_assert_num_queries(1):  # the generation; the reader's rights are known
        assert again.navigation
        assert again.footer
        assert again.organisations == ""
        assert again.home_url == "/fr/"
        assert not again.is_editor


def test_languages_lead_to_the_same_page(tree, agent):
    request = request_of(agent, "/fr/ouverte/")
    request._wagtail_route_for_request = (tree.open, [], {})
    tree.home.copy_for_translation(tree.english, alias=True)
    links = {link.code: link for link in navigation.language_links(request)}
    assert links["fr"].url == "/fr/ouverte/"
    assert links["fr"].current
    assert links["en"].url == "/en/", "the home page where there is no translation"


def test_languages_of_a_view_keep_its_query(agent, tree):
    from django.urls import resolve

    request = RequestFactory().get("/fr/recherche/?q=v%C3%A9lo")
    request.user = agent
    request.resolver_match = resolve("/fr/recherche/")
    links = {link.code: link.url for link in navigation.language_links(request)}
    assert links["en"] == "/en/search/?q=v%C3%A9lo"


def test_who_edits_is_told_where(tree, agent, editor, superuser):
    def shell(user):
        request = request_of(user)
        request._wagtail_route_for_request = (tree.open, [], {})
        return Shell(request)

    assert not shell(agent).is_editor
    assert shell(editor).is_editor
    assert shell(superuser).is_editor
    assert str(tree.open.pk) in shell(editor).edit_url


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('x"', "")])
def test_only_the_two_themes_are_taken_from_the_cookie(cookie, theme):
    request = request_of()
    request.COOKIES["theme"] = cookie
    assert Shell(request).theme == theme

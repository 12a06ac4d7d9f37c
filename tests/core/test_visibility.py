"""The one rule behind pages, lists and files."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import Locale, Page, PageViewRestriction

from home.models import HomePage, StandardPage
from portal.core.models import cached_locale
from portal.core.visibility import VisibleFactQuerySet, can_view_page, closed_paths, group_ids
from portal.users.models import User

EVERYTHING_LIVE = {
    "ouverte",
    "fermee",
    "reservee",
    "sous-ouverte",
    "sous-reservee",
    "ouverte-sous-reservee",
    "ecoute",
}
RESERVED = {"reservee", "sous-reservee", "ouverte-sous-reservee"}


def fresh(user):
    """The user as the next request knows them."""
    return User.objects.get(pk=user.pk) if user.pk else AnonymousUser()


def seen(user):
    return set(StandardPage.objects.visible_to(fresh(user)).values_list("slug", flat=True))


def test_lists(tree, agent, reader, superuser):
    assert seen(AnonymousUser()) == {"ouverte", "ecoute"}
    assert seen(agent) == EVERYTHING_LIVE - RESERVED
    assert seen(reader) == EVERYTHING_LIVE
    assert seen(superuser) == EVERYTHING_LIVE


def test_lists_and_pages_agree(client, tree, agent, reader, superuser):
    from .conftest import as_user

    for user in (AnonymousUser(), agent, reader, superuser):
        listed = seen(user)
        as_user(client, user if user.pk else None)
        for page in StandardPage.objects.all():
            served = client.get(page.get_url()).status_code == 200
            assert served == (page.slug in listed), (user, page.slug)
            if page.live:
                assert can_view_page(fresh(user), page) == served


def test_a_plain_page_queryset_shows_nothing_to_a_visitor(tree):
    from portal.core.visibility import VisiblePageQuerySet

    assert not VisiblePageQuerySet(Page).visible_to(AnonymousUser()).exists()


def test_several_restrictions_must_all_be_met(tree, reader):
    other = Group.objects.create(name="Other")
    restriction = PageViewRestriction.objects.create(
        page=tree.below_reserved, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(other)
    assert "sous-reservee" not in seen(reader)
    reader.groups.add(other)
    assert "sous-reservee" in seen(reader)


def test_a_shared_password_admits_nobody(tree, agent, superuser):
    PageViewRestriction.objects.create(
        page=tree.open, restriction_type=PageViewRestriction.PASSWORD, password="x"
    )
    assert "ouverte" not in seen(agent) | seen(AnonymousUser())
    assert "sous-ouverte" not in seen(agent)
    assert "ouverte" in seen(superuser)


def test_a_group_restriction_without_group_admits_nobody(tree, agent):
    PageViewRestriction.objects.create(
        page=tree.closed, restriction_type=PageViewRestriction.GROUPS
    )
    assert "fermee" not in seen(agent)


def test_privacy_has_no_language(tree, agent, reader):
    home = tree.home.copy_for_translation(tree.english, alias=True)
    alias = tree.reserved.copy_for_translation(tree.english, alias=True)
    below = tree.below_reserved.copy_for_translation(tree.english, alias=True)
    for page in (alias, below):
        assert not can_view_page(fresh(agent), page)
        assert can_view_page(fresh(reader), page)
    assert can_view_page(fresh(agent), home)

    # Translated for good, a page is no alias any more; Wagtail's privacy does not follow it.
    StandardPage.objects.filter(pk=alias.pk).update(alias_of=None)
    assert not can_view_page(fresh(agent), StandardPage.objects.get(pk=alias.pk))


def test_privacy_follows_aliases_elsewhere(client, tree, agent):
    from .conftest import as_user

    copy = tree.reserved.create_alias(parent=tree.open, update_slug="copie")
    again = copy.create_alias(parent=tree.closed, update_slug="copie-de-copie")
    as_user(client, agent)
    for page in (copy, again):
        assert not can_view_page(fresh(agent), page)
        assert client.get(page.get_url()).status_code == 403


def test_restrictions_are_read_once(tree, agent, django_assert_num_queries):
    PageViewRestriction.objects.all().delete()
    user = fresh(agent)
    with django_assert_num_queries(1):
        closed_paths(user)
        closed_paths(user)
        can_view_page(user, tree.closed)
    with django_assert_num_queries(1):
        group_ids(user)
        group_ids(user)


def test_language_and_address_cost_nothing_per_page(
    tree, agent, django_assert_num_queries, django_assert_max_num_queries
):
    home = tree.home.copy_for_translation(tree.english, alias=True)
    for number in range(6):
        page = tree.add(tree.home, f"page-{number}")
        page.copy_for_translation(tree.english, alias=True)
    user = fresh(agent)
    closed_paths(user)
    cached_locale(tree.french.pk)
    home.get_url()
    for several in (2, 6):
        with django_assert_num_queries(1):
            pages = StandardPage.objects.visible_to(user).filter(locale=tree.english)[:several]
            assert {page.content_language for page in pages} == {"fr"}
            assert all(page.is_untranslated for page in pages)
            assert all(page.get_url().startswith("/en/") for page in pages)


def test_an_alias_alone_knows_its_language(tree):
    alias = tree.home.copy_for_translation(tree.english, alias=True)
    alias = HomePage.objects.get(pk=alias.pk)
    assert (alias.content_language, alias.is_untranslated) == ("fr", True)
    assert (tree.home.content_language, tree.home.is_untranslated) == ("fr", False)


def test_a_changed_locale_is_read_again(tree):
    german = Locale.objects.create(language_code="de")
    assert cached_locale(german.pk).language_code == "de"
    german.language_code = "it"
    german.save()
    assert cached_locale(german.pk).language_code == "it"


class TestFacts:
    """Facts restricted to groups."""

    @pytest.fixture
    def figures(self, tree):
        from engagements.models import KeyFigure

        names = ("public", "reserved", "withdrawn")
        made = {
            name: KeyFigure.objects.create(
                slug=name, label_fr=name, label_en=name, live=name != "withdrawn"
            )
            for name in names
        }
        made["reserved"].restricted_to.set([tree.group, Group.objects.create(name="Second")])
        made["reserved"].save()
        return KeyFigure

    def test_who_sees_what(self, figures, agent, reader, superuser):
        def seen(user):
            rows = VisibleFactQuerySet(figures).visible_to(fresh(user))
            return sorted(rows.values_list("slug", flat=True))

        assert seen(AnonymousUser()) == []
        assert seen(agent) == ["public"]
        reader.groups.add(Group.objects.get(name="Second"))
        assert seen(reader) == ["public", "reserved"]
        assert seen(superuser) == ["public", "reserved"]

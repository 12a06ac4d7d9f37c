"""Builders of what several applications test with; each conftest adds what is its own."""

from wagtail.models import Collection, Locale, Page, Site

from engagements.models import Axis, Engagement
from home.models import HomePage
from portal.users.models import User


def make_locale(code):
    return Locale.objects.get_or_create(language_code=code)[0]


def make_user(name, **fields):
    """Return someone who can only be signed in by a test."""
    user = User(username=name, **fields)
    user.set_unusable_password()
    user.save()
    return user


def make_home(locale):
    """Return the home page of a site that has nothing else."""
    # A test with transactions of its own begins on an empty database.
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    if Collection.get_first_root_node() is None:
        Collection.add_root(instance=Collection(name="Root"))
    page = HomePage(title="Accueil", slug="accueil", headline="Chez nous d’abord", locale=locale)
    root.add_child(instance=page)
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": page}
    )
    Page.objects.filter(depth=2).exclude(pk=page.pk).delete()
    page.refresh_from_db()
    return page


def make_axis(number, french, english):
    return Axis.objects.create(
        number=number, slug=f"axe-{number}", title_fr=french, title_en=english
    )


def make_engagement(axis, number, *, theme, statement):
    """Return an engagement; its theme and its statement are given in French and in English."""
    return Engagement.objects.create(
        number=number,
        slug=f"engagement-{number}",
        axis=axis,
        theme_fr=theme[0],
        theme_en=theme[1],
        statement_fr=statement[0],
        statement_en=statement[1],
    )

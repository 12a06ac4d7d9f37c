"""A small site to test the editorial front on."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Locale, Page, Site

from engagements.models import Axis, Engagement
from home.models import EventIndexPage, EventPage, HomePage, NewsIndexPage, NewsPage
from portal.core.dates import Precision
from portal.users.models import User


@pytest.fixture
def french(db):
    return Locale.objects.get_or_create(language_code="fr")[0]


@pytest.fixture
def english(db):
    return Locale.objects.get_or_create(language_code="en")[0]


@pytest.fixture
def home(french):
    root = Page.get_first_root_node()
    page = HomePage(title="Accueil", slug="accueil", headline="Chez nous d’abord", locale=french)
    root.add_child(instance=page)
    Site.objects.update(root_page=page)
    Page.objects.filter(depth=2).exclude(pk=page.pk).delete()
    page.refresh_from_db()
    return page


@pytest.fixture
def news_index(home):
    return home.add_child(instance=NewsIndexPage(title="Actualités", slug="actualites"))


@pytest.fixture
def agenda(home):
    return home.add_child(instance=EventIndexPage(title="Agenda", slug="agenda"))


@pytest.fixture
def axis(db):
    return Axis.objects.create(
        number=2, slug="social", title_fr="Responsabilité sociale", title_en="Social responsibility"
    )


@pytest.fixture
def engagement(axis):
    return Engagement.objects.create(
        number=6,
        slug="qvct",
        axis=axis,
        theme_fr="Qualité de vie",
        theme_en="Quality of life",
        statement_fr="Améliorer la qualité de vie",
        statement_en="Improve quality of life",
    )


@pytest.fixture
def agent(db):
    return User.objects.create_user("agent-test", password="un mot de passe assez long")


@pytest.fixture
def reserved_group(db):
    return Group.objects.create(name="Lecteurs réservés")


@pytest.fixture
def make_event(agenda):
    def make(slug="evenement", *, day=dt.date(2026, 11, 3), engagements=(), tags=(), **fields):
        defaults = {"precision": Precision.DAY, "start_date": day, "title": slug.title()}
        event = EventPage(slug=slug, **{**defaults, **fields})
        event.engagements.set(engagements)
        event.tags.set(list(tags))
        agenda.add_child(instance=event)
        event.save_revision().publish()
        event.refresh_from_db()
        return event

    return make


@pytest.fixture
def make_post(news_index):
    def make(slug="billet", *, engagements=(), tags=(), **fields):
        post = NewsPage(
            **{"title": slug.title(), "slug": slug, "date": dt.date(2026, 3, 1)} | fields
        )
        post.engagements.set(engagements)
        post.tags.set(list(tags))
        news_index.add_child(instance=post)
        post.save_revision().publish()
        post.refresh_from_db()
        return post

    return make

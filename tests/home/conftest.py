"""A small site to test the editorial front on."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group

from home.models import EventIndexPage, EventPage, NewsIndexPage, NewsPage
from portal.core.dates import Precision
from portal.users.models import User
from tests.factories import make_axis, make_engagement, make_home, make_locale


@pytest.fixture
def french(db):
    return make_locale("fr")


@pytest.fixture
def english(db):
    return make_locale("en")


@pytest.fixture
def home(french):
    return make_home(french)


@pytest.fixture
def news_index(home):
    return home.add_child(instance=NewsIndexPage(title="Actualités", slug="actualites"))


@pytest.fixture
def agenda(home):
    return home.add_child(instance=EventIndexPage(title="Agenda", slug="agenda"))


@pytest.fixture
def axis(db):
    return make_axis(2, "Responsabilité sociale", "Social responsibility")


@pytest.fixture
def engagement(axis):
    return make_engagement(
        axis,
        6,
        theme=("Qualité de vie", "Quality of life"),
        statement=("Améliorer la qualité de vie", "Improve quality of life"),
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

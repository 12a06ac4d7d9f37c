"""News: its list of sets, its feed, its related content."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from engagements.related import RelatedQuery, related_content
from home.agenda import agenda_context
from home.models import NewsPage
from home.news import news_index_context

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def ask(user, engagement, language="fr", **options):
    query = RelatedQuery(
        engagements=[engagement], user=user, at=timezone.now(), language=language, **options
    )
    return {answer.key: answer for answer in related_content(query)}


def request_of(user, query=""):
    request = RequestFactory().get(f"/{query}")
    request.user = user
    return request


def test_a_new_post_is_dated_today():
    assert NewsPage().date == timezone.localdate()


def test_what_is_about_an_engagement(agent, make_post, make_event, engagement):
    for number in range(5):
        make_post(f"p{number}", engagements=[engagement], date=dt.date(2026, 1, 1 + number))
    make_post("autre")
    make_event("rencontre", engagements=[engagement])
    found = ask(agent, engagement)
    assert found["news"].count == 5
    assert [card.title for card in found["news"].cards] == ["P4", "P3", "P2"]
    assert found["news"].cards[0].axis == 2
    assert found["events"].count == 1


def test_related_content_leaves_out_who_asks_and_what_is_reserved(
    agent, make_post, engagement, reserved_group
):
    own = make_post("moi", engagements=[engagement])
    reserved = make_post("reserve", engagements=[engagement])
    restriction = PageViewRestriction.objects.create(page=reserved, restriction_type="groups")
    restriction.groups.add(reserved_group)
    assert ask(agent, engagement, exclude_page_id=own.pk) == {}
    own.unpublish()
    assert ask(agent, engagement) == {}


def test_related_content_costs_the_same_for_three_and_nine(
    agent, make_post, engagement, django_assert_max_num_queries
):
    def cost():
        with django_assert_max_num_queries(30) as queries:
            ask(agent, engagement)
        return len(queries)

    for number in range(3):
        make_post(f"p{number}", engagements=[engagement])
    ask(agent, engagement)
    few = cost()
    for number in range(3, 9):
        make_post(f"p{number}", engagements=[engagement])
    ask(agent, engagement)  # the addresses of the lists are remembered until content changes
    assert cost() == few


@pytest.mark.parametrize(
    ("query", "titles", "ignored"),
    [
        ("", {"Velo", "Tram", "Autre"}, False),
        ("?engagement=6", {"Velo", "Tram"}, False),
        ("?axis=2", {"Velo", "Tram"}, False),
        ("?tag=velo", {"Velo"}, False),
        ("?year=2025", {"Autre"}, False),
        ("?engagement=6&tag=velo", {"Velo"}, False),
        ("?year=1789", {"Velo", "Tram", "Autre"}, True),
        ("?engagement=6%00&tag=%27%22%3Cscript%3E", {"Velo", "Tram", "Autre"}, True),
        ("?axis=-1&year=%F0%9F%92%A3&page=zzz", {"Velo", "Tram", "Autre"}, True),
        ("?page=999999999999999999999", {"Velo", "Tram", "Autre"}, False),
        ("?page=-3&unknown[]=1", {"Velo", "Tram", "Autre"}, False),
    ],
)
def test_filters_of_the_news(agent, news_index, make_post, engagement, query, titles, ignored):
    make_post("velo", engagements=[engagement], tags=["vélo"])
    make_post("tram", engagements=[engagement])
    make_post("autre", date=dt.date(2025, 5, 1))
    context = news_index_context(news_index, request_of(agent, query))
    assert {card.title for card in context["cards"]} == titles
    assert context["filters"].ignored == ignored


def test_filters_of_the_agenda(agent, agenda, make_event, engagement):
    at = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    make_event("passe", day=dt.date(2025, 1, 1), engagements=[engagement])
    make_event("vieux", day=dt.date(2024, 1, 1), cancelled=True)
    make_event("en-cours", day=dt.date(2026, 1, 1), precision="year")
    make_event("plus-tard", day=dt.date(2026, 9, 1))
    make_event("bientot", day=dt.date(2026, 7, 1))

    def context(query=""):
        return agenda_context(agenda, request_of(agent, query), at=at)

    everything = context()
    assert [card.title for card in everything["ongoing"]] == ["En-Cours"]
    assert [card.title for card in everything["upcoming"]] == ["Bientot", "Plus-Tard"]
    assert [group.year for group in everything["past_years"]] == [2025, 2024]
    filtered = context("?engagement=6")
    assert not filtered["ongoing"]
    assert not filtered["upcoming"]
    assert [card.title for group in filtered["past_years"] for card in group.cards] == ["Passe"]
    assert context("?campaign=%00&place=../../etc/passwd&tag=x")["filters"].ignored


def feed(client, language="fr"):
    with translation.override(language):
        response = client.get(reverse("news_feed"))
    assert response.status_code == 200
    return [
        entry.findtext(f"{ATOM}title")
        for entry in ElementTree.fromstring(response.content).iter(f"{ATOM}entry")
    ]


def test_the_feed_holds_what_the_reader_may_see(client, agent, make_post, reserved_group):
    make_post("ouvert")
    reserved = make_post("reserve", date=dt.date(2026, 4, 1))
    restriction = PageViewRestriction.objects.create(page=reserved, restriction_type="groups")
    restriction.groups.add(reserved_group)
    with translation.override("fr"):
        assert client.get(reverse("news_feed")).status_code == 302
    client.force_login(agent)
    assert feed(client) == ["Ouvert"]
    agent.groups.add(reserved_group)
    assert feed(client) == ["Reserve", "Ouvert"]


def test_reading_time_is_never_nothing(make_post):
    assert make_post().reading_minutes == 1
    assert (
        make_post("long", body=[("paragraph", "<p>" + "mot " * 500 + "</p>")]).reading_minutes == 2
    )

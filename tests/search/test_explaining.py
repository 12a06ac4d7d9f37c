"""Why this result: told to editors, clearly, and to nobody else."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.users.enums import Role
from portal.users.models import User
from portal.users.services import load_groups
from search.models import AskedQuery, CuratedResult, Curation, IndexEntry, Place, SynonymGroup
from search.state import touch_index


@pytest.fixture
def editor(db):
    """The comms person."""
    load_groups(report=lambda line: None)
    user = User.objects.create_user("editor", password="x")
    user.groups.add(Group.objects.get(name=Role.COMMUNICATION.value))
    return user


@pytest.fixture
def ask(client, editor):
    """Search as the comms person, and return the page and its text."""

    def ask_page(query, reader=None, **asked):
        client.force_login(reader or editor)
        response = client.get(reverse("search"), {"q": query, **asked})
        text = re.sub(r"<[^>]+>", " ", response.content.decode())
        return response, re.sub(r"[ \n]+", " ", text)

    return ask_page


@pytest.fixture
def bikes(add):
    add("Le vélo", "Un vélo, un autre vélo.", tags=("mobilité",), date=timezone.localdate())
    add("La bicyclette de service", "À réserver.", date=dt.date(2019, 1, 1))
    add("Le covoiturage")
    SynonymGroup.objects.create(expressions="vélo, bicyclette")
    touch_index()


def test_an_editor_is_told_word_by_word(bikes, ask):
    response, text = ask("où est le vélo covoitruage zzzz", why="1")
    understood = response.context["understood"]
    assert understood.ignored == ("où", "est", "le")
    velo, covoiturage, unknown = understood.ideas
    assert (velo.typed, [reading.written for reading in velo.readings]) == (
        "vélo",
        ["vélo", "bicyclette"],
    )
    assert "bicyclette \u00a0: synonyme retenu par l’équipe (poids 0,9)" in text
    assert covoiturage.readings[0].written == "covoiturage"
    assert "orthographe corrigée" in text
    assert (unknown.readings, str(unknown.role)) == (
        [], "aucun texte ne le contient, ni rien d’approchant"
    )  # fmt: skip


def test_each_result_tells_where_its_words_stand(bikes, ask):
    response, text = ask("vélo", why="1")
    first, second = response.context["results"]
    [match] = [found for found in first.reasons.matches if found.reading.written == "vélo"]
    assert [(str(stand.place), stand.times, stand.weight) for stand in match.stands] == [
        ("titre", 1, 4),
        ("texte", 2, 1),
    ]
    [other] = [found for found in second.reasons.matches if found.reading.weight == 0.9]
    assert (other.typed, other.reading.written) == ("vélo", "bicyclette")
    assert first.reasons.season == 1.0
    assert second.reasons.season == 0.98
    assert second.reasons.by_words * second.reasons.naming * 0.98 == pytest.approx(
        second.reasons.score
    )
    assert "Pourquoi ce résultat\u00a0?" in text
    assert "titre\u00a0: 1 fois (× 4)" in text
    assert "× 0,980 par sa date" in text


def test_a_choice_of_the_team_is_told(bikes, ask):
    curation = Curation.objects.create(query="vélo", language="fr")
    for title, place in (("Le covoiturage", Place.FIRST), ("Le vélo", Place.NOWHERE)):
        entry = IndexEntry.objects.get(title=title)
        CuratedResult.objects.create(
            curation=curation,
            place=place,
            content_type=entry.content_type,
            object_id=entry.object_id,
        )
    response, text = ask("vélo", why="1")
    assert (response.context["understood"].first, response.context["understood"].hidden) == (1, 1)
    first = response.context["results"][0]
    assert (first.reasons.score, first.reasons.matches) == (None, [])
    assert "Placé en premier par l’équipe" in text
    assert "Il ne contient aucun des mots." in text


def test_by_date_and_far_down_the_season_does_not_count(bikes, ask):
    response, _text = ask("vélo", why="1", sort="date")
    assert {result.reasons.season for result in response.context["results"]} == {1.0}


def test_many_results_cost_no_more_queries_than_few(add, ask):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            ask("vélo", why="1")
        return len(asked)

    add("Le vélo", "Un vélo.")
    touch_index()
    ask("vélo", why="1")
    few = queries()
    for number in range(6):
        add(f"Vélo {number}", "Un vélo.")
    touch_index()
    ask("vélo", why="1")
    assert queries() == few


def test_the_way_to_it_and_back(bikes, ask, client):
    response, text = ask("vélo")
    assert "Pourquoi ces résultats\u00a0?" in text
    assert "Pourquoi ce résultat" not in text
    explained = client.get(response.context["why_url"])
    assert explained.context["understood"]
    assert "why=1" in explained.context["base_query"]
    assert not client.get(explained.context["plain_url"]).context["understood"]
    form = client.get(explained.context["choose_url"])
    assert form.context["form"].instance.query == "vélo"
    assert AskedQuery.objects.get().asked == 2, "explained is not asked"


@pytest.mark.parametrize(
    "role", [None, Role.AGENTS, Role.PARTNERS, Role.INDICATOR_OWNERS, Role.TECHNICAL]
)
def test_nobody_else_sees_it(bikes, ask, editor, role):
    reader = User.objects.create_user("reader", password="x")
    if role:
        reader.groups.add(Group.objects.get(name=role.value))
    for asked in ({}, {"why": "1"}):
        response, text = ask("vélo", reader=reader, **asked)
        assert response.context["total"] == 2
        assert "Pourquoi" not in text
        assert response.context["why_url"] == ""
        assert not response.context["understood"]
        assert response.context["choose_url"] == ""


@pytest.mark.parametrize("query", ["", "???", "de la", "zythologie", "<b>vélo</b>", "vélo" * 90])
def test_no_query_breaks_it(bikes, ask, query):
    response, _text = ask(query, why="1")
    assert response.status_code == 200
    assert "<b>" not in response.content.decode()


def test_it_says_the_same_of_a_closed_page_as_search_does(publish, close, ask):
    publish("Un vélo")
    close(publish("Le plan vélo secret"))
    _response, text = ask("vélo secret", why="1")
    assert "plan" not in text


def test_a_number_and_an_everyday_word_are_told_as_such(add, ask):
    add("Cinq cents voitures", "Un parc.")
    touch_index()
    response, text = ask("500 bagnoles", why="1")
    number, word = response.context["understood"].ideas
    assert [str(reading.origin) for reading in number.readings][:1] == [
        "le même nombre, en chiffres ou en lettres"
    ]
    assert {(reading.written, str(reading.origin)) for reading in word.readings} == {
        ("voitures", "proche par le sens, dans le langage courant")
    }
    assert "Cinq cents voitures" in text

"""What is found, in which order, by whom."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from search import understanding
from search.backends import get_engine
from search.finding import find, frequent_tags, search_is_ready, suggestions
from search.models import IndexEntry
from search.understanding import understand

ECO = ["éco-gestes", "ecogestes", "ÉCO GESTE", "éco gestes", "écogeste", "eco-geste", "Eco‑Gestes"]
METODD = ["mét’ODD", "mét'ODD", "metodd", "MET’ODD", "Mét'odd"]


def same(one, other) -> bool:
    """Say whether two searches found the same, in the same order."""
    return [entry.pk for entry in one.entries] == [entry.pk for entry in other.entries]


@pytest.fixture
def corpus(add):
    """A few posts, in which compounds are written in every way."""
    add("Les éco-gestes au bureau", "Éteindre, trier, couper.", tags=("éco-gestes",))
    add("Dix écogestes", "Les écogestes de l’hiver et un éco geste d’été.")
    add("Une écoute", "Des éco gestes simples. La démarche mét’ODD avance.")
    add("Gestes barrières", "Un geste après l’autre, sans rapport avec l’écologie.")
    add("La SERD", "La semaine de réduction des déchets, avec mét'ODD.")
    add("La QVCT", "Qualité de vie et conditions de travail ; le réseau RAD.")


def test_every_spelling_of_a_compound_gives_the_same_results(corpus, search):
    expected = search("éco-gestes")
    assert {entry.title for entry in expected.entries} == {
        "Les éco-gestes au bureau",
        "Dix écogestes",
        "Une écoute",
    }
    for spelling in ECO:
        found = search(spelling)
        assert found.understanding.canonical == "ecogeste", spelling
        assert same(found, expected), spelling


def test_every_spelling_of_the_programme_gives_the_same_results(corpus, search):
    expected = search("mét’ODD")
    assert expected.total == 2
    for spelling in METODD:
        assert same(search(spelling), expected), spelling


ALIKE = [
    ("SERD", "La SERD"),
    ("serd", "La SERD"),
    ("la serd", "La SERD"),
    ("QVCT", "La QVCT"),
    ("qvct", "La QVCT"),
    ("RAD", "La QVCT"),
    ("R.A.D.", "La QVCT"),
    ("r.a.d", "La QVCT"),
    ("déchet", "La SERD"),
    ("DECHETS", "La SERD"),
    ("l'hiver", "Dix écogestes"),
    ("d’hivers", "Dix écogestes"),
]


def test_accents_capitals_dots_plurals_and_elisions_make_no_difference(corpus, titles):
    for query, title in ALIKE:
        assert titles(query)[:1] == [title], query


def test_all_the_words_first(corpus, search):
    found = search("écogestes hiver")
    assert not found.near
    assert [entry.title for entry in found.entries] == ["Dix écogestes"]
    assert {entry.title for entry in found.also_near} == {
        "Les éco-gestes au bureau",
        "Une écoute",
    }


def test_some_of_the_words_when_none_holds_them_all(corpus, search):
    found = search("écogestes zythologie")
    assert found.near
    assert found.total == 3
    assert found.also_near == []


def test_nothing(corpus, search):
    found = search("zythologie")
    assert (found.total, found.near, found.entries) == (0, False, [])


def test_a_title_outweighs_a_body(add, titles):
    add("Autre chose", "Le covoiturage est dans le corps du texte.")
    add("Le covoiturage", "Un texte.")
    add("Étiquette", "Un texte.", tags=("covoiturage",))
    add("Résumé", "Un texte.", summary="Le covoiturage en résumé")
    assert titles("covoiturage") == ["Le covoiturage", "Étiquette", "Résumé", "Autre chose"]


def test_words_found_everywhere_are_not_asked_for(add, titles):
    for number in range(30):
        add(f"Article {number}", "Un texte sur les plantes.")
    add("Le compost", "Il nourrit.")
    assert titles("un compost") == ["Le compost"]
    assert titles("des plantes au compost") == ["Le compost"]


def test_counts_stay_right_while_filtering(add, search):
    add("Un vélo")
    add("Deux vélos")
    add("Le vélo", kind="page")
    found = search("vélo", filters={"kind": frozenset({"news"})})
    assert found.total == 2
    assert found.kinds == {"news": 2, "page": 1}


def test_the_readers_language_comes_first_and_the_other_is_offered(add, search):
    add("Le badminton")
    add("Badminton at noon", language="en")
    add("More badminton", language="en")
    found = search("badminton", language="fr")
    assert [entry.title for entry in found.entries] == ["Le badminton"]
    assert found.languages == {"fr": 1, "en": 2}


def test_pages_of_results(add, search):
    for number in range(23):
        add(f"Vélo {number}")
    pages = [search("vélo", page=number) for number in (1, 2, 3)]
    assert [len(found.entries) for found in pages] == [10, 10, 3]
    assert len({entry.pk for found in pages for entry in found.entries}) == 23
    assert search("vélo", page=99).page == 3
    assert search("vélo", page=-1).page == 1


def test_equal_matches_come_newest_first(add, titles):
    for year in (2023, 2025, 2024):
        add("Le vélo", date=dt.date(year, 1, 1), summary=f"Année {year}")
    assert titles("vélo") == ["Le vélo"] * 3
    entries = IndexEntry.objects.filter(title="Le vélo")
    assert entries.count() == 3


def test_without_a_query_the_newest_come_first(add, titles):
    for year in (2023, 2025, 2024):
        add(f"Année {year}", date=dt.date(year, 1, 1))
    assert titles("", filters={"kind": frozenset({"news"})}) == [
        "Année 2025",
        "Année 2024",
        "Année 2023",
    ]


def test_a_visitor_finds_only_what_is_open_to_all(page, close):
    page("La cellule d’écoute", open_to_all=True)
    page("La cellule RSO")
    closed = page("Cellule close", open_to_all=True)
    close(closed)
    found = find(query="cellule", user=AnonymousUser(), language="fr")
    assert [entry.title for entry in found.entries] == ["La cellule d’écoute"]
    assert found.kinds == {"page": 1}


def test_the_administrator_finds_everything(page, close, search, admin_user):
    close(page("La cellule"))
    assert search("cellule").total == 0
    assert search("cellule", admin_user).total == 1


def test_a_misspelt_word_is_told_its_neighbours(add, agent):
    add("Le covoiturage", "Des éco-gestes.")
    for typed, meant in [
        ("covoitruage", "covoiturage"),
        ("covoiturrage", "covoiturage"),
        ("covoit", "covoiturage"),
        ("ecogesstes", "éco-gestes"),
    ]:
        found = understand(typed, "fr")
        assert suggestions(found, user=agent, language="fr") == [meant]


def test_what_the_results_hold_is_suggested_without_asking_again(add, agent, search, monkeypatch):
    add("Le covoiturage", "Des éco-gestes.")
    found = search("covoitruage")
    monkeypatch.setattr(type(get_engine()), "search", None)
    assert suggestions(found.understanding, user=agent, language="fr", found=found.entries) == [
        "covoiturage"
    ]


def test_a_suggestion_betrays_no_closed_page(page, close, agent, member):
    close(page("Licenciement"))
    asked = understand("licencieement", "fr")
    assert suggestions(asked, user=agent, language="fr") == []
    assert suggestions(asked, user=member, language="fr") == ["licenciement"]


def test_tags_offered_are_those_of_readable_pages(publish, close, agent, member):
    publish("Un", tags=("vélo", "mobilité"))
    publish("Deux", tags=("vélo",))
    close(publish("Trois", tags=("secret",)))
    assert frequent_tags(user=agent, language="fr") == ["vélo", "mobilité"]
    assert set(frequent_tags(user=member, language="fr")) == {"vélo", "mobilité", "secret"}


def test_two_words_that_happen_to_make_a_third_stay_apart(add, search):
    for number in range(25):
        add(f"Article {number}", "Cela reste à faire, à revoir.")
    add("À venir", "Des rencontres sont à venir. On va venir, revenir, venir encore.")
    add("Venir", "Venir en vélo.")
    add("L’avenir", "Un avenir.")
    assert search("à venir").understanding.canonical == "venir"


def test_a_query_is_kept_within_bounds(db):
    found = understand("mot " * 10_000 + "un deux trois", "fr")
    assert len(found.query) <= understanding.MAX_QUERY
    many = understand(" ".join(f"mot{number}" for number in range(1000)), "fr")
    assert len(many.concepts) <= understanding.MAX_WORDS


def test_the_health_check(add):
    add("Un article")
    assert search_is_ready()
    IndexEntry.objects.update(version=0)
    assert not search_is_ready()


def test_an_empty_index_is_ready_only_when_there_is_nothing_to_find(page, rebuild):
    page("La mobilité")
    IndexEntry.objects.all().delete()
    assert not search_is_ready()
    rebuild()
    assert search_is_ready()
    Page.objects.filter(depth__gt=1).update(live=False)
    rebuild()
    assert search_is_ready()


HOSTILE = [
    "\x00",
    "\x00\x01vélo\x7f",
    "a" * 10_000,
    "vélo " * 2_000,
    '"',
    '"vélo',
    'vélo"*',
    "AND",
    "OR NOT",
    "NEAR(a b)",
    "vélo AND",
    "(vélo",
    "vélo)",
    "title:vélo",
    "^vélo",
    "vélo*",
    "-vélo",
    "+vélo",
    "vélo & !vélo | (",
    "'; DROP TABLE search_indexentry; --",
    "vélo\\",
    "<->",
    ":*",
    "%",
    "_",
    "🌱🚲",
    "\u202eolév",
    "שלום עולם",
    "مرحبا",
    "ﬁnance ½ ²",
    "\ud800",
    "\U0001d400\U0001e921",
    "e\u0301" * 50,
    "''''’’’’----",
    "l' d' qu'",
    "1 000 000,5.5",
]


def test_no_query_is_an_error(corpus, search, agent):
    for query in HOSTILE:
        found = search(query)
        assert found.total >= 0, query
        suggestions(found.understanding, user=agent, language="fr")


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=st.text(max_size=60))
def test_no_query_at_all_is_an_error(corpus, search, query):
    assert search(query).total >= 0


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    first=st.sampled_from(["éco", "eco", "ÉCO", "Eco"]),
    glue=st.sampled_from(["", " ", "-", "\u2011", "\u00a0", "  "]),
    second=st.sampled_from(["geste", "gestes", "GESTES", "Geste"]),
    around=st.sampled_from(["{}", "les {}", "« {} »", "l’{} ?", "{} !"]),
)
def test_spellings_are_a_family(corpus, search, first, glue, second, around):
    plain = search(around.format("éco-gestes"))
    found = search(around.format(first + glue + second))
    assert same(found, plain)
    assert found.near == plain.near

"""The search page: what the reader sees, whatever they type."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, Site

from portal.core.models import ProgrammeContact
from search.backends import get_engine
from search.state import touch_index

from .test_finding import HOSTILE

MAX_QUERIES = 20
MAX_NODES = 500


class NodeCounter(HTMLParser):
    """Counts elements."""

    nodes = 0

    def handle_starttag(self, tag, attrs):
        self.nodes += 1


def nodes(response) -> int:
    counter = NodeCounter()
    counter.feed(response.content.decode())
    return counter.nodes


@pytest.fixture
def ask(client, agent):
    """Search in the browser, as an agent."""
    client.force_login(agent)

    def ask_page(query=None, *, language="fr", reader=None, **asked):
        if reader:
            client.force_login(reader)
        with translation.override(language):
            address = reverse("search")
        given = {**({} if query is None else {"q": query}), **asked}
        return client.get(address, given)

    return ask_page


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_the_address_is_in_the_readers_language():
    with translation.override("en"):
        assert reverse("search") == "/en/search/"


def test_results_are_marked_dated_and_counted(publish, ask):
    publish("Les Éco-Gestes d’hiver", "On chauffe moins, on <b>gagne</b> plus.")
    response = ask("ecogeste")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Les <mark>Éco-Gestes</mark> d’hiver" in page
    assert '<time datetime="2025-03-01">' in page
    assert 'value="ecogeste"' in page
    assert response.context["total"] == 1


def test_french_spaces_are_kept(publish, ask):
    publish("Gobelets", "Les gobelets\u00a0: 3\u202f000 prêtés,\n  20&nbsp;% de plus.")
    page = ask("gobelets prêtés").content.decode()
    assert "\u00a0: 3\u202f000 <mark>prêtés</mark>, 20\u00a0% de plus." in page
    assert 'class="search-result__kind">Actualité<' in page


def test_it_is_kept_out_of_every_cache_and_index(ask):
    response = ask("vélo")
    assert "noindex" in response["X-Robots-Tag"]
    assert "private" in response["Cache-Control"]


def test_a_visitor_is_led_to_the_login_page(client, db):
    response = client.get(reverse("search"), {"q": "vélo"})
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_the_empty_page_shows_where_to_begin(publish, ask, close):
    publish("Un vélo", tags=("mobilité",))
    close(publish("Un secret", tags=("secret",)))
    response = ask()
    assert [tag.label for tag in response.context["tags"]] == ["mobilité"]
    assert response.context["results"] == []
    assert "secret" not in text_of(response)


def test_a_kind_alone_lists_everything_of_it(add, ask):
    add("Un vélo")
    response = ask(kind="news")
    assert response.context["total"] == 1
    assert "Un vélo" in text_of(response)


def test_a_kind_in_two_words_is_a_filter_too(add, ask):
    add("Un vélo", kind="key-figure")
    add("Deux vélos")
    assert ask("vélo", kind="key-figure").context["total"] == 1


def choices_of(response, facet: str) -> dict[str, object]:
    """Return what the page proposes of a facet, by value."""
    return {
        choice.value: choice
        for group in response.context["groups"]
        if group.name == facet
        for choice in group.choices
    }


def test_a_filter_keeps_the_counts_and_is_removable(publish, page, ask):
    publish("Un vélo")
    publish("Deux vélos")
    page("Le vélo")
    response = ask("vélo", kind="page")
    kinds = choices_of(response, "kind")
    assert {value: choice.count for value, choice in kinds.items()} == {"news": 2, "page": 1}
    assert kinds["page"].active
    assert "kind" not in kinds["page"].url
    assert response.context["total"] == 1
    [chip] = response.context["chips"]
    assert chip.url == kinds["page"].url


def test_a_kind_without_result_stays_removable(publish, page, ask):
    page("Le compost")
    publish("Un vélo")
    response = ask("compost", kind="news")
    assert response.status_code == 200
    assert response.context["total"] == 0
    assert choices_of(response, "kind")["news"].count == 0
    assert "Nothing with these filters" in text_of(
        ask("compost", kind="news", language="en", lang="fr")
    )


def test_near_results_are_called_so(add, ask):
    add("Le vélo")
    with translation.override("en"):
        response = ask("vélo zythologie", language="en", lang="fr")
    assert response.context["near"]
    assert "near result" in text_of(response)


def test_a_misspelt_word_is_told_and_finds(publish, ask):
    publish("Le covoiturage")
    response = ask("covoitruage")
    assert response.context["total"] == 1
    assert [choice.label for choice in response.context["suggestions"]] == ["covoiturage"]
    assert "Le <mark>covoiturage</mark>" in response.content.decode()


def test_no_result_offers_tags_and_help(publish, page, ask):
    publish("Le covoiturage", tags=("mobilité",))
    response = ask("zythologie")
    assert response.context["total"] == 0
    assert [choice.label for choice in response.context["tags"]] == ["mobilité"]
    assert len(response.context["actions"]) == 1
    page("Help: how to use the portal")
    labels = [url for _label, url in ask("zythologie", language="en").context["actions"]]
    assert len(labels) in {1, 2}


def test_the_other_language_is_offered(add, ask):
    add("Badminton le midi")
    add("Badminton at noon", language="en")
    response = ask("badminton", language="en")
    [other] = response.context["languages"]
    assert other.count == 1
    followed = ask("badminton", language="en", lang="fr")
    assert [result.language for result in followed.context["results"]] == ["fr"]
    assert 'lang="fr"' in followed.content.decode()


def test_topics_are_read_out_in_their_own_language(publish, add, ask, client):
    with_topics = publish("Cycling", "A bike.", language="en", tags=("vélo",))
    publish("Cycling again", "A bike.", language="en")
    add("Le cyclisme", "Un vélo.", tags=("vélo",))
    word = r'lang="fr"[^>]*>(?:<li>)?(?:<a[^>]*>)?vélo'
    for response in (
        ask("cycling", language="en"),  # a facet
        ask("cycling", language="en", tag="vélo"),  # and a filter in use
        ask("zythologie", language="en"),  # topics to go on with
        client.get(with_topics.url),
    ):
        assert re.search(word, response.content.decode())
    french = ask("cyclisme", tag="vélo").content.decode()
    assert "vélo</a>" in french
    assert not re.search(r'lang="[^"]*">vélo', french)


def test_pagination_keeps_the_question(add, ask):
    for number in range(12):
        add(f"Vélo {number}")
    response = ask("vélo", kind="news", page="2")
    assert len(response.context["results"]) == 2
    assert "q=v%C3%A9lo" in response.content.decode()
    for number in ("0", "-1", "99", "x", "٣", "1" * 50, ""):
        assert ask("vélo", page=number).status_code == 200


def test_no_query_breaks_the_page(add, ask):
    add("Le vélo", "Un vélo.")
    for query in HOSTILE:
        response = ask(query.encode("utf-8", "surrogatepass"))
        assert response.status_code == 200, query
        assert "\x00" not in response.content.decode()


def test_no_parameter_breaks_the_page(add, ask):
    add("Le vélo")
    for asked in (
        {"kind": "'; DROP"},
        {"kind": "inconnu"},
        {"kind": "é" * 400},
        {"lang": "xx"},
        {"lang": "\x00"},
        {"page": "1e3"},
        {"q[]": "vélo"},
    ):
        assert ask("vélo", **asked).status_code == 200
        assert ask(**asked).status_code == 200


def test_what_is_typed_is_escaped(add, ask):
    add("Le vélo")
    response = ask('<script>alert("vélo")</script>')
    assert "<script>alert" not in response.content.decode()


def test_only_reading_is_allowed(client, agent):
    client.force_login(agent)
    with translation.override("fr"):
        assert client.post(reverse("search")).status_code == 405


def test_the_cost_does_not_grow_with_the_results(add, ask, admin_user):
    counts = []
    for _round in range(3):
        for number in range(4):
            add(f"Vélo {number}", "Un vélo.", tags=("vélo",))
        touch_index()
        ask("vélo")
        caches["searches"].clear()
        with CaptureQueriesContext(connection) as queries:
            response = ask("vélo")
        counts.append(len(queries))
    assert len(response.context["results"]) == 10
    assert len(set(counts)) == 1
    assert counts[0] <= MAX_QUERIES


def without_ticket(response) -> str:
    """Return the page without what is new at each request."""
    new = r'data-ticket="[^"]+"|nonce="[^"]+"|csrfmiddlewaretoken" value="[^"]+"'
    return re.sub(new, "", response.content.decode())


def test_an_answer_that_is_the_same_is_put_into_words_once(add, ask):
    add("Louer un vélo")
    add("Réparer un vélo", tags=("vélo",))
    touch_index()
    first = ask("vélo", tag="vélo")
    with CaptureQueriesContext(connection) as queries:
        again = ask("vélo", tag="vélo")
    assert without_ticket(again) == without_ticket(first)
    assert "read_opening" not in "".join(query["sql"] for query in queries)
    assert "<h1" in again.content.decode()


def test_what_is_remembered_is_as_it_was_asked(add, ask):
    for number in range(12):
        add(f"Vélo {number}", tags=("vélo",))
    add("Bike", language="en")
    touch_index()
    pages = {
        without_ticket(response)
        for response in (
            ask("vélo"),
            ask("VÉLO"),
            ask("vélo", page=2),
            ask("vélo", sort="date"),
            ask("vélo", tag="vélo"),
            ask("vélo", language="en", lang="fr"),
            ask("bike", lang="en"),
            ask("bike", language="en"),
        )
    }
    assert len(pages) == 8


def test_what_is_remembered_changes_with_what_it_shows(publish, page, ask, live, contact):
    post = publish("Le vélo au musée", "Louer un vélo.")
    assert "Le <mark>vélo</mark> au musée" in ask("vélo").content.decode()
    with live():
        post.title = "Le vélo au marché"
        post.save_revision().publish()
    assert "Le <mark>vélo</mark> au marché" in ask("vélo").content.decode()
    assert 'href="/fr/poser-une-question/' in ask("vélo zzzz").content.decode()
    contact.email, contact.page = "", page("La direction")
    contact.save()
    assert 'href="/fr/poser-une-question/' not in ask("vélo zzzz").content.decode()


def test_what_a_reader_was_shown_is_not_shown_to_another(publish, ask, close, member, agent):
    restriction = close(publish("Un secret du vélo", tags=("plan",)))
    assert "secret" in ask("vélo", reader=member).content.decode()
    assert "secret" not in ask("vélo", reader=agent).content.decode()
    restriction.groups.clear()
    assert "secret" not in ask("vélo", reader=member).content.decode()


def test_results_that_are_simplified_say_so_for_what_was_asked_before(add, ask, monkeypatch):
    add("Louer un vélo")
    touch_index()
    assert "Résultats simplifiés" not in ask("vélo").content.decode()
    search = type(get_engine()).search
    monkeypatch.setattr(
        type(get_engine()),
        "search",
        lambda engine, question: replace(search(engine, question), degraded=True),
    )
    assert "Résultats simplifiés" in ask("vélo").content.decode()


def test_a_full_page_stays_within_its_budget(add, ask):
    for number in range(35):
        add(f"Vélo {number}", "Un vélo, un vélo, un vélo.", tags=(f"tag {number}",))
    assert nodes(ask("vélo", page="2")) <= MAX_NODES
    assert nodes(ask()) <= MAX_NODES
    assert nodes(ask("zythologie")) <= MAX_NODES


def test_a_closed_page_betrays_nothing(publish, ask, close):
    close(publish("Licenciement", "Un secret.", tags=("plan social",)))
    for query in ("licenciement", "licencieement", "secret", "plan social", ""):
        assert "icenciement</" not in ask(query).content.decode()
        assert ask(query).context["total"] == 0 or not query


@pytest.fixture
def contact(homes):
    """The team can be written to."""
    row = ProgrammeContact.for_site(Site.objects.get(is_default_site=True))
    row.email = "rso@ville.example"
    row.save()
    return row


def actions_of(response) -> dict[str, str]:
    return dict(response.context["actions"])


def test_who_finds_nothing_is_led_to_the_form_with_the_query(publish, ask, contact):
    publish("Le vélo")
    way = actions_of(ask("zzzz piles & co"))
    assert way["Poser la question à l’équipe du programme"] == (
        "/fr/poser-une-question/?q=zzzz+piles+%26+co"
    )


def test_who_finds_only_near_things_is_led_to_the_form_too(publish, ask, contact):
    publish("Le vélo électrique")
    response = ask("vélo zzzz")
    assert response.context["near"]
    assert 'href="/fr/poser-une-question/?q=v%C3%A9lo+zzzz"' in response.content.decode()


def test_without_an_address_the_page_that_presents_the_team_answers(publish, page, ask, contact):
    team = page("La direction")
    contact.email, contact.page = "", team
    contact.save()
    assert team.get_url() in actions_of(ask("zzzz")).values()


def test_a_closed_page_of_the_team_is_not_proposed(page, ask, contact, close):
    team = page("La direction")
    close(Page.objects.get(pk=team.pk))
    contact.email, contact.page = "", team
    contact.save()
    assert list(actions_of(ask("zzzz"))) == ["Voir tout ce qu’il y a"]


def test_without_any_contact_the_help_page_answers(page, ask):
    page("Aide")
    assert "/fr/aide/" in actions_of(ask("zzzz")).values()

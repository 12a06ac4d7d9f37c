"""The API: what programs are answered, and that the description tells the truth."""

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from search.selection import FACETS
from search.state import touch_index

from .test_finding import HOSTILE

MAX_QUERIES = 20


@pytest.fixture
def api(client, agent):
    """Ask the API as an agent."""
    client.force_login(agent)

    def ask(query=None, *, path="/api/search/", reader=None, **asked):
        if reader:
            client.force_login(reader)
        return client.get(path, {**({} if query is None else {"q": query}), **asked})

    return ask


@pytest.fixture
def described(api):
    """The description that the portal serves."""
    return api(path="/api/openapi.json").json()


def conforms(described, schema, answer):
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": described["components"]}
    )
    validator.validate(answer)


def test_the_description_is_valid(described):
    validate(described)
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {"/api/search/", "/api/search/suggest/"}


def test_answers_are_as_described(described, api, publish):
    publish("Dix éco-gestes", "Un écogeste par jour.", tags=("énergie",))
    publish("Le covoiturage", "Sans date connue.", date=dt.date(2024, 2, 29))
    for asked in (
        {"query": "écogestes"},
        {"query": "covoitruage"},
        {"query": "zythologie"},
        {},
        {"query": "écogestes", "kind": "news", "sort": "date", "year": "2025,2024", "page": "3"},
    ):
        response = api(**asked)
        assert response.status_code == 200
        conforms(described, "Answer", response.json())
    conforms(described, "Suggestions", api("éco", path="/api/search/suggest/").json())
    refused = api("vélo", page="zéro")
    assert refused.status_code == 400
    conforms(described, "InvalidParameter", refused.json())


def test_a_refusal_is_as_described(client, described):
    client.logout()
    response = client.get("/api/search/", {"q": "vélo"})
    assert response.status_code == 401
    conforms(described, "Error", response.json())


@pytest.mark.parametrize("path", ["/api/search/", "/api/search/suggest/", "/api/openapi.json"])
def test_a_visitor_is_told_so_in_json(client, db, path):
    response = client.get(path, {"q": "vélo"})
    assert response.status_code == 401
    assert response["Content-Type"] == "application/json"
    assert client.post(path).status_code in {401, 405}


def test_a_result_says_what_it_is(api, publish):
    post = publish("Dix éco-gestes", "On <b>gagne</b> & garde un écogeste.", tags=("énergie",))
    answer = api("écogeste").json()
    [result] = answer["results"]
    assert result["slug"] == post.slug
    assert result["url"] == post.get_url()
    assert result["title"] == "Dix éco-gestes"
    assert result["published_on"] == "2025-03-01"
    assert (result["kind"], result["kind_label"]) == ("news", "Actualité")
    assert result["extract"] == "On gagne &amp; garde un <mark>écogeste</mark>."
    assert result["score"] > 0
    assert answer["query"] == "écogeste"
    assert (answer["total"], answer["page"], answer["pages"]) == (1, 1, 1)
    assert answer["engine"] in {"sqlite", "postgresql", "elasticsearch", "opensearch"}
    assert answer["degraded"] is False
    assert answer["facets"]["kind"] == [
        {"value": "news", "label": "Actualité", "count": 1, "active": False}
    ]


def test_extracts_hold_no_other_element_than_mark(api, add):
    add("Le vélo <script>", 'Un <img src=x onerror="alert(1)"> vélo & <mark>faux</mark>.')
    [result] = api("vélo").json()["results"]
    assert set(re.findall(r"</?[^>]*>", result["extract"])) == {"<mark>", "</mark>"}


def test_it_finds_what_the_page_finds(api, client, add):
    for number in range(14):
        add(f"Vélo {number}", kind="news" if number % 2 else "page", tags=("vélo",))
    asked = {"q": "vélo", "kind": "news", "sort": "date"}
    answer = client.get("/api/search/", asked).json()
    page = client.get(reverse("search"), asked)
    assert answer["total"] == page.context["total"] == 7
    assert [result["url"] for result in answer["results"]] == [
        result.url for result in page.context["results"]
    ]


def test_a_misspelt_word_is_told(api, add):
    add("Le covoiturage")
    answer = api("covoitruage").json()
    assert answer["suggestion"] == "covoiturage"
    assert answer["total"] == 1


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("page", "0"), ("page", "-1"), ("page", "x"), ("page", "1" * 30), ("page", "٣"),
        ("lang", "xx"), ("sort", "alphabet"), ("kind", "'; DROP"), ("engagement", "onze"),
        ("axis", "0"), ("sdg", "12.5"), ("year", "26"), ("service", "<b>"),
        ("tag", "é" * 121), ("engagement", ",".join(map(str, range(1, 30)))),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_told(api, parameter, value):
    response = api("vélo", **{parameter: value})
    assert response.status_code == 400
    answer = response.json()
    assert answer["error"] == "invalid_parameter"
    assert list(answer["parameters"]) == [parameter]
    assert answer["detail"].startswith(f"{parameter}: ")


def test_no_query_breaks_it(api, add):
    add("Le vélo", "Un vélo.")
    for query in HOSTILE:
        for path in ("/api/search/", "/api/search/suggest/"):
            response = api(query.encode("utf-8", "surrogatepass"), path=path)
            assert response.status_code == 200, query
            json.loads(response.content)


def test_a_closed_page_betrays_nothing(api, publish, close):
    close(publish("Licenciement collectif", "Un secret.", tags=("plan social",)))
    for query in ("licenciement", "licencieement", "plan social", "lice", "plan"):
        answer = api(query).json()
        assert answer["total"] == 0
        assert answer["suggestion"] is None
        assert not any(answer["facets"].values())
        assert api(query, path="/api/search/suggest/").json()["suggestions"] == []
    assert api(tag="plan social").json()["total"] == 0


def test_those_who_may_read_it_find_it(api, publish, close, member):
    close(publish("Licenciement collectif", tags=("plan social",)))
    assert api("licenciement", reader=member).json()["total"] == 1
    labels = {
        item["label"]
        for item in api("plan", path="/api/search/suggest/", reader=member).json()["suggestions"]
    }
    assert labels == {"plan social", "Licenciement collectif"}


def test_answers_are_kept_nowhere(api):
    response = api("vélo")
    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]


def test_the_cost_does_not_grow_with_the_results(api, add):
    costs = {"/api/search/": [], "/api/search/suggest/": []}
    for _round in range(3):
        for number in range(6):
            add(f"Vélo {number}", "Un vélo.", tags=(f"vélo {number}",))
        touch_index()
        api("vélo")
        for path, counts in costs.items():
            with CaptureQueriesContext(connection) as queries:
                api("vélo", path=path)
            counts.append(len(queries))
    for counts in costs.values():
        assert len(set(counts)) == 1
        assert counts[0] <= MAX_QUERIES
    assert costs["/api/search/suggest/"][0] <= 10


class TestSuggestions:
    @pytest.fixture
    def labels(self, api):
        def ask(query, **asked):
            answer = api(query, path="/api/search/suggest/", **asked).json()
            return [item["label"] for item in answer["suggestions"]]

        return ask

    def test_nothing_before_the_third_character(self, labels, add):
        add("Le vélo")
        assert labels("vé") == []
        assert labels("") == []
        assert labels("vél") == ["Le vélo"]

    @pytest.mark.parametrize("query", ["éco", "ECO-G", "eco ges", "écogeste", "éco gestes", "gest"])
    def test_titles_however_they_are_typed(self, labels, add, query):
        add("Dix éco-gestes")
        add("Nos écogestes d’hiver")
        add("Autre chose", "Un écogeste est dans le texte seulement.")
        found = labels(query)
        assert "Dix éco-gestes" in found
        assert "Autre chose" not in found

    def test_a_topic_leads_to_what_carries_it(self, api, client, add):
        add("Un titre", tags=("énergie",))
        add("Un autre titre", tags=("énergie",))
        [topic, *pages] = api("éner", path="/api/search/suggest/").json()["suggestions"]
        assert (topic["type"], topic["label"], topic["count"]) == ("tag", "énergie", 2)
        assert {page["label"] for page in pages} == {"Un titre", "Un autre titre"}
        assert client.get(topic["url"]).context["total"] == 2

    def test_each_label_says_its_language(self, api, add):
        add("Energy at work", language="en", tags=("énergie",))
        found = api("ener", path="/api/search/suggest/", lang="en").json()["suggestions"]
        assert {item["label"]: item["language"] for item in found} == {
            "énergie": "fr",
            "Energy at work": "en",
        }

    def test_in_the_language_asked_for(self, labels, add):
        add("Badminton le midi")
        add("Badminton at noon", language="en")
        assert labels("badm") == ["Badminton le midi"]
        assert labels("badm", lang="en") == ["Badminton at noon"]

    def test_a_few_at_most(self, labels, add):
        for number in range(30):
            add(f"Vélo {number}", tags=(f"vélo {number}",))
        assert len(labels("vélo")) == 8


def test_every_facet_is_described(described):
    parameters = described["paths"]["/api/search/"]["get"]["parameters"]
    named = {parameter["name"] for parameter in parameters}
    assert named == {*FACETS, "q", "lang", "sort", "page"}

"""What editors show first, or never, for a query."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from search.backends import Sort
from search.models import CuratedResult, Curation, IndexEntry, Place
from search.services import rebuild_search_index
from search.state import touch_index


@pytest.fixture
def choose(db):
    """Choose results for a query, by their titles."""

    def choose_results(query, *, first=(), never=(), language="fr"):
        curation = Curation(query=query, language=language)
        curation.full_clean()
        curation.save()
        chosen = [(title, Place.FIRST) for title in first]
        chosen += [(title, Place.NOWHERE) for title in never]
        for order, (title, place) in enumerate(chosen):
            entry = IndexEntry.objects.get(title=title, language=language)
            CuratedResult.objects.create(
                curation=curation,
                place=place,
                content_type=entry.content_type,
                object_id=entry.object_id,
                sort_order=order,
            )
        return curation

    return choose_results


@pytest.fixture
def bikes(add):
    """Three things about bikes, one about something else."""
    add("Louer un vélo électrique", "Le vélo électrique de service.", tags=("mobilité",))
    add("Le vélo électrique au quotidien", "Un vélo électrique, un vélo électrique.")
    add("Réparer son vélo électrique", "Un atelier pour le vélo électrique.", kind="event")
    add("Le forfait mobilités durables", "Une prime.", kind="page", tags=("prime",))
    touch_index()


def test_pins_come_first_in_the_order_of_the_editor(bikes, choose, titles):
    plain = titles("vélo électrique")
    first = ["Le forfait mobilités durables", plain[-1]]
    choose("Vélo électrique", first=first)
    assert titles("vélo électrique") == [*first, *plain[:-1]]


@pytest.mark.parametrize(
    "query",
    [
        "vélo électrique",
        "velos electriques",
        "VÉLOS-ÉLECTRIQUES",
        "  le vélo   électrique ?",
        "où est le vélo électrique",
        "l’vélo électrique",
    ],
)
def test_a_query_is_the_same_however_it_is_typed(bikes, choose, titles, query):
    choose("Vélo électrique", first=["Le forfait mobilités durables"])
    assert titles(query)[0] == "Le forfait mobilités durables"


@pytest.mark.parametrize("query", ["vélo", "électrique", "vélo électrique dijon"])
def test_another_query_is_another(bikes, choose, titles, query):
    choose("Vélo électrique", first=["Le forfait mobilités durables"])
    assert titles(query)[:1] != ["Le forfait mobilités durables"]


def test_a_choice_is_of_one_language(add, bikes, choose, titles):
    add("The mobility allowance", "A bonus.", language="en")
    add("Vélo électrique", "In French in the text.", language="en")
    touch_index()
    choose("vélo électrique", first=["The mobility allowance"], language="en")
    assert "The mobility allowance" not in titles("vélo électrique")
    assert titles("vélo électrique", language="en")[0] == "The mobility allowance"


def test_pins_are_counted_once_everywhere(bikes, choose, search):
    plain = search("vélo électrique")
    choose("vélo électrique", first=["Le forfait mobilités durables", "Louer un vélo électrique"])
    found = search("vélo électrique")
    assert found.total == plain.total + 1
    assert len({entry.pk for entry in found.entries}) == len(found.entries) == found.total
    assert found.kinds == {"news": 2, "event": 1, "page": 1}
    assert found.facets["tag"] == {"mobilité": 1, "prime": 1}
    assert found.languages == {"fr": found.total}
    assert not found.also_near


def test_pages_of_results_neither_miss_nor_repeat_a_pin(add, choose, search):
    for number in range(23):
        add(f"Vélo {number}", "Le vélo.", date=dt.date(2025, 1, 1 + number))
    add("La prime")
    touch_index()
    choose("vélo", first=["La prime", "Vélo 3"])
    pages = [search("vélo", page=page) for page in (1, 2, 3, 4)]
    assert {page.total for page in pages} == {24}
    listed = [entry.title for page in pages[:3] for entry in page.entries]
    assert listed[:2] == ["La prime", "Vélo 3"]
    assert len(listed) == len(set(listed)) == 24
    assert [entry.pk in pages[0].pinned for entry in pages[0].entries] == [True] * 2 + [False] * 8


def test_pins_pass_the_filters_or_do_not_show(bikes, choose, search):
    choose("vélo électrique", first=["Le forfait mobilités durables"])
    found = search("vélo électrique", filters={"kind": frozenset({"event"})})
    assert [entry.title for entry in found.entries] == ["Réparer son vélo électrique"]
    assert found.total == 1
    assert found.kinds == {"news": 2, "event": 1, "page": 1}


def test_by_date_pins_have_no_place_of_their_own(bikes, choose, search):
    choose("vélo électrique", first=["Le forfait mobilités durables"])
    found = search("vélo électrique", sort=Sort.DATE)
    assert found.total == search("vélo électrique").total, "an order changes no count"
    assert not found.pinned


def test_a_pin_answers_a_query_that_nothing_answers(bikes, choose, search):
    choose("zythologie", first=["Le forfait mobilités durables"])
    found = search("zythologie")
    assert [entry.title for entry in found.entries] == ["Le forfait mobilités durables"]
    assert (found.total, found.near) == (1, False)


def test_a_pin_shows_to_those_who_may_read_it(publish, close, choose, search, member):
    publish("Un vélo")
    close(publish("Le plan vélo confidentiel"))
    choose("vélo", first=["Le plan vélo confidentiel"])
    found = search("vélo")
    assert [entry.title for entry in found.entries] == ["Un vélo"]
    assert (found.total, found.kinds) == (1, {"news": 1})
    assert search("vélo", user=member).entries[0].title == "Le plan vélo confidentiel"


def test_an_exclusion_never_shows(add, bikes, choose, search):
    add("Un vélo à assistance", "Rien de plus.")
    touch_index()
    plain = search("vélo électrique")
    assert "Un vélo à assistance" in [entry.title for entry in plain.also_near]
    choose("vélo électrique", never=["Louer un vélo électrique", "Un vélo à assistance"])
    for sort in Sort:
        found = search("vélo électrique", sort=sort)
        listed = [entry.title for entry in [*found.entries, *found.also_near]]
        assert not {"Louer un vélo électrique", "Un vélo à assistance"} & set(listed)
        assert found.total == plain.total - 1
        assert found.kinds == {"news": 1, "event": 1}
        assert found.languages == {"fr": 2}
    assert search("vélo").total == 4, "only for that query"


def test_an_exclusion_hides_near_results_too(bikes, choose, search):
    near = search("prime zythologie")
    assert near.near
    choose("prime zythologie", never=["Le forfait mobilités durables"])
    assert search("prime zythologie").total == 0, "nor what resembled it"


def test_a_choice_is_live_at_once_and_gone_at_once(bikes, choose, titles):
    plain = titles("vélo électrique")
    curation = choose("vélo électrique", first=["Le forfait mobilités durables"])
    assert titles("vélo électrique") == ["Le forfait mobilités durables", *plain]
    curation.delete()
    assert titles("vélo électrique") == plain


def test_a_choice_survives_a_page_that_goes_offline_and_comes_back(publish, choose, titles, live):
    publish("Un vélo")
    page = publish("La prime")
    choose("vélo", first=["La prime"])
    with live():
        page.unpublish()
    assert titles("vélo") == ["Un vélo"]
    with live():
        page.refresh_from_db()
        page.save_revision().publish()
    assert titles("vélo") == ["La prime", "Un vélo"]
    rebuild_search_index()
    assert titles("vélo") == ["La prime", "Un vélo"]


def test_what_is_no_page_is_chosen_too(fact, live, publish, choose, titles):
    publish("Un vélo")
    with live():
        fact.objects.create(slug="ccas", name_fr="CCAS", name_en="CCAS")
    choose("vélo", first=["CCAS"])
    assert titles("vélo") == ["CCAS", "Un vélo"]


def test_the_page_and_the_api_say_who_chose(bikes, choose, client, agent):
    choose("vélo électrique", first=["Le forfait mobilités durables"])
    client.force_login(agent)
    page = client.get(reverse("search"), {"q": "velos electriques"}).content.decode()
    assert page.count("Choisi par l’équipe") == 1
    assert page.index("Choisi par l’équipe") < page.index("au quotidien")
    answer = client.get(reverse("api_search"), {"q": "velos electriques"}).json()
    assert [result["pinned"] for result in answer["results"]] == [True, False, False, False]
    scores = [result["score"] for result in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["total"] == 4
    by_date = client.get(reverse("search"), {"q": "velos electriques", "sort": "date"})
    assert "Choisi par l’équipe" not in by_date.content.decode()


def test_choices_cost_no_query(add, choose, client, agent):
    client.force_login(agent)
    for number in range(30):
        add(f"Vélo {number}", tags=("vélo",))
    touch_index()

    def cost():
        client.get(reverse("search"), {"q": "vélo"})
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("search"), {"q": "vélo"})
        return len(queries)

    before = cost()
    choose("vélo", first=["Vélo 29", "Vélo 3"], never=["Vélo 7"])
    some = cost()
    Curation.objects.all().delete()
    choose(
        "vélo", first=[f"Vélo {n}" for n in range(12)], never=[f"Vélo {n}" for n in range(12, 20)]
    )
    assert before == some == cost()


@pytest.mark.parametrize("query", ["", "???", "'"])
def test_a_query_without_words_is_refused(db, query):
    with pytest.raises(ValidationError):
        Curation(query=query).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Curation(query=query).save()


def test_a_query_has_one_choice(bikes, choose):
    choose("vélo électrique", first=["Louer un vélo électrique"])
    with pytest.raises(ValidationError) as refused:
        Curation(query="Vélos électriques").full_clean()
    assert "«\u00a0vélo électrique\u00a0»" in " ".join(refused.value.messages)
    Curation(query="Vélos électriques", language="en").full_clean()


def form_of(query, *chosen, language="fr"):
    """Return what the form sends: the query, and each entry with its place."""
    fields = {
        "query": query,
        "language": language,
        "note": "",
        "results-TOTAL_FORMS": str(len(chosen)),
        "results-INITIAL_FORMS": "0",
        "results-MIN_NUM_FORMS": "1",
        "results-MAX_NUM_FORMS": "1000",
    }
    for index, (title, place) in enumerate(chosen):
        fields |= {
            f"results-{index}-entry": str(IndexEntry.objects.get(title=title).pk),
            f"results-{index}-place": place,
            f"results-{index}-ORDER": str(index + 1),
            f"results-{index}-DELETE": "",
            f"results-{index}-id": "",
        }
    return fields


def test_an_editor_pins_and_hides_in_the_admin(bikes, client, admin_user, titles):
    client.force_login(admin_user)
    address = reverse(Curation.snippet_viewset.get_url_name("add"))
    form = client.get(address, {"query": "vélo électrique", "language": "fr"})
    assert 'value="vélo électrique"' in form.content.decode()
    chosen = [("Le forfait mobilités durables", "first"), ("Louer un vélo électrique", "nowhere")]
    response = client.post(address, form_of("vélo électrique", *chosen))
    assert response.status_code == 302, response.context["form"].errors
    found = titles("velos electriques")
    assert found[0] == "Le forfait mobilités durables"
    assert "Louer un vélo électrique" not in found
    listed = client.get(reverse(Curation.snippet_viewset.get_url_name("list"))).content.decode()
    assert "Le forfait mobilités durables" in listed
    again = client.get(address, {"query": "Vélos électriques", "language": "fr"})
    edit = reverse(Curation.snippet_viewset.get_url_name("edit"), args=[Curation.objects.get().pk])
    assert again.url == edit
    assert "Le forfait mobilités durables" in client.get(edit).content.decode()


def test_the_form_refuses_with_its_reason(add, bikes, client, admin_user):
    client.force_login(admin_user)
    add("The allowance", language="en")
    address = reverse(Curation.snippet_viewset.get_url_name("add"))
    for chosen, why in (
        ([("The allowance", "first")], "pas dans la langue"),
        ([("Louer un vélo électrique", p) for p in ("first", "nowhere")], "deux fois"),
        ([], "1"),
    ):
        response = client.post(address, form_of("vélo", *chosen))
        assert response.status_code == 200
        assert why in response.content.decode()
    assert not Curation.objects.exists()


def test_what_is_offline_stays_chosen_when_the_form_is_saved(
    publish, choose, client, admin_user, live
):
    client.force_login(admin_user)
    page = publish("La prime")
    publish("Un vélo")
    curation = choose("vélo", first=["La prime"])
    with live():
        page.unpublish()
    edit = reverse(Curation.snippet_viewset.get_url_name("edit"), args=[curation.pk])
    assert "hors ligne" in client.get(edit).content.decode()
    fields = form_of("vélo", ("Un vélo", "first"))
    fields = {key.replace("results-0", "results-1"): value for key, value in fields.items()}
    fields |= {
        "results-TOTAL_FORMS": "2",
        "results-INITIAL_FORMS": "1",
        "results-0-entry": "",
        "results-0-place": "first",
        "results-0-ORDER": "1",
        "results-0-DELETE": "",
        "results-0-id": str(curation.results.get().pk),
    }
    fields["results-1-ORDER"] = "2"
    assert client.post(edit, fields).status_code == 302
    with live():
        page.refresh_from_db()
        page.save_revision().publish()
    reader = client.get(reverse("api_search"), {"q": "vélo"}).json()
    assert [result["title"] for result in reader["results"]] == ["La prime", "Un vélo"]


def test_the_chooser_finds_as_readers_do(bikes, add, client, admin_user):
    client.force_login(admin_user)
    add("Electric bikes", language="en")
    touch_index()
    results = reverse("search_entry_chooser:choose_results")
    page = client.get(results, {"q": "velos electriqe", "language": "fr"}).content.decode()
    assert "Louer un vélo électrique" in page
    assert "Electric bikes" not in client.get(results, {"language": "fr"}).content.decode()
    assert "Electric bikes" in client.get(results, {"language": "en"}).content.decode()
    window = client.get(reverse("search_entry_chooser:choose"), {"language": "fr"})
    assert window.status_code == 200
    entry = IndexEntry.objects.get(title="Louer un vélo électrique")
    chosen = client.get(reverse("search_entry_chooser:chosen", args=[entry.pk])).json()
    assert chosen["result"]["id"] == str(entry.pk)

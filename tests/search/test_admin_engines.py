"""The admin's own search and choosers on a cluster."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from portal.core.models import PortalDocument
from search.backends import catch_up, cluster, get_engine
from search.models import PendingWrite
from tests.search.clusters import SERVERS, serve

from .test_finding import HOSTILE


@pytest.fixture(params=["database", *SERVERS])
def everywhere(request, db, settings):
    """The admin's search on the database, and on each kind of cluster in turn."""
    if request.param == "database":
        yield None
    else:
        yield from _on_cluster(settings, request.param)


@pytest.fixture(params=SERVERS)
def admin(request, db, settings):
    """The admin's search on each kind of cluster in turn."""
    yield from _on_cluster(settings, request.param)


def _on_cluster(settings, name):
    for engine in serve(settings, name):
        settings.WAGTAILSEARCH_BACKENDS = {
            "default": {
                "BACKEND": "search.backends.admin",
                "URL": settings.ELASTICSEARCH_URL,
                "INDEX_PREFIX": f"{settings.ELASTICSEARCH_PREFIX}-admin-",
            },
            "database": {"BACKEND": "search.backends.admin_database"},
        }
        yield engine


def refresh(engine):
    """Let what was written be found at once."""
    if engine is not None:
        engine.cluster.client.indices.refresh(index=f"{engine.prefix}-admin-*")


@pytest.fixture
def found():
    """What the admin's search and its choosers find, by title."""

    def find(query):
        backend = get_search_backend()
        return (
            {page.title for page in backend.search(query, Page)},
            {page.title for page in backend.autocomplete(query, Page)},
        )

    return find


def test_french_and_accents(everywhere, publish, found):
    publish("L’énergie des éco-gestes")
    call_command("update_index", verbosity=0)
    refresh(everywhere)
    assert type(get_search_backend()).__module__.startswith("search.backends.admin")
    title = {"L’énergie des éco-gestes"}
    for query in ("énergie", "energie", "énergies", "l'énergie", "ECO GESTE"):
        assert found(query)[0] == title, query
    for query in ("éc", "ec", "ÉC", "éner", "l’éner", "energ"):
        assert found(query)[1] == title, query


def test_a_change_is_found(everywhere, publish, found):
    call_command("update_index", verbosity=0)
    publish("La mobilité douce")
    refresh(everywhere)
    assert found("mobilite") == ({"La mobilité douce"}, {"La mobilité douce"})


def test_accents_plurals_and_beginnings(everywhere, publish, found):
    for title in ("Vélos et piétons", "Un vélo", "Les éco-gestes", "Bonnes pratiques"):
        publish(title)
    call_command("update_index", verbosity=0)
    refresh(everywhere)
    assert found("velo")[0] == {"Vélos et piétons", "Un vélo"}
    for query in ("vél", "velo"):
        assert found(query)[1] == {"Vélos et piétons", "Un vélo"}, query
    for query in ("éc", "eco ges", "éco-ges", "ECO-GESTE", "gest"):
        assert found(query)[1] == {"Les éco-gestes"}, query
    assert found("pratique bonne") == ({"Bonnes pratiques"}, {"Bonnes pratiques"})
    assert found("velo pratique") == (set(), set())


def test_the_database_finds_the_beginning_of_a_plural(publish, found):
    for title in ("Vélos et piétons", "Un vélo", "Un journal"):
        publish(title)
    assert found("vélos")[1] == {"Vélos et piétons", "Un vélo"}
    for query in ("journ", "journal", "journaux"):
        assert found(query)[1] == {"Un journal"}, query


def test_the_title_counts_most(everywhere, publish, page):
    publish("Un article", "Le vélo, le vélo.")
    publish("Le vélo", "Un article.")
    call_command("update_index", verbosity=0)
    refresh(everywhere)
    results = get_search_backend().autocomplete("vel", Page)
    assert [result.title for result in results] == ["Le vélo"]


def test_hostile_input_gives_no_error(everywhere, publish, found):
    publish("Le vélo")
    call_command("update_index", verbosity=0)
    refresh(everywhere)
    for query in HOSTILE:
        if query.strip():
            found(query)
    assert found("vélo")[0] == {"Le vélo"}


def test_the_explorer_and_the_choosers(publish, client, admin_user, homes, live):
    """Through the front door, on the engine of the settings."""
    publish("Les éco-gestes")
    with live():
        PortalDocument.objects.create(
            title="Éco-conduite.pdf", file=ContentFile(b"x", name="eco.txt")
        )
    client.force_login(admin_user)
    for address, wanted in (
        (reverse("wagtailadmin_pages:search"), "Les éco-gestes"),
        (reverse("wagtailadmin_choose_page_search"), "Les éco-gestes"),
        (reverse("wagtaildocs:index"), "Éco-conduite.pdf"),
        (reverse("wagtaildocs_chooser:choose_results"), "Éco-conduite.pdf"),
    ):
        for query in ("éc", "eco", "ÉCO"):
            assert wanted in client.get(address, {"q": query}).content.decode(), (address, query)
        for query in (query.encode(errors="ignore") for query in HOSTILE):
            assert client.get(address, {"q": query}).status_code == 200


def test_a_word_found_everywhere_costs_as_many_queries_as_a_rare_one(
    publish, django_assert_num_queries
):
    for number in range(6):
        publish(f"Vélo {number}")
    backend = get_search_backend()
    if "sqlite" not in type(backend).__module__:
        pytest.skip("PostgreSQL ranks in one query")
    ContentType.objects.get_for_model(Page)
    list(backend.search("vélo", Page))
    with django_assert_num_queries(3):
        found = list(backend.search("vélo", Page.objects.live())[1:4])
    assert len(found) == 3
    scored = backend.search("vélo", Page).annotate_score("mark")
    assert all(page.mark < 0 for page in scored)


def test_without_an_index_the_database_answers_and_the_clock_makes_one(admin, publish, found):
    publish("La mobilité douce")
    assert type(get_search_backend()).__module__ != "search.backends.admin"
    assert found("mobilité")[0] == {"La mobilité douce"}
    assert PendingWrite.objects.filter(entry_id=None).count() == 1
    catch_up(dt.datetime.now(dt.UTC))
    refresh(admin)
    assert type(get_search_backend()).__module__ == "search.backends.admin"
    assert found("mobilite")[0] == {"La mobilité douce"}
    assert not PendingWrite.objects.exists()


def test_what_the_cluster_missed_is_made_good(admin, publish, found, monkeypatch):
    call_command("update_index", verbosity=0)
    PendingWrite.objects.all().delete()

    def down(url):
        raise cluster.ClusterError("down")

    monkeypatch.setattr("search.backends.admin.connect", down)
    publish("La mobilité douce")
    assert found("mobilité")[0] == {"La mobilité douce"}
    monkeypatch.undo()
    assert found("mobilite")[0] == set()
    catch_up(dt.datetime.now(dt.UTC))
    refresh(admin)
    assert found("mobilite")[0] == {"La mobilité douce"}
    assert get_engine() is admin

"""The admin's own search and choosers on a cluster."""

import datetime as dt

import pytest
from django.core.management import call_command
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from search.backends import catch_up, cluster, get_engine
from search.models import PendingWrite
from tests.search.clusters import SERVERS, serve


@pytest.fixture(params=SERVERS)
def admin(request, db, settings):
    """The admin's search on each kind of cluster in turn."""
    for engine in serve(settings, request.param):
        settings.WAGTAILSEARCH_BACKENDS = {
            "default": {
                "BACKEND": "search.backends.admin",
                "URL": settings.ELASTICSEARCH_URL,
                "INDEX_PREFIX": f"{settings.ELASTICSEARCH_PREFIX}-admin-",
            },
            "database": {"BACKEND": "modelsearch.backends.database"},
        }
        yield engine


def refresh(engine):
    """Let what was written be found at once."""
    engine.cluster.refresh(f"{engine.prefix}-admin-*")


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


def test_french_and_accents(admin, publish, found):
    publish("L’énergie des éco-gestes")
    call_command("update_index", verbosity=0)
    refresh(admin)
    backend = get_search_backend()
    assert type(backend).__module__ == "search.backends.admin"
    title = {"L’énergie des éco-gestes"}
    for query in ("énergie", "energie", "énergies", "l'énergie", "ECO GESTE"):
        assert found(query)[0] == title, query
    for query in ("éc", "ec", "ÉC", "éner", "l’éner", "energ"):
        assert found(query)[1] == title, query


def test_a_change_is_found(admin, publish, found):
    call_command("update_index", verbosity=0)
    publish("La mobilité douce")
    refresh(admin)
    assert found("mobilite") == ({"La mobilité douce"}, {"La mobilité douce"})


def test_without_an_index_the_database_answers_and_the_clock_makes_one(admin, publish, found):
    publish("La mobilité douce")
    assert "database" in type(get_search_backend()).__module__
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

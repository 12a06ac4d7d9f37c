"""What is true of search in general is true on Elasticsearch and on OpenSearch.

The tests are those of the database's engine, taken as they are.
"""

import pytest
from django.core.management import call_command
from wagtail.models import Page

from search.backends.elasticsearch import ElasticsearchEngine
from search.models import IndexEntry, PendingWrite
from search.services import rebuild_search_index
from tests.search.clusters import SERVERS, serve
from tests.search.test_finding import *  # noqa: F403
from tests.search.test_pinning import *  # noqa: F403
from tests.search.test_signals import *  # noqa: F403


@pytest.fixture(autouse=True, params=SERVERS)
def engine(request, db, settings):
    """An engine outside the database, which never had to be replaced by the database's."""
    for served in serve(settings, request.param):
        assert isinstance(served, ElasticsearchEngine)
        yield served
        assert not served.breaker.is_open


@pytest.fixture
def add(add, live):
    """Put a thing into the index, and let the engine hear of it."""

    def add_entry(*args, **fields):
        with live():
            add(*args, **fields)

    return add_entry


@pytest.fixture
def rebuild(live):
    """Do what ``manage.py update_index`` does."""

    def rebuild_index():
        with live():
            return rebuild_search_index()

    return rebuild_index


def test_update_index_adds_what_is_missing_and_removes_what_is_left_over(
    publish, titles, page, live
):
    kept = publish("Le covoiturage")
    gone = page("Le vélo")
    IndexEntry.objects.filter(page=kept.pk).delete()
    Page.objects.filter(pk=gone.pk).update(live=False)
    with live():
        call_command("update_index", verbosity=0)
    assert titles("covoiturage") == ["Le covoiturage"]
    assert titles("vélo") == []


def test_nothing_is_left_to_send(publish, search):
    publish("Le covoiturage")
    found = search("covoiturage")
    assert (found.total, found.degraded) == (1, False)
    assert found.engine in SERVERS
    assert not PendingWrite.objects.exists()

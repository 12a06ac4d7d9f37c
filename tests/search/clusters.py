"""Engines to test, each on a server of its own kind, and none of them skipped in silence."""

import os
import uuid
from collections.abc import Iterator

import pytest

from search.backends import Engine, get_engine
from search.backends.elasticsearch import ElasticsearchEngine

SERVERS = {"elasticsearch": "ELASTICSEARCH_TEST_URL", "opensearch": "OPENSEARCH_TEST_URL"}


def address_of(name: str) -> str:
    """Return the address of the server called ``name``, or skip, and say why."""
    variable = SERVERS[name]
    url = os.environ.get(variable, "")
    if url:
        return url
    reason = f"no {variable} (bin/search-server {name} start prints one)"
    # The run on PostgreSQL leaves them to the run on SQLite: they need no second time.
    if os.environ.get("CI") == "true" and not os.environ.get("DATABASE_URL"):
        pytest.fail(f"{reason}: it must be there in continuous integration")
    pytest.skip(reason)


def serve(settings, name: str, url: str = "") -> Iterator[Engine]:
    """Let the engine called ``name`` answer, with indexes of its own; clean up after it."""
    if name == "database":
        yield get_engine()
        return
    settings.ELASTICSEARCH_URL = url or address_of(name)
    with pytest.MonkeyPatch.context() as patch:
        # What takes long on a machine that has much else to do is not a cluster that is down.
        for patience in ("cluster._PATIENCE", "elasticsearch.WRITING_PATIENCE"):
            patch.setattr(f"search.backends.{patience}", 60.0)
        yield from _serve(settings, name)


def _serve(settings, name: str) -> Iterator[Engine]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw")
    settings.ELASTICSEARCH_PREFIX = f"test-{worker}-{uuid.uuid4().hex[:12]}"
    get_engine.cache_clear()
    engine = get_engine()
    assert isinstance(engine, ElasticsearchEngine)
    try:
        engine.refill()
        assert engine.name == name
        yield engine
        indices = engine.cluster.aliases(f"{settings.ELASTICSEARCH_PREFIX}-*")
        engine.cluster.delete(list(indices))
    finally:
        get_engine.cache_clear()

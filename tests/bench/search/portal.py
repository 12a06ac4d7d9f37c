"""What is done inside the portal that is measured: fill its index, say how large it is.

Run as ``python -m tests.bench.search.portal STEP [NUMBER]``, with the settings of this folder, on a
portal that ``manage.py prepare`` has made. Each step prints one line of JSON.
"""

import json
import statistics
import sys
import time
from typing import Any

import django


def fill(wanted: int) -> dict[str, Any]:
    """Bring the number of generated texts to ``wanted``, and index everything again."""
    from django.core.management import call_command

    from search.models import IndexEntry
    from search.services import rebuild_search_index

    from .models import GeneratedText

    call_command("migrate", run_syncdb=True, verbosity=0)
    there = GeneratedText.objects.count()
    GeneratedText.objects.bulk_create(
        (GeneratedText(number=number) for number in range(there, wanted)), batch_size=5_000
    )
    started = time.perf_counter()
    rebuild_search_index()
    return {"entries": IndexEntry.objects.count(), "seconds": time.perf_counter() - started}


def refill(_wanted: int) -> dict[str, Any]:
    """Fill the cluster from the database."""
    from search.backends import get_engine
    from search.backends.elasticsearch import ElasticsearchEngine
    from search.models import IndexEntry

    engine = get_engine()
    assert isinstance(engine, ElasticsearchEngine)
    started = time.perf_counter()
    engine.refill()
    return {"entries": IndexEntry.objects.count(), "seconds": time.perf_counter() - started}


def warm(times: int) -> dict[str, Any]:
    """Search again and again: the Java machine of a cluster compiles what it does often."""
    from django.contrib.auth.models import AnonymousUser

    from search.finding import find

    from .queries import QUERIES

    started = time.perf_counter()
    for _time in range(times):
        for query in QUERIES.values():
            find(query=query, user=AnonymousUser(), language="fr")
    return {"seconds": time.perf_counter() - started}


def size(_wanted: int) -> dict[str, Any]:
    """Return the bytes of the index, all its tables with it."""
    from django.db import connection

    from search.backends import get_engine
    from search.backends.elasticsearch import ElasticsearchEngine

    engine = get_engine()
    if isinstance(engine, ElasticsearchEngine):
        stats = engine.cluster.client.indices.stats(index=engine.alias, metric="store")
        return {"bytes": stats["_all"]["primaries"]["store"]["size_in_bytes"]}
    sql = {
        "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE %s",
        "postgresql": "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
        "WHERE relkind = 'r' AND relname LIKE %s",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql, ["search\\_%" if connection.vendor == "postgresql" else "search_%"])
        return {"bytes": int(cursor.fetchone()[0])}


def understanding(times: int) -> dict[str, Any]:
    """Return how long it takes to understand each query, in milliseconds; spellings are there."""
    from search.spelling import Spellings
    from search.state import current_state
    from search.understanding import understand

    from .queries import QUERIES

    state = current_state()
    total, synonyms = state.sizes["fr"], state.synonyms.get("fr")
    spellings = Spellings.read("fr")
    found = {}
    for name, query in QUERIES.items():
        spent = []
        for _time in range(times):
            started = time.perf_counter()
            understand(query, "fr", total=total, synonyms=synonyms, spellings=lambda: spellings)
            spent.append((time.perf_counter() - started) * 1_000)
        found[name] = statistics.median(spent)
    return found


def touch(_wanted: int) -> dict[str, Any]:
    """Change the state of the index, as a publication does."""
    from search.state import touch_index

    touch_index()
    return {}


def forget(_wanted: int) -> dict[str, Any]:
    """Begin a new generation of content, as a publication does: no page is remembered."""
    from portal.core.caching import bump_generation

    bump_generation()
    return {}


def cookie(_wanted: int) -> dict[str, Any]:
    """Return the cookie of an agent's session."""
    from tests.bench.portal_posts import cookie

    return {"cookie": cookie()}


_ALL = (fill, refill, warm, size, understanding, touch, forget, cookie)
STEPS = {step.__name__: step for step in _ALL}


if __name__ == "__main__":
    django.setup()
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]](number)) + "\n")

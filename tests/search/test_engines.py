"""One contract for every engine: the database's, Elasticsearch, OpenSearch."""

import datetime as dt
import http.server
import logging
import os
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from wagtail.models import Page

from portal.environment import read_environment
from portal.users.models import User
from search import finding
from search.backends import Answer, Question, Sort, catch_up, cluster, database, get_engine
from search.backends.cluster import Breaker, ClusterError
from search.backends.cluster_index import bounded
from search.backends.elasticsearch import ElasticsearchEngine
from search.models import IndexEntry, PendingWrite
from search.services import rebuild_search_index
from search.understanding import Concept, Way
from tests.search.clusters import SERVERS, serve

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(params=["database", *SERVERS])
def engine(request, db, settings):
    """Each engine in turn."""
    yield from serve(settings, request.param)


@pytest.fixture(params=SERVERS)
def clustered(request, db, settings):
    """Each engine outside the database in turn."""
    yield from serve(settings, request.param)


@pytest.fixture
def put(add, live):
    """Put a thing into the index, and let the engine hear of it."""

    def put_entry(*args, **fields):
        with live():
            add(*args, **fields)

    return put_entry


def ways(*terms: str) -> tuple[Concept, ...]:
    """Return a concept for each of these, words side by side by a space."""
    return tuple(Concept((Way(tuple(term.split())),), words=(term,)) for term in terms)


@pytest.fixture
def ask(engine, agent):
    """Ask the engine itself."""

    def answer(*terms, **asked):
        asked.setdefault("user", agent)
        return engine.search(Question(language="fr", concepts=ways(*terms), **asked))

    return answer


def test_the_engine_that_answers_says_its_name(put, search, engine):
    put("Le vélo")
    found = search("vélo")
    assert (found.engine, found.degraded) == (engine.name, False)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("energie", "L’énergie d’été"),
        ("ÉNERGIE", "L’énergie d’été"),
        ("l'énergie", "L’énergie d’été"),
        ("energies", "L’énergie d’été"),
        ("oeuvre", "La main-d’œuvre"),
        ("écogestes", "Des éco-gestes"),
        ("eco gestes", "Des éco-gestes"),
        ("ecogestse", "Des éco-gestes"),
    ],
)
def test_however_it_is_typed(engine, put, titles, query, title):
    put("L’énergie d’été")
    put("La main-d’œuvre")
    put("Des éco-gestes")
    assert titles(query)[:1] == [title]


def test_words_side_by_side(engine, put, ask):
    put("La pause repas", "Un geste vert.")
    put("Repas", "Une pause, un repas, une autre pause.")
    put("Bilan de la pause", "Autre chose.", summary="Repas de midi", tags=("pause",))
    assert ask("pause repa").total == 1
    assert ask("repa de").total == 1


def test_what_holds_everything_comes_before_what_holds_more_of_a_part(engine, put, ask):
    put("Vélo vélo vélo", "Vélo vélo vélo vélo")
    put("Autre", "Un vélo, un train.")
    put("Train train", "train")
    put("Rien")
    found = ask("velo", "train")
    assert (found.total, found.near) == (1, 2)
    titles = IndexEntry.objects.in_bulk(found.entries)
    assert titles[found.entries[0]].title == "Autre"
    assert len(found.entries) == 3
    pages = [ask("velo", "train", offset=offset, limit=1).entries for offset in range(4)]
    assert [pk for page in pages for pk in page] == found.entries


def test_a_rare_word_counts_more_than_a_frequent_one(engine, put, agent):
    for number in range(12):
        put(f"Vélo {number}")
    put("Le train")
    concepts = tuple(replace(concept, required=False) for concept in ways("velo", "train"))
    found = engine.search(Question(user=agent, language="fr", concepts=concepts))
    assert found.total == 13
    assert IndexEntry.objects.get(pk=found.entries[0]).title == "Le train"
    assert found.scores == sorted(found.scores, reverse=True)


def test_counts_of_every_value_whatever_that_facets_own_filter(engine, put, ask):
    for number in range(15):
        put(
            f"Vélo {number}",
            tags=(f"tag{number:02}", "commun"),
            kind="news" if number % 3 else "page",
            date=dt.date(2020 + number % 2, 1, 1),
        )
    plain = ask("velo")
    assert plain.total == 15
    assert len(plain.facets["tag"]) == 16  # a list that is cut at ten would lose some
    assert plain.facets["tag"]["commun"] == 15
    assert plain.facets["kind"] == {"news": 10, "page": 5}
    assert plain.facets["year"] == {"2020": 8, "2021": 7}
    chosen = ask("velo", filters={"kind": frozenset({"page"}), "year": frozenset({"2020"})})
    assert chosen.total == 3
    assert chosen.facets["kind"] == {"news": 5, "page": 3}
    assert chosen.facets["year"] == {"2020": 3, "2021": 2}
    assert sum(chosen.facets["tag"].values()) == 6
    every = {facet: frozenset(values) for facet, values in plain.facets.items() if values}
    assert ask("velo", filters=every).facets == plain.facets
    several = ask("velo", filters={"tag": frozenset({"tag01", "tag02"})})
    assert several.total == 2
    assert several.facets["tag"]["tag03"] == 1


def test_counts_of_what_is_near_when_nothing_holds_everything(engine, put, ask):
    put("Le vélo", tags=("mobilité",))
    put("Le train", kind="page")
    found = ask("velo", "train")
    assert (found.total, found.near) == (0, 2)
    assert found.facets["kind"] == {"news": 1, "page": 1}
    assert found.facets["tag"] == {"mobilité": 1}


def test_other_languages_are_counted_with_the_filters(engine, put, ask):
    put("Badminton")
    put("Badminton", language="en")
    put("Badminton", language="en", kind="page")
    assert ask("badminton").languages == {"fr": 1, "en": 2}
    assert ask("badminton", filters={"kind": frozenset({"page"})}).languages == {"en": 1}


def test_what_resembles_the_best_is_near_and_never_an_answer(engine, put, ask):
    put("Le vélo")
    put("La mobilité")
    more = tuple(replace(concept, required=False) for concept in ways("mobilite"))
    found = ask("velo", feedback=more)
    assert (found.total, found.near) == (1, 1)
    assert ask("train", feedback=()).near == 0


def test_by_date(engine, put, ask):
    for year in (2021, 2023, 2022):
        put(f"Vélo {year}", date=dt.date(year, 1, 1))
    found = ask("velo", sort=Sort.DATE)
    rows = IndexEntry.objects.in_bulk(found.entries)
    assert [rows[pk].date.year for pk in found.entries] == [2023, 2022, 2021]


def test_each_reader_finds_and_counts_what_is_theirs(
    engine, page, fact, close, ask, agent, member, group, admin_user, live
):
    page("Cellule ouverte", open_to_all=True)
    page("Cellule des agents")
    close(page("Cellule fermée", open_to_all=True))
    with live():
        fact.objects.create(slug=group.name, name_fr="Cellule du groupe", name_en="Unit")
    expected = {AnonymousUser(): 1, agent: 2, member: 4, admin_user: 4}
    for user, total in expected.items():
        found = ask("cellule", user=user)
        assert (found.total, len(found.entries)) == (total, total)
        assert sum(found.facets["kind"].values()) == total
        assert found.languages == {"fr": total}


def test_a_moved_branch_takes_its_readers_with_it(engine, page, close, ask, member, live):
    closed, branch = page("Dossier fermé"), page("Dossier")
    child = page("Le covoiturage", branch)
    close(closed)
    assert ask("covoiturage").total == 1
    with live():
        target = Page.objects.get(pk=closed.pk)
        Page.objects.get(pk=branch.pk).specific.move(target, pos="last-child")
    assert ask("covoiturage").total == 0
    assert ask("covoiturage", user=member).total == 1
    assert Page.objects.get(pk=child.pk).path.startswith(target.path)


def test_a_query_of_very_many_ways(engine, put, agent):
    put("Le vélo")
    many = tuple(
        Concept(
            (
                Way(("velo",)),
                *(Way(tuple(f"mot{word}x{part}y{way}" for part in range(6))) for way in range(80)),
            )
        )
        for word in range(12)
    )
    found = engine.search(Question(user=agent, language="fr", concepts=many, feedback=many[:4]))
    assert not found.degraded
    assert found.total + found.near == 1
    assert sum(len(way.terms) for concept in bounded(many) for way in concept.ways) <= 300


def test_a_cluster_remembers_its_answers_until_its_index_changes(clustered, put, agent):
    def ask() -> Answer:
        question = Question(user=agent, language="fr", concepts=ways("velo"), limit=100)
        return clustered.search(question)

    def searches() -> int:
        indices = clustered.cluster.client.indices
        stats = indices.stats(index=clustered.alias, metric="request_cache")
        return stats["_all"]["total"]["request_cache"]["miss_count"]

    put("Le vélo", tags=("mobilité",))
    found, done = ask(), searches()
    assert done
    assert ask() == found
    assert searches() == done, "results and counts come from memory"
    put("Le vélo bleu", tags=("mobilité",))
    found = ask()
    assert (found.total, found.facets["tag"]) == (2, {"mobilité": 2})
    assert searches() > done


def test_what_is_remembered_for_one_reader_is_not_for_another(ask, page, close, agent, member):
    def counts() -> list[int]:
        readers = User.objects.filter(pk__in=(agent.pk, member.pk)).order_by("username")
        return [ask("covoiturage", user=user).total for user in (AnonymousUser(), *readers)]

    branch = page("Le covoiturage")
    assert [counts(), counts()] == [[0, 1, 1], [0, 1, 1]]
    close(branch)
    assert counts() == [0, 0, 1]


def test_further_down_than_a_cluster_goes(engine, put, ask):
    put("Le vélo")
    found = ask("velo", offset=50_000)
    assert (found.total, found.entries, found.degraded) == (1, [], False)


def test_a_database_ranks_a_frequent_word_by_its_place(put, agent, monkeypatch):
    def ask(*terms: str) -> Answer:
        asked = Question(user=agent, language="fr", concepts=ways(*terms))
        return get_engine().search(asked)

    monkeypatch.setattr(database, "_FREQUENT", 3)
    put("Actualité", "Un vélo.", date=dt.date(2026, 1, 2))
    put("Actualité", "Un vélo, deux vélos, trois vélos.", date=dt.date(2026, 1, 1))
    put("Le vélo", "Une page.")
    put("Les tags", "Une page.", tags=("vélo",))
    put("Le train", "Une page.")
    put("Le résumé", "Une page.", summary="À vélo")
    found = ask("velo")
    titles = IndexEntry.objects.in_bulk(found.entries)
    ordered = [titles[pk].title for pk in found.entries]
    assert found.total == 5
    assert ordered[0] == "Le vélo"
    assert sorted(ordered[-2:]) == ["Actualité", "Actualité"]
    assert found.scores == sorted(found.scores, reverse=True)
    assert ask("velo", "train").total == 0


def test_rebuilding_never_empties(engine, publish, search, live, monkeypatch):
    for number in range(3):
        publish(f"Vélo {number}")
    seen = []

    def watched(name, target):
        original = getattr(target, name)

        def call(*args, **kwargs):
            seen.append(search("vélo").total)
            result = original(*args, **kwargs)
            seen.append(search("vélo").total)
            return result

        monkeypatch.setattr(target, name, call)

    watched("write", engine)
    watched("purge", engine)
    if isinstance(engine, ElasticsearchEngine):
        for step in ("create", "settle", "update_aliases", "delete", "bulk"):
            watched(step, engine.cluster)
    with live():
        rebuild_search_index()
    assert len(seen) >= 4
    assert set(seen) == {3}


def test_what_is_published_while_an_index_is_filled_is_in_both(
    clustered, publish, titles, live, monkeypatch
):
    kept, gone = publish("Le vélo"), publish("Le train")
    settle = clustered.cluster.settle

    def meanwhile(index):
        with live():
            Page.objects.get(pk=gone.pk).specific.delete()
            post = Page.objects.get(pk=kept.pk).specific
            post.title = "Le tandem"
            post.save_revision().publish()
        publish("Le bus")
        assert titles("bus") == ["Le bus"]  # the old index has it
        settle(index)

    monkeypatch.setattr(clustered.cluster, "settle", meanwhile)
    clustered.refill()
    for query, expected in [
        ("bus", ["Le bus"]),
        ("tandem", ["Le tandem"]),
        ("vélo", []),
        ("train", []),
    ]:
        assert titles(query) == expected
    assert len(clustered.cluster.aliases(f"{clustered.prefix}-*")) == 1


def test_of_two_writers_who_cross_the_later_change_wins(
    clustered, publish, titles, live, monkeypatch
):
    post = publish("Le vélo")
    bulk = clustered.cluster.bulk
    crossed = []

    def slow(operations, **options):
        if not crossed:
            crossed.append(True)
            with live():  # another publication, sent while this one waits
                later = Page.objects.get(pk=post.pk).specific
                later.title = "Le tandem"
                later.save_revision().publish()
            assert titles("tandem") == ["Le tandem"]
        return bulk(operations, **options)

    monkeypatch.setattr(clustered.cluster, "bulk", slow)
    with live():
        earlier = Page.objects.get(pk=post.pk).specific
        earlier.title = "Le bus"
        earlier.save_revision().publish()
    assert titles("tandem") == ["Le tandem"]
    assert titles("bus") == []
    assert not PendingWrite.objects.exists()


def test_of_two_who_fill_at_once_the_later_wins(clustered, publish, titles, monkeypatch):
    publish("Le vélo")
    settle = clustered.cluster.settle

    def meanwhile(index):
        monkeypatch.setattr(clustered.cluster, "settle", settle)
        clustered.refill()
        settle(index)

    monkeypatch.setattr(clustered.cluster, "settle", meanwhile)
    clustered.refill()
    indices = clustered.cluster.aliases(f"{clustered.prefix}-*")
    assert max(len(aliases) for aliases in indices.values()) == 2
    assert titles("vélo") == ["Le vélo"]


def test_searching_while_publishing(clustered, put, admin_user):
    for number in range(5):
        put(f"Vélo {number}")
    question = Question(user=admin_user, language="fr", concepts=ways("velo"))
    stop = threading.Event()

    def keep_asking():
        totals = []
        while not stop.is_set():
            totals.append(clustered._ask(question).total)
        return totals

    with ThreadPoolExecutor(3) as readers:
        asked = [readers.submit(keep_asking) for _reader in range(3)]
        try:
            for number in range(5, 15):
                put(f"Vélo {number}")
            clustered.refill()
        finally:
            stop.set()
        for future in asked:
            totals = future.result()
            assert totals == sorted(totals), "what was found is found again"
            assert totals[0] >= 5
    assert clustered._ask(question).total == 15


def test_a_document_that_is_refused_holds_up_no_other(
    clustered, publish, titles, caplog, monkeypatch
):
    bulk = clustered.cluster.bulk

    def refusing(operations, **options):
        return [{**item, "status": 400, "error": "bad"} for item in bulk(operations, **options)]

    monkeypatch.setattr(clustered.cluster, "bulk", refusing)
    publish("Le vélo")
    assert "refuses entry" in caplog.text
    assert not PendingWrite.objects.exists()


def test_an_index_that_is_lost_is_made_again(clustered, publish, search):
    publish("Le vélo")
    clustered.cluster.delete(list(clustered.cluster.aliases(f"{clustered.prefix}-*")))
    found = search("vélo")
    assert (found.total, found.degraded, found.engine) == (1, True, clustered.database.name)
    catch_up(NOW)
    found = search("vélo")
    assert (found.total, found.degraded, found.engine) == (1, False, clustered.name)


def test_a_change_that_waits_too_long_is_sent_by_the_next_reader(clustered, add, search):
    add("Le vélo")  # without what follows the transaction, as when the process is killed there
    assert PendingWrite.objects.count() == 1
    PendingWrite.objects.update(since=NOW)
    found = search("vélo")
    assert (found.total, found.degraded) == (1, False)
    assert not PendingWrite.objects.exists()


def test_a_reader_does_not_send_all_that_was_missed(clustered, add, search, monkeypatch):
    monkeypatch.setattr("search.backends.elasticsearch._BATCH", 1)
    for number in range(3):
        add(f"Vélo {number}")
    PendingWrite.objects.update(since=NOW)
    found = search("vélo")
    assert (found.total, found.degraded) == (3, True)
    assert PendingWrite.objects.count() == 1
    catch_up(NOW)
    found = search("vélo")
    assert (found.total, found.degraded) == (3, False)


# Failure


@contextmanager
def broken_server(status: int):
    """A server that says it is Elasticsearch, then fails, or never answers (status 0)."""
    stop = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("content-length") or 0))
            code, body = (200, b'{"version": {"number": "8.16.6"}}')
            if self.path != "/":
                if not status:
                    stop.wait()
                    return
                code, body = status, b'{"error": {"type": "broken"}, "status": 500}'
            self.send_response(code)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *args):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    ).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stop.set()
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status", [500, 503, 429, 401, 0])
def test_a_cluster_that_fails_or_is_slow(status, settings, publish, search, monkeypatch, caplog):
    monkeypatch.setattr(cluster, "_PATIENCE", 0.2)
    monkeypatch.setattr("search.backends.elasticsearch.WRITING_PATIENCE", 0.2)
    with broken_server(status) as url:
        settings.ELASTICSEARCH_URL = url
        get_engine.cache_clear()
        try:
            publish("Le vélo")
            for _reader in range(5):
                found = search("vélo")
                assert (found.total, found.degraded) == (1, True)
            assert finding.search_is_ready()
            assert PendingWrite.objects.exists()
        finally:
            get_engine.cache_clear()
            known = cluster._known.pop(url, None)
            if known:
                known.client.close()
    logged = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert [record.name for record in logged] == ["search.backends.elasticsearch"]


def test_a_cluster_that_is_not_there(settings, publish, search, live):
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    get_engine.cache_clear()
    try:
        post = publish("Le vélo")
        assert search("vélo").degraded
        with live():
            rebuild_search_index()
            post.delete()
        assert search("vélo").total == 0
        catch_up(NOW)
        assert PendingWrite.objects.exists()
        with pytest.raises(ClusterError):
            get_engine().name  # noqa: B018
    finally:
        get_engine.cache_clear()


def server(verb: str) -> str:
    """Have a server of this test's own started, killed or removed."""
    port = os.environ.get("ELASTICSEARCH_OUTAGE_PORT", "9295")
    done = subprocess.run(
        [ROOT / "bin/search-server", "elasticsearch", verb, port],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode == 3 and os.environ.get("CI") != "true":
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_server_that_is_killed_and_comes_back(settings, publish, search, live, caplog):
    if not os.environ.get(SERVERS["elasticsearch"]) and os.environ.get("CI") != "true":
        pytest.skip("no ELASTICSEARCH_TEST_URL: no server is started for this test either")
    try:
        url = server("start")
        for engine in serve(settings, "elasticsearch", url):
            kept, edited, gone = publish("Un vélo"), publish("Deux vélos"), publish("Trois vélos")
            assert (search("vélo").total, search("vélo").degraded) == (3, False)
            server("halt")
            found = search("vélo")
            assert (found.total, found.degraded, found.engine) == (3, True, engine.database.name)
            publish("Quatre vélos")
            with live():
                Page.objects.get(pk=gone.pk).specific.delete()
                post = Page.objects.get(pk=edited.pk).specific
                post.title = "Deux trains"
                post.save_revision().publish()
            assert search("vélo").total == 2
            assert search("train").degraded
            logged = [r for r in caplog.records if r.levelno >= logging.WARNING]
            assert len(logged) == 1, "one line per failure, not per request"

            server("start")
            engine.breaker._until = 0.0  # the rest is over
            found = search("vélo")  # the first who asks finds it back, with nothing missing
            assert (found.degraded, found.engine) == (False, "elasticsearch")
            assert {entry.title for entry in found.entries} == {kept.title, "Quatre vélos"}
            assert [entry.title for entry in search("train").entries] == ["Deux trains"]
            assert not PendingWrite.objects.exists()
            assert "is back" in caplog.text
    finally:
        server("stop")


@pytest.mark.parametrize(
    "values",
    [
        {"ELASTICSEARCH_URL": "search.example.org:9200"},
        {"ELASTICSEARCH_URL": "https://"},
        {"ELASTICSEARCH_URL": "https://search.example.org:port"},
        {"ELASTICSEARCH_PREFIX": "Portail*"},
    ],
)
def test_a_malformed_address_stops_the_start(values):
    with pytest.raises(ImproperlyConfigured, match=next(iter(values))):
        read_environment(values)


def test_the_user_of_a_cluster_is_kept_out_of_its_address():
    assert cluster.split_address("https://me:p%40ss@search.example.org/here/") == (
        "https://search.example.org:443/here",
        ("me", "p@ss"),
    )
    assert cluster.split_address("http://[::1]:9201") == ("http://[::1]:9201", None)


def test_one_reader_tries_again_from_time_to_time():
    now = 100.0
    breaker = Breaker(clock=lambda: now)
    assert breaker.allows()
    assert breaker.failed(), "the first failure is to be logged"
    assert breaker.is_open
    assert not breaker.allows()
    now += 5.1
    assert [breaker.allows() for _reader in range(3)] == [True, False, False]
    assert not breaker.failed(), "the next ones are not"
    now += 6
    assert not breaker.allows(), "it is left alone for longer each time"
    now += 4.1
    assert breaker.allows()
    assert breaker.succeeded()
    assert not breaker.succeeded()
    assert [breaker.allows() for _reader in range(3)] == [True, True, True]
    for _time in range(20):
        breaker.failed()
    now += 60.1
    assert breaker.allows(), "but never for more than a minute"

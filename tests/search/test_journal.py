"""What is kept of what readers ask: counts, and nobody's name."""

import datetime as dt
import logging
import re
import sqlite3
import threading
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.core.clock import registered_jobs
from search import journal
from search.journal import Line, line_of, note_click, note_question, ticket_of
from search.models import AskedQuery, IndexEntry
from search.selection import Selection
from search.state import touch_index

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def ask(client, agent):
    """Search on the page, as an agent."""
    client.force_login(agent)
    return lambda query, headers=None, **asked: client.get(
        reverse("search"), {"q": query, **asked}, headers=headers or {}
    )


@pytest.fixture
def bikes(add):
    add("Louer un vélo")
    add("Réparer un vélo", kind="event")
    touch_index()


def lines(*fields):
    return list(AskedQuery.objects.order_by("key", "filters").values_list(*fields))


def ticket_in(response) -> str:
    found = re.search(r'data-ticket="([^"]+)"', response.content.decode())
    assert found
    return found.group(1)


def test_a_question_is_counted_once_however_it_is_typed(bikes, ask):
    for query in ("Vélo", "velos", "les VÉLOS ?"):
        ask(query)
    assert lines("query", "language", "filters", "asked", "missed", "found", "near") == [
        ("Vélo", "fr", "", 3, 0, 2, 0)
    ]
    assert AskedQuery.objects.get().day == timezone.localdate()


def test_filters_make_another_line(bikes, ask):
    ask("vélo", kind="event", axis="9")
    ask("vélo", axis="9", kind="event")
    assert lines("filters", "asked", "found") == [("kind=event", 2, 1)]


def test_the_language_searched_makes_another_line(bikes, ask):
    ask("vélo")
    ask("vélo", lang="en")
    assert sorted(lines("language", "missed")) == [("en", 1), ("fr", 0)]


def test_what_only_comes_near_is_missed(bikes, ask):
    ask("vélo zythologie")
    ask("zythologie")
    assert lines("query", "missed", "found", "near") == [
        ("vélo zythologie", 1, 0, 2),
        ("zythologie", 1, 0, 0),
    ]


@pytest.mark.parametrize(
    "again",
    [{"page": "2"}, {"page": "1"}, {"sort": "date"}, {"why": "1"}, {"page": "1", "why": ""}],
)
def test_looking_again_is_not_asking(bikes, ask, again):
    ask("vélo", **again)
    assert not AskedQuery.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}],
)
def test_a_browser_that_looks_ahead_is_not_asking(bikes, ask, headers):
    assert ask("vélo", headers=headers).status_code == 200
    assert not AskedQuery.objects.exists()


def test_neither_programs_nor_typing_nor_heads_nor_blanks_are_questions(bikes, ask, client):
    client.head(reverse("search"), {"q": "vélo"})
    client.get(reverse("api_search"), {"q": "vélo"})
    client.get(reverse("api_search_suggest"), {"q": "vélo"})
    for query in ("", "  ", "???", "\x00"):
        ask(query)
    assert not AskedQuery.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "marie@example.org",
        "marie ＠ example",
        "marie＠example.org",
        "06 12 34 56 78",
        "0612345678",
        "+33 6.12.34.56.78",
        "appeler 03-80-74-51-51",
        "badge 123456",
        "1 85 05 78 006 084 36",
        "٠٦١٢٣٤٥٦٧٨",
        "𝟬𝟲𝟭𝟮𝟯𝟰",
        "vélo 12/34/56",
        "1_2_3_4_5_6",
    ],
)
def test_what_tells_of_someone_is_not_kept(bikes, ask, query):
    response = ask(query)
    assert response.status_code == 200
    kept = lines("query")
    assert not kept or kept == [("marie ＠ example",)]
    assert ("data-ticket" in response.content.decode()) == bool(kept)


@pytest.mark.parametrize(
    "query", ["budget 2024-2025", "RT 2020", "les 15 engagements", "21000 Dijon", "12 345"]
)
def test_years_and_small_numbers_are_kept(ask, query):
    ask(query)
    assert lines("query") == [(query,)]


def test_nothing_says_who_asked():
    columns = {field.name for field in AskedQuery._meta.get_fields()}
    assert columns == {
        "id", "day", "language", "key", "filters", "query",
        "asked", "missed", "found", "near", "clicks",
    }  # fmt: skip


def test_long_filters_and_queries_fit(bikes, ask):
    ask("vélo " + "é" * 400)
    many = tuple(f"sujet {number} " + "x" * 100 for number in range(20))
    line = line_of(Selection("vélo", "fr", {"tag": many}))
    assert line
    assert len(line.filters) <= 500
    assert line.filters.endswith("x"), "cut between two values"
    note_question(line, query="vélo", found=1, near=0)
    assert AskedQuery.objects.count() == 2


def test_a_click_is_counted_on_what_was_asked(bikes, ask, client):
    page = ask("vélo")
    entry = IndexEntry.objects.get(title="Louer un vélo")
    assert f'data-entry="{entry.pk}"' in page.content.decode()
    sent = {"ticket": ticket_in(page), "entry": entry.pk}
    assert client.post(reverse("search_click"), sent).status_code == 204
    assert lines("asked", "clicks") == [(1, 1)]
    later = ask("vélo", sort="date")
    assert (
        client.post(reverse("search_click"), sent | {"ticket": ticket_in(later)}).status_code == 204
    )
    assert lines("asked", "clicks") == [(1, 2)]


def test_a_click_needs_no_token_of_a_form_but_a_ticket_for_what_was_shown(bikes, ask, add, agent):
    ticket = ticket_in(ask("vélo"))
    add("Le compost")
    [bike, other] = [
        IndexEntry.objects.get(title=title).pk for title in ("Louer un vélo", "Le compost")
    ]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(agent)
    address = reverse("search_click")
    assert strict.post(address, {"ticket": ticket, "entry": bike}).status_code == 204
    for wrong in (
        {"ticket": ticket, "entry": other},
        {"ticket": ticket[:-1] + "x", "entry": bike},
        {"ticket": ticket, "entry": "x"},
        {"ticket": ticket, "entry": "²"},
        {"ticket": ticket, "entry": "9" * 30},
        {"ticket": "", "entry": bike},
        {"entry": bike},
        {"ticket": ticket},
        {},
    ):
        assert strict.post(address, wrong).status_code == 400, wrong
    for site in ("cross-site", "same-site", "none"):
        headers = {"Sec-Fetch-Site": site}
        sent = {"ticket": ticket, "entry": bike}
        assert strict.post(address, sent, headers=headers).status_code == 403
    assert strict.get(address).status_code == 405
    assert lines("clicks") == [(1,)]
    assert Client().post(address, {"ticket": ticket, "entry": bike}).status_code in {302, 401, 403}
    assert lines("clicks") == [(1,)]


def test_a_ticket_is_good_for_a_day(bikes, ask, client, time_machine):
    start = dt.datetime(2026, 6, 1, 10, tzinfo=PARIS)
    time_machine.move_to(start, tick=False)
    page = ask("vélo")
    sent = {"ticket": ticket_in(page), "entry": IndexEntry.objects.first().pk}
    time_machine.move_to(start + dt.timedelta(days=1), tick=False)
    assert client.post(reverse("search_click"), sent).status_code == 204
    time_machine.move_to(start + dt.timedelta(days=1, seconds=1), tick=False)
    assert client.post(reverse("search_click"), sent).status_code == 400
    assert lines("day", "clicks") == [(start.date(), 1)]


def test_a_click_on_what_was_not_counted_is_lost(bikes, ask, client):
    page = ask("vélo", page="1")
    sent = {"ticket": ticket_in(page), "entry": IndexEntry.objects.first().pk}
    assert client.post(reverse("search_click"), sent).status_code == 204
    assert not AskedQuery.objects.exists()


def test_nothing_older_than_ninety_days_is_kept(db):
    tonight = dt.datetime(2026, 6, 1, 3, tzinfo=PARIS)
    for age in (0, 89, 90, 91, 400):
        day = tonight.date() - dt.timedelta(days=age)
        note_question(Line(day, "fr", "velo", ""), query="vélo", found=1, near=0)
    [job] = [job for job in registered_jobs() if job.run is journal.forget_old]
    assert job.every.value == "night"
    job.run(tonight.astimezone(dt.UTC))
    ages = {(tonight.date() - day).days for (day,) in lines("day")}
    assert ages == {0, 89, 90}


def test_the_day_is_that_of_paris(bikes, ask, time_machine):
    time_machine.move_to(dt.datetime(2026, 6, 1, 22, 30, tzinfo=dt.UTC), tick=False)
    ask("vélo")
    assert lines("day") == [(dt.date(2026, 6, 2),)]
    journal.forget_old(dt.datetime(2026, 8, 31, 21, 59, tzinfo=dt.UTC))
    assert lines("day")
    journal.forget_old(dt.datetime(2026, 8, 31, 22, 0, tzinfo=dt.UTC))
    assert not lines("day")


def test_a_page_is_served_when_nothing_can_be_written(bikes, ask, client, caplog):
    refused = OperationalError("attempt to write a readonly database")

    def refuse(execute, sql, params, many, context):
        if "search_askedquery" in sql:
            raise refused
        return execute(sql, params, many, context)

    with caplog.at_level(logging.WARNING, "search.journal"), connection.execute_wrapper(refuse):
        page = ask("vélo")
        sent = {"ticket": ticket_in(page), "entry": IndexEntry.objects.first().pk}
        clicked = client.post(reverse("search_click"), sent)
    assert (page.status_code, page.context["total"], clicked.status_code) == (200, 2, 204)
    told = [record.getMessage() for record in caplog.records if record.name == "search.journal"]
    assert len(told) == 2
    assert "vélo" not in "".join(told)
    ask("vélo")
    assert lines("asked") == [(1,)], "it counts again by itself"


@pytest.mark.skipif("postgres" in settings.DATABASES["default"]["ENGINE"], reason="SQLite's lock")
@pytest.mark.django_db(transaction=True)
def test_a_locked_database_holds_no_reader_up(caplog):
    name = connection.settings_dict["NAME"]
    busy = sqlite3.connect(name, isolation_level=None, uri=str(name).startswith("file:"))
    line = Line(dt.date(2026, 6, 1), "fr", "velo", "")
    note_question(line, query="vélo", found=1, near=0)
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()
    busy.execute("BEGIN IMMEDIATE")
    try:
        with CaptureQueriesContext(connection) as asked:
            note_question(line, query="vélo", found=1, near=0)
        note_click(line)
    finally:
        busy.execute("ROLLBACK")
        busy.close()
    assert len(caplog.records) == 2
    assert asked[0]["sql"] == "PRAGMA busy_timeout = 100", "so long it waits, and no longer"
    assert lines("asked", "clicks") == [(1, 0)]
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == usual
    note_question(line, query="vélo", found=1, near=0)
    assert lines("asked") == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_readers_who_ask_at_once_are_all_counted(monkeypatch):
    monkeypatch.setattr(journal, "_PATIENCE", 20_000)
    line = Line(dt.date(2026, 6, 1), "fr", "velo", "kind=news")
    start = threading.Barrier(6)

    def ask_often():
        try:
            start.wait()
            for _time in range(10):
                note_question(line, query="vélo", found=0, near=3)
                note_click(line)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask_often) for _reader in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lines("asked", "missed", "near", "clicks") == [(60, 60, 3, 60)]


def test_counting_costs_the_same_whatever_was_asked(bikes, ask):
    def cost(*args, **asked):
        with CaptureQueriesContext(connection) as queries:
            ask(*args, **asked)
        return len(queries)

    ask("vélo")
    assert cost("vélo") == cost("vélo")
    assert cost("vélo") - cost("vélo", page="1") <= 6


def test_a_ticket_tells_nothing_of_the_reader(bikes, ask):
    line = Line(dt.date(2026, 6, 1), "fr", "velo", "")
    assert ticket_of(line, [2, 1, 2]).split(":")[0] == ticket_of(line, [1, 2]).split(":")[0]

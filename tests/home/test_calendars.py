"""The agenda as iCalendar."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar
from wagtail.models import PageViewRestriction

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, agent):
    client.force_login(agent)
    return client


def read(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def agenda_url(language="fr"):
    with translation.override(language):
        return reverse("agenda_ics")


def event_url(event, language="fr"):
    with translation.override(language):
        return reverse("event_ics", args=[event.translation_key])


def test_an_event_with_hours_has_its_time_zone(reader, make_event):
    event = make_event(
        precision="instant", start_time=dt.time(12, 30), end_time=dt.time(13, 30), summary="Quiz"
    )
    calendar = read(reader.get(event_url(event)))
    [entry] = calendar.walk("VEVENT")
    assert entry["DTSTART"].params["TZID"] == "Europe/Paris"
    assert entry.decoded("DTSTART") == event.starts_at
    assert entry.decoded("DTEND") == event.ends_at
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert entry["UID"] == str(event.translation_key)
    assert entry["STATUS"] == "CONFIRMED"
    assert entry["URL"].endswith(event.get_url())
    assert "Quiz" in entry["DESCRIPTION"]


def test_whole_days_are_dates_with_an_exclusive_end(reader, make_event):
    event = make_event(end_date=dt.date(2026, 11, 5))
    [entry] = read(reader.get(event_url(event))).walk("VEVENT")
    assert entry["DTSTART"].params["VALUE"] == "DATE"
    assert entry.decoded("DTSTART") == dt.date(2026, 11, 3)
    assert entry.decoded("DTEND") == dt.date(2026, 11, 6)


def test_an_unknown_end_is_not_invented(reader, make_event):
    event = make_event(precision="instant", start_time=dt.time(9))
    [entry] = read(reader.get(event_url(event))).walk("VEVENT")
    assert "DTEND" not in entry


@pytest.mark.parametrize("precision", ["month", "quarter", "year"])
def test_what_is_not_dated_to_the_day_is_in_no_calendar(reader, make_event, precision):
    event = make_event(precision=precision)
    assert reader.get(event_url(event)).status_code == 404
    assert read(reader.get(agenda_url())).walk("VEVENT") == []


def test_a_cancelled_event_says_so_and_its_sequence_grows(reader, make_event):
    event = make_event()
    [before] = read(reader.get(event_url(event))).walk("VEVENT")
    event.cancelled = True
    event.save_revision().publish()
    event.refresh_from_db()
    event.last_published_at += dt.timedelta(seconds=5)
    event.save(update_fields=["last_published_at"])
    [after] = read(reader.get(event_url(event))).walk("VEVENT")
    assert after["STATUS"] == "CANCELLED"
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("LAST-MODIFIED") > before.decoded("LAST-MODIFIED")


def test_the_agenda_holds_what_the_reader_may_see(reader, agent, make_event, reserved_group):
    make_event("ouvert")
    reserved = make_event("reserve")
    restriction = PageViewRestriction.objects.create(page=reserved, restriction_type="groups")
    restriction.groups.add(reserved_group)
    calendar = read(reader.get(agenda_url()))
    assert [str(entry["SUMMARY"]) for entry in calendar.walk("VEVENT")] == ["Ouvert"]
    assert reader.get(event_url(reserved)).status_code == 404
    agent.groups.add(reserved_group)
    assert len(read(reader.get(agenda_url())).walk("VEVENT")) == 2


def test_nothing_without_signing_in(client, make_event):
    event = make_event()
    for url in (agenda_url(), event_url(event)):
        assert client.get(url).status_code == 302


def test_the_same_event_in_two_languages_is_one(reader, make_event, home, english):
    home.copy_for_translation(english)
    event = make_event()
    alias = event.copy_for_translation(english, copy_parents=True, alias=True)
    assert alias.translation_key == event.translation_key
    home.get_translation(english).save_revision().publish()
    [french_entry] = read(reader.get(event_url(event))).walk("VEVENT")
    [english_entry] = read(reader.get(event_url(event, "en"))).walk("VEVENT")
    assert french_entry["UID"] == english_entry["UID"]


def test_the_agenda_costs_the_same_for_many_events(
    reader, make_event, django_assert_max_num_queries
):
    for number in range(3):
        make_event(f"e{number}")
    reader.get(agenda_url())  # fills the caches
    with django_assert_max_num_queries(20) as few:
        reader.get(agenda_url())
    for number in range(3, 9):
        make_event(f"e{number}")
    with django_assert_max_num_queries(20) as many:
        reader.get(agenda_url())
    assert len(few) == len(many)


def test_long_and_odd_texts_survive(reader, make_event):
    title = "Réunion ; « a, b » : " + "très longue " * 15
    event = make_event("long", title=title.strip())
    [entry] = read(reader.get(event_url(event))).walk("VEVENT")
    assert str(entry["SUMMARY"]) == title.strip()

"""Events: their bounds, and the partition between upcoming, ongoing and past."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.enums import EventState
from home.models import EventPage
from home.models.home_page import StandardPage
from portal.core.cards import Card
from portal.core.dates import PARIS, Precision

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


def paris(*parts):
    return dt.datetime(*parts, tzinfo=PARIS).astimezone(dt.UTC)


def test_the_bounds_follow_what_is_known(make_event):
    event = make_event(day=dt.date(2026, 3, 29))  # 23 hours: clocks go forward
    assert (event.starts_at, event.ends_at) == (paris(2026, 3, 29), paris(2026, 3, 30))
    event.precision, event.start_date = Precision.MONTH, dt.date(2026, 10, 12)
    event.save_revision().publish()
    event.refresh_from_db()
    assert (event.starts_at, event.ends_at) == (paris(2026, 10, 1), paris(2026, 11, 1))


def test_a_draft_with_contradictory_dates_is_kept_and_cannot_go_live(make_event):
    event = make_event()
    event.live = False
    event.end_date = dt.date(2026, 1, 1)
    event.save()
    event.live = True
    with pytest.raises(ValidationError) as error:
        event.full_clean()
    assert "end_date" in error.value.message_dict


def test_the_database_refuses_an_event_that_ends_before_it_starts(make_event):
    event = make_event()
    with pytest.raises(IntegrityError), transaction.atomic():
        EventPage.objects.filter(pk=event.pk).update(ends_at=event.starts_at)


def test_an_alias_and_a_copy_keep_their_bounds(make_event, agenda, english):
    event = make_event()
    alias = event.create_alias(parent=agenda, update_slug="alias")
    assert (alias.starts_at, alias.ends_at) == (event.starts_at, event.ends_at)
    event.start_date = dt.date(2027, 1, 5)
    event.save_revision().publish()
    alias.refresh_from_db()
    assert alias.starts_at == paris(2027, 1, 5)


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (paris(2026, 11, 3, 12, 30) - SECOND, EventState.UPCOMING),
        (paris(2026, 11, 3, 12, 30), EventState.ONGOING),
        (paris(2026, 11, 3, 13, 30) - SECOND, EventState.ONGOING),
        (paris(2026, 11, 3, 13, 30), EventState.PAST),
    ],
)
def test_the_state_at_the_boundaries(make_event, at, state):
    event = make_event(precision="instant", start_time=dt.time(12, 30), end_time=dt.time(13, 30))
    events = EventPage.objects.all()
    assert event.state(at) == state
    found = {
        EventState.UPCOMING: events.upcoming(at),
        EventState.ONGOING: events.ongoing(at),
        EventState.PAST: events.past(at),
    }
    assert [key for key, rows in found.items() if rows.exists()] == [state]


# Every hour around the two nights when clocks change, and around New Year.
NIGHTS = [
    start + dt.timedelta(hours=hours)
    for start in (paris(2026, 3, 28, 20), paris(2026, 10, 24, 20), paris(2025, 12, 31, 20))
    for hours in range(12)
]


@pytest.fixture
def year_of_events(make_event):
    days = [
        dt.date(2026, 3, 28),
        dt.date(2026, 3, 29),
        dt.date(2026, 10, 24),
        dt.date(2026, 10, 25),
        dt.date(2025, 12, 31),
        dt.date(2026, 1, 1),
    ]
    events = [make_event(f"jour-{day}", day=day) for day in days]
    events += [
        make_event(f"{precision}-{day}", day=day, precision=precision)
        for precision in ("month", "quarter", "year")
        for day in days[::2]
    ]
    events.append(
        make_event(
            "nuit",
            precision="instant",
            day=days[3],
            start_time=dt.time(1, 30),
            end_time=dt.time(2, 45),
        )
    )
    return events


def test_the_partition_holds_on_the_nights_that_change(year_of_events):
    for at in NIGHTS:
        assert_partition(year_of_events, at)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_partition_holds_at_any_instant(year_of_events, data):
    bounds = sorted({b for event in year_of_events for b in (event.starts_at, event.ends_at)})
    near = st.sampled_from(bounds).flatmap(
        lambda bound: st.sampled_from([bound - SECOND, bound, bound + SECOND])
    )
    anywhere = st.datetimes(
        dt.datetime(2025, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(dt.UTC)
    )
    assert_partition(year_of_events, data.draw(near | anywhere))


def assert_partition(events, at):
    rows = EventPage.objects.all()
    parts = [
        set(part.values_list("pk", flat=True))
        for part in (rows.upcoming(at), rows.ongoing(at), rows.past(at))
    ]
    assert sum(map(len, parts)) == len(events)
    assert set.union(*parts) == {event.pk for event in events}
    by_state = {state: set() for state in EventState}
    for event in events:
        by_state[event.state(at)].add(event.pk)
    assert [by_state[state] for state in EventState] == parts
    assert set(rows.current(at).values_list("pk", flat=True)) == parts[0] | parts[1]


def test_a_card_says_what_is_known_and_what_to_beware_of(make_event):
    with translation.override("fr"):
        card = make_event("octobre", precision="month", day=dt.date(2026, 10, 1)).as_card()
        assert isinstance(card, Card)
        assert (card.date, card.date_label, card.flag) == (None, "octobre 2026", "")
        card = make_event("annule", cancelled=True, demonstration=True).as_card()
        assert card.date == dt.date(2026, 11, 3)
        assert str(card.flag) in {"Annulé", "Cancelled"}


def test_milestones_are_never_events():
    assert "milestones" not in {field.name for field in EventPage._meta.get_fields()}
    assert StandardPage._meta.get_field("show_milestones").choices


def test_a_search_entry_is_dated_only_to_the_day(make_event):
    known = make_event("connu")
    vague = make_event("vague", precision="year")
    assert known.search_entries()[0].date == dt.date(2026, 11, 3)
    assert vague.search_entries()[0].date is None
    assert timezone.is_aware(vague.starts_at)

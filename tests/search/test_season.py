"""What is over and what is stale come after what is to come and what is fresh, of equal match."""

import datetime as dt

import pytest
import time_machine
from wagtail.models import Page

from home.models import EventPage
from portal.core.dates import Precision
from search.season import MOST, Moment, in_season, timeliness

TODAY = dt.date(2026, 3, 29)  # clocks go forward on that day
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (Moment(last_day=TODAY), 1.0),
        (Moment(TODAY - 9 * DAY, TODAY + DAY), 1.0),
        (Moment(TODAY - DAY, TODAY - DAY), 1 - MOST),
        (Moment(TODAY), 1.0),
        (Moment(TODAY + DAY), 1.0),
        (Moment(dt.date(1999, 1, 1)), 1 - MOST),
        (Moment(), 1 - MOST / 2),
    ],
)
def test_what_is_timely(moment, expected):
    assert timeliness(moment, TODAY) == pytest.approx(expected)


def test_news_age_day_by_day():
    ages = [timeliness(Moment(TODAY - days * DAY), TODAY) for days in (0, 30, 400, 1000)]
    assert ages == sorted(ages, reverse=True)
    assert len(set(ages)) == len(ages)


def test_a_clearly_better_match_stays_first():
    over, to_come = Moment(TODAY, TODAY - DAY), Moment(TODAY, TODAY + DAY)
    ranked = [(1, 10.0), (2, 9.0), (3, 9.0)]
    found = in_season(ranked, {1: over, 2: over, 3: to_come}, TODAY)
    assert [entry for entry, _score in found] == [1, 3, 2]


def test_what_has_no_moment_keeps_its_place():
    assert in_season([(1, 2.0), (2, 1.0)], {}, TODAY) == [(1, 2.0), (2, 1.0)]
    assert in_season([], {}, TODAY) == []


@pytest.fixture
def event(homes, live):
    """Publish an event called « Vélo », of one day."""

    def publish(day: dt.date) -> EventPage:
        page = EventPage(
            title="Vélo",
            slug=f"velo-{day}",
            locale=homes["fr"].locale,
            precision=Precision.DAY,
            start_date=day,
            live=False,
        )
        with live():
            Page.objects.get(pk=homes["fr"].pk).add_child(instance=page)
            page.save_revision().publish()
        return page

    return publish


@time_machine.travel(dt.datetime(2026, 3, 29, 12, tzinfo=dt.UTC), tick=False)
def test_events_to_come_before_those_that_are_over(event, search):
    for day in (TODAY - DAY, TODAY, TODAY + 4 * DAY):
        assert event(day).last_day == day
    days = [entry.last_day for entry in search("vélo").entries]
    assert days[2] == TODAY - DAY


@time_machine.travel(dt.datetime(2026, 3, 29, 12, tzinfo=dt.UTC), tick=False)
def test_fresh_news_before_stale_news(add, titles):
    add("Un vélo", date=dt.date(2019, 3, 1))
    add("Le vélo", date=dt.date(2026, 3, 1))
    add("Ce vélo", date=dt.date(2023, 3, 1))
    assert titles("vélo") == ["Le vélo", "Ce vélo", "Un vélo"]


def test_no_page_of_results_misses_or_repeats_what_another_shows(add, search):
    for number in range(25):
        add("Le vélo", f"Un vélo numéro {number}", date=dt.date(2000 + number, 1, 1))
    seen = [entry.pk for page in (1, 2, 3) for entry in search("vélo", page=page).entries]
    assert len(seen) == len(set(seen)) == 25

"""Dates of events, at the boundary instants."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.dates import EventDates, at, midnight
from portal.core.dates import PARIS, Precision

D = dt.date
T = dt.time


def make(precision, start, start_time=None, end=None, end_time=None):
    return EventDates(Precision(precision), start, start_time, end, end_time)


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


FR_EN = [
    (
        make("instant", D(2026, 11, 3), T(12, 30), None, T(13, 30)),
        "le mardi 3 novembre 2026, de 12 h 30 à 13 h 30",
        "Tuesday 3 November 2026, 12:30 to 13:30",
    ),
    (
        make("instant", D(2026, 11, 1), T(9)),
        "le dimanche 1er novembre 2026 à 9 h",
        "Sunday 1 November 2026 at 09:00",
    ),
    (
        make("instant", D(2026, 11, 3), T(9), D(2026, 11, 5), T(18, 5)),
        "du mardi 3 novembre 2026 à 9 h au jeudi 5 novembre 2026 à 18 h 05",
        "Tuesday 3 November 2026 at 09:00 to Thursday 5 November 2026 at 18:05",
    ),
    (make("day", D(2026, 11, 3)), "le mardi 3 novembre 2026", "Tuesday 3 November 2026"),
    (
        make("day", D(2026, 11, 18), None, D(2026, 11, 26)),
        "du 18 au 26 novembre 2026",
        "18 to 26 November 2026",
    ),
    (
        make("day", D(2026, 11, 1), None, D(2026, 12, 1)),
        "du 1er novembre au 1er décembre 2026",
        "1 November to 1 December 2026",
    ),
    (
        make("day", D(2026, 12, 28), None, D(2027, 1, 2)),
        "du 28 décembre 2026 au 2 janvier 2027",
        "28 December 2026 to 2 January 2027",
    ),
    (make("month", D(2024, 10, 1)), "octobre 2024", "October 2024"),
    (
        make("month", D(2024, 10, 1), None, D(2024, 12, 31)),
        "d’octobre à décembre 2024",
        "October to December 2024",
    ),
    (
        make("month", D(2024, 9, 1), None, D(2025, 1, 31)),
        "de septembre 2024 à janvier 2025",
        "September 2024 to January 2025",
    ),
    (make("quarter", D(2024, 7, 1)), "3e trimestre 2024", "3rd quarter of 2024"),
    (make("quarter", D(2024, 1, 1)), "1er trimestre 2024", "1st quarter of 2024"),
    (
        make("quarter", D(2024, 1, 1), None, D(2024, 9, 30)),
        "du 1er au 3e trimestre 2024",
        "1st to 3rd quarter of 2024",
    ),
    (make("year", D(2024, 1, 1)), "2024", "2024"),
    (make("year", D(2024, 1, 1), None, D(2026, 12, 31)), "de 2024 à 2026", "2024 to 2026"),
]


@pytest.mark.parametrize(("dates", "french", "english"), FR_EN, ids=[row[1] for row in FR_EN])
def test_words(dates, french, english):
    assert dates.words("fr").replace("\xa0", " ") == french
    assert dates.words("en").replace("\xa0", " ") == english


@pytest.mark.parametrize(
    ("dates", "starts_at", "ends_at"),
    [
        # winter: one hour ahead of UTC
        (
            make("instant", D(2026, 11, 3), T(12, 30), None, T(13, 30)),
            utc(2026, 11, 3, 11, 30),
            utc(2026, 11, 3, 12, 30),
        ),
        # no end: until the end of the last day
        (
            make("instant", D(2026, 11, 3), T(12, 30)),
            utc(2026, 11, 3, 11, 30),
            utc(2026, 11, 3, 23),
        ),
        (make("day", D(2026, 11, 3)), utc(2026, 11, 2, 23), utc(2026, 11, 3, 23)),
        # the day clocks go forward has 23 hours, the day they go back 25
        (make("day", D(2026, 3, 29)), utc(2026, 3, 28, 23), utc(2026, 3, 29, 22)),
        (make("day", D(2026, 10, 25)), utc(2026, 10, 24, 22), utc(2026, 10, 25, 23)),
        (make("month", D(2024, 10, 1)), utc(2024, 9, 30, 22), utc(2024, 10, 31, 23)),
        # whatever day of the period was typed
        (make("month", D(2024, 2, 17)), utc(2024, 1, 31, 23), utc(2024, 2, 29, 23)),
        (make("quarter", D(2024, 8, 20)), utc(2024, 6, 30, 22), utc(2024, 9, 30, 22)),
        (make("year", D(2024, 5, 1)), utc(2023, 12, 31, 23), utc(2024, 12, 31, 23)),
        (
            make("month", D(2024, 9, 1), None, D(2024, 12, 31)),
            utc(2024, 8, 31, 22),
            utc(2024, 12, 31, 23),
        ),
        # across the night when 02:30 strikes twice: the first one
        (
            make("instant", D(2026, 10, 25), T(1, 30), None, T(2, 30)),
            utc(2026, 10, 24, 23, 30),
            utc(2026, 10, 25, 0, 30),
        ),
    ],
)
def test_bounds(dates, starts_at, ends_at):
    assert dates.problems() == {}
    assert dates.bounds() == (starts_at, ends_at)


@pytest.mark.parametrize(
    ("dates", "fields"),
    [
        (make("day", D(2026, 11, 3), None, D(2026, 11, 2)), {"end_date"}),
        (make("instant", D(2026, 11, 3), T(12), None, T(12)), {"end_time"}),
        (make("instant", D(2026, 11, 3), T(12), None, T(11, 59)), {"end_time"}),
        (make("instant", D(2026, 11, 3)), {"start_time"}),
        (make("instant", D(2026, 11, 3), None, None, T(12)), {"start_time"}),
        (make("month", D(2026, 11, 1), T(12)), {"start_time"}),
        (make("day", D(2026, 11, 3), T(12), None, T(13)), {"start_time", "end_time"}),
        (make("instant", D(2026, 3, 29), T(2, 30), None, T(4)), {"start_time"}),
        (make("instant", D(2026, 3, 29), T(1, 30), None, T(2, 15)), {"end_time"}),
        (make("instant", D(2026, 11, 3), T(12), D(2026, 11, 1), T(13)), {"end_date"}),
        (make("instant", D(2026, 11, 3), T(22), D(2026, 11, 4), T(1)), set()),
    ],
)
def test_problems_name_the_field(dates, fields):
    assert set(dates.problems()) == fields


days = st.dates(D(2000, 1, 1), D(2090, 12, 31))
times = st.times().map(lambda time: time.replace(second=0, microsecond=0))
any_dates = st.builds(
    EventDates,
    st.sampled_from(Precision),
    days,
    st.none() | times,
    st.none() | days,
    st.none() | times,
)


@given(any_dates)
def test_bounds_are_never_empty_and_hold_the_first_day(dates):
    starts_at, ends_at = dates.bounds()
    assert starts_at < ends_at
    assert starts_at < midnight(dates.start_date + dt.timedelta(days=1))
    assert ends_at > midnight(dates.start_date)


@given(any_dates)
def test_the_end_never_leaves_the_last_period(dates):
    if not dates.problems():
        assert dates.bounds()[1] <= midnight(dates.last_date + dt.timedelta(days=366))


@given(days, times)
def test_a_wall_clock_time_is_itself_unless_clocks_skip_it(day, time):
    local = at(day, time).astimezone(PARIS)
    naive = dt.datetime.combine(day, time)
    assert local.replace(tzinfo=None) - naive in (dt.timedelta(0), dt.timedelta(hours=1))


@given(any_dates)
def test_words_say_no_more_than_is_known(dates):
    for language in ("fr", "en"):
        words = dates.words(language)
        assert str(dates.last_date.year) in words
        if dates.precision == Precision.YEAR:
            assert not set(words) - set("0123456789 deàto")

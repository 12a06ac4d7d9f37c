"""Figures in words."""

import datetime as dt
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagements.enums import Direction, Nature, Operator
from engagements.figures import (
    Observation,
    Quantity,
    change_between,
    change_in_words,
    format_number,
    read_quantity,
)
from portal.core.dates import Period, Precision, period_in_words


def period(start, end=None, precision=Precision.YEAR):
    return Period(dt.date.fromisoformat(start), dt.date.fromisoformat(end or start), precision)


def year(number):
    return period(f"{number}-01-01", f"{number}-12-31")


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        ("0", "0", "0"),
        ("5", "5", "5"),
        ("3000.0000", "3\u202f000", "3,000"),
        ("286927", "286\u202f927", "286,927"),
        ("1.2000", "1,2", "1.2"),
        ("0.1400", "0,14", "0.14"),
        ("4.166", "4,166", "4.166"),
        ("100", "100", "100"),
        ("1234567.8", "1\u202f234\u202f567,8", "1,234,567.8"),
        ("-12500", "−12\u202f500", "−12,500"),
        ("-0.0000", "0", "0"),
        ("1E+5", "100\u202f000", "100,000"),
    ],
)
def test_numbers_are_written_as_the_reader_does(value, french, english):
    assert format_number(D(value), "fr") == french
    assert format_number(D(value), "en") == english


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-1e13, max_value=1e13)
)
def test_no_digit_is_lost(value):
    text = format_number(value, "fr").replace("\u202f", "").replace(",", ".").replace("−", "-")
    assert D(text) == value


@pytest.mark.parametrize(
    ("quantity", "unit", "french", "english"),
    [
        (Quantity(D(182)), "participants", "182\xa0participants", "182\xa0participants"),
        (Quantity(D(50), Operator.MORE_THAN), "", "plus de 50", "more than 50"),
        (Quantity(D(20), Operator.AT_LEAST), "", "au moins 20", "at least 20"),
        (Quantity(D(90), Operator.ABOUT), "%", "environ 90\xa0%", "about 90%"),
        (Quantity(D(800), Operator.INTERVAL, D(900)), "", "de 800 à 900", "800 to 900"),
        (Quantity(D(80), Operator.INTERVAL, D(90)), "%", "de 80 à 90\xa0%", "80 to 90%"),
        (Quantity(D(100000)), "€", "100\u202f000\xa0€", "€100,000"),
        (Quantity(D(1), Operator.INTERVAL, D(2)), "€", "de 1 à 2\xa0€", "€1 to €2"),
        (Quantity(D(0)), "agents", "0\xa0agents", "0\xa0agents"),
    ],
)
def test_readings_say_the_operator_in_words(quantity, unit, french, english):
    assert str(read_quantity(quantity, unit, "fr")) == french
    assert str(read_quantity(quantity, unit, "en")) == english


def test_a_symbol_stays_with_the_number_and_words_stand_apart():
    french = read_quantity(Quantity(D(100000)), "€ HT", "fr")
    assert (french.text, french.unit) == ("100\u202f000\xa0€", "HT")
    english = read_quantity(Quantity(D(100000)), "€ excl. tax", "en")
    assert (english.text, english.unit) == ("€100,000", "excl. tax")


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (None, "", ""),
        (year(2024), "2024", "2024"),
        (period("2023-01-01", "2024-12-31"), "2023–2024", "2023–2024"),
        (
            period("2024-09-01", "2024-12-31", Precision.MONTH),
            "septembre à décembre 2024",
            "September to December 2024",
        ),
        (
            period("2023-11-01", "2024-12-31", Precision.MONTH),
            "novembre 2023 à décembre 2024",
            "November 2023 to December 2024",
        ),
        (
            period("2023-11-01", "2024-11-30", Precision.MONTH),
            "novembre 2023 à novembre 2024",
            "November 2023 to November 2024",
        ),
        (period("2024-11-01", "2024-11-30", Precision.MONTH), "novembre 2024", "November 2024"),
        (period("2024-11-01", None, Precision.MONTH), "novembre 2024", "November 2024"),
        (
            period("2024-01-01", "2024-03-31", Precision.QUARTER),
            "1er trimestre 2024",
            "Q1 2024",
        ),
        (
            period("2024-04-01", "2024-12-31", Precision.QUARTER),
            "2e trimestre au 4e trimestre 2024",
            "Q2 to Q4 2024",
        ),
        (
            period("2009-02-02", None, Precision.DAY),
            "2\xa0février 2009",
            "2\xa0February 2009",
        ),
        (
            period("2017-10-01", "2018-12-31", Precision.DAY),
            "du 1er\xa0octobre 2017 au 31\xa0décembre 2018",
            "1\xa0October 2017 to 31\xa0December 2018",
        ),
    ],
)
def test_periods_never_say_more_than_is_known(value, french, english):
    assert period_in_words(value, "fr") == french
    assert period_in_words(value, "en") == english


def observation(value, when, **changes):
    given_ = {
        "quantity": None if value is None else Quantity(D(value)),
        "period": when,
        "nature": Nature.ACHIEVED,
        "validated": True,
    }
    return Observation(**{**given_, **changes})


def test_the_barometer_rises_by_two_points():
    change = change_between([observation(62, year(2024)), observation(60, year(2023))], "up")
    assert (change.amount, change.favourable) == (D(2), True)
    assert change_in_words(change, "points sur 100", "fr") == "+2\xa0points depuis 2023"
    assert change_in_words(change, "points out of 100", "en") == "+2\xa0points since 2023"


@pytest.mark.parametrize(
    ("first", "second", "direction", "favourable"),
    [
        (60, 62, Direction.UP, True),
        (62, 60, Direction.UP, False),
        (60, 62, Direction.DOWN, False),
        (62, 60, Direction.DOWN, True),
        (62, 60, Direction.NEUTRAL, None),
        (60, 60, Direction.UP, None),
    ],
)
def test_whether_a_change_is_favourable(first, second, direction, favourable):
    change = change_between(
        [observation(first, year(2023)), observation(second, year(2024))], direction
    )
    assert change.favourable is favourable


@pytest.mark.parametrize(
    ("amount", "unit", "french", "english"),
    [
        ("-3.5", "kWh/m²", "−3,5\xa0kWh/m² depuis 2023", "−3.5\xa0kWh/m² since 2023"),
        ("1", "%", "+1\xa0point depuis 2023", "+1\xa0point since 2023"),
        ("1500", "€", "+1\u202f500\xa0€ depuis 2023", "+€1,500 since 2023"),
        ("-1500", "€", "−1\u202f500\xa0€ depuis 2023", "−€1,500 since 2023"),
        ("0", "agents", "sans changement depuis 2023", "unchanged since 2023"),
        ("4", "", "+4 depuis 2023", "+4 since 2023"),
    ],
)
def test_changes_in_words(amount, unit, french, english):
    change = change_between(
        [observation(0, year(2023)), observation(amount, year(2024))], Direction.NEUTRAL
    )
    assert change_in_words(change, unit, "fr") == french
    assert change_in_words(change, unit, "en") == english


def test_a_change_over_a_longer_period_names_it():
    before = period("2023-09-01", "2023-12-31", Precision.MONTH)
    after = period("2024-09-01", "2024-12-31", Precision.MONTH)
    change = change_between([observation(1, before), observation(3, after)], "neutral")
    words = change_in_words(change, "demandes", "fr")
    assert words == "+2\xa0demandes par rapport à la période septembre à décembre 2023"


@pytest.mark.parametrize(
    "latest",
    [
        {"quantity": None},
        {"quantity": Quantity(D(70), Operator.MORE_THAN)},
        {"quantity": Quantity(D(70), Operator.ABOUT)},
        {"quantity": Quantity(D(70), Operator.INTERVAL, D(80))},
        {"nature": Nature.PROJECTION},
        {"nature": Nature.TARGET},
        {"nature": Nature.ESTIMATE},
        {"validated": False},
        {"kind": "participations"},
        {"perimeter": "CCAS"},
        {"period": period("2024-01-01", "2025-12-31")},
        {"period": period("2024-09-01", "2024-12-31", Precision.MONTH)},
        {"period": None},
        {"period": year(2023)},
    ],
)
def test_no_change_between_what_cannot_be_compared(latest):
    first = observation(60, year(2023))
    assert change_between([first, observation(62, year(2024), **latest)], "up") is None
    assert change_between(
        [observation(62, year(2024)), observation(60, year(2023), **latest)], "up"
    ) is None or (latest == {"period": year(2023)})


def test_one_value_or_none_makes_no_change():
    assert change_between([], "up") is None
    assert change_between([observation(60, year(2023))], "up") is None
    assert change_in_words(None, "points", "fr") == ""


def test_the_change_is_counted_from_the_nearest_comparable_period():
    series = [
        observation(58, year(2022)),
        observation(None, year(2023)),
        observation(62, year(2024)),
    ]
    assert (
        change_in_words(change_between(series, "up"), "points", "fr") == "+4\xa0points depuis 2022"
    )

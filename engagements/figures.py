"""Figures in words: numbers, readings, periods and changes. Pure functions on dataclasses.

Missing is never 0, an interval stays an interval, and a period never says more than is known. Each
language writes its own numbers and periods: they cannot be made from translated parts.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from engagements.enums import Direction, Nature, Operator, Precision

NBSP = "\N{NO-BREAK SPACE}"
NARROW_NBSP = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"

COMPARABLE_NATURES = frozenset({Nature.ACHIEVED, Nature.COMPUTED})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value and how it is to be read; ``value_max`` is for intervals only."""

    value: Decimal
    operator: Operator = Operator.EQUAL
    value_max: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a value covers, and how precisely they are known."""

    start: dt.date
    end: dt.date
    precision: Precision

    @property
    def length(self) -> tuple[Precision, int]:
        """How long the period is, in days when it is known to the day, in months otherwise."""
        if self.precision == Precision.DAY:
            return self.precision, (self.end - self.start).days
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        return self.precision, months


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of a series, with what decides whether it may be compared with another.

    Attributes:
        quantity: None when the value is missing.
        kind: what the count adds up (people, participations...).

    """

    quantity: Quantity | None
    period: Period | None
    nature: Nature
    validated: bool
    kind: str = ""
    perimeter: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether a difference can be computed with it."""
        return (
            self.validated
            and self.quantity is not None
            and self.quantity.operator == Operator.EQUAL
            and self.period is not None
            and self.nature in COMPARABLE_NATURES
        )


@dataclass(frozen=True, slots=True)
class Change:
    """The change between two comparable periods.

    Attributes:
        favourable: None when neither way is better in itself, or when nothing changed.

    """

    amount: Decimal
    since: Period
    favourable: bool | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A value ready to be shown: ``text`` carries symbols (%, €), ``unit`` the words after it."""

    text: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.text}{NBSP}{self.unit}" if self.unit else self.text


def period_of_bounds(start: dt.date, end: dt.date) -> Period:
    """Return the period between two exact days, in whole years or months where it is so.

    >>> period_of_bounds(dt.date(2025, 1, 1), dt.date(2025, 12, 31)).precision.value
    'year'
    """
    whole_months = start.day == 1 and (end + dt.timedelta(days=1)).day == 1
    if whole_months and start.month == 1 and end.month == 12:
        return Period(start, end, Precision.YEAR)
    return Period(start, end, Precision.MONTH if whole_months else Precision.DAY)


def format_number(value: Decimal, language: str) -> str:
    """Write a number as ``language`` does, without trailing zeros.

    >>> format_number(Decimal("13942.5000"), "en")
    '13,942.5'
    """
    return _wording(language).number(value)


def read_quantity(quantity: Quantity, unit: str, language: str) -> Reading:
    """Write a value with its operator in words and its unit.

    >>> str(read_quantity(Quantity(Decimal(50), Operator.MORE_THAN), "%", "en"))
    'more than 50%'
    """
    wording = _wording(language)
    symbol, words = _split_unit(unit)
    if quantity.operator == Operator.INTERVAL and quantity.value_max is not None:
        bounds = (wording.number(quantity.value), wording.number(quantity.value_max))
        return Reading(wording.interval(*bounds, symbol), words)
    number = wording.with_symbol(wording.number(quantity.value), symbol)
    return Reading(wording.operators.get(quantity.operator, "{}").format(number), words)


def period_in_words(period: Period | None, language: str) -> str:
    """Write a period, no more precisely than it is known; empty when it is not known."""
    return _wording(language).period(period) if period else ""


def change_between(observations: Sequence[Observation], direction: Direction) -> Change | None:
    """Return the change between the last validated observation and the one it compares with.

    Both must be exact, achieved or computed, over periods of the same length that do not overlap,
    of the same kind and perimeter; None otherwise. What is missing is never taken for 0.
    """
    dated = [
        (observation.period.end, observation)
        for observation in observations
        if observation.validated and observation.period
    ]
    if not dated:
        return None
    latest = max(dated, key=lambda item: item[0])[1]
    earlier = [
        (end, observation) for end, observation in dated if _is_comparable(observation, latest)
    ]
    if not earlier:
        return None
    previous = max(earlier, key=lambda item: item[0])[1]
    if latest.quantity is None or previous.quantity is None or previous.period is None:
        return None
    amount = latest.quantity.value - previous.quantity.value
    favourable = None
    if direction != Direction.NEUTRAL and amount:
        favourable = (amount > 0) == (direction == Direction.UP)
    return Change(amount, previous.period, favourable)


def _is_comparable(previous: Observation, latest: Observation) -> bool:
    return (
        previous.is_exact
        and latest.is_exact
        and previous.period is not None
        and latest.period is not None
        and previous.period.end < latest.period.start
        and previous.period.length == latest.period.length
        and (previous.kind, previous.perimeter) == (latest.kind, latest.perimeter)
    )


def change_in_words(change: Change | None, unit: str, language: str) -> str:
    """Write a change with its sign, its unit and the period it is counted from."""
    if change is None:
        return ""
    wording = _wording(language)
    since = wording.since(change.since)
    if not change.amount:
        return f"{wording.unchanged} {since}"
    return f"{wording.signed(change.amount, unit)} {since}"


SYMBOLS = ("%", "€")


def _split_unit(unit: str) -> tuple[str, str]:
    """Split « € HT » into its symbol and its words."""
    for symbol in SYMBOLS:
        if unit == symbol or unit.startswith(f"{symbol} "):
            return symbol, unit[len(symbol) :].strip()
    return "", unit


class _Wording(Protocol):
    """How one language writes figures."""

    operators: dict[Operator, str]
    unchanged: str

    def number(self, value: Decimal) -> str: ...
    def with_symbol(self, number: str, symbol: str) -> str: ...
    def interval(self, low: str, high: str, symbol: str) -> str: ...
    def signed(self, amount: Decimal, unit: str) -> str: ...
    def period(self, period: Period) -> str: ...
    def since(self, period: Period) -> str: ...


def _grouped(value: Decimal, thousands: str, point: str) -> str:
    digits = format(abs(value), "f")
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0")
    text = f"{int(whole):,}".replace(",", thousands) + (f"{point}{fraction}" if fraction else "")
    return f"{MINUS}{text}" if value < 0 and text.strip("0,.") else text


def _bounds_in_words(  # a period of months or quarters, whose end repeats no year needlessly
    first: str, last: str, years: tuple[int, int], joint: str
) -> str:
    if years[0] != years[1]:
        return f"{first} {years[0]}{joint}{last} {years[1]}"
    if first != last:
        return f"{first}{joint}{last} {years[1]}"
    return f"{first} {years[0]}"


def _years(period: Period) -> tuple[int, int]:
    return period.start.year, period.end.year


def _quarter(date: dt.date) -> int:
    return (date.month + 2) // 3


def _is_single(period: Period) -> bool:
    """Whether the period is one year, one quarter, one month or one day."""
    return period.length[1] == {
        Precision.YEAR: 11,
        Precision.QUARTER: 2,
    }.get(period.precision, 0)


class _French:
    operators = {
        Operator.AT_LEAST: "au moins {}",
        Operator.MORE_THAN: "plus de {}",
        Operator.ABOUT: "environ {}",
    }
    unchanged = "sans changement"
    months = (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    )

    def number(self, value: Decimal) -> str:
        return _grouped(value, NARROW_NBSP, ",")

    def with_symbol(self, number: str, symbol: str) -> str:
        return f"{number}{NBSP}{symbol}" if symbol else number

    def interval(self, low: str, high: str, symbol: str) -> str:
        return f"de {low} à {self.with_symbol(high, symbol)}"

    def signed(self, amount: Decimal, unit: str) -> str:
        sign = "+" if amount > 0 else ""
        symbol, words = _split_unit(unit)
        if symbol == "%" or words.startswith("point"):
            symbol, words = "", "points" if abs(amount) >= 2 else "point"
        text = self.with_symbol(f"{sign}{self.number(amount)}", symbol)
        return f"{text}{NBSP}{words}" if words else text

    def period(self, period: Period) -> str:
        start, end, years = period.start, period.end, _years(period)
        if period.precision == Precision.YEAR:
            return str(years[0]) if years[0] == years[1] else f"{years[0]}{EN_DASH}{years[1]}"
        if period.precision == Precision.QUARTER:
            first, last = (
                f"{n}{'er' if n == 1 else 'e'} trimestre" for n in (_quarter(start), _quarter(end))
            )
            return _bounds_in_words(first, last, years, " au ")
        if period.precision == Precision.MONTH:
            first, last = self.months[start.month - 1], self.months[end.month - 1]
            return _bounds_in_words(first, last, years, " à ")
        if start == end:
            return self._day(start)
        return f"du {self._day(start)} au {self._day(end)}"

    def since(self, period: Period) -> str:
        words = self.period(period)
        return f"depuis {words}" if _is_single(period) else f"par rapport à la période {words}"

    def _day(self, date: dt.date) -> str:
        number = "1er" if date.day == 1 else str(date.day)
        return f"{number}{NBSP}{self.months[date.month - 1]} {date.year}"


class _English:
    operators = {
        Operator.AT_LEAST: "at least {}",
        Operator.MORE_THAN: "more than {}",
        Operator.ABOUT: "about {}",
    }
    unchanged = "unchanged"
    months = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )

    def number(self, value: Decimal) -> str:
        return _grouped(value, ",", ".")

    def with_symbol(self, number: str, symbol: str) -> str:
        return f"€{number}" if symbol == "€" else f"{number}{symbol}"

    def interval(self, low: str, high: str, symbol: str) -> str:
        first = self.with_symbol(low, symbol) if symbol == "€" else low
        return f"{first} to {self.with_symbol(high, symbol)}"

    def signed(self, amount: Decimal, unit: str) -> str:
        sign = "+" if amount > 0 else MINUS
        symbol, words = _split_unit(unit)
        if symbol == "%" or words.startswith("point"):
            symbol, words = "", "point" if abs(amount) == 1 else "points"
        text = f"{sign}{self.with_symbol(self.number(abs(amount)), symbol)}"
        return f"{text}{NBSP}{words}" if words else text

    def period(self, period: Period) -> str:
        start, end, years = period.start, period.end, _years(period)
        if period.precision == Precision.YEAR:
            return str(years[0]) if years[0] == years[1] else f"{years[0]}{EN_DASH}{years[1]}"
        if period.precision == Precision.QUARTER:
            return _bounds_in_words(f"Q{_quarter(start)}", f"Q{_quarter(end)}", years, " to ")
        if period.precision == Precision.MONTH:
            first, last = self.months[start.month - 1], self.months[end.month - 1]
            return _bounds_in_words(first, last, years, " to ")
        if start == end:
            return self._day(start)
        return f"{self._day(start)} to {self._day(end)}"

    def since(self, period: Period) -> str:
        words = self.period(period)
        return f"since {words}" if _is_single(period) else f"compared with {words}"

    def _day(self, date: dt.date) -> str:
        return f"{date.day}{NBSP}{self.months[date.month - 1]} {date.year}"


_FRENCH: _Wording = _French()
_ENGLISH: _Wording = _English()


def _wording(language: str) -> _Wording:
    return _FRENCH if language.startswith("fr") else _ENGLISH

"""Figures in words: numbers, readings and changes. Pure functions on dataclasses.

Missing is never 0, and an interval stays an interval. Each language writes its own numbers: they
cannot be made from translated parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from engagements.enums import Direction, Nature, Operator
from portal.core.dates import NBSP, Period, since_in_words

NARROW_NBSP = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

COMPARABLE_NATURES = frozenset({Nature.ACHIEVED, Nature.COMPUTED})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value and how it is to be read; ``value_max`` is for intervals only."""

    value: Decimal
    operator: Operator = Operator.EQUAL
    value_max: Decimal | None = None


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
    since = since_in_words(change.since, language)
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


def _grouped(value: Decimal, thousands: str, point: str) -> str:
    digits = format(abs(value), "f")
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0")
    text = f"{int(whole):,}".replace(",", thousands) + (f"{point}{fraction}" if fraction else "")
    return f"{MINUS}{text}" if value < 0 and text.strip("0,.") else text


class _French:
    operators = {
        Operator.AT_LEAST: "au moins {}",
        Operator.MORE_THAN: "plus de {}",
        Operator.ABOUT: "environ {}",
    }
    unchanged = "sans changement"

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


class _English:
    operators = {
        Operator.AT_LEAST: "at least {}",
        Operator.MORE_THAN: "more than {}",
        Operator.ABOUT: "about {}",
    }
    unchanged = "unchanged"

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


_FRENCH: _Wording = _French()
_ENGLISH: _Wording = _English()


def _wording(language: str) -> _Wording:
    return _FRENCH if language.startswith("fr") else _ENGLISH

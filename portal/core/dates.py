"""Dates as precisely as they are known: their bounds, and their words. Pure functions.

Words never say more than is known. French needs its elisions and ordinals (« 1er »), which message
catalogues cannot make from parts: each language writes its own dates.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

PARIS = ZoneInfo("Europe/Paris")
DAY = dt.timedelta(days=1)
NBSP = "\N{NO-BREAK SPACE}"
EN_DASH = "\N{EN DASH}"


class Precision(models.TextChoices):
    """How precisely a date is known; never completed by invention."""

    INSTANT = "instant", _("Day and time")
    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


# For what has no time: values, milestones, awards.
PRECISIONS_OF_DATES = [choice for choice in Precision.choices if choice[0] != Precision.INSTANT]

MONTHS_OF = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """The days that something covers, and how precisely they are known."""

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

    @property
    def is_single(self) -> bool:
        """Whether the period is one year, one quarter, one month or one day."""
        return self.length[1] == MONTHS_OF.get(self.precision, 1) - 1


def period_of_bounds(start: dt.date, end: dt.date) -> Period:
    """Return the period between two exact days, in whole years or months where it is so.

    >>> period_of_bounds(dt.date(2025, 1, 1), dt.date(2025, 12, 31)).precision.value
    'year'
    """
    whole_months = start.day == 1 and (end + DAY).day == 1
    if whole_months and start.month == 1 and end.month == 12:
        return Period(start, end, Precision.YEAR)
    return Period(start, end, Precision.MONTH if whole_months else Precision.DAY)


def quarter(day: dt.date) -> int:
    """Return the quarter of ``day``, 1 to 4."""
    return (day.month + 2) // 3


def first_of(precision: Precision, day: dt.date) -> dt.date:
    """Return the first day of the period of that precision around ``day``."""
    match Precision(precision):
        case Precision.MONTH:
            return day.replace(day=1)
        case Precision.QUARTER:
            return dt.date(day.year, quarter(day) * 3 - 2, 1)
        case Precision.YEAR:
            return dt.date(day.year, 1, 1)
        case _:
            return day


def next_first(precision: Precision, day: dt.date) -> dt.date:
    """Return the first day of the period that follows the one around ``day``."""
    step = MONTHS_OF.get(Precision(precision))
    if step is None:
        return day + DAY
    first = first_of(precision, day)
    months_after = first.year * 12 + first.month - 1 + step
    return dt.date(months_after // 12, months_after % 12 + 1, 1)


def day_in_words(day: dt.date | None, language: str | None = None) -> str:
    """Write a day, in the language in use unless one is given; empty when it is not known.

    >>> day_in_words(dt.date(2017, 10, 1), "fr").replace(NBSP, " ")
    '1er octobre 2017'
    """
    return _words(language or get_language() or "").day(day) if day else ""


def period_in_words(period: Period | None, language: str) -> str:
    """Write a period, no more precisely than it is known; empty when it is not known."""
    return _words(language).period(period) if period else ""


def since_in_words(period: Period, language: str) -> str:
    """Write that something is counted from ``period``."""
    return _words(language).since(period)


class _Words(Protocol):
    """How one language writes dates."""

    def day(self, day: dt.date) -> str: ...
    def period(self, period: Period) -> str: ...
    def since(self, period: Period) -> str: ...


def _years(period: Period) -> str:
    first, last = period.start.year, period.end.year
    return str(first) if first == last else f"{first}{EN_DASH}{last}"


def _bounds(period: Period, first: str, last: str, joint: str) -> str:
    """Join both ends of a period of months or quarters, the year repeated when it changes."""
    years = period.start.year, period.end.year
    if years[0] != years[1]:
        return f"{first} {years[0]}{joint}{last} {years[1]}"
    return f"{first}{joint}{last} {years[1]}" if first != last else f"{first} {years[0]}"


class _French:
    weekdays = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
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

    def number(self, day: dt.date) -> str:
        return "1er" if day.day == 1 else str(day.day)

    def month(self, day: dt.date) -> str:
        return self.months[day.month - 1]

    def month_and_year(self, day: dt.date) -> str:
        return f"{self.month(day)} {day.year}"

    def day_and_month(self, day: dt.date) -> str:
        return f"{self.number(day)}{NBSP}{self.month(day)}"

    def day(self, day: dt.date) -> str:
        return f"{self.day_and_month(day)} {day.year}"

    def day_of_week(self, day: dt.date) -> str:
        return f"{self.weekdays[day.weekday()]} {self.day(day)}"

    def quarter(self, day: dt.date) -> str:
        number = quarter(day)
        return f"{number}{'er' if number == 1 else 'e'}"

    def period(self, period: Period) -> str:
        start, end = period.start, period.end
        match period.precision:
            case Precision.YEAR:
                return _years(period)
            case Precision.QUARTER:
                first, last = (f"{self.quarter(day)} trimestre" for day in (start, end))
                return _bounds(period, first, last, " au ")
            case Precision.MONTH:
                return _bounds(period, self.month(start), self.month(end), " à ")
            case _:
                one = self.day(start)
                return one if start == end else f"du {one} au {self.day(end)}"

    def since(self, period: Period) -> str:
        words = self.period(period)
        return f"depuis {words}" if period.is_single else f"par rapport à la période {words}"


class _English:
    weekdays = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
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

    def month(self, day: dt.date) -> str:
        return self.months[day.month - 1]

    def month_and_year(self, day: dt.date) -> str:
        return f"{self.month(day)} {day.year}"

    def day_and_month(self, day: dt.date) -> str:
        return f"{day.day}{NBSP}{self.month(day)}"

    def day(self, day: dt.date) -> str:
        return f"{self.day_and_month(day)} {day.year}"

    def day_of_week(self, day: dt.date) -> str:
        return f"{self.weekdays[day.weekday()]} {self.day(day)}"

    def quarter(self, day: dt.date) -> str:
        return ("1st", "2nd", "3rd", "4th")[quarter(day) - 1]

    def period(self, period: Period) -> str:
        start, end = period.start, period.end
        match period.precision:
            case Precision.YEAR:
                return _years(period)
            case Precision.QUARTER:
                return _bounds(period, f"Q{quarter(start)}", f"Q{quarter(end)}", " to ")
            case Precision.MONTH:
                return _bounds(period, self.month(start), self.month(end), " to ")
            case _:
                one = self.day(start)
                return one if start == end else f"{one} to {self.day(end)}"

    def since(self, period: Period) -> str:
        words = self.period(period)
        return f"since {words}" if period.is_single else f"compared with {words}"


FRENCH = _French()
ENGLISH = _English()


def _words(language: str) -> _Words:
    return FRENCH if language.startswith("fr") else ENGLISH

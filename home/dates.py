"""Dates of events: from what is known to bounds and to words. Pure functions.

An event is known to the instant, or only to the day, the month, the quarter or the year. Its bounds
are the half-open interval ``[starts_at, ends_at)`` that this knowledge allows, in Europe/Paris; its
words never say more than is known.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.dates import ENGLISH, FRENCH, NBSP, PARIS, Precision, first_of, next_first, quarter

DATED_TO_THE_DAY = frozenset({Precision.INSTANT, Precision.DAY})


@dataclass(frozen=True, slots=True)
class EventDates:
    """What is known of the dates of an event.

    Attributes:
        start_date: first day; any day of the first month, quarter or year when less is known.
        end_date: last day, included; None when it is the first.

    """

    precision: Precision
    start_date: dt.date
    start_time: dt.time | None = None
    end_date: dt.date | None = None
    end_time: dt.time | None = None

    @property
    def last_date(self) -> dt.date:
        """The last day, which is the first one when no other is known."""
        return self.end_date or self.start_date

    @property
    def is_dated_to_the_day(self) -> bool:
        """Whether a calendar can show it."""
        return self.precision in DATED_TO_THE_DAY

    def problems(self) -> dict[str, str]:
        """Return what is wrong, by field; empty when all is well."""
        found: dict[str, str] = {}
        if self.end_date and self.end_date < self.start_date:
            found["end_date"] = _("The last day comes before the first day.")
        if self.precision == Precision.INSTANT:
            found |= self._time_problems()
        else:
            for name, value in (("start_time", self.start_time), ("end_time", self.end_time)):
                if value is not None:
                    found[name] = _(
                        "Remove the time, or choose the precision “Day and time”: "
                        "with the precision “%(precision)s” no time is known."
                    ) % {"precision": Precision(self.precision).label}
        return found

    def _time_problems(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if self.start_time is None:
            found["start_time"] = _(
                "Give the time, or choose the precision “Day” if it is not known yet."
            )
            return found
        if not _exists(self.start_date, self.start_time):
            found["start_time"] = str(_SKIPPED_HOUR)
        if self.end_time is None:
            return found
        if not _exists(self.last_date, self.end_time):
            found["end_time"] = str(_SKIPPED_HOUR)
        elif self.last_date >= self.start_date and (
            at(self.last_date, self.end_time) <= at(self.start_date, self.start_time)
        ):
            found["end_time"] = _("The event ends before it starts.")
        return found

    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """Return ``[starts_at, ends_at)``; an impossible end (a draft) becomes the end of the day."""
        first, after = period(self.precision, self.start_date, self.last_date)
        starts_at, ends_at = midnight(first), midnight(after)
        if self.precision == Precision.INSTANT:
            if self.start_time is not None:
                starts_at = at(self.start_date, self.start_time)
            if self.end_time is not None:
                end = at(self.last_date, self.end_time)
                ends_at = end if end > starts_at else ends_at
        return starts_at, ends_at

    def words(self, language: str) -> str:
        """Return the dates in words, in ``language``, as precise as they are known."""
        write = _FRENCH if language.startswith("fr") else _ENGLISH
        return write[Precision(self.precision)](self)


_SKIPPED_HOUR = gettext_lazy(
    "This hour does not exist that night: clocks go forward from 2 to 3 o’clock."
)


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """Return the instant of a wall-clock time in Paris (the first one when it strikes twice)."""
    return dt.datetime.combine(day, time.replace(fold=0), PARIS).astimezone(dt.UTC)


def midnight(day: dt.date) -> dt.datetime:
    """Return the instant at which ``day`` begins in Paris."""
    return at(day, dt.time())


def _exists(day: dt.date, time: dt.time) -> bool:
    local = at(day, time).astimezone(PARIS)
    return local.replace(tzinfo=None, fold=0) == dt.datetime.combine(day, time.replace(fold=0))


def period(precision: Precision, first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first day, and the day after the last, of what is known; never empty."""
    return first_of(precision, first), next_first(precision, max(first, last))


def _heure(time: dt.time) -> str:
    minutes = f"{NBSP}{time.minute:02}" if time.minute else ""
    return f"{time.hour}{NBSP}h{minutes}"


def _de(word: str) -> str:
    return f"d’{word}" if word[0] in "ao" else f"de {word}"


def _fr_instant(dates: EventDates) -> str:
    if dates.start_time is None:
        return _fr_day(dates)
    first, last = FRENCH.day_of_week(dates.start_date), FRENCH.day_of_week(dates.last_date)
    start_time = _heure(dates.start_time)
    if first == last:
        if dates.end_time is None:
            return f"le {first} à {start_time}"
        return f"le {first}, de {start_time} à {_heure(dates.end_time)}"
    end = f" à {_heure(dates.end_time)}" if dates.end_time else ""
    return f"du {first} à {start_time} au {last}{end}"


def _fr_day(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    if first == last:
        return f"le {FRENCH.day_of_week(first)}"
    start = FRENCH.number(first)
    if first.year != last.year:
        start = FRENCH.day(first)
    elif first.month != last.month:
        start = FRENCH.day_and_month(first)
    return f"du {start} au {FRENCH.day(last)}"


def _fr_month(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    end = FRENCH.month_and_year(last)
    if (first.year, first.month) == (last.year, last.month):
        return end
    start = FRENCH.month(first) if first.year == last.year else FRENCH.month_and_year(first)
    return f"{_de(start)} à {end}"


def _fr_quarter(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    end = f"{FRENCH.quarter(last)} trimestre {last.year}"
    if (first.year, quarter(first)) == (last.year, quarter(last)):
        return end
    year = "" if first.year == last.year else f" trimestre {first.year}"
    return f"du {FRENCH.quarter(first)}{year} au {end}"


def _fr_year(dates: EventDates) -> str:
    first, last = dates.start_date.year, dates.last_date.year
    return str(first) if first == last else f"de {first} à {last}"


def _hour(time: dt.time) -> str:
    return f"{time:%H:%M}"


def _en_instant(dates: EventDates) -> str:
    if dates.start_time is None:
        return _en_day(dates)
    first, last = ENGLISH.day_of_week(dates.start_date), ENGLISH.day_of_week(dates.last_date)
    start_time = _hour(dates.start_time)
    if first == last:
        if dates.end_time is None:
            return f"{first} at {start_time}"
        return f"{first}, {start_time} to {_hour(dates.end_time)}"
    end = f" at {_hour(dates.end_time)}" if dates.end_time else ""
    return f"{first} at {start_time} to {last}{end}"


def _en_day(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    if first == last:
        return ENGLISH.day_of_week(first)
    start = str(first.day)
    if first.year != last.year:
        start = ENGLISH.day(first)
    elif first.month != last.month:
        start = ENGLISH.day_and_month(first)
    return f"{start} to {ENGLISH.day(last)}"


def _en_month(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    end = ENGLISH.month_and_year(last)
    if (first.year, first.month) == (last.year, last.month):
        return end
    start = ENGLISH.month(first) if first.year == last.year else ENGLISH.month_and_year(first)
    return f"{start} to {end}"


def _en_quarter(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    end = f"{ENGLISH.quarter(last)} quarter of {last.year}"
    if (first.year, quarter(first)) == (last.year, quarter(last)):
        return end
    year = "" if first.year == last.year else f" quarter of {first.year}"
    return f"{ENGLISH.quarter(first)}{year} to {end}"


def _en_year(dates: EventDates) -> str:
    first, last = dates.start_date.year, dates.last_date.year
    return str(first) if first == last else f"{first} to {last}"


Writer = Callable[[EventDates], str]

_FRENCH: dict[Precision, Writer] = {
    Precision.INSTANT: _fr_instant,
    Precision.DAY: _fr_day,
    Precision.MONTH: _fr_month,
    Precision.QUARTER: _fr_quarter,
    Precision.YEAR: _fr_year,
}
_ENGLISH: dict[Precision, Writer] = {
    Precision.INSTANT: _en_instant,
    Precision.DAY: _en_day,
    Precision.MONTH: _en_month,
    Precision.QUARTER: _en_quarter,
    Precision.YEAR: _en_year,
}

"""Dates of events: from what is known to bounds and to words. Pure functions.

An event is known to the instant, or only to the day, the month, the quarter or the year. Its bounds
are the half-open interval ``[starts_at, ends_at)`` that this knowledge allows, in Europe/Paris; its
words never say more than is known.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.enums import EventPrecision

PARIS = ZoneInfo("Europe/Paris")
DAY = dt.timedelta(days=1)
NBSP = "\N{NO-BREAK SPACE}"

DATED_TO_THE_DAY = frozenset({EventPrecision.INSTANT, EventPrecision.DAY})


@dataclass(frozen=True, slots=True)
class EventDates:
    """What is known of the dates of an event.

    Attributes:
        start_date: first day; any day of the first month, quarter or year when less is known.
        end_date: last day, included; None when it is the first.

    """

    precision: EventPrecision
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
        if self.precision == EventPrecision.INSTANT:
            found |= self._time_problems()
        else:
            for name, value in (("start_time", self.start_time), ("end_time", self.end_time)):
                if value is not None:
                    found[name] = _(
                        "Remove the time, or choose the precision “Day and time”: "
                        "with the precision “%(precision)s” no time is known."
                    ) % {"precision": EventPrecision(self.precision).label}
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
        if self.precision == EventPrecision.INSTANT:
            if self.start_time is not None:
                starts_at = at(self.start_date, self.start_time)
            if self.end_time is not None:
                end = at(self.last_date, self.end_time)
                ends_at = end if end > starts_at else ends_at
        return starts_at, ends_at

    def words(self, language: str) -> str:
        """Return the dates in words, in ``language``, as precise as they are known."""
        write = _FRENCH if language.startswith("fr") else _ENGLISH
        return write[EventPrecision(self.precision)](self)


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


def quarter(day: dt.date) -> int:
    """Return the quarter of ``day``, 1 to 4."""
    return (day.month + 2) // 3


def first_of(precision: EventPrecision, day: dt.date) -> dt.date:
    """Return the first day of the period of that precision around ``day``."""
    match EventPrecision(precision):
        case EventPrecision.MONTH:
            return day.replace(day=1)
        case EventPrecision.QUARTER:
            return dt.date(day.year, quarter(day) * 3 - 2, 1)
        case EventPrecision.YEAR:
            return dt.date(day.year, 1, 1)
        case _:
            return day


def next_first(precision: EventPrecision, day: dt.date) -> dt.date:
    """Return the first day of the period that follows the one around ``day``."""
    months = {EventPrecision.MONTH: 1, EventPrecision.QUARTER: 3, EventPrecision.YEAR: 12}
    step = months.get(EventPrecision(precision))
    if step is None:
        return day + DAY
    first = first_of(precision, day)
    months_after = first.year * 12 + first.month - 1 + step
    return dt.date(months_after // 12, months_after % 12 + 1, 1)


def period(precision: EventPrecision, first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first day, and the day after the last, of what is known; never empty."""
    return first_of(precision, first), next_first(precision, max(first, last))


# Words ------------------------------------------------------------------------------------------
# French needs its elisions (« d’octobre ») and ordinals (« 1er »), which message catalogues cannot
# make from parts: each language writes its own dates.

_JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MOIS = [
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
]
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = [
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
]
_ORDINALS = ("1st", "2nd", "3rd", "4th")


def _quantieme(day: dt.date) -> str:
    return f"1er{NBSP}" if day.day == 1 else f"{day.day}{NBSP}"


def _mois(day: dt.date) -> str:
    return _MOIS[day.month - 1]


def _jour(day: dt.date) -> str:
    return f"{_JOURS[day.weekday()]} {_quantieme(day)}{_mois(day)} {day.year}"


def _heure(time: dt.time) -> str:
    minutes = f"{NBSP}{time.minute:02}" if time.minute else ""
    return f"{time.hour}{NBSP}h{minutes}"


def _de(word: str) -> str:
    return f"d’{word}" if word[0] in "ao" else f"de {word}"


def _fr_instant(dates: EventDates) -> str:
    if dates.start_time is None:
        return _fr_day(dates)
    first, last = dates.start_date, dates.last_date
    if first == last:
        if dates.end_time is None:
            return f"le {_jour(first)} à {_heure(dates.start_time)}"
        return f"le {_jour(first)}, de {_heure(dates.start_time)} à {_heure(dates.end_time)}"
    end = f" à {_heure(dates.end_time)}" if dates.end_time else ""
    return f"du {_jour(first)} à {_heure(dates.start_time)} au {_jour(last)}{end}"


def _fr_day(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    if first == last:
        return f"le {_jour(first)}"
    start = _quantieme(first).rstrip(NBSP)
    if first.year != last.year:
        start = f"{_quantieme(first)}{_mois(first)} {first.year}"
    elif first.month != last.month:
        start = f"{_quantieme(first)}{_mois(first)}"
    return f"du {start} au {_quantieme(last)}{_mois(last)} {last.year}"


def _fr_month(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    end = f"{_mois(last)} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return end
    start = _mois(first) if first.year == last.year else f"{_mois(first)} {first.year}"
    return f"{_de(start)} à {end}"


def _trimestre(day: dt.date) -> str:
    number = quarter(day)
    return f"{number}{'er' if number == 1 else 'e'}"


def _fr_quarter(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    end = f"{_trimestre(last)} trimestre {last.year}"
    if (first.year, quarter(first)) == (last.year, quarter(last)):
        return end
    year = "" if first.year == last.year else f" trimestre {first.year}"
    return f"du {_trimestre(first)}{year} au {end}"


def _fr_year(dates: EventDates) -> str:
    first, last = dates.start_date.year, dates.last_date.year
    return str(first) if first == last else f"de {first} à {last}"


def _month(day: dt.date) -> str:
    return _MONTHS[day.month - 1]


def _day(day: dt.date) -> str:
    return f"{_DAYS[day.weekday()]} {day.day}{NBSP}{_month(day)} {day.year}"


def _hour(time: dt.time) -> str:
    return f"{time:%H:%M}"


def _en_instant(dates: EventDates) -> str:
    if dates.start_time is None:
        return _en_day(dates)
    first, last = dates.start_date, dates.last_date
    if first == last:
        if dates.end_time is None:
            return f"{_day(first)} at {_hour(dates.start_time)}"
        return f"{_day(first)}, {_hour(dates.start_time)} to {_hour(dates.end_time)}"
    end = f" at {_hour(dates.end_time)}" if dates.end_time else ""
    return f"{_day(first)} at {_hour(dates.start_time)} to {_day(last)}{end}"


def _en_day(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    if first == last:
        return _day(first)
    start = str(first.day)
    if first.year != last.year:
        start = f"{first.day}{NBSP}{_month(first)} {first.year}"
    elif first.month != last.month:
        start = f"{first.day}{NBSP}{_month(first)}"
    return f"{start} to {last.day}{NBSP}{_month(last)} {last.year}"


def _en_month(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    end = f"{_month(last)} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return end
    start = _month(first) if first.year == last.year else f"{_month(first)} {first.year}"
    return f"{start} to {end}"


def _en_quarter(dates: EventDates) -> str:
    first, last = dates.start_date, dates.last_date
    end = f"{_ORDINALS[quarter(last) - 1]} quarter of {last.year}"
    if (first.year, quarter(first)) == (last.year, quarter(last)):
        return end
    year = "" if first.year == last.year else f" quarter of {first.year}"
    return f"{_ORDINALS[quarter(first) - 1]}{year} to {end}"


def _en_year(dates: EventDates) -> str:
    first, last = dates.start_date.year, dates.last_date.year
    return str(first) if first == last else f"{first} to {last}"


Writer = Callable[[EventDates], str]

_FRENCH: dict[EventPrecision, Writer] = {
    EventPrecision.INSTANT: _fr_instant,
    EventPrecision.DAY: _fr_day,
    EventPrecision.MONTH: _fr_month,
    EventPrecision.QUARTER: _fr_quarter,
    EventPrecision.YEAR: _fr_year,
}
_ENGLISH: dict[EventPrecision, Writer] = {
    EventPrecision.INSTANT: _en_instant,
    EventPrecision.DAY: _en_day,
    EventPrecision.MONTH: _en_month,
    EventPrecision.QUARTER: _en_quarter,
    EventPrecision.YEAR: _en_year,
}

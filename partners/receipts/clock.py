"""An instant in words, with its zone."""

import datetime as dt

from portal.core.dates import ENGLISH, FRENCH, NBSP, PARIS


def instant_in_words(at: dt.datetime, language: str) -> str:
    """Write an instant to the second, in Paris and in universal time.

    >>> at = dt.datetime(2026, 7, 14, 8, 5, 9, tzinfo=dt.UTC)
    >>> instant_in_words(at, "en").replace(NBSP, " ")
    '14 July 2026 at 10:05:09, Paris time (08:05:09 UTC)'
    """
    here, universal = at.astimezone(PARIS), at.astimezone(dt.UTC)
    day_changes = here.date() != universal.date()
    if language.startswith("fr"):
        before = f"le {FRENCH.day(universal.date())} à " if day_changes else ""
        return (
            f"{FRENCH.day(here.date())} à {_french(here)}, heure de Paris "
            f"({before}{_french(universal)}{NBSP}UTC)"
        )
    before = f"{ENGLISH.day(universal.date())} at " if day_changes else ""
    return (
        f"{ENGLISH.day(here.date())} at {here:%H:%M:%S}, Paris time "
        f"({before}{universal:%H:%M:%S}{NBSP}UTC)"
    )


def _french(at: dt.datetime) -> str:
    return f"{at.hour}{NBSP}h{NBSP}{at:%M}{NBSP}min{NBSP}{at:%S}{NBSP}s"

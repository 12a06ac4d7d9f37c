"""How long an agreement holds: its terms, its tacit renewals, its notice. Pure functions of days.

An agreement holds from its first day to the last day of its term, both included. Where it renews
tacitly, each further term is a calendar year. A notice is in time when whole months remain between
the day after it and the day after the term: three months before 31 December, at the latest on
30 September.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from partners.enums import AgreementStatus, DutyKind

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """Where an agreement stands in its life, as it was recorded last.

    Attributes:
        starts_on: first day on which it holds.
        ends_on: last day of the present term; none where it holds without a term.
        is_tacit: whether a further year follows a term that nobody ended.

    """

    status: AgreementStatus
    starts_on: dt.date
    ends_on: dt.date | None
    is_tacit: bool
    notice_months: int


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """Something that an agreement calls for, and its last day."""

    on: dt.date
    kind: DutyKind


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or earlier; the last of the month where it has no such day.

    >>> add_months(dt.date(2024, 11, 30), 3), add_months(dt.date(2024, 5, 31), -3)
    (datetime.date(2025, 2, 28), datetime.date(2024, 2, 29))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_after_years(starts_on: dt.date, years: int) -> dt.date:
    """Return the last day of some whole years, the first one included; never a day less.

    >>> end_after_years(dt.date(2026, 3, 10), 2), end_after_years(dt.date(2024, 2, 29), 2)
    (datetime.date(2028, 3, 9), datetime.date(2026, 2, 28))
    """
    try:
        anniversary = starts_on.replace(year=starts_on.year + years)
    except ValueError:  # 29 February, in a year that has none
        anniversary = dt.date(starts_on.year + years, 3, 1)
    return anniversary - _DAY


def next_end(ends_on: dt.date) -> dt.date:
    """Return the last day of the term that follows tacitly: 31 December."""
    return dt.date((ends_on + _DAY).year, 12, 31)


def last_day_of_notice(ends_on: dt.date, months: int) -> dt.date:
    """Return the last day on which a notice ends the agreement with the term.

    >>> last_day_of_notice(dt.date(2026, 12, 31), 3)
    datetime.date(2026, 9, 30)
    """
    return add_months(ends_on + _DAY, -months) - _DAY


def end_after_notice(term: Term, given_on: dt.date) -> dt.date:
    """Return the last day of an agreement to which notice is given on ``given_on``.

    A notice that comes too late for the present term ends the next one; without a term, the
    agreement ends once the months have passed.
    """
    if term.ends_on is None:
        return add_months(given_on + _DAY, term.notice_months) - _DAY
    ends_on = term.ends_on
    while term.is_tacit and given_on > last_day_of_notice(ends_on, term.notice_months):
        ends_on = next_end(ends_on)
    return ends_on


def next_step(term: Term, on: dt.date) -> Term | None:
    """Return what the calendar alone has made of an agreement by the day ``on``; None when nothing."""
    is_over = term.ends_on is not None and on > term.ends_on
    match term.status:
        case AgreementStatus.SIGNED if on >= term.starts_on:
            return replace(term, status=AgreementStatus.IN_FORCE)
        case AgreementStatus.IN_FORCE if is_over and term.is_tacit and term.ends_on:
            return replace(term, ends_on=next_end(term.ends_on))
        case AgreementStatus.IN_FORCE if is_over:
            return replace(term, status=AgreementStatus.EXPIRED)
        case AgreementStatus.UNDER_NOTICE if is_over:
            return replace(term, status=AgreementStatus.TERMINATED)
    return None


def steps(term: Term, on: dt.date) -> Iterator[Term]:
    """Return each of them in turn, until the agreement stands as it does on the day ``on``."""
    while (step := next_step(term, on)) is not None:
        yield step
        term = step


def term_on(term: Term, on: dt.date) -> Term:
    """Return where an agreement stands on the day ``on``."""
    *_before, last = term, *steps(term, on)
    return last


def duties(term: Term, *, report_month: int | None, on: dt.date) -> list[Duty]:
    """Return what is due within the present term from the day ``on``, the first in front.

    Args:
        term: as it stands on that day.
        report_month: month by the end of which the partner reports, each year.
        on: day.

    """
    if term.status not in (AgreementStatus.IN_FORCE, AgreementStatus.UNDER_NOTICE):
        return []
    goes_on = term.status == AgreementStatus.IN_FORCE and term.is_tacit
    found = []
    if report_month is not None:
        report = report_due_on(on.year - 1, report_month)
        report = report if report >= on else report_due_on(on.year, report_month)
        if goes_on or term.ends_on is None or report <= term.ends_on:
            found.append(Duty(report, DutyKind.REPORT))
    if term.ends_on is not None:
        if goes_on:
            last = last_day_of_notice(term.ends_on, term.notice_months)
            if last < on:
                last = last_day_of_notice(next_end(term.ends_on), term.notice_months)
            found.append(Duty(last, DutyKind.RENEWAL))
        else:
            found.append(Duty(term.ends_on, DutyKind.END))
    return sorted(found)


def report_due_on(year: int, month: int) -> dt.date:
    """Return by when the report of a year is due: the end of that month, the year after.

    >>> report_due_on(2027, 2)
    datetime.date(2028, 2, 29)
    """
    return _end_of_month(year + 1, month)


def _end_of_month(year: int, month: int) -> dt.date:
    return add_months(dt.date(year, month, 1), 1) - _DAY

"""How long an agreement holds: pure functions of days, at their boundaries."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.enums import AGREEMENT_TRANSITIONS, AgreementStatus, DutyKind
from partners.terms import (
    Duty,
    Term,
    add_months,
    duties,
    end_after_notice,
    last_day_of_notice,
    next_end,
    next_step,
    term_on,
)

Day = dt.date
DAY = dt.timedelta(days=1)
IN_FORCE, UNDER_NOTICE = AgreementStatus.IN_FORCE, AgreementStatus.UNDER_NOTICE
days = st.dates(Day(1990, 1, 1), Day(2080, 12, 31))
months = st.integers(0, 24)


FIRST, LAST = Day(2017, 10, 1), Day(2018, 12, 31)


def term(status=IN_FORCE, starts_on=FIRST, ends_on=LAST, is_tacit=True):
    return Term(status, starts_on, ends_on, is_tacit, 3)


class TestTable:
    def test_every_status_is_reached_from_the_draft(self):
        reached, seen = {AgreementStatus.DRAFT}, set()
        while reached - seen:
            status = (reached - seen).pop()
            seen.add(status)
            reached |= set(AGREEMENT_TRANSITIONS[status])
        assert reached == set(AgreementStatus) == set(AGREEMENT_TRANSITIONS)

    def test_what_is_over_stays_over(self):
        over = {status for status, following in AGREEMENT_TRANSITIONS.items() if not following}
        assert over == {
            AgreementStatus.DECLINED,
            AgreementStatus.TERMINATED,
            AgreementStatus.EXPIRED,
        }

    def test_each_transition_has_one_service_and_each_service_one_end(self):
        ends = [
            (service, following)
            for transitions in AGREEMENT_TRANSITIONS.values()
            for following, service in transitions.items()
        ]
        assert len({service for service, _end in ends}) == len(ends)

    @given(st.sampled_from(AgreementStatus), days, days, st.booleans(), days)
    def test_the_calendar_makes_no_other(self, status, starts_on, ends_on, is_tacit, on):
        step = next_step(Term(status, starts_on, ends_on, is_tacit, 3), on)
        assert step is None or step.status in AGREEMENT_TRANSITIONS[status]


class TestRenewal:
    @pytest.mark.parametrize(
        ("on", "ends_on"),
        [
            (Day(2017, 10, 1), Day(2018, 12, 31)),
            (Day(2018, 12, 31), Day(2018, 12, 31)),
            (Day(2019, 1, 1), Day(2019, 12, 31)),
            (Day(2020, 2, 29), Day(2020, 12, 31)),
            (Day(2026, 11, 22), Day(2026, 12, 31)),
        ],
    )
    def test_each_calendar_year(self, on, ends_on):
        assert term_on(term(), on) == term(ends_on=ends_on)

    def test_a_term_that_ends_within_a_year_goes_on_to_its_end(self):
        assert next_end(Day(2026, 6, 30)) == Day(2026, 12, 31)
        assert next_end(Day(2026, 12, 31)) == Day(2027, 12, 31)

    def test_without_tacit_renewal_it_expires_the_day_after(self):
        fixed = term(is_tacit=False)
        assert term_on(fixed, Day(2018, 12, 31)).status == IN_FORCE
        assert term_on(fixed, Day(2019, 1, 1)).status == AgreementStatus.EXPIRED

    def test_after_a_notice_it_is_terminated_the_day_after(self):
        under_notice = term(UNDER_NOTICE)
        assert term_on(under_notice, Day(2018, 12, 31)).status == UNDER_NOTICE
        assert term_on(under_notice, Day(2019, 1, 1)).status == AgreementStatus.TERMINATED

    def test_it_begins_on_its_first_day(self):
        signed = term(AgreementStatus.SIGNED)
        assert term_on(signed, Day(2017, 9, 30)).status == AgreementStatus.SIGNED
        assert term_on(signed, Day(2017, 10, 1)).status == IN_FORCE
        assert term_on(signed, Day(2019, 1, 1)) == term(ends_on=Day(2019, 12, 31))

    @given(days, st.integers(0, 4000), st.integers(0, 4000))
    def test_who_looks_twice_sees_the_same(self, starts_on, first, second):
        """Whatever the days on which the clock ran, the agreement stands the same."""
        begins = term(starts_on=starts_on, ends_on=starts_on)
        early = starts_on + dt.timedelta(days=first)
        late = early + dt.timedelta(days=second)
        assert term_on(term_on(begins, early), late) == term_on(begins, late)
        assert term_on(begins, late).ends_on >= late


class TestNotice:
    @pytest.mark.parametrize(
        ("ends_on", "last"),
        [
            (Day(2026, 12, 31), Day(2026, 9, 30)),
            (Day(2024, 5, 31), Day(2024, 2, 29)),  # a leap year
            (Day(2023, 5, 31), Day(2023, 2, 28)),
            (Day(2024, 2, 29), Day(2023, 11, 30)),
            (Day(2023, 2, 28), Day(2022, 11, 30)),
            (Day(2024, 5, 30), Day(2024, 2, 28)),
            (Day(2026, 3, 29), Day(2025, 12, 29)),  # the night clocks change
        ],
    )
    def test_the_last_day(self, ends_on, last):
        assert last_day_of_notice(ends_on, 3) == last

    @given(days, months)
    def test_leaves_whole_months(self, ends_on, months):
        given_on = last_day_of_notice(ends_on, months)
        assert add_months(given_on + DAY, months) <= ends_on + DAY

    @pytest.mark.parametrize(
        ("given_on", "ends_on"),
        [
            (Day(2018, 9, 30), Day(2018, 12, 31)),
            (Day(2018, 10, 1), Day(2019, 12, 31)),
            (Day(2018, 12, 31), Day(2019, 12, 31)),
        ],
    )
    def test_ends_this_term_or_the_next(self, given_on, ends_on):
        assert end_after_notice(term(), given_on) == ends_on

    def test_without_a_term_it_ends_after_the_months(self):
        endless = term(ends_on=None, is_tacit=False)
        assert end_after_notice(endless, Day(2023, 11, 30)) == Day(2024, 2, 29)
        assert end_after_notice(endless, Day(2022, 11, 30)) == Day(2023, 2, 28)
        assert end_after_notice(endless, Day(2026, 9, 30)) == Day(2026, 12, 31)

    @given(days, st.integers(0, 4000))
    def test_never_ends_before_its_months(self, ends_on, after):
        given_on = ends_on - dt.timedelta(days=400) + dt.timedelta(days=after)
        last = end_after_notice(term(starts_on=Day(1980, 1, 1), ends_on=ends_on), given_on)
        assert add_months(given_on + DAY, 3) <= last + DAY

    @given(days, months)
    def test_months_come_back(self, day, months):
        assert add_months(add_months(day, months), -months) <= day
        assert add_months(day, months).day <= day.day


class TestDuties:
    def test_of_an_agreement_in_force(self):
        standing = term(ends_on=Day(2026, 12, 31))
        assert duties(standing, report_month=6, on=Day(2026, 3, 10)) == [
            Duty(Day(2026, 6, 30), DutyKind.REPORT),
            Duty(Day(2026, 9, 30), DutyKind.RENEWAL),
        ]

    def test_what_is_past_comes_back_next_year(self):
        standing = term(ends_on=Day(2026, 12, 31))
        assert duties(standing, report_month=2, on=Day(2026, 10, 1)) == [
            Duty(Day(2027, 2, 28), DutyKind.REPORT),
            Duty(Day(2027, 9, 30), DutyKind.RENEWAL),
        ]

    def test_of_an_agreement_that_ends(self):
        ending = term(UNDER_NOTICE, ends_on=Day(2026, 12, 31))
        assert duties(ending, report_month=6, on=Day(2026, 10, 1)) == [
            Duty(Day(2026, 12, 31), DutyKind.END)
        ]

    def test_of_one_that_does_not_hold(self):
        for status in set(AgreementStatus) - {IN_FORCE, UNDER_NOTICE}:
            assert duties(term(status), report_month=6, on=Day(2018, 3, 1)) == []

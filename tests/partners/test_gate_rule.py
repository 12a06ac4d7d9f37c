"""The rule itself, without a database."""

import datetime as dt

import pytest

from partners.gate import Agreement, Submission, refusal_reasons

DAY = dt.date(2026, 3, 10)


def fields(submission, on=DAY):
    return [reason.field for reason in refusal_reasons(submission, on)]


def test_a_written_story_without_anyone_passes():
    assert fields(Submission()) == []


def test_a_film_needs_captions_and_a_transcript():
    assert fields(Submission(has_film=True)) == ["captions", "transcript"]
    assert fields(Submission(has_film=True, has_captions=True)) == ["transcript"]
    assert fields(Submission(has_film=True, has_transcript=True)) == ["captions"]
    assert fields(Submission(has_film=True, has_captions=True, has_transcript=True)) == []


def test_an_exemption_has_its_reason():
    assert fields(Submission(has_film=True, exemption="Film de 1998, sans bande")) == []
    assert fields(Submission(has_film=True, exemption="  \n ")) == ["captions", "transcript"]


def test_an_exemption_says_nothing_of_consent():
    submission = Submission(has_film=True, exemption="Reprise", agreements=[Agreement("")])
    assert fields(submission) == ["consent"]


@pytest.mark.parametrize(
    ("agreement", "expected"),
    [
        (Agreement("yes"), []),
        (Agreement("no"), ["consent"]),
        (Agreement("no", DAY + dt.timedelta(days=9)), ["consent"]),
        (Agreement(""), ["consent"]),
        (Agreement("yes", DAY + dt.timedelta(days=1)), []),
        (Agreement("yes", DAY), []),
        (Agreement("yes", DAY - dt.timedelta(days=1)), ["consent_until"]),
    ],
)
def test_the_last_day_of_an_agreement_is_covered(agreement, expected):
    assert fields(Submission(agreements=[agreement])) == expected


def test_each_person_is_told_apart():
    people = [Agreement("yes"), Agreement("no"), Agreement("")]
    reasons = refusal_reasons(Submission(agreements=people), DAY)
    assert [reason.position for reason in reasons] == [1, 2]

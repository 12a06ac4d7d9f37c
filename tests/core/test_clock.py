"""The clock: what runs each minute and each night, without waiting."""

import datetime as dt
import logging

import pytest

from portal.core import clock
from portal.core.clock import Clock, Every, Job, run_for_ever

PARIS = clock.PARIS


def paris(*parts):
    return dt.datetime(*parts, tzinfo=PARIS)


def recorded(every, calls, name="job"):
    return Job(name, every, calls.append)


def test_a_minute_job_runs_at_each_tick_and_a_night_job_once_a_night():
    minutes, nights = [], []
    jobs = [recorded(Every.MINUTE, minutes), recorded(Every.NIGHT, nights)]
    ticking = Clock(jobs, paris(2026, 11, 3, 20))
    at = paris(2026, 11, 3, 20)
    for _minute in range(48 * 60):
        ticking.tick(at)
        at += dt.timedelta(minutes=1)
    assert len(minutes) == 48 * 60
    assert [night.astimezone(PARIS).hour for night in nights] == [3, 3]


@pytest.mark.parametrize("eve", [(2026, 3, 28), (2026, 10, 24)])
def test_a_night_when_clocks_change_has_one_run(eve):
    nights = []
    start = paris(*eve, 12).astimezone(dt.UTC)
    ticking = Clock([recorded(Every.NIGHT, nights)], start)
    for minute in range(24 * 60):
        ticking.tick(start + dt.timedelta(minutes=minute))
    assert len(nights) == 1


def test_a_job_that_fails_is_logged_and_the_others_run(caplog):
    def fail(_at):
        raise RuntimeError("en panne")

    calls = []
    jobs = [Job("a fails", Every.MINUTE, fail), recorded(Every.MINUTE, calls)]
    with caplog.at_level(logging.ERROR):
        assert Clock(jobs, paris(2026, 1, 1)).tick(paris(2026, 1, 1)) == ["a fails"]
    assert len(calls) == 1
    assert "a fails" in caplog.text


@pytest.mark.django_db
def test_it_waits_for_the_next_minute_and_stops_when_told(monkeypatch):
    monkeypatch.setattr(clock, "close_old_connections", lambda: None)
    calls, waits = [], []
    now = paris(2026, 11, 3, 12, 0, 42)

    def wait(seconds):
        waits.append(seconds)
        return len(waits) == 3

    run_for_ever(Clock([recorded(Every.MINUTE, calls)], now), lambda: now, wait)
    assert waits == [18.0, 18.0, 18.0]
    assert len(calls) == 3


@pytest.mark.django_db
def test_its_own_jobs_run():
    clock.publish_scheduled(paris(2026, 1, 1))
    clock.clear_sessions(paris(2026, 1, 1))


def test_a_job_registered_again_takes_the_place_of_the_first(monkeypatch):
    monkeypatch.setattr(clock, "_jobs", {})
    clock.register("tidy", Every.NIGHT, lambda at: None)
    clock.register("tidy", Every.MINUTE, lambda at: None)
    assert [job.every for job in clock.registered_jobs()] == [Every.MINUTE]

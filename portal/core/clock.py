"""What the portal does by itself: jobs run each minute or each night.

Layers add their jobs in ``AppConfig.ready``. A job that fails is logged, and the others run.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import close_old_connections, connection

logger = logging.getLogger(__name__)

PARIS = ZoneInfo("Europe/Paris")
MINUTE = dt.timedelta(minutes=1)
NIGHT_HOUR = 3  # clocks go back or forward at 2 or 3 o'clock: each night still has its run

Run = Callable[[dt.datetime], object]
Wait = Callable[[float], bool]
Now = Callable[[], dt.datetime]


class Every(Enum):
    """How often a job runs."""

    MINUTE = "minute"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do regularly; ``run`` is told the instant."""

    name: str
    every: Every
    run: Run


_jobs: dict[str, Job] = {}


def register(name: str, every: Every, run: Run) -> None:
    """Add a job; one registered again under the same name takes its place."""
    _jobs[name] = Job(name, every, run)


def registered_jobs() -> list[Job]:
    """Return the jobs, in the order of their names."""
    return [job for _name, job in sorted(_jobs.items())]


class Clock:
    """Runs the jobs that are due, each minute and each night."""

    def __init__(self, jobs: Iterable[Job], started_at: dt.datetime) -> None:
        self.jobs = list(jobs)
        self.last_night = self._night(started_at)

    @staticmethod
    def _night(at: dt.datetime) -> dt.date:
        """Return the day whose night run is the last one due at ``at``."""
        local = at.astimezone(PARIS)
        return local.date() if local.hour >= NIGHT_HOUR else local.date() - dt.timedelta(days=1)

    def tick(self, at: dt.datetime) -> list[str]:
        """Run what is due at ``at``; return the names of the jobs that failed."""
        night = self._night(at)
        is_night = night > self.last_night
        self.last_night = max(night, self.last_night)
        failed = []
        for job in self.jobs:
            if job.every is Every.MINUTE or is_night:
                try:
                    job.run(at)
                except Exception:
                    logger.exception("The job %s failed", job.name)
                    failed.append(job.name)
        return failed


def run_for_ever(clock: Clock, now: Now, wait: Wait) -> None:
    """Run the jobs at each minute until ``wait`` says to stop.

    Args:
        clock: what to run.
        now: tells the time.
        wait: waits for some seconds, and returns True when it is time to stop.

    """
    while True:
        close_old_connections()
        started = now()
        clock.tick(started)
        next_minute = started.replace(second=0, microsecond=0) + MINUTE
        if wait(max(0.0, (next_minute - now()).total_seconds())):
            return


def publish_scheduled(_at: dt.datetime) -> None:
    """Publish and unpublish what editors scheduled."""
    call_command("publish_scheduled", verbosity=0)


def clear_sessions(_at: dt.datetime) -> None:
    """Delete expired sessions."""
    call_command("clearsessions", verbosity=0)


def refresh_statistics(_at: dt.datetime) -> None:
    """Let the database count its rows: it then begins by the table that leaves fewest to read."""
    if connection.vendor in {"sqlite", "postgresql"}:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def register_own_jobs() -> None:
    """Add the jobs of the kernel."""
    register("publish scheduled pages", Every.MINUTE, publish_scheduled)
    register("clear expired sessions", Every.NIGHT, clear_sessions)
    register("refresh statistics", Every.NIGHT, refresh_statistics)

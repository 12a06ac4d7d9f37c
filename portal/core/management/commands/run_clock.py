"""Run the regular jobs until stopped."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.core.clock import (
    Clock,
    register_own_jobs,
    registered_jobs,
    run_for_ever,
)


class Command(BaseCommand):
    """Publish what is scheduled, each minute; tidy up, each night."""

    help = "Run the regular jobs (scheduled publication, nightly tidying) until stopped"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT, and let the job under way finish."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        register_own_jobs()
        jobs = registered_jobs()
        self.stdout.write(f"Clock: {', '.join(job.name for job in jobs)}")
        run_for_ever(Clock(jobs, timezone.now()), timezone.now, stop.wait)
        self.stdout.write("Clock: stopped")

"""What the RSO unit and administrators read of retention."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from partners.models import RetentionLine, RetentionRun
from partners.services.retention import Forecast, forecast

RUNS_SHOWN = 30
NIGHT_IS_LATE = dt.timedelta(hours=36)
YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class KindReport:
    """What is due of a kind of data, and what went in a year."""

    forecast: Forecast
    deleted: int


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """Where retention stands.

    Attributes:
        last: the last run; none before the first night.
        is_late: whether a night went by without one.
        failures: what the last run could not delete.
        runs: those that deleted something or failed, the last first.

    """

    last: RetentionRun | None
    is_late: bool
    failures: Sequence[RetentionLine]
    kinds: Sequence[KindReport]
    runs: Sequence[RetentionRun]


def last_run(at: dt.datetime) -> tuple[RetentionRun | None, bool, list[RetentionLine]]:
    """Return the last run, whether the next one is late, and what the last could not delete."""
    run = RetentionRun.objects.prefetch_related("lines").first()
    if run is None:
        return None, False, []
    failures = [line for line in run.lines.all() if line.failure]
    return run, run.started_at + NIGHT_IS_LATE < at, failures


def retention_report(*, at: dt.datetime) -> RetentionReport:
    """Return the report, at the same cost however much there is."""
    last, is_late, failures = last_run(at)
    lines = RetentionLine.objects.filter(run__started_at__gt=at - YEAR).order_by()
    deleted = dict(lines.values_list("kind").annotate(Sum("rows")))
    telling = RetentionRun.objects.filter(lines__isnull=False).distinct()
    return RetentionReport(
        last=last,
        is_late=is_late,
        failures=failures,
        kinds=[KindReport(one, deleted.get(one.kind, 0)) for one in forecast(at=at)],
        runs=list(telling.prefetch_related("lines")[:RUNS_SHOWN]),
    )

"""What is to come before what is over, what is fresh before what is stale: of equal match only.

Pure functions, the same for every engine: the first results, as an engine ranked them, are moved
by a few places at most.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What the best lose nothing of, the worst lose this much of: less than one word more or less tells.
MOST = 0.02
# News are stale after so many days, and no staler later.
_STALE = 3 * 365
# What has no date is neither fresh nor stale.
_UNDATED = 0.5


@dataclass(frozen=True, slots=True)
class Moment:
    """When a thing was written, or takes place (it then has a last day)."""

    date: dt.date | None = None
    last_day: dt.date | None = None


def timeliness(moment: Moment, today: dt.date) -> float:
    """Return by how much to multiply the score of a thing: from ``1 - MOST`` to 1.

    What takes place is timely until its last day, then no more; what was written ages day by day.

    >>> today = dt.date(2026, 6, 1)
    >>> timeliness(Moment(last_day=today), today)
    1.0
    >>> timeliness(Moment(dt.date(2026, 5, 1), dt.date(2026, 5, 31)), today)
    0.98
    >>> timeliness(Moment(dt.date(2020, 1, 1)), today)
    0.98
    """
    if moment.last_day is not None:
        lost = 1.0 if moment.last_day < today else 0.0
    elif moment.date is not None:
        lost = min(max((today - moment.date).days / _STALE, 0.0), 1.0)
    else:
        lost = _UNDATED
    return 1 - MOST * lost


def in_season(
    ranked: Sequence[tuple[int, float]], moments: Mapping[int, Moment], today: dt.date
) -> list[tuple[int, float]]:
    """Return ``ranked`` (numbers and scores) in order of score and timeliness together.

    What has no moment keeps its score; those that come out equal keep their order.
    """
    timed = [
        (entry, score * timeliness(moments[entry], today) if entry in moments else score)
        for entry, score in ranked
    ]
    return sorted(timed, key=lambda item: -round(item[1], 6))

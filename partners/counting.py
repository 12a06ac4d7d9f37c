"""What is counted: the public counter of partners and where it shows, the milestones reached."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone

from partners.charters import visible_charter_pages
from partners.figures import Progress, progress
from portal.core.caching import remember_for_reader
from portal.core.visibility import reader_of

if TYPE_CHECKING:
    from partners.models import Charter, Counted


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone in words, and the day on which it was reached."""

    words: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Counter:
    """The number of partners of a charter, as anyone who reads its page may know it.

    Attributes:
        url: page of the charter; empty on that page.
        reached: milestones, the latest first.

    """

    title: str
    progress: Progress
    reached: tuple[Reached, ...] = ()
    url: str = ""


def milestones_reached(counter: "Counted") -> tuple[Reached, ...]:
    """Return the milestones of ``counter``, the latest first (one query)."""
    reached = counter.reached.filter(**counter.current_count()).order_by("-threshold")
    return tuple(
        Reached(counter.in_words(one.threshold), timezone.localdate(one.reached_at))
        for one in reached
    )


def count_partners(charter: "Charter") -> int:
    """Return how many people are partners by ``charter`` at this instant (one query)."""
    from partners.models import Signature

    return Signature.objects.counted().filter(charter=charter).count()


def charter_counter(charter: "Charter") -> Counter:
    """Return the counter that the page of ``charter`` shows (two queries)."""
    return Counter(
        title=charter.name,
        progress=progress(count_partners(charter), charter.goal, charter.goal_date),
        reached=milestones_reached(charter),
    )


def home_counters(request: HttpRequest, language: str) -> list[Counter]:
    """Return the counters of the charters that have a goal, for the home page.

    Which they are is remembered; how many partners they have never is (one query, none without a
    goal).
    """
    from partners.models import Signature

    def with_goal() -> list[tuple["Charter", str]]:
        pages = visible_charter_pages(reader_of(request), language).exclude(charter__goal=None)
        found = {page.charter_id: page for page in pages.select_related("charter").order_by("path")}
        return [(page.charter, page.get_url(request) or "") for page in found.values()]

    charters = remember_for_reader(request, f"counters:{language}", with_goal)
    if not charters:
        return []
    counted = Signature.objects.counted().filter(charter__in=[one.pk for one, _url in charters])
    counts = dict(counted.values_list("charter").annotate(Count("pk")).order_by("charter"))
    return [
        Counter(
            title=charter.name,
            progress=progress(counts.get(charter.pk, 0), charter.goal, charter.goal_date),
            url=url,
        )
        for charter, url in charters
    ]

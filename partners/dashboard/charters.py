"""Signatures: how many, by charter, version and month; goal and pace. Numbers only, never who."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from partners.enums import SIGNATURE_KINDS, CharterVersionStatus, EvidenceKind
from partners.figures import Pace, bar_heights, months_before, pace
from partners.models import Charter, CharterVersion, EvidenceRecord, Signature

from .panel import Panel

MONTHS_SHOWN = 12
PACE_DAYS = 90
BAR = 60
# What makes a partner no partner any more.
ENDS = (EvidenceKind.WITHDRAWN, EvidenceKind.EXPIRED)


@dataclass(frozen=True, slots=True)
class Event:
    """How often something happened to a version within a month."""

    charter: str
    version: int
    kind: str
    month: dt.date
    times: int
    on_paper: int


@dataclass(frozen=True, slots=True)
class VersionFigures:
    """Signatures of a version: ever made, holding now, withdrawn or come to their end."""

    version: CharterVersion
    signed: int
    on_paper: int
    active: int
    ended: int
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Month:
    """What happened within a month, and how high its bars are."""

    day: dt.date
    signed: int
    ended: int
    signed_height: int
    ended_height: int

    @property
    def signed_top(self) -> int:
        """Where the bar of signatures begins."""
        return BAR - self.signed_height

    @property
    def ended_top(self) -> int:
        """Where the bar of withdrawals and ends begins."""
        return BAR - self.ended_height

    @property
    def label(self) -> str:
        """The month, in words."""
        return date_format(self.day, "F Y")


@dataclass(frozen=True, slots=True)
class CharterFigures:
    """Where a charter stands.

    Attributes:
        partners: how many people are partners by it now, as the public counter counts.
        percent: share of the goal.
        waiting: partners by an older version than the one in force.
        on_paper: partners whose signature was entered from paper.
        withdrawn: withdrawals ever made.
        expired: signatures that ever came to their end.

    """

    charter: Charter
    partners: int
    percent: int | None
    pace: Pace
    waiting: int
    on_paper: int
    online: int
    withdrawn: int
    expired: int
    versions: Sequence[VersionFigures]
    months: Sequence[Month]
    in_force: CharterVersion | None


class ChartersPanel(Panel):
    """Each charter, its versions, its months."""

    key = "charters"
    title = _("Signatures of charters")
    is_wide = True

    def read(self) -> dict[str, Any]:
        """Return the figures of each charter (five queries)."""
        published = CharterVersion.objects.exclude(status=CharterVersionStatus.DRAFT)
        charters = Charter.objects.order_by("slug").prefetch_related(
            Prefetch("versions", published.order_by("-number"), to_attr="published")
        )
        events = defaultdict(list)
        for event in _events():
            events[event.charter].append(event)
        active = _active()
        lately = _net_of_days(self.at - dt.timedelta(days=PACE_DAYS))
        figures = [
            self._figures(
                charter,
                events[charter.slug],
                {key[1:]: n for key, n in active.items() if key[0] == charter.pk},
                lately.get(charter.slug, 0),
            )
            for charter in charters
        ]
        return {"charters": [one for one in figures if one.versions]}

    def _figures(
        self,
        charter: Any,
        events: Sequence[Event],
        active: dict[tuple[int, bool], int],
        net: int,
    ) -> CharterFigures:
        versions = charter.published
        in_force = next((one for one in versions if _holds(one, self.on)), None)
        partners = sum(active.values())
        on_paper = sum(count for (_number, by_hand), count in active.items() if by_hand)
        older = sum(
            count
            for (number, _by_hand), count in active.items()
            if in_force is not None and number < in_force.number
        )
        return CharterFigures(
            charter=charter,
            partners=partners,
            percent=min(100, partners * 100 // charter.goal) if charter.goal else None,
            pace=pace(
                missing=max(0, charter.goal - partners) if charter.goal else None,
                goal_date=charter.goal_date,
                on=self.on,
                net=net,
                days=PACE_DAYS,
            ),
            waiting=older,
            on_paper=on_paper,
            online=partners - on_paper,
            withdrawn=_total(events, EvidenceKind.WITHDRAWN),
            expired=_total(events, EvidenceKind.EXPIRED),
            versions=[_version_figures(one, events, active, one == in_force) for one in versions],
            months=list(_months(events, self.on)),
            in_force=in_force,
        )


def _holds(version: CharterVersion, on: dt.date) -> bool:
    return (
        version.valid_from is not None
        and version.valid_from <= on
        and (version.valid_until is None or on <= version.valid_until)
    )


def _events() -> Iterator[Event]:
    """Return what happened, from the chain: it stays when signatures are purged (one query)."""
    records = EvidenceRecord.objects.filter(kind__in=SIGNATURE_KINDS).order_by()
    month = TruncMonth("at", tzinfo=timezone.get_current_timezone())
    for charter, version, kind, at, times, by_hand in (
        records.annotate(month=month)
        .values_list("charter", "version", "kind", "month")
        .annotate(
            times=Count("pk"),
            on_paper=Count("pk", filter=Q(kind=EvidenceKind.SIGNED, details__has_key="paper")),
        )
    ):
        day = timezone.localdate(at)
        yield Event(charter, version, kind, day, times, by_hand)


def _active() -> dict[tuple[int, int, bool], int]:
    """Return the partners by charter, number of version, and whether by hand (one query)."""
    counted = Signature.objects.counted().order_by()
    rows = counted.values_list("charter", "version__number").annotate(
        every=Count("pk"), by_hand=Count("pk", filter=Q(signed_record__details__has_key="paper"))
    )
    found = {}
    for charter, number, every, by_hand in rows:
        found[charter, number, True] = by_hand
        found[charter, number, False] = every - by_hand
    return found


def _net_of_days(since: dt.datetime) -> dict[str, int]:
    """Return by how many partners each charter has grown since an instant (one query)."""
    records = EvidenceRecord.objects.filter(at__gt=since, kind__in=SIGNATURE_KINDS).order_by()
    rows = records.values_list("charter").annotate(
        came=Count("pk", filter=Q(kind=EvidenceKind.SIGNED, about="")),
        left=Count("pk", filter=Q(kind__in=ENDS)),
    )
    return {charter: came - left for charter, came, left in rows}


def _total(events: Iterable[Event], kind: EvidenceKind, version: int | None = None) -> int:
    return sum(
        event.times for event in events if event.kind == kind and version in (None, event.version)
    )


def _version_figures(
    version: CharterVersion,
    events: Sequence[Event],
    active: dict[tuple[int, bool], int],
    is_in_force: bool,
) -> VersionFigures:
    return VersionFigures(
        version=version,
        signed=_total(events, EvidenceKind.SIGNED, version.number),
        on_paper=sum(event.on_paper for event in events if event.version == version.number),
        active=active.get((version.number, True), 0) + active.get((version.number, False), 0),
        ended=sum(_total(events, kind, version.number) for kind in ENDS),
        is_in_force=is_in_force,
    )


def _months(events: Sequence[Event], on: dt.date) -> Iterator[Month]:
    days = months_before(on, MONTHS_SHOWN)
    signed, ended = (
        [
            sum(event.times for event in events if event.kind in kinds and event.month == day)
            for day in days
        ]
        for kinds in ((EvidenceKind.SIGNED,), ENDS)
    )
    heights = bar_heights([*signed, *ended], highest=BAR)
    for place, day in enumerate(days):
        yield Month(
            day,
            signed[place],
            ended[place],
            heights[place],
            heights[place + MONTHS_SHOWN],
        )

"""The timeline: milestones and awards, dated as precisely as they are known."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from engagements.enums import MilestoneKind, MilestoneStatus
from engagements.models import Award, Engagement, Milestone
from portal.core.dates import Period, Precision, period_in_words

AWARD = "award"


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One step.

    Attributes:
        date: first day of the period, to sort by; None when the source gives no date.
        date_text: the date in words, no more precise than it is known; says so when it is unknown.
        status: in words when the step has not been reached for sure; empty otherwise.

    """

    date: dt.date | None
    date_text: str
    kind: str
    kind_label: str
    title: str
    text: str
    status: str
    place: str
    source: str
    engagement: Engagement | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Steps in their order, those whose date is not known apart."""

    dated: Sequence[TimelineItem]
    undated: Sequence[TimelineItem]

    def __len__(self) -> int:
        return len(self.dated) + len(self.undated)


def timeline_kinds() -> dict[str, str]:
    """Return the kinds of steps and their labels."""
    return {**{kind.value: str(kind.label) for kind in MilestoneKind}, AWARD: _("Award")}


def make_timeline(kind: str = "", engagement: Engagement | None = None) -> Timeline:
    """Return the timeline, of one kind or one engagement if asked (two queries)."""
    milestones: QuerySet[Milestone] = Milestone.objects.select_related("engagement__axis", "source")
    awards: QuerySet[Award] = Award.objects.select_related("engagement__axis")
    if engagement:
        milestones = milestones.filter(engagement=engagement)
        awards = awards.filter(engagement=engagement)
    items = []
    if kind != AWARD:
        milestones = milestones.filter(kind=kind) if kind else milestones
        items += [_milestone_item(milestone) for milestone in milestones]
    if kind in {"", AWARD}:
        items += [_award_item(award) for award in awards]
    dated = sorted(
        ((item.date, item) for item in items if item.date),
        key=lambda pair: (pair[0], pair[1].title),
    )
    return Timeline(
        dated=[item for _date, item in dated],
        undated=[item for item in items if not item.date],
    )


def _date_text(start: dt.date | None, end: dt.date | None, precision: str) -> str:
    if start is None:
        return _("date not known")
    period = Period(start, end or start, Precision(precision))
    return period_in_words(period, get_language() or "")


def _milestone_item(milestone: Milestone) -> TimelineItem:
    status = MilestoneStatus(milestone.status)
    return TimelineItem(
        date=milestone.date,
        date_text=_date_text(milestone.date, milestone.end_date, milestone.precision),
        kind=milestone.kind,
        kind_label=str(MilestoneKind(milestone.kind).label),
        title=milestone.title,
        text=milestone.text,
        status="" if status == MilestoneStatus.DONE else str(status.label),
        place="",
        source=milestone.source.title if milestone.source else "",
        engagement=milestone.engagement,
    )


def _award_item(award: Award) -> TimelineItem:
    return TimelineItem(
        date=award.date,
        date_text=_date_text(award.date, None, award.precision),
        kind=AWARD,
        kind_label=_("Award"),
        title=award.name,
        text=award.note,
        status="",
        place=award.place_text,
        source="",
        engagement=award.engagement,
    )

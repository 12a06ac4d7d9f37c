"""The axes and their engagements, with the addresses of their pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from engagements.links import give_axis_urls, give_urls
from engagements.models import Axis, Engagement
from portal.core.visibility import Reader


@dataclass(frozen=True, slots=True)
class AxisLine:
    """An axis and its engagements; each has a ``url``, empty when the reader has no page."""

    axis: Axis
    engagements: Sequence[Engagement]


def axes_with_pages(user: Reader, language: str) -> list[AxisLine]:
    """Return the axes in their order (three queries)."""
    engagements = list(Engagement.objects.select_related("axis").order_by("axis__number", "number"))
    give_urls(engagements, user, language)
    lines = [
        AxisLine(group[0].axis, group)
        for _number, items in groupby(engagements, key=lambda item: item.axis.number)
        if (group := list(items))
    ]
    give_axis_urls([line.axis for line in lines], user, language)
    return lines

"""The axes and their engagements, with the addresses of their pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest

from engagements.links import addresses
from engagements.models import Axis, Engagement
from portal.core.caching import remember
from portal.core.visibility import Reader


@dataclass(frozen=True, slots=True)
class AxisLine:
    """An axis and its engagements; each has a ``url``, empty when the reader has no page."""

    axis: Axis
    engagements: Sequence[Engagement]


def axes_with_pages(request: HttpRequest | None, user: Reader, language: str) -> list[AxisLine]:
    """Return the axes in their order (no query while nothing changes)."""
    engagements = remember(request, "engagements", _read)
    where = addresses(request, user, language)
    where.give(engagements)
    lines = [
        AxisLine(group[0].axis, group)
        for _number, items in groupby(engagements, key=lambda item: item.axis.number)
        if (group := list(items))
    ]
    where.give_axes(line.axis for line in lines)
    return lines


def _read() -> list[Engagement]:
    return list(Engagement.objects.select_related("axis").order_by("axis__number", "number"))

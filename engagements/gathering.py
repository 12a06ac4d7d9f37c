"""What the pages of axes and engagements gather."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from engagements.blocks import tile_keys
from engagements.dashboard import (
    indicator_lines,
    visible_figures,
)
from engagements.links import addresses
from engagements.models import Engagement, Indicator, Measure
from engagements.models.measure import SHOWN
from engagements.related import RelatedQuery, related_content
from engagements.tiles import Tile, subject_key, tile_of
from engagements.timeline import make_timeline
from portal.core.visibility import Reader, reader_of

if TYPE_CHECKING:
    from engagements.models import AxisPage, EngagementPage

AXIS_TILES = 6
OF_ENGAGEMENT = (
    "language",
    "engagement",
    "axis",
    "axis_url",
    "neighbours",
    "indicators",
    "indicators_url",
    "tiles",
    "figures",
    "sdg_links",
    "timeline",
    "related",
)
OF_AXIS = (
    "language",
    "axis",
    "engagements",
    "indicators_url",
    "indicator_count",
    "tiles",
    "related",
)
SHOWN_IN_THEIR_OWN_WAY = frozenset({"indicators"})


def engagement_context(
    page: "EngagementPage", request: HttpRequest, at: dt.datetime
) -> dict[str, Any]:
    """Return all that links to the engagement, each kind with its count."""
    reader = reader_of(request)
    language = page.locale.language_code
    axis_id = page.engagement.axis_id
    neighbours = list(
        Engagement.objects.filter(axis=axis_id).select_related("axis").order_by("number")
    )
    where = addresses(request, reader, language)
    where.give(neighbours)
    engagement = next(one for one in neighbours if one.pk == page.engagement_id)
    indicators = (
        Indicator.objects.visible_to(reader)
        .filter(engagement=engagement)
        .select_related("engagement__axis")
        .prefetch_related(SHOWN)
        .order_by("code")
    )
    tiles, figures = visible_figures(reader, engagement, without=tile_keys(page.body))
    return {
        "language": page.foreign_language,
        "engagement": engagement,
        "axis": engagement.axis,
        "axis_url": where.of_axis(engagement.axis),
        "neighbours": neighbours,
        "indicators": [line for _indicator, line in indicator_lines(indicators)],
        "indicators_url": f"{reverse('indicator_list')}?engagement={engagement.number}",
        "tiles": tiles,
        "figures": figures,
        "sdg_links": list(engagement.sdg_links.select_related("sdg").order_by("sdg__number")),
        "timeline": make_timeline(engagement=engagement),
        "related": related_content(
            RelatedQuery([engagement], reader, at, language, request=request),
            without=SHOWN_IN_THEIR_OWN_WAY,
            request=request,
        ),
    }


def axis_context(page: "AxisPage", request: HttpRequest, at: dt.datetime) -> dict[str, Any]:
    """Return the engagements of the axis, a few of its figures, and what is new about it."""
    reader = reader_of(request)
    language = page.locale.language_code
    visible = Indicator.objects.visible_to(reader).values("pk")
    engagements = list(
        Engagement.objects.filter(axis=page.axis_id)
        .select_related("axis")
        .annotate(indicator_count=Count("indicators", filter=Q(indicators__in=visible)))
        .order_by("number")
    )
    addresses(request, reader, language).give(engagements)
    return {
        "language": page.foreign_language,
        "axis": page.axis,
        "engagements": engagements,
        "indicators_url": f"{reverse('indicator_list')}?axis={page.axis.number}",
        "indicator_count": sum(engagement.indicator_count for engagement in engagements),
        "tiles": axis_tiles(page.axis_id, reader, without=tile_keys(page.body)),
        "related": related_content(
            RelatedQuery(engagements, reader, at, language, request=request),
            without=SHOWN_IN_THEIR_OWN_WAY,
            request=request,
        ),
    }


def axis_tiles(
    axis_id: int, reader: Reader, *, without: Collection[str] = frozenset()
) -> list[Tile]:
    """Return the latest figures of an axis: one by engagement in turn, so that all have a voice.

    ``without`` names those that the page shows elsewhere.
    """
    measures = (
        Measure.objects.visible_to(reader)
        .for_tiles()
        .filter(Q(indicator__engagement__axis=axis_id) | Q(key_figure__engagement__axis=axis_id))
        .with_subject()
        .latest_first()
    )
    by_subject: dict[str, list[Measure]] = {}
    for measure in measures:
        if (key := subject_key(measure.known_subject)) not in without:
            by_subject.setdefault(key, []).append(measure)
    by_engagement: dict[int, list[Tile]] = {}
    for of_subject in by_subject.values():
        subject = of_subject[0].known_subject
        tile = tile_of(subject, of_subject)
        if tile and subject.engagement:
            by_engagement.setdefault(subject.engagement.number, []).append(tile)
    queues = [by_engagement[number] for number in sorted(by_engagement)]
    found: list[Tile] = []
    while any(queues) and len(found) < AXIS_TILES:
        for queue in queues:
            if queue and len(found) < AXIS_TILES:
                found.append(queue.pop(0))
    return found

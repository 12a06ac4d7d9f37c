"""Public pages of the facts. Who is signed in is the middleware's business."""

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from engagements.dashboard import (
    VALUE_FILTERS,
    DashboardFilters,
    grouped,
    visible_indicators,
)
from engagements.enums import SdgLinkStatus
from engagements.filters import FilterGroup, filter_group
from engagements.links import Addresses, addresses
from engagements.models import Engagement, EngagementSdg, Indicator, KeyFigure, Sdg
from engagements.readings import (
    figure_sheet,
    figures_beside,
    indicator_sheet,
    measures_csv,
    read_subject,
    shown_measures,
    target_lines,
)
from engagements.related import Related, RelatedQuery, related_content
from engagements.tiles import Subject, subject_axis
from engagements.timeline import make_timeline, timeline_kinds
from portal.core.caching import on_demand
from portal.core.visibility import Reader

for_this_reader = cache_control(private=True, no_cache=True)


def _language() -> str:
    return (get_language() or "")[:2]


def _addresses(request: HttpRequest) -> Addresses:
    return addresses(request, request.user, _language())


@require_safe
@for_this_reader
def indicator_list(request: HttpRequest) -> HttpResponse:
    """Show the indicators, by axis and engagement, with their value or for want of one."""
    filters = DashboardFilters.read(request.GET)
    pairs = visible_indicators(request.user)
    asked = [pair for pair in pairs if filters.accepts(*pair)]
    axes = grouped(asked)
    shown = [group.engagement for axis in axes for group in axis.groups]
    _addresses(request).give(shown)
    return render(
        request,
        "engagements/indicator_list.html",
        {
            "axes": axes,
            "engagement": shown[0] if filters.engagement and shown else None,
            "filter_groups": _dashboard_filters(filters, pairs),
            "empty_actions": [(_("Show all indicators"), reverse("indicator_list"))],
            "total": len(asked),
            "with_value": sum(line.reading is not None for _one, line in asked),
        },
    )


def _dashboard_filters(filters: DashboardFilters, pairs: Sequence[Any]) -> list[FilterGroup]:
    axes = {pair[0].engagement.axis.number: pair[0].engagement.axis for pair in pairs}
    current = {"axis": str(filters.axis or ""), "value": filters.value}
    titles = {str(number): f"{number}. {axes[number].title}" for number in sorted(axes)}
    values = {key: str(label) for key, label in VALUE_FILTERS.items()}
    return [
        filter_group(_("Axis"), "axis", titles, current, everything=_("All axes")),
        filter_group(_("Values"), "value", values, current, everything=_("All indicators")),
    ]


@require_safe
@for_this_reader
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """Show an indicator: what is counted, who owns it, its values or what stands beside them."""
    found = _visible_indicator(request.user, code)
    context = on_demand(partial(_about_indicator, request, found), *OF_INDICATOR)
    return render(request, "engagements/indicator.html", {"indicator": found, **context})


OF_INDICATOR = (
    "reading",
    "targets",
    "figures",
    "engagement",
    "engagements",
    "sheet",
    "siblings",
    "csv_url",
    "related",
)


def _about_indicator(request: HttpRequest, found: Indicator) -> dict[str, Any]:
    measures = shown_measures(found)
    engagement = found.engagement
    _addresses(request).give([engagement])
    return {
        "reading": read_subject(found, measures),
        "targets": target_lines(found.targets.select_related("source")),
        "figures": figures_beside(found, request.user),
        "engagement": engagement,
        "engagements": [engagement],
        "sheet": indicator_sheet(found),
        "siblings": _siblings(found, request.user),
        "csv_url": reverse("indicator_csv", args=[found.code]) if measures else "",
        "related": _related(request, [engagement]),
    }


@require_safe
@for_this_reader
def indicator_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Give the values of an indicator as a file."""
    return _csv(_visible_indicator(request.user, code), code)


@require_safe
@for_this_reader
def key_figure(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a key figure: its definition, its values, the indicators it throws light on."""
    found = _visible_figure(request.user, slug)
    measures = shown_measures(found)
    engagements = [found.engagement] if found.engagement else []
    _addresses(request).give(engagements)
    links = found.indicator_links.filter(
        indicator__in=Indicator.objects.visible_to(request.user).values("pk")
    ).select_related("indicator")
    return render(
        request,
        "engagements/key_figure.html",
        {
            "figure": found,
            "reading": read_subject(found, measures),
            "links": links.order_by("indicator__code"),
            "engagement": found.engagement,
            "sheet": figure_sheet(found),
            "axis": subject_axis(found),
            "csv_url": reverse("key_figure_csv", args=[found.slug]),
            "related": _related(request, engagements) if engagements else [],
        },
    )


@require_safe
@for_this_reader
def key_figure_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the values of a key figure as a file."""
    return _csv(_visible_figure(request.user, slug), slug)


@require_safe
@for_this_reader
def sdg_list(request: HttpRequest) -> HttpResponse:
    """Show the seventeen goals, and how many engagements contribute to each."""
    sdgs = Sdg.objects.annotate(engagement_count=Count("engagement_links")).order_by("number")
    return render(request, "engagements/sdg_list.html", {"sdgs": sdgs})


@require_safe
@for_this_reader
def sdg(request: HttpRequest, number: int) -> HttpResponse:
    """Show a goal: the engagements that contribute to it, and who says so."""
    if not 1 <= number <= 17:
        raise Http404
    links = EngagementSdg.objects.select_related("engagement__axis").order_by("engagement__number")
    found = get_object_or_404(
        Sdg.objects.prefetch_related(Prefetch("engagement_links", links)), number=number
    )
    links_of: list[EngagementSdg] = list(found.engagement_links.all())
    _addresses(request).give([cast(Engagement, link.engagement) for link in links_of])
    return render(
        request,
        "engagements/sdg.html",
        {
            "sdg": found,
            "links": links_of,
            "proposed": all(link.status == SdgLinkStatus.PROPOSED for link in links_of),
            "related": _related(request, [], [found]),
        },
    )


@require_safe
@for_this_reader
def timeline(request: HttpRequest) -> HttpResponse:
    """Show the milestones and the awards in their order; those that have no date, apart."""
    kinds = timeline_kinds()
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    return render(
        request,
        "engagements/timeline.html",
        {
            "timeline": make_timeline(kind),
            "urls": _addresses(request).by_engagement(),
            "filter_groups": [
                filter_group(_("Kind"), "kind", kinds, {"kind": kind}, everything=_("All"))
            ],
        },
    )


def _visible_indicator(user: Reader, code: str) -> Indicator:
    indicators = Indicator.objects.visible_to(user).select_related(
        "engagement__axis", "owner", "source"
    )
    return cast(Indicator, get_object_or_404(indicators, code=code))


def _visible_figure(user: Reader, slug: str) -> KeyFigure:
    figures = KeyFigure.objects.visible_to(user).select_related("engagement__axis", "owner")
    return cast(KeyFigure, get_object_or_404(figures, slug=slug))


def _siblings(found: Indicator, user: Reader) -> list[Indicator]:
    """Return the other indicators of the same engagement."""
    others = Indicator.objects.visible_to(user).filter(engagement=found.engagement_id)
    return list(others.exclude(pk=found.pk).order_by("code"))


def _related(
    request: HttpRequest, engagements: Sequence[Engagement], sdgs: Sequence[Sdg] = ()
) -> list[Related]:
    """Return the content about engagements or goals; indicators have their own place here."""
    query = RelatedQuery(
        engagements=engagements,
        user=request.user,
        at=timezone.now(),
        language=_language(),
        sdgs=sdgs,
        request=request,
    )
    return related_content(query, without={"indicators"}, request=request)


def _csv(subject: Subject, name: str) -> HttpResponse:
    text = measures_csv(subject, shown_measures(subject), _language())
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

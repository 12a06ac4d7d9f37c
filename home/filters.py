"""Filters of the news and of the agenda."""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from engagements.models import Axis, ContentPageQuerySet, Engagement
from home.models.events import Campaign
from home.querysets import EventQuerySet, NewsQuerySet
from portal.core.filters import Choice, Choices, FilterForm
from portal.users.models import Place

TAG_LIMIT = 20
SLUG = re.compile(r"[-a-z0-9]{1,100}")

Pages = TypeVar("Pages", bound=ContentPageQuerySet)


class AgendaFilters(FilterForm):
    """Filters of the agenda."""

    engagement = Choice(_("Engagement"), _("All engagements"))
    campaign = Choice(_("Campaign"), _("All campaigns"))
    place = Choice(_("Place"), _("All places"))
    tag = Choice(_("Topic"), _("All topics"))

    def apply(self, events: EventQuerySet) -> EventQuerySet:
        """Keep the events that the reader asked for."""
        events = _about(events, self.chosen)
        if campaign := self.chosen.get("campaign"):
            events = events.filter(campaign__slug=campaign)
        if place := self.chosen.get("place"):
            events = events.filter(place__slug=place)
        return events


class NewsFilters(FilterForm):
    """Filters of the news."""

    axis = Choice(_("Axis"), _("All axes"))
    engagement = Choice(_("Engagement"), _("All engagements"))
    tag = Choice(_("Topic"), _("All topics"))
    year = Choice(_("Year"), _("All years"))

    def apply(self, posts: NewsQuerySet) -> NewsQuerySet:
        """Keep the posts that the reader asked for."""
        posts = _about(posts, self.chosen)
        if axis := self.chosen.get("axis"):
            posts = posts.about(Engagement.objects.filter(axis__number=axis))
        if year := self.chosen.get("year"):
            posts = posts.of_year(int(year))
        return posts


def _about(pages: Pages, chosen: dict[str, str]) -> Pages:
    if number := chosen.get("engagement"):
        pages = pages.about(Engagement.objects.filter(number=number))
    if tag := chosen.get("tag"):
        pages = pages.tagged(tag)
    return pages


def agenda_filters(data: Any, events: EventQuerySet) -> AgendaFilters:
    """Return the filters of the agenda, with the choices that the reader's events give."""
    return AgendaFilters(
        data,
        {
            "engagement": _engagements(),
            "campaign": _named(Campaign.objects.filter(events__in=events.order_by()).distinct()),
            "place": _named(Place.objects.filter(pk__in=events.order_by().values("place"))),
            "tag": _with_asked(_tags(events), events, data.get("tag", "")),
        },
    )


def news_filters(data: Any, posts: NewsQuerySet, choices: dict[str, Choices]) -> NewsFilters:
    """Return the filters of the news; ``choices`` are those of `news_choices`."""
    tags = _with_asked(choices["tag"], posts, data.get("tag", ""))
    return NewsFilters(data, {**choices, "tag": tags})


def news_choices(posts: NewsQuerySet) -> dict[str, Choices]:
    """Return the choices that the reader's posts give: all the posts are looked through."""
    years = posts.order_by().dates("date", "year", order="DESC")
    return {
        "axis": [(str(axis.number), axis.title) for axis in Axis.objects.all()],
        "engagement": _engagements(),
        "tag": _tags(posts),
        "year": [(str(day.year), str(day.year)) for day in years],
    }


def _engagements() -> Choices:
    return [(str(item.number), str(item)) for item in Engagement.objects.all()]


def _named(facts: Iterable[Any]) -> Choices:
    return sorted(((fact.slug, fact.name) for fact in facts), key=lambda pair: pair[1].casefold())


def _tags(pages: ContentPageQuerySet) -> Choices:
    """Return the most used tags."""
    rows = _tags_of(pages).annotate(uses=Count("page_tags")).order_by("-uses", "name")
    return _sorted(dict(rows.values_list("slug", "name")[:TAG_LIMIT]))


def _with_asked(tags: Choices, pages: ContentPageQuerySet, asked: str) -> Choices:
    """Add the tag that is asked for, if any page carries it."""
    if not asked or asked in dict(tags) or not SLUG.fullmatch(asked):
        return tags
    found = _tags_of(pages).filter(slug=asked).values_list("slug", "name")
    return _sorted(dict(tags) | dict(found))


def _tags_of(pages: ContentPageQuerySet) -> "models.QuerySet[Tag]":
    return Tag.objects.filter(page_tags__content_object__in=pages.order_by().values("pk"))


def _sorted(pairs: dict[str, str]) -> Choices:
    return sorted(pairs.items(), key=lambda pair: pair[1].casefold())

"""Sets of news and events, with the reader's rights."""

import datetime as dt
from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Count, Prefetch, Q

from engagements.models import Engagement, Sdg
from home.dates import midnight, next_first
from home.enums import EventPrecision
from portal.core.models import locale_id
from portal.core.visibility import VisiblePageQuerySet


class EditorialQuerySet(VisiblePageQuerySet):
    """Pages that speak about engagements."""

    def for_lines(self) -> Self:
        """Fetch along what one line about each page shows: its title, its date, its axis."""
        return (
            self.defer_streamfields()
            .select_related("image")
            .prefetch_related(Prefetch("engagements", Engagement.objects.select_related("axis")))
        )

    def with_total(self) -> Self:
        """Add to each row how many there are in all, whatever the slice that is asked for."""
        rows = self.order_by().annotate(every=models.Value(1)).values("every")
        return self.annotate(total=models.Subquery(rows.annotate(n=Count("pk")).values("n")))

    def for_cards(self) -> Self:
        """Fetch along what cards show, in a constant number of queries."""
        return self.for_lines().prefetch_related("image__renditions")

    def in_language(self, language: str) -> Self:
        """Keep the pages of the tree of ``language``, untranslated aliases included."""
        return self.filter(locale_id=locale_id(language))

    def about(self, engagements: Collection[Engagement] | models.QuerySet[Engagement]) -> Self:
        """Keep the pages linked to at least one of these engagements, each once."""
        links = self.model.engagements.through.objects.filter(engagement__in=engagements)
        return self.filter(pk__in=links.values(f"{self.model._meta.model_name}_id"))

    def about_any(self, engagements: Collection[Engagement], sdgs: Collection[Sdg] = ()) -> Self:
        """Keep the pages linked to one of these engagements, or to one of these goals."""
        if not sdgs:
            return self.about(engagements)
        own = f"{self.model._meta.model_name}_id"
        on_engagements = self.model.engagements.through.objects.filter(engagement__in=engagements)
        on_sdgs = self.model.sdgs.through.objects.filter(sdg__in=sdgs)
        return self.filter(Q(pk__in=on_engagements.values(own)) | Q(pk__in=on_sdgs.values(own)))

    def tagged(self, slug: str) -> Self:
        """Keep the pages that carry this tag."""
        return self.filter(page_tags__tag__slug=slug)


class NewsQuerySet(EditorialQuerySet):
    """News posts."""

    def newest_first(self) -> Self:
        """Order by date, the newest in front; always in the same order."""
        return self.order_by("-date", "-pk")

    def of_year(self, year: int) -> Self:
        """Keep the posts dated in ``year``."""
        return self.filter(date__year=year)


class EventQuerySet(EditorialQuerySet):
    """Events. Upcoming, ongoing and past are a partition at any instant."""

    def upcoming(self, at: dt.datetime) -> Self:
        """Keep the events that have not begun at ``at``."""
        return self.filter(starts_at__gt=at)

    def ongoing(self, at: dt.datetime) -> Self:
        """Keep the events that have begun and are not over at ``at``."""
        return self.filter(starts_at__lte=at, ends_at__gt=at)

    def past(self, at: dt.datetime) -> Self:
        """Keep the events that are over at ``at``."""
        return self.filter(ends_at__lte=at)

    def current(self, at: dt.datetime) -> Self:
        """Keep what is under way or to come at ``at``, the nearest first."""
        return self.filter(ends_at__gt=at).order_by("starts_at", "ends_at", "pk")

    def latest_first(self) -> Self:
        """Order from the latest to the oldest."""
        return self.order_by("-starts_at", "-ends_at", "-pk")

    def of_year(self, year: int) -> Self:
        """Keep the events that begin in ``year``, in Paris."""
        first = dt.date(year, 1, 1)
        after = next_first(EventPrecision.YEAR, first)
        return self.filter(starts_at__gte=midnight(first), starts_at__lt=midnight(after))

    def dated_to_the_day(self) -> Self:
        """Keep the events that a calendar can show."""
        return self.filter(Q(precision=EventPrecision.INSTANT) | Q(precision=EventPrecision.DAY))

    def for_calendar(self) -> Self:
        """Fetch along what a calendar shows."""
        return self.select_related("place", "campaign", "organiser")

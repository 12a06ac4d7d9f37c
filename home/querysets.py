"""Sets of news and events, with the reader's rights."""

import datetime as dt
from typing import Self

from django.db.models import Q

from engagements.models import ContentPageQuerySet
from home.dates import midnight
from portal.core.dates import Precision, next_first


class NewsQuerySet(ContentPageQuerySet):
    """News posts."""

    def newest_first(self) -> Self:
        """Order by date, the newest in front; always in the same order."""
        return self.order_by("-date", "-pk")

    def of_year(self, year: int) -> Self:
        """Keep the posts dated in ``year``."""
        return self.filter(date__year=year)


class EventQuerySet(ContentPageQuerySet):
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
        after = next_first(Precision.YEAR, first)
        return self.filter(starts_at__gte=midnight(first), starts_at__lt=midnight(after))

    def dated_to_the_day(self) -> Self:
        """Keep the events that a calendar can show."""
        return self.filter(Q(precision=Precision.INSTANT) | Q(precision=Precision.DAY))

    def for_calendar(self) -> Self:
        """Fetch along what a calendar shows."""
        return self.select_related("place", "campaign", "organiser")

"""Sets of stories, with the reader's rights."""

import datetime as dt
from typing import Self

from django.db.models import Q

from engagements.models import ContentPageQuerySet
from partners.enums import Consent


class StoryQuerySet(ContentPageQuerySet):
    """Stories."""

    def newest_first(self) -> Self:
        """Order by date, the newest in front; always in the same order."""
        return self.order_by("-date", "-pk")

    def filmed(self) -> Self:
        """Keep the stories that have a film."""
        return self.exclude(video=None)

    def to_check(self, on: dt.date) -> Self:
        """Keep the stories that the gate may refuse on the day ``on``: it has the last word."""
        from partners.models import StoryAppearance

        agreed = Q(consent=Consent.YES) & (Q(consent_until=None) | Q(consent_until__gte=on))
        missing = StoryAppearance.objects.exclude(agreed)
        return self.filter(
            Q(pk__in=missing.values("page"))
            | Q(translation_key__in=missing.values("page__translation_key"))
            | Q(video__isnull=False, captions=None)
            | Q(video__isnull=False, transcript="")
        )

    def written(self) -> Self:
        """Keep the stories without a film."""
        return self.filter(video=None)

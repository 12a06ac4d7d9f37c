"""Sets of stories and charter pages, with the reader's rights."""

import datetime as dt
from collections.abc import Collection
from typing import Self

from django.db import models
from django.db.models import Prefetch, Q

from engagements.models import Engagement, Sdg
from partners.enums import Consent
from portal.core.models import locale_id
from portal.core.visibility import VisiblePageQuerySet


class PartnerPageQuerySet(VisiblePageQuerySet):
    """Pages of partners: they speak about engagements."""

    def for_cards(self) -> Self:
        """Fetch along what cards show, in a constant number of queries."""
        return self.select_related("locale", "alias_of__locale", "image").prefetch_related(
            "image__renditions",
            Prefetch("engagements", Engagement.objects.select_related("axis")),
        )

    def in_language(self, language: str) -> Self:
        """Keep the pages of the tree of ``language``, untranslated aliases included."""
        return self.filter(locale_id=locale_id(language))

    def about(self, engagements: Collection[Engagement] | models.QuerySet[Engagement]) -> Self:
        """Keep the pages linked to at least one of these engagements, each once."""
        links = self.model.engagements.through.objects.filter(engagement__in=engagements)
        return self.filter(pk__in=links.values(f"{self.model._meta.model_name}_id"))

    def about_any(self, engagements: Collection[Engagement], sdgs: Collection[Sdg] = ()) -> Self:
        """Keep the pages linked to one of these engagements, or to one of these goals."""
        own = f"{self.model._meta.model_name}_id"
        links = self.model.engagements.through.objects.filter(engagement__in=engagements)
        wanted = Q(pk__in=links.values(own))
        if sdgs:
            wanted |= Q(pk__in=self.model.sdgs.through.objects.filter(sdg__in=sdgs).values(own))
        return self.filter(wanted)

    def tagged(self, slug: str) -> Self:
        """Keep the pages that carry this tag."""
        return self.filter(page_tags__tag__slug=slug)


class StoryQuerySet(PartnerPageQuerySet):
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

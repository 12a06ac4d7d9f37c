"""What stories and charter pages share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.models import PageManager

from engagements.enums import SdgLinkStatus
from engagements.links import give_urls
from engagements.models import ContentPage, Engagement, Sdg
from engagements.related import Related, RelatedQuery, related_content
from partners.querysets import PartnerPageQuerySet
from portal.core.cards import Card


@dataclass(frozen=True, slots=True)
class SdgMention:
    """A goal that a page speaks about: editors propose these links, no source states them."""

    sdg: Sdg
    status: SdgLinkStatus = SdgLinkStatus.PROPOSED


@dataclass(frozen=True, slots=True)
class Topic:
    """A tag and the address of what else carries it."""

    name: str
    url: str


class PartnerPage(ContentPage):
    """A page of partners, with what it is about and what else is about it."""

    objects: ClassVar[Any] = PageManager.from_queryset(PartnerPageQuerySet)()

    class Meta:
        abstract = True

    @cached_property
    def linked_engagements(self) -> Sequence[Engagement]:
        """The engagements that the page speaks about, with their axes."""
        if "engagements" in getattr(self, "_prefetched_objects_cache", {}):
            return list(self.engagements.all())
        return list(self.engagements.select_related("axis"))

    @property
    def axis_number(self) -> int:
        """Number of the axis whose colour the page takes: that of its first engagement."""
        return self.linked_engagements[0].axis.number if self.linked_engagements else 0

    @property
    def source_lines(self) -> list[str]:
        """The sources, one per line."""
        return [line.strip() for line in self.sources.splitlines() if line.strip()]

    @property
    def foreign_language(self) -> str:
        """Language of the content when it is not the reader's; empty otherwise."""
        return self.content_language if self.is_untranslated else ""

    @cached_property
    def parent_url(self) -> str:
        """Address of the page above, told from this one's."""
        url = self.get_url() or ""
        return f"{url.rstrip('/').rpartition('/')[0]}/" if url else ""

    def topics(self) -> list[Topic]:
        """Return the tags, each with the search of its name."""
        base = reverse("search")
        return [Topic(tag.name, f"{base}?{urlencode({'q': tag.name})}") for tag in self.tags.all()]

    def related_groups(self, request: HttpRequest) -> list[Related]:
        """Return what else is about the same engagements, by kind."""
        if not self.linked_engagements:
            return []
        return related_content(
            RelatedQuery(
                engagements=self.linked_engagements,
                user=getattr(request, "user", AnonymousUser()),
                at=timezone.now(),
                language=self.locale.language_code,
                exclude_page_id=self.pk,
                request=request,
            ),
            request=request,
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the page is about and what else is."""
        user = getattr(request, "user", None) or AnonymousUser()
        give_urls(self.linked_engagements, user, self.locale.language_code)
        return {
            **super().get_context(request, *args, **kwargs),
            "language": self.foreign_language,
            "engagements": self.linked_engagements,
            "sdgs": [SdgMention(sdg) for sdg in self.sdgs.all()],
            "services": list(self.services.all()),
            "places": list(self.places.all()),
            "tags": self.topics(),
            "related": self.related_groups(request),
        }

    def as_card(self) -> Card:
        """Return what lists show of this page, in the colour of its axis."""
        return replace(super().as_card(), axis=self.axis_number)

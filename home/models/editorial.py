"""What news, events and standard pages share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.models import PageManager

from engagements.enums import SdgLinkStatus
from engagements.models import ContentPage, Engagement, Sdg
from engagements.related import Related, RelatedQuery, related_content
from home.querysets import EditorialQuerySet
from portal.core.caching import remember
from portal.core.cards import Card
from portal.core.text import stream_text
from portal.users.models import Place, Service

WORDS_A_MINUTE = 200


@dataclass(frozen=True, slots=True)
class SdgMention:
    """A goal that a page speaks about: editors propose these links, no source states them."""

    sdg: Sdg
    status: SdgLinkStatus = SdgLinkStatus.PROPOSED


@dataclass(frozen=True, slots=True)
class About:
    """The facts that a page speaks about (tags by name and slug), and what an alias shows."""

    engagements: list[Engagement]
    sdgs: list[Sdg]
    services: list[Service]
    places: list[Place]
    tags: list[tuple[str, str]]
    source_locale_id: int | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A tag and the address of what else carries it."""

    name: str
    url: str


class EditorialPage(ContentPage):
    """A page of text with what it is about: engagements, goals, services, places, tags."""

    objects: ClassVar[Any] = PageManager.from_queryset(EditorialQuerySet)()

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

    @cached_property
    def reading_minutes(self) -> int:
        """How long it takes to read, one minute at least."""
        words = len(f"{self.summary} {stream_text(self.body)}".split())
        return max(1, round(words / WORDS_A_MINUTE))

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

    @property
    def topics_url(self) -> str:
        """Address of the list that can be filtered by tag."""
        return self.parent_url

    def topic_query(self, name: str, slug: str) -> str:
        """Return the query string that asks that list for a tag."""
        return f"?{urlencode({'tag': slug})}"

    # Kinds of related content that the page leaves to the pages of its engagements.
    kinds_left_out: frozenset[str] = frozenset({"indicators", "charters"})

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
            without=self.kinds_left_out,
            request=request,
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the page is about."""
        from home.addresses import addresses

        user = getattr(request, "user", None) or AnonymousUser()
        about = self.about(request)
        self.linked_engagements = about.engagements
        self.source_locale_id = about.source_locale_id
        addresses(request, user, self.locale.language_code).give(about.engagements)
        return {
            **super().get_context(request, *args, **kwargs),
            "language": self.foreign_language,
            "engagements": about.engagements,
            "sdgs": [SdgMention(sdg) for sdg in about.sdgs],
            "services": about.services,
            "places": about.places,
            "tags": [
                Topic(name, f"{self.topics_url}{self.topic_query(name, slug)}")
                for name, slug in about.tags
            ],
        }

    def about(self, request: HttpRequest) -> About:
        """Return the facts that the page speaks about, remembered while nothing changes."""
        if getattr(request, "is_preview", False):
            return self._read_about()
        return remember(request, f"about:{self.pk}", self._read_about)

    def _read_about(self) -> About:
        return About(
            engagements=list(self.linked_engagements),
            sdgs=list(self.sdgs.all()),
            services=list(self.services.all()),
            places=list(self.places.all()),
            tags=[(tag.name, tag.slug) for tag in self.tags.all()],
            source_locale_id=self.alias_of.locale_id if self.alias_of else None,
        )

    def as_card(self) -> Card:
        """Return what lists show of this page, in the colour of its axis."""
        return replace(super().as_card(), axis=self.axis_number)

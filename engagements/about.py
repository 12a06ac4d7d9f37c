"""What a page of content says it is about."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from engagements.enums import SdgLinkStatus
from engagements.links import addresses
from engagements.models import Engagement, Sdg
from portal.core.caching import remember
from portal.core.visibility import reader_of
from portal.users.models import Place, Service

if TYPE_CHECKING:
    from engagements.models import ContentPage


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


@dataclass(frozen=True, slots=True)
class About:
    """The facts that a page speaks about (tags by name and slug), and what an alias shows."""

    engagements: list[Engagement]
    sdgs: list[Sdg]
    services: list[Service]
    places: list[Place]
    tags: list[tuple[str, str]]
    source_locale_id: int | None


def about_context(page: "ContentPage", request: HttpRequest) -> dict[str, Any]:
    """Return the facts that the page speaks about, with their addresses for the reader."""
    user = reader_of(request)
    about = _about(page, request)
    page.linked_engagements = about.engagements
    page.source_locale_id = about.source_locale_id
    addresses(request, user, page.locale.language_code).give(about.engagements)
    return {
        "language": page.foreign_language,
        "engagements": about.engagements,
        "sdgs": [SdgMention(sdg) for sdg in about.sdgs],
        "services": about.services,
        "places": about.places,
        "tags": [Topic(name, page.topic_url(name, slug)) for name, slug in about.tags],
    }


def _about(page: "ContentPage", request: HttpRequest) -> About:
    """Return the facts that the page speaks about, remembered while nothing changes."""
    if getattr(request, "is_preview", False):
        return _read(page)
    return remember(request, f"about:{page.pk}", lambda: _read(page))


def _read(page: "ContentPage") -> About:
    return About(
        engagements=list(page.linked_engagements),
        sdgs=list(page.sdgs.all()),
        services=list(page.services.all()),
        places=list(page.places.all()),
        tags=[(tag.name, tag.slug) for tag in page.tags.all()],
        source_locale_id=page.alias_of.locale_id if page.alias_of else None,
    )

"""Addresses of the pages that others lead to, remembered while nothing changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from engagements.models import Axis, AxisPage, Engagement, EngagementPage
from partners.models import StoryIndexPage
from portal.core.caching import remember
from portal.core.visibility import Reader, closed_paths


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is, and what decides who may go there."""

    url: str
    path: str
    open_to_all: bool
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses that one reader may use, in one language."""

    known: Mapping[str, Address]
    user: Reader

    def __getitem__(self, key: str) -> str:
        """Return an address by its name (``news``, ``axis:1``, ``engagement:12``).

        It is empty when there is no such page for this reader.
        """
        address = self.known.get(key)
        if address is None or address.path.startswith(closed_paths(self.user)):
            return ""
        return address.url if self.user.is_authenticated or address.open_to_all else ""

    def give(self, engagements: Iterable[Engagement]) -> None:
        """Set ``url`` on each engagement."""
        for engagement in engagements:
            engagement.url = self[f"engagement:{engagement.number}"]

    def give_axes(self, axes: Iterable[Axis]) -> None:
        """Set ``url`` on each axis."""
        for axis in axes:
            axis.url = self[f"axis:{axis.number}"]


def addresses(request: HttpRequest | None, user: Reader, language: str) -> Addresses:
    """Return the addresses for ``user`` (no query while nothing changes)."""
    known = remember(request, f"addresses:{language}", lambda: _read(language))
    return Addresses(known, user)


def _read(language: str) -> dict[str, Address]:
    from home.models import EventIndexPage, NewsIndexPage

    found: dict[str, Address] = {}

    def add(key: str, page: Any) -> None:
        found.setdefault(key, Address(page.get_url() or "", page.path, page.open_to_all))

    for key, model in (
        ("news", NewsIndexPage),
        ("events", EventIndexPage),
        ("stories", StoryIndexPage),
    ):
        for page in model.objects.live().filter(locale__language_code=language).order_by("path"):
            add(key, page)
    for axis_page in (
        AxisPage.objects.live().filter(locale__language_code=language).select_related("axis")
    ):
        add(f"axis:{axis_page.axis.number}", axis_page)
    for engagement_page in (
        EngagementPage.objects.live()
        .filter(locale__language_code=language)
        .select_related("engagement")
    ):
        add(f"engagement:{engagement_page.engagement.number}", engagement_page)
    return found

"""Addresses of the pages that others lead to, remembered while nothing changes.

The pages of axes and engagements are known here. A layer above registers each of its lists in
``AppConfig.ready``, so that what is related can lead to the whole of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from engagements.models import Axis, AxisPage, Engagement, EngagementPage
from portal.core.caching import remember
from portal.core.models import BasePage, locale_id
from portal.core.visibility import Reader, closed_paths

_lists: dict[str, type[BasePage]] = {}


def register_list(key: str, model: type[BasePage]) -> None:
    """Tell which page lists the content called ``key``."""
    _lists[key] = model


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is, and what decides who may go there."""

    url: str
    path: str
    open_to_all: bool


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

    def of_engagement(self, engagement: Engagement) -> str:
        """Return the address of the page of an engagement."""
        return self[f"engagement:{engagement.number}"]

    def of_axis(self, axis: Axis) -> str:
        """Return the address of the page of an axis."""
        return self[f"axis:{axis.number}"]

    def give(self, engagements: Iterable[Engagement]) -> None:
        """Set ``url`` on each engagement."""
        for engagement in engagements:
            engagement.url = self.of_engagement(engagement)

    def give_axes(self, axes: Iterable[Axis]) -> None:
        """Set ``url`` on each axis."""
        for axis in axes:
            axis.url = self.of_axis(axis)

    def by_engagement(self) -> dict[int, str]:
        """Return the addresses of all engagements by number."""
        numbers = (key.removeprefix("engagement:") for key in self.known)
        return {int(number): self[f"engagement:{number}"] for number in numbers if number.isdigit()}


def addresses(request: HttpRequest | None, user: Reader, language: str) -> Addresses:
    """Return the addresses for ``user`` (no query while nothing changes)."""
    known = remember(request, f"addresses:{language}", lambda: _read(language))
    return Addresses(known, user)


def _read(language: str) -> dict[str, Address]:
    found: dict[str, Address] = {}

    def add(key: str, page: Any) -> None:
        found.setdefault(key, Address(page.get_url() or "", page.path, page.open_to_all))

    def live(model: type[BasePage]) -> Any:
        pages = model.objects.live().filter(locale_id=locale_id(language))
        return pages.defer_streamfields().order_by("path")

    for key, model in _lists.items():
        for page in live(model):
            add(key, page)
    for page in live(AxisPage).select_related("axis"):
        add(f"axis:{page.axis.number}", page)
    for page in live(EngagementPage).select_related("engagement"):
        add(f"engagement:{page.engagement.number}", page)
    return found

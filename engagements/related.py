"""The registry of related content, owned here and filled by the layers above.

An engagement, an indicator or a goal asks the registry what links to its engagements; it knows
nothing of news, events, stories or charters. Each layer registers its providers in
``AppConfig.ready``.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from engagements.links import addresses
from engagements.models import ContentPageQuerySet, Engagement, Indicator, Sdg
from portal.core.caching import remember_for_reader
from portal.core.cards import Card
from portal.core.visibility import Reader


@dataclass(frozen=True, slots=True)
class RelatedQuery:
    """What is asked: content on these engagements, for this reader, at this instant.

    Attributes:
        limit: how many cards at most; the count is always of all.
        exclude_page_id: page that asks, which must not find itself.
        sdgs: goals; when there are any, content on one of them answers too.
        request: what is read once per request is read there, when there is one.

    """

    engagements: Sequence[Engagement]
    user: Reader
    at: dt.datetime
    language: str
    limit: int = 3
    exclude_page_id: int | None = None
    sdgs: Sequence[Sdg] = ()
    request: HttpRequest | None = None

    def filtered(self, url: str) -> str:
        """Return the address of a list, kept to the engagement that is asked about.

        It is empty without a list, or when several engagements are asked about.
        """
        if not url or len(self.engagements) != 1:
            return ""
        return f"{url}?engagement={self.engagements[0].number}"


@dataclass(frozen=True, slots=True)
class Related:
    """An answer: how many in all, and the first of them."""

    key: str
    label: str | Promise
    count: int
    cards: Sequence[Card]
    more_url: str = ""


class RelatedProvider(Protocol):
    """One kind of content that links to engagements."""

    @property
    def key(self) -> str:
        """Name of the kind, once in the registry."""

    @property
    def order(self) -> int:
        """Rank of the kind on a page."""

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``; a count of 0 when there is nothing the reader may see."""


_providers: dict[str, RelatedProvider] = {}


def register(provider: RelatedProvider) -> None:
    """Add a provider.

    Raises:
        ValueError: another provider already has this key.

    """
    if provider.key in _providers and type(_providers[provider.key]) is not type(provider):
        raise ValueError(f"related content registered twice: {provider.key}")
    _providers[provider.key] = provider


def related_content(
    query: RelatedQuery,
    *,
    without: Collection[str] = frozenset(),
    request: HttpRequest | None = None,
) -> list[Related]:
    """Ask every provider, in their order; those that have nothing are left out.

    ``without`` names the kinds that the page shows in its own way. Within a ``request``, answers
    are remembered for the readers who have the same rights.
    """
    about = (
        sorted(engagement.pk for engagement in query.engagements),
        sorted(sdg.pk for sdg in query.sdgs),
        query.language,
        query.limit,
        query.exclude_page_id,
        sorted(without),
    )
    return remember_for_reader(request, f"related:{about}", lambda: _ask_providers(query, without))


def _ask_providers(query: RelatedQuery, without: Collection[str]) -> list[Related]:
    asked = (provider for provider in _providers.values() if provider.key not in without)
    answers = [provider(query) for provider in sorted(asked, key=lambda item: item.order)]
    return [answer for answer in answers if answer.count]


def pages_about(
    key: str, label: str | Promise, pages: ContentPageQuerySet, query: RelatedQuery
) -> Related:
    """Answer ``query`` with some of ``pages``: one query, and those of the lines that show them.

    Their order is that of ``pages``; ``key`` names the list that shows them all, if there is one.
    """
    pages = pages.about_any(query.engagements, query.sdgs)
    if query.exclude_page_id:
        pages = pages.exclude(pk=query.exclude_page_id)
    found: Sequence[Any] = pages.with_total().for_lines()[: query.limit]
    return Related(
        key=key,
        label=label,
        count=found[0].total if found else 0,
        cards=[page.as_card() for page in found],
        more_url=query.filtered(addresses(query.request, query.user, query.language)[key]),
    )


@dataclass(frozen=True, slots=True)
class IndicatorsAbout:
    """Indicators of engagements."""

    key: str = "indicators"
    order: int = 10

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        numbers = [engagement.number for engagement in query.engagements]
        found = list(
            Indicator.objects.visible_to(query.user)
            .filter(engagement__number__in=numbers)
            .select_related("engagement__axis")
            .order_by("code")
        )
        return Related(
            key=self.key,
            label=_("Indicators"),
            count=len(found),
            cards=[indicator.as_card() for indicator in found[: query.limit]],
            more_url=query.filtered(reverse("indicator_list")),
        )

"""The registry of related content, owned here and filled by the layers above.

An engagement, an indicator or a goal asks the registry what links to its engagements; it knows
nothing of news, events, stories or charters. Each layer registers its providers in
``AppConfig.ready``.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise

from engagements.models.axis import Engagement
from portal.core.cards import Card
from portal.core.visibility import Reader


@dataclass(frozen=True, slots=True)
class RelatedQuery:
    """What is asked: content on these engagements, for this reader, at this instant.

    Attributes:
        limit: how many cards at most; the count is always of all.
        exclude_page_id: page that asks, which must not find itself.

    """

    engagements: Sequence[Engagement]
    user: Reader
    at: dt.datetime
    language: str
    limit: int = 3
    exclude_page_id: int | None = None


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

    key: str
    order: int

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


def related_content(query: RelatedQuery) -> list[Related]:
    """Ask every provider, in their order; those that have nothing are left out."""
    answers = [
        provider(query) for provider in sorted(_providers.values(), key=lambda item: item.order)
    ]
    return [answer for answer in answers if answer.count]

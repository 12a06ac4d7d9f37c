"""What home answers when an engagement asks what links to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from engagements.related import Related, RelatedQuery
from home.addresses import addresses
from home.agenda import visible_events
from home.news import visible_news
from home.querysets import EditorialQuerySet


def _answer(
    key: str, label: str | Promise, pages: EditorialQuerySet, query: RelatedQuery
) -> Related:
    """Count and show pages: one query, and those of the cards."""
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
class NewsAbout:
    """News about engagements, the newest in front."""

    key: str = "news"
    order: int = 20

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        posts = visible_news(query.user, query.language).newest_first()
        return _answer(self.key, _("News"), posts, query)


@dataclass(frozen=True, slots=True)
class EventsAbout:
    """Events about engagements, the latest first."""

    key: str = "events"
    order: int = 30

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        events = visible_events(query.user, query.language).latest_first()
        return _answer(self.key, _("Events"), events, query)

"""What partners answers when an engagement asks what links to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Window
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from engagements.related import Related, RelatedQuery
from partners.charters import visible_charter_pages
from partners.models import StoryIndexPage
from partners.querysets import PartnerPageQuerySet
from partners.stories import visible_stories


def _answer(
    key: str,
    label: str | Promise,
    pages: PartnerPageQuerySet,
    query: RelatedQuery,
    list_url: str = "",
) -> Related:
    """Count and show pages: one query, and those of the cards."""
    pages = pages.about_any(query.engagements, query.sdgs)
    if query.exclude_page_id:
        pages = pages.exclude(pk=query.exclude_page_id)
    found: Sequence[Any] = pages.annotate(total=Window(Count("pk"))).for_cards()[: query.limit]
    return Related(
        key=key,
        label=label,
        count=found[0].total if found else 0,
        cards=[page.as_card() for page in found],
        more_url=query.filtered(list_url),
    )


@dataclass(frozen=True, slots=True)
class StoriesAbout:
    """Stories about engagements, the newest in front."""

    key: str = "stories"
    order: int = 40

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        stories = visible_stories(query.user, query.language).newest_first()
        lists = StoryIndexPage.objects.visible_to(query.user).filter(
            locale__language_code=query.language
        )
        index = lists.order_by("path").first()
        list_url = (index.get_url() or "") if index else ""
        return _answer(self.key, _("Stories"), stories, query, list_url)


@dataclass(frozen=True, slots=True)
class ChartersAbout:
    """Charters about engagements."""

    key: str = "charters"
    order: int = 50

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        pages = visible_charter_pages(query.user, query.language)
        return _answer(self.key, _("Charters"), pages.order_by("title", "pk"), query)

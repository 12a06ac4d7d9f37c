"""What partners answers when an engagement asks what links to it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from engagements.related import Related, RelatedQuery, pages_about
from partners.agreements import visible_agreement_pages
from partners.charters import visible_charter_pages
from partners.stories import visible_stories


@dataclass(frozen=True, slots=True)
class StoriesAbout:
    """Stories about engagements, the newest in front."""

    key: str = "stories"
    order: int = 40

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        stories = visible_stories(query.user, query.language).newest_first()
        return pages_about(self.key, _("Stories"), stories, query)


@dataclass(frozen=True, slots=True)
class ChartersAbout:
    """Charters about engagements."""

    key: str = "charters"
    order: int = 50

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        pages = visible_charter_pages(query.user, query.language)
        return pages_about(self.key, _("Charters"), pages.order_by("title", "pk"), query)


@dataclass(frozen=True, slots=True)
class AgreementsAbout:
    """Agreements about engagements."""

    key: str = "agreements"
    order: int = 55

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        pages = visible_agreement_pages(query.user, query.language)
        return pages_about(self.key, _("Agreements"), pages.order_by("title", "pk"), query)

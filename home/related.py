"""What home answers when an engagement asks what links to it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from engagements.related import Related, RelatedQuery, pages_about
from home.agenda import visible_events
from home.news import visible_news


@dataclass(frozen=True, slots=True)
class NewsAbout:
    """News about engagements, the newest in front."""

    key: str = "news"
    order: int = 20

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        posts = visible_news(query.user, query.language).newest_first()
        return pages_about(self.key, _("News"), posts, query)


@dataclass(frozen=True, slots=True)
class EventsAbout:
    """Events about engagements, the latest first."""

    key: str = "events"
    order: int = 30

    def __call__(self, query: RelatedQuery) -> Related:
        """Answer ``query``."""
        events = visible_events(query.user, query.language).latest_first()
        return pages_about(self.key, _("Events"), events, query)

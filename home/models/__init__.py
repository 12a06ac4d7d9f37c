"""Editorial pages."""

from .events import Campaign, EventIndexPage, EventPage
from .home_page import HomePage, StandardPage
from .news import NewsIndexPage, NewsPage

__all__ = [
    "Campaign",
    "EventIndexPage",
    "EventPage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "StandardPage",
]

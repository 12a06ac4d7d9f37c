"""News posts and their list."""

import datetime as dt
from dataclasses import replace
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.models import PageManager

from engagements.models import ContentPage
from home.querysets import NewsQuerySet
from portal.core.cards import Card
from portal.core.models import BasePage
from portal.core.searchable import SearchEntry
from portal.core.text import stream_text

WORDS_A_MINUTE = 200


def today() -> dt.date:
    """Return the date in Paris."""
    return timezone.localdate()


class NewsIndexPage(BasePage):
    """The list of news."""

    template = "home/news_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage"]
    kind_label = _("News")
    page_description = _("The list of news posts, the newest in front")

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the posts that the reader asked for."""
        from home.news import news_index_context

        return {
            **super().get_context(request, *args, **kwargs),
            **news_index_context(self, request),
        }

    def get_admin_default_ordering(self) -> str:
        """List the newest posts first for editors too."""
        return "-date"


class NewsPage(ContentPage):
    """A news post."""

    date = models.DateField(
        _("date"),
        default=today,
        db_index=True,
        help_text=_("Shown to readers; lists put the newest in front"),
    )

    objects: ClassVar[Any] = PageManager.from_queryset(NewsQuerySet)()

    content_panels = [
        *ContentPage.content_panels[:2],
        FieldPanel("date"),
        *ContentPage.content_panels[2:],
    ]
    template = "home/news_page.html"
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []
    kind = "news"
    in_list = True
    kind_label = pgettext_lazy("one post", "News")
    # A post leads to posts: its engagements lead to the rest.
    kinds_left_out = frozenset({"indicators", "events", "stories", "charters", "agreements"})
    page_description = _("A post: what has changed, told in 100 to 300 words")

    class Meta:
        verbose_name = _("news post")
        verbose_name_plural = _("news posts")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the posts about the same engagements."""
        from home.news import news_context

        return {
            **super().get_context(request, *args, **kwargs),
            **news_context(self, request),
        }

    @cached_property
    def reading_minutes(self) -> int:
        """How long it takes to read, one minute at least."""
        words = len(f"{self.summary} {stream_text(self.body)}".split())
        return max(1, round(words / WORDS_A_MINUTE))

    def as_card(self) -> Card:
        """Return what lists show of this post."""
        return replace(super().as_card(), date=self.date)

    def search_entries(self) -> list[SearchEntry]:
        """Return the search entry of this post, with its date."""
        return [replace(entry, date=self.date) for entry in super().search_entries()]

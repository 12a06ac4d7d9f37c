"""News posts and their list."""

import datetime as dt
from dataclasses import replace

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from engagements.models import ContentPage
from portal.core.cards import Card
from portal.core.models import BasePage


class NewsIndexPage(BasePage):
    """The list of news."""

    template = "home/news_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage"]
    kind_label = _("News")

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")


class NewsPage(ContentPage):
    """A news post."""

    date = models.DateField(_("date"), default=dt.date.today, db_index=True)

    content_panels = [*ContentPage.content_panels, FieldPanel("date")]
    template = "home/news_page.html"
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []
    kind = "news"
    kind_label = _("News")

    class Meta:
        verbose_name = _("news post")
        verbose_name_plural = _("news posts")

    def as_card(self) -> Card:
        """Return what lists show of this post."""
        return replace(super().as_card(), date=self.date)

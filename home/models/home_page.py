"""The home page, arranged with blocks, and the standard page."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from engagements.enums import MilestoneKind
from engagements.links import addresses
from engagements.models import ContentPage
from engagements.timeline import Timeline, make_timeline
from home.blocks import HOME_BLOCKS
from partners.counting import home_counters
from portal.core.cards import Card
from portal.core.models import BasePage, PortalImage
from portal.core.text import stream_text
from portal.core.visibility import reader_of

MINIMUM_OF_CONTENTS = 3
ALL_MILESTONES = "all"


class HomePage(BasePage):
    """The front page of the programme in one language."""

    headline = models.CharField(
        _("the programme in one sentence"), max_length=200, help_text=_("The largest words")
    )
    image = models.ForeignKey(
        PortalImage,
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    search_title = models.CharField(
        _("question of the search field"),
        max_length=80,
        blank=True,
        help_text=_("“What are you looking for?”"),
    )
    search_hint = models.CharField(_("advice under the search field"), max_length=200, blank=True)
    sections = StreamField(
        HOME_BLOCKS,
        verbose_name=_("sections"),
        blank=True,
        help_text=_("From top to bottom; drag them to change their order"),
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("headline"),
        FieldPanel("image"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("search_title"), FieldPanel("search_hint")])],
            heading=_("Search field"),
        ),
        FieldPanel("sections"),
    ]
    template = "home/home_page.html"
    read_along = ("image",)
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent: Any = 3
    kind = "home"
    kind_label = _("Home")
    page_description = _("The front page; its sections are arranged freely")

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the number of partners, for the charters that have a goal."""
        counters = (
            home_counters(request, self.locale.language_code)
            if reader_of(request).is_authenticated
            else []
        )
        return {**super().get_context(request, *args, **kwargs), "counters": counters}

    def search_text(self) -> str:
        """Return the plain text of the sections."""
        return stream_text(self.sections)


class StandardPage(ContentPage):
    """A page of text: the programme, the legal notice, the listening cell..."""

    leaves_no_trace = models.BooleanField(
        _("leaves no trace"),
        default=False,
        help_text=_(
            "For a page that someone may read in distress: never stored by the browser, "
            "never logged with the reader's name, with a way to leave quickly"
        ),
    )
    show_milestones = models.CharField(
        _("timeline shown under the text"),
        max_length=12,
        choices=[(ALL_MILESTONES, _("All milestones and awards")), *MilestoneKind.choices],
        blank=True,
        help_text=_("Which milestones; empty for none"),
    )

    content_panels = [*ContentPage.content_panels, FieldPanel("show_milestones")]
    settings_panels = [*ContentPage.settings_panels, FieldPanel("leaves_no_trace")]
    template = "home/standard_page.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    kind = "page"
    kind_label = _("Page")
    page_description = _("A page of text that lasts: a presentation, a guide, a notice")

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    def table_of_contents(self) -> list[dict[str, str]]:
        """Return the headings of the body with their anchors; none when there are few."""
        titles = [str(block.value) for block in self.body if block.block_type == "heading"]
        if len(titles) < MINIMUM_OF_CONTENTS:
            return []
        return [{"title": title, "id": slugify(title)} for title in titles]

    def timeline(self) -> Timeline | None:
        """Return the timeline that the page shows, if any."""
        if not self.show_milestones:
            return None
        kind = "" if self.show_milestones == ALL_MILESTONES else self.show_milestones
        return make_timeline(kind)

    def engagement_urls(self, request: HttpRequest) -> dict[int, str]:
        """Return the addresses of the engagements that the timeline leads to."""
        if not self.show_milestones:
            return {}
        where = addresses(request, reader_of(request), self.locale.language_code)
        return where.by_engagement()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the contents, the timeline and the pages below this one."""
        return {
            **super().get_context(request, *args, **kwargs),
            "contents": self.table_of_contents(),
            "timeline": self.timeline(),
            "urls": self.engagement_urls(request),
            "children": self.children_cards(request),
        }

    def children_cards(self, request: HttpRequest) -> list[Card]:
        """Return the standard pages below this one that the reader may see."""
        if self.is_leaf():
            return []
        pages = StandardPage.objects.child_of(self).visible_to(reader_of(request)).for_cards()
        return [page.as_card() for page in pages]

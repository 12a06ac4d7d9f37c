"""The home page, arranged with blocks, and the standard page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from engagements.models import ContentPage
from home.blocks import HOME_BLOCKS
from portal.core.models import BasePage, PortalImage
from portal.core.text import stream_text


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
    sections = StreamField(HOME_BLOCKS, verbose_name=_("sections"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("headline"),
        FieldPanel("image"),
        FieldPanel("sections"),
    ]
    template = "home/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = 3
    kind = "home"
    kind_label = _("Home")

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

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
        blank=True,
        help_text=_("Kind of milestones; empty for none"),
    )

    settings_panels = [*ContentPage.settings_panels, FieldPanel("leaves_no_trace")]
    template = "home/standard_page.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    kind = "page"
    kind_label = _("Page")

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

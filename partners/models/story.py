"""Good-practice stories, written or filmed."""

import datetime as dt
from dataclasses import replace

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable
from wagtail_localize.fields import SynchronizedField
from wagtailmedia.edit_handlers import MediaChooserPanel

from engagements.models import ContentPage
from partners.enums import Consent, ConsentScope
from portal.core.cards import Card
from portal.core.models import BasePage, PortalDocument, PortalMedia


class StoryIndexPage(BasePage):
    """The list of stories."""

    template = "partners/story_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.VideoStoryPage"]
    kind_label = _("Stories")

    class Meta:
        verbose_name = _("story index")
        verbose_name_plural = _("story indexes")


class VideoStoryPage(ContentPage):
    """A story or good practice, written, or filmed with all that makes a film accessible."""

    date = models.DateField(_("date"), default=dt.date.today)
    author_role = models.CharField(
        _("whose story"),
        max_length=200,
        blank=True,
        help_text=_("A role (« Une partenaire mét’ODD, service des achats »), not a name"),
    )
    video = models.ForeignKey(
        PortalMedia,
        verbose_name=_("film"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    audio = models.ForeignKey(
        PortalMedia,
        verbose_name=_("audio-only version"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    captions = models.ForeignKey(
        PortalDocument,
        verbose_name=_("captions (WebVTT)"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    transcript = RichTextField(
        _("transcript"),
        blank=True,
        features=["bold", "italic", "ol", "ul"],
        help_text=_("All that is said and shown, for those who cannot see or hear the film"),
    )
    accessibility_exemption = models.TextField(
        _("reason for publishing without captions or transcript"),
        blank=True,
        help_text=_("Leave empty as a rule; it is shown to readers and kept"),
    )

    content_panels = [
        *ContentPage.content_panels,
        FieldRowPanel([FieldPanel("date"), FieldPanel("author_role")]),
        MultiFieldPanel(
            [
                MediaChooserPanel("video", media_type="video"),
                FieldPanel("captions"),
                FieldPanel("transcript"),
                MediaChooserPanel("audio", media_type="audio"),
                FieldPanel("accessibility_exemption"),
            ],
            heading=_("Film"),
        ),
        InlinePanel("appearances", heading=_("Who appears"), label=_("person")),
    ]
    override_translatable_fields = [
        *ContentPage.override_translatable_fields,
        SynchronizedField("captions"),
        SynchronizedField("audio"),
    ]
    template = "partners/video_story_page.html"
    parent_page_types = ["partners.StoryIndexPage"]
    subpage_types: list[str] = []
    kind = "story"
    kind_label = _("Story")

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    def as_card(self) -> Card:
        """Return what lists show of this story."""
        return replace(super().as_card(), date=self.date)


class StoryAppearance(Orderable):
    """Someone who appears in a story, and what they agreed to."""

    page = ParentalKey(VideoStoryPage, on_delete=models.CASCADE, related_name="appearances")
    person = models.CharField(
        _("person"),
        max_length=120,
        help_text=_("Never shown on the site; a role is enough"),
    )
    consent = models.CharField(
        _("agreed"), max_length=3, choices=Consent.choices, blank=True, default=Consent.UNKNOWN
    )
    consent_until = models.DateField(_("until"), null=True, blank=True)
    scope = models.CharField(_("for"), max_length=10, choices=ConsentScope.choices, blank=True)

    panels = [
        FieldPanel("person"),
        FieldRowPanel([FieldPanel("consent"), FieldPanel("consent_until"), FieldPanel("scope")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")

    def __str__(self) -> str:
        return self.person

    def allows_publication(self, on: dt.date | None = None) -> bool:
        """Say whether this person agreed to appear on ``on`` (today when not given)."""
        day = on or timezone.localdate()
        return self.consent == Consent.YES and (
            self.consent_until is None or self.consent_until >= day
        )

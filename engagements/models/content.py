"""The base of every page that speaks about engagements."""

from dataclasses import replace

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField

from engagements.blocks import BODY_BLOCKS
from portal.core.cards import Card
from portal.core.models import BasePage, PageTag, PortalImage
from portal.core.searchable import SearchEntry
from portal.core.text import stream_text
from portal.users.models import Place, Service

from .axis import Engagement, Sdg


class ContentPage(BasePage):
    """A page with a picture, a body, and links to facts.

    The links go to facts, which have no language: a translation keeps them, so that it is found
    on the engagement in every language.
    """

    image = models.ForeignKey(
        PortalImage,
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = models.CharField(
        _("text alternative of the picture"),
        max_length=250,
        blank=True,
        help_text=_(
            "What the picture shows, for those who do not see it; "
            "empty: the description kept with the picture"
        ),
    )
    body = StreamField(BODY_BLOCKS, verbose_name=_("body"), blank=True)
    sources = models.TextField(
        _("sources"),
        blank=True,
        help_text=_("Where the figures and facts come from; one per line"),
    )
    engagements = ParentalManyToManyField(
        Engagement, verbose_name=_("engagements"), blank=True, related_name="+"
    )
    sdgs = ParentalManyToManyField(
        Sdg, verbose_name=_("Sustainable Development Goals"), blank=True, related_name="+"
    )
    services = ParentalManyToManyField(
        Service, verbose_name=_("services"), blank=True, related_name="+"
    )
    places = ParentalManyToManyField(Place, verbose_name=_("places"), blank=True, related_name="+")
    tags = ClusterTaggableManager(through=PageTag, verbose_name=_("tags"), blank=True)

    read_along = ("image",)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt")], heading=_("Picture")),
        FieldPanel("body"),
        FieldPanel("sources"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("engagements"),
                FieldPanel("sdgs"),
                FieldPanel("services"),
                FieldPanel("places"),
                FieldPanel("tags"),
            ],
            heading=_("What this page is about"),
        ),
        *BasePage.promote_panels,
    ]

    # Automatic derivation leaves many-to-many relations behind: a translation would lose its links.
    override_translatable_fields = [
        SynchronizedField("image"),
        SynchronizedField("engagements", overridable=False),
        SynchronizedField("sdgs", overridable=False),
        SynchronizedField("services", overridable=False),
        SynchronizedField("places", overridable=False),
    ]

    class Meta:
        abstract = True

    @property
    def illustration(self) -> PortalImage | None:
        """The picture, with the text alternative that suits this page."""
        image: PortalImage | None = self.image
        if image and self.image_alt:
            image.contextual_alt_text = self.image_alt
        return image

    def as_card(self) -> Card:
        """Return what lists show of this page."""
        return replace(super().as_card(), image=self.illustration)

    def search_text(self) -> str:
        """Return the plain text of the body."""
        return stream_text(self.body)

    def search_entries(self) -> list[SearchEntry]:
        """Return the search entry of this page, with its engagements, goals and tags."""
        return [
            replace(
                entry,
                engagement_numbers=tuple(self.engagements.values_list("number", flat=True)),
                sdg_numbers=tuple(self.sdgs.values_list("number", flat=True)),
                tags=tuple(self.tags.names()),
            )
            for entry in super().search_entries()
        ]

"""The pages of axes and engagements: public views of their facts, with editorial text."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from engagements.blocks import BODY_BLOCKS
from portal.core.caching import on_demand
from portal.core.cards import Card
from portal.core.models import BasePage, PortalImage
from portal.core.searchable import SearchEntry
from portal.core.text import stream_text

from .axis import Axis, Engagement


class FactPage(BasePage):
    """A page that presents one fact, with a picture and a body."""

    image = models.ForeignKey(
        PortalImage,
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = StreamField(BODY_BLOCKS, verbose_name=_("body"), blank=True)

    read_along: tuple[str, ...] = ("image",)

    class Meta:
        abstract = True

    def search_text(self) -> str:
        """Return the plain text of the body."""
        return stream_text(self.body)

    @property
    def fact_number(self) -> int:
        """The number that the fact is called by."""
        raise NotImplementedError

    def search_entries(self) -> list[SearchEntry]:
        """Return the search entry of this page, called by the number of its fact too."""
        with translation.override(self.locale.language_code):
            called = f"{self.kind_label} {self.fact_number}"
        return [replace(entry, names=(called,)) for entry in super().search_entries()]


class AxisPage(FactPage):
    """The page of an axis: what it means, and its engagements."""

    axis = models.ForeignKey(
        Axis, verbose_name=_("axis"), on_delete=models.PROTECT, related_name="+"
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("axis"),
        FieldPanel("image"),
        FieldPanel("body"),
    ]
    template = "engagements/axis_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["engagements.EngagementPage"]
    read_along = ("axis", "image")
    page_description = _("The page of an axis, with its engagements")
    kind = "axis"
    kind_label = _("Axis")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the axis gathers."""
        from engagements.gathering import OF_AXIS, axis_context

        context = super().get_context(request, *args, **kwargs)
        make = partial(axis_context, self, request, timezone.now())
        return {**context, **on_demand(make, *OF_AXIS)}

    def as_card(self) -> Card:
        """Return what lists show of this page."""
        return replace(super().as_card(), axis=self.axis.number, image=self.image)

    @property
    def fact_number(self) -> int:
        """The number of the axis."""
        return self.axis.number

    class Meta:
        verbose_name = _("axis page")
        verbose_name_plural = _("axis pages")


class EngagementPage(FactPage):
    """The page of an engagement: it gathers all that links to it."""

    engagement = models.ForeignKey(
        Engagement, verbose_name=_("engagement"), on_delete=models.PROTECT, related_name="+"
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("engagement"),
        FieldPanel("image"),
        FieldPanel("body"),
    ]
    template = "engagements/engagement_page.html"
    parent_page_types = ["engagements.AxisPage"]
    subpage_types: list[str] = []
    read_along = ("engagement__axis", "image")
    page_description = _("The page of an engagement, which gathers all that links to it")
    kind = "engagement"
    kind_label = _("Engagement")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what links to the engagement."""
        from engagements.gathering import OF_ENGAGEMENT, engagement_context

        context = super().get_context(request, *args, **kwargs)
        make = partial(engagement_context, self, request, timezone.now())
        return {**context, **on_demand(make, *OF_ENGAGEMENT)}

    def as_card(self) -> Card:
        """Return what lists show of this page."""
        return replace(super().as_card(), axis=self.engagement.axis.number, image=self.image)

    def search_entries(self) -> list[SearchEntry]:
        """Return the search entry of this page, with its engagement."""
        numbers = (self.fact_number,)
        return [replace(e, engagement_numbers=numbers) for e in super().search_entries()]

    @property
    def fact_number(self) -> int:
        """The number of the engagement."""
        return self.engagement.number

    def search_text(self) -> str:
        """Return the official wording of the engagement, then the body."""
        return f"{self.engagement.statement} {super().search_text()}"

    class Meta:
        verbose_name = _("engagement page")
        verbose_name_plural = _("engagement pages")

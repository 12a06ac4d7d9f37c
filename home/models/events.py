"""Events, the campaigns that group them, and the agenda."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail_localize.fields import SynchronizedField

from engagements.models import ContentPage, KeyFigure
from home.enums import EventPrecision
from portal.core.models import BasePage
from portal.users.labels import Label
from portal.users.models import NamedFact, Place, Service


class Campaign(NamedFact):
    """A campaign that groups several events (Octobre Rose)."""

    summary_fr = models.CharField(_("summary in French"), max_length=300, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=300, blank=True)

    summary = Label()

    panels = [*NamedFact.panels, FieldPanel("summary_fr"), FieldPanel("summary_en")]

    class Meta(NamedFact.Meta):
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")


class EventIndexPage(BasePage):
    """The agenda."""

    template = "home/event_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.EventPage"]
    kind_label = _("Agenda")

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")


class EventPage(ContentPage):
    """An event, whose dates are as precise as they are known and no more."""

    precision = models.CharField(
        _("precision of the dates"),
        max_length=10,
        choices=EventPrecision.choices,
        default=EventPrecision.INSTANT,
    )
    start_date = models.DateField(
        _("first day"),
        help_text=_("For a month, a quarter or a year: its first day"),
    )
    start_time = models.TimeField(_("starts at"), null=True, blank=True)
    end_date = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty when it lasts one day")
    )
    end_time = models.TimeField(_("ends at"), null=True, blank=True)
    # Half-open bounds derived from the four fields above, so that the database can sort and part.
    starts_at = models.DateTimeField(editable=False, db_index=True)
    ends_at = models.DateTimeField(editable=False, db_index=True)
    place = models.ForeignKey(
        Place,
        verbose_name=_("place"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    place_text = models.CharField(
        _("place in words"),
        max_length=200,
        blank=True,
        help_text=_("Room, meeting point, or a place that is not in the list"),
    )
    audience = models.CharField(_("audience"), max_length=200, blank=True)
    organiser = models.ForeignKey(
        Service,
        verbose_name=_("organising service"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    organiser_text = models.CharField(_("organiser in words"), max_length=200, blank=True)
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
    )
    key_figures = ParentalManyToManyField(
        KeyFigure, verbose_name=_("key figures"), blank=True, related_name="+"
    )
    cancelled = models.BooleanField(_("cancelled"), default=False)
    demonstration = models.BooleanField(
        _("demonstration"),
        default=False,
        help_text=_("An invented event, labelled as such to readers"),
    )
    uid = models.UUIDField(default=uuid.uuid4, editable=False)

    content_panels = [
        *ContentPage.content_panels[:2],
        MultiFieldPanel(
            [
                FieldPanel("precision"),
                FieldRowPanel([FieldPanel("start_date"), FieldPanel("start_time")]),
                FieldRowPanel([FieldPanel("end_date"), FieldPanel("end_time")]),
                FieldPanel("cancelled"),
            ],
            heading=_("When"),
        ),
        MultiFieldPanel([FieldPanel("place"), FieldPanel("place_text")], heading=_("Where")),
        MultiFieldPanel(
            [FieldPanel("audience"), FieldPanel("organiser"), FieldPanel("organiser_text")],
            heading=_("Who"),
        ),
        *ContentPage.content_panels[2:],
        FieldPanel("campaign"),
        FieldPanel("key_figures"),
    ]
    settings_panels = [*ContentPage.settings_panels, FieldPanel("demonstration")]
    override_translatable_fields = [
        *ContentPage.override_translatable_fields,
        SynchronizedField("key_figures", overridable=False),
    ]
    template = "home/event_page.html"
    parent_page_types = ["home.EventIndexPage"]
    subpage_types: list[str] = []
    kind = "event"
    kind_label = _("Event")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="event_ends_after_it_starts",
                violation_error_message=_("An event ends after it starts."),
            )
        ]

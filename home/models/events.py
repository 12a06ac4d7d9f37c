"""Events, the campaigns that group them, and the agenda."""

import datetime as dt
from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import PageManager
from wagtail_localize.fields import SynchronizedField

from engagements.models import ContentPage, KeyFigure
from home.dates import EventDates
from home.enums import EventState
from home.querysets import EventQuerySet
from portal.core.cards import Card
from portal.core.dates import PARIS, Precision
from portal.core.models import BasePage
from portal.core.searchable import SearchEntry
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
    page_description = _("The list of events: under way, to come, past")

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the events that the reader asked for."""
        from home.agenda import agenda_context

        return {
            **super().get_context(request, *args, **kwargs),
            **agenda_context(self, request, at=timezone.now()),
        }

    def get_admin_default_ordering(self) -> str:
        """List the latest events first for editors."""
        return "-starts_at"


class EventPage(ContentPage):
    """An event, whose dates are as precise as they are known and no more."""

    precision = models.CharField(
        _("precision of the dates"),
        max_length=10,
        choices=Precision.choices,
        default=Precision.INSTANT,
        help_text=_(
            "Say only what is known: with “Month”, readers see “October 2026” and no day. "
            "Only events dated to the day can be added to a calendar."
        ),
    )
    start_date = models.DateField(
        _("first day"),
        help_text=_("For a month, a quarter or a year: its first day"),
    )
    start_time = models.TimeField(
        _("starts at"), null=True, blank=True, help_text=_("Only with “Day and time”")
    )
    end_date = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty when it lasts one day")
    )
    end_time = models.TimeField(
        _("ends at"), null=True, blank=True, help_text=_("Empty when it is not known")
    )
    # Half-open bounds derived from the fields above, so that the database can sort and part.
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
    audience = models.CharField(
        _("audience"), max_length=200, blank=True, help_text=_("For whom: “All staff”")
    )
    organiser = models.ForeignKey(
        Service,
        verbose_name=_("organising service"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    organiser_text = models.CharField(
        _("organiser in words"),
        max_length=200,
        blank=True,
        help_text=_("Several services, or someone from outside"),
    )
    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
        help_text=_("The page of each event shows the others of its campaign"),
    )
    key_figures = ParentalManyToManyField(
        KeyFigure,
        verbose_name=_("key figures"),
        blank=True,
        related_name="+",
        help_text=_("What came of it, once it is over; only validated figures are shown"),
    )
    cancelled = models.BooleanField(
        _("cancelled"),
        default=False,
        help_text=_("The event stays in the agenda, marked as cancelled; calendars are told"),
    )
    demonstration = models.BooleanField(
        _("demonstration"),
        default=False,
        help_text=_("An invented event, labelled as such to readers"),
    )

    objects: ClassVar[Any] = PageManager.from_queryset(EventQuerySet)()

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
            [
                FieldPanel("audience"),
                FieldRowPanel([FieldPanel("organiser"), FieldPanel("organiser_text")]),
            ],
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
        *(
            SynchronizedField(name, overridable=False)
            for name in (
                "precision",
                "start_date",
                "start_time",
                "end_date",
                "end_time",
                "cancelled",
                "demonstration",
            )
        ),
    ]
    template = "home/event_page.html"
    parent_page_types = ["home.EventIndexPage"]
    subpage_types: list[str] = []
    kind = "event"
    in_list = True
    kind_label = _("Event")
    kinds_left_out = frozenset({"indicators", "events"})
    page_description = _("A date in the agenda: when, where, for whom")

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

    @property
    def dates(self) -> EventDates:
        """What is known of the dates."""
        return EventDates(
            Precision(self.precision),
            self.start_date,
            self.start_time,
            self.end_date,
            self.end_time,
        )

    @property
    def when(self) -> str:
        """The dates in words, in the reader's language."""
        return self.dates.words(get_language() or "fr")

    @property
    def where(self) -> str:
        """The place in words, said once."""
        name = self.place.name if self.place else ""
        if name.casefold() in self.place_text.casefold():
            return self.place_text or name
        return ", ".join(part for part in (name, self.place_text) if part)

    @property
    def who_organises(self) -> str:
        """The organiser in words."""
        return self.organiser_text or (self.organiser.name if self.organiser else "")

    @property
    def is_dated_to_the_day(self) -> bool:
        """Whether a calendar can show it."""
        return self.dates.is_dated_to_the_day

    @property
    def calendar_day(self) -> dt.date | None:
        """The day that a leaf of the calendar shows; None when it is known less precisely."""
        return self.start_date if self.is_dated_to_the_day else None

    @property
    def last_day(self) -> dt.date:
        """The last day on which it may take place, as precisely as that is known."""
        return (self.ends_at - dt.timedelta(microseconds=1)).astimezone(PARIS).date()

    @property
    def flag(self) -> Any:
        """Short warning shown wherever the event is."""
        if self.cancelled:
            return _("Cancelled")
        return _("Demonstration") if self.demonstration else ""

    def state(self, at: dt.datetime) -> EventState:
        """Say where the event stands at ``at``: the same partition as the querysets."""
        if self.starts_at > at:
            return EventState.UPCOMING
        return EventState.ONGOING if self.ends_at > at else EventState.PAST

    def derive_bounds(self) -> None:
        """Set the bounds from what is known; an unfinished draft keeps possible ones."""
        if self.start_date and self.precision in Precision:
            self.starts_at, self.ends_at = self.dates.bounds()

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Derive the bounds, then validate."""
        self.derive_bounds()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        """Derive the bounds of a draft."""
        self.derive_bounds()
        super().minimal_clean()

    def clean(self) -> None:
        """Refuse dates that contradict each other or their precision."""
        super().clean()
        if self.start_date and (problems := self.dates.problems()):
            raise ValidationError(problems)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the figures, the state and the other events of the campaign."""
        from home.agenda import event_context

        return {
            **super().get_context(request, *args, **kwargs),
            **event_context(self, request, at=timezone.now()),
        }

    def as_card(self) -> Card:
        """Return what lists show of this event."""
        return replace(
            super().as_card(),
            date=self.calendar_day,
            date_label=self.when,
            flag=self.flag,
        )

    def search_entries(self) -> list[SearchEntry]:
        """Return the search entry of this event, dated when its day is known."""
        return [
            replace(entry, date=self.calendar_day, last_day=self.last_day)
            for entry in super().search_entries()
        ]

    def search_text(self) -> str:
        """Return the plain text of the event: its body, its place, its people, its campaign."""
        parts = (self.where, self.audience, self.who_organises)
        campaign = self.campaign.name if self.campaign else ""
        return " ".join(part for part in (super().search_text(), *parts, campaign) if part)

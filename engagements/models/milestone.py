"""Awards and milestones: what the timeline shows."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from engagements.enums import MilestoneKind, MilestoneStatus
from portal.core.dates import PRECISIONS_OF_DATES
from portal.users.labels import Label

from .axis import Engagement
from .source import SourceDocument

KNOWN_DATE_HAS_PRECISION = Q(date__isnull=True, precision="") | (
    Q(date__isnull=False) & ~Q(precision="")
)


class Award(index.Indexed, models.Model):
    """A prize that the programme received."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    awarded_by = models.CharField(_("awarded by"), max_length=120)
    date = models.DateField(_("date"), null=True, blank=True)
    precision = models.CharField(
        _("precision of the date"), max_length=10, choices=PRECISIONS_OF_DATES, blank=True
    )
    place_text = models.CharField(_("place"), max_length=120, blank=True)
    engagement = models.ForeignKey(
        Engagement,
        verbose_name=_("engagement"),
        on_delete=models.PROTECT,
        related_name="awards",
    )
    note_fr = models.TextField(_("note in French"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)

    name = Label()
    note = Label()

    panels = [
        FieldPanel("slug"),
        FieldRowPanel([FieldPanel("name_fr"), FieldPanel("name_en")]),
        FieldRowPanel([FieldPanel("awarded_by"), FieldPanel("place_text")]),
        FieldRowPanel([FieldPanel("date"), FieldPanel("precision")]),
        FieldPanel("engagement"),
        FieldPanel("note_fr"),
        FieldPanel("note_en"),
    ]
    search_fields = [index.SearchField("name_fr"), index.AutocompleteField("name_fr")]

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = ["-date", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=KNOWN_DATE_HAS_PRECISION,
                name="award_date_precision",
                violation_error_message=_("A date has a precision; no date has none."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Milestone(index.Indexed, models.Model):
    """A dated step of the programme, shown on the timeline and never in the agenda."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=MilestoneKind.choices)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=MilestoneStatus.choices,
        default=MilestoneStatus.DONE,
    )
    date = models.DateField(_("date"), null=True, blank=True)
    end_date = models.DateField(_("end"), null=True, blank=True)
    precision = models.CharField(
        _("precision of the date"), max_length=10, choices=PRECISIONS_OF_DATES, blank=True
    )
    title_fr = models.CharField(_("title in French"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    text_fr = models.TextField(_("text in French"), blank=True)
    text_en = models.TextField(_("text in English"), blank=True)
    engagement = models.ForeignKey(
        Engagement,
        verbose_name=_("engagement"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="milestones",
    )
    source = models.ForeignKey(
        SourceDocument,
        verbose_name=_("source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    title = Label()
    text = Label()

    panels = [
        FieldPanel("slug"),
        FieldRowPanel([FieldPanel("title_fr"), FieldPanel("title_en")]),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("status")]),
        FieldRowPanel([FieldPanel("date"), FieldPanel("end_date"), FieldPanel("precision")]),
        FieldPanel("text_fr"),
        FieldPanel("text_en"),
        FieldPanel("engagement"),
        FieldPanel("source"),
    ]
    search_fields = [index.SearchField("title_fr"), index.AutocompleteField("title_fr")]

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["date", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=KNOWN_DATE_HAS_PRECISION,
                name="milestone_date_precision",
                violation_error_message=_("A date has a precision; no date has none."),
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(date__isnull=False, end_date__gte=F("date")),
                name="milestone_end_after_start",
                violation_error_message=_("A milestone ends after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

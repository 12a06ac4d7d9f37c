"""Measures and targets: the values, with everything needed to read them rightly."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import RevisionMixin
from wagtail.search import index

from engagements.enums import (
    CountKind,
    Display,
    MeasureStatus,
    Nature,
    Operator,
    Precision,
    Reliability,
)
from portal.users.labels import Label

from .indicator import Indicator, KeyFigure


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Measures."""

    def shown(self) -> "MeasureQuerySet":
        """Keep the measures that a reader may see in a table, with their status."""
        return self.filter(
            status__in=[MeasureStatus.VALIDATED, MeasureStatus.TO_CONFIRM]
        ).exclude(display=Display.HIDDEN)

    def for_tiles(self) -> "MeasureQuerySet":
        """Keep the measures that may stand on a tile: validated ones only."""
        return self.filter(
            status=MeasureStatus.VALIDATED, display=Display.TILE, value__isnull=False
        )


class Measure(index.Indexed, RevisionMixin, models.Model):
    """One value of an indicator or of a key figure, over one period.

    A missing value is null, never 0; an interval keeps its two bounds.
    """

    codes = models.CharField(
        _("codes in the register"),
        max_length=60,
        blank=True,
        help_text=_("The lines of the register of source figures, separated by semicolons"),
    )
    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measures",
    )
    key_figure = models.ForeignKey(
        KeyFigure,
        verbose_name=_("key figure"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measures",
    )
    raw_text = models.CharField(
        _("as printed"), max_length=200, help_text=_("The value as the source prints it")
    )
    value = models.DecimalField(
        _("value"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    value_max = models.DecimalField(
        _("upper bound"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    operator = models.CharField(
        _("reading"), max_length=10, choices=Operator.choices, default=Operator.EQUAL
    )
    period_start = models.DateField(_("start of the period"), null=True, blank=True)
    period_end = models.DateField(_("end of the period"), null=True, blank=True)
    period_precision = models.CharField(
        _("precision of the period"), max_length=10, choices=Precision.choices, blank=True
    )
    perimeter_fr = models.CharField(_("perimeter in French"), max_length=200, blank=True)
    perimeter_en = models.CharField(_("perimeter in English"), max_length=200, blank=True)
    nature = models.CharField(_("nature"), max_length=12, choices=Nature.choices)
    kind = models.CharField(
        _("what is added up"),
        max_length=15,
        choices=CountKind.choices,
        blank=True,
        help_text=_("Empty when the source does not say"),
    )
    reliability = models.CharField(_("reliability"), max_length=15, choices=Reliability.choices)
    display = models.CharField(
        _("display"), max_length=10, choices=Display.choices, default=Display.TEXT
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=MeasureStatus.choices,
        default=MeasureStatus.DRAFT,
    )
    source_document = models.CharField(_("source"), max_length=200)
    source_line = models.CharField(_("place in the source"), max_length=60, blank=True)
    note_fr = models.TextField(_("note in French"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("validated by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    validated_at = models.DateTimeField(_("validated at"), null=True, blank=True)

    perimeter = Label()
    note = Label()

    objects = MeasureQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("indicator"), FieldPanel("key_figure")]),
        FieldRowPanel([FieldPanel("operator"), FieldPanel("value"), FieldPanel("value_max")]),
        FieldPanel("raw_text"),
        FieldRowPanel(
            [
                FieldPanel("period_start"),
                FieldPanel("period_end"),
                FieldPanel("period_precision"),
            ]
        ),
        FieldRowPanel([FieldPanel("nature"), FieldPanel("kind")]),
        FieldRowPanel([FieldPanel("perimeter_fr"), FieldPanel("perimeter_en")]),
        MultiFieldPanel(
            [FieldPanel("source_document"), FieldPanel("source_line"), FieldPanel("codes")],
            heading=_("Source"),
        ),
        MultiFieldPanel(
            [FieldPanel("reliability"), FieldPanel("display"), FieldPanel("status")],
            heading=_("Reliability and publication"),
        ),
        FieldPanel("note_fr"),
        FieldPanel("note_en"),
    ]
    search_fields = [index.SearchField("raw_text"), index.AutocompleteField("codes")]

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["-period_end", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=True) ^ Q(key_figure__isnull=True),
                name="measure_of_one_subject",
                violation_error_message=_(
                    "A measure belongs either to an indicator or to a key figure."
                ),
            ),
            models.CheckConstraint(
                condition=(
                    Q(operator="interval", value__isnull=False, value_max__gt=F("value"))
                    | (~Q(operator="interval") & Q(value_max__isnull=True))
                ),
                name="measure_interval_bounds",
                violation_error_message=_(
                    "An interval has two bounds, the second above the first; "
                    "any other value has no upper bound."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status="validated") | Q(value__isnull=False),
                name="measure_validated_has_value",
                violation_error_message=_("A measure without a value cannot be validated."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(period_start__isnull=True, period_end__isnull=True, period_precision="")
                    | (
                        Q(period_start__isnull=False, period_end__gte=F("period_start"))
                        & ~Q(period_precision="")
                    )
                ),
                name="measure_period",
                violation_error_message=_(
                    "A period has a start, an end not before it, and a precision; or none of them."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} : {self.raw_text}"

    @property
    def subject(self) -> Indicator | KeyFigure | None:
        """The indicator or the key figure that the value belongs to."""
        return self.indicator or self.key_figure


class Target(index.Indexed, RevisionMixin, models.Model):
    """A value that the programme aims at for an indicator."""

    codes = models.CharField(_("codes in the register"), max_length=60, blank=True)
    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator"),
        on_delete=models.PROTECT,
        related_name="targets",
    )
    label_fr = models.CharField(_("label in French"), max_length=200)
    label_en = models.CharField(_("label in English"), max_length=200)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4)
    unit_fr = models.CharField(_("unit in French"), max_length=60, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=60, blank=True)
    period_start = models.DateField(_("start of the period"))
    period_end = models.DateField(_("end of the period"))
    source_document = models.CharField(_("source"), max_length=200)
    source_line = models.CharField(_("place in the source"), max_length=60, blank=True)
    note_fr = models.TextField(_("note in French"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)

    label = Label()
    unit = Label()
    note = Label()

    panels = [
        FieldPanel("indicator"),
        FieldRowPanel([FieldPanel("label_fr"), FieldPanel("label_en")]),
        FieldRowPanel([FieldPanel("value"), FieldPanel("unit_fr"), FieldPanel("unit_en")]),
        FieldRowPanel([FieldPanel("period_start"), FieldPanel("period_end")]),
        FieldRowPanel([FieldPanel("source_document"), FieldPanel("source_line")]),
        FieldPanel("note_fr"),
        FieldPanel("note_en"),
    ]
    search_fields = [index.SearchField("label_fr"), index.AutocompleteField("label_fr")]

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-period_end"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="target_period",
                violation_error_message=_("The period of a target ends after it starts."),
            )
        ]

    def __str__(self) -> str:
        return self.label

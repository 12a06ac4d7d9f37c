"""Measures and targets: the values, with everything needed to read them rightly."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import RevisionMixin

from engagements.enums import (
    SHOWN_DISPLAYS,
    SHOWN_STATUSES,
    CountKind,
    Display,
    MeasureStatus,
    Nature,
    Operator,
    Reliability,
)
from engagements.figures import (
    COMPARABLE_NATURES,
    Observation,
    Quantity,
    Reading,
    read_quantity,
)
from portal.core.dates import (
    PRECISIONS_OF_DATES,
    Period,
    Precision,
    period_in_words,
    period_of_bounds,
)
from portal.core.visibility import Reader
from portal.users.labels import Label

from .indicator import Indicator, KeyFigure
from .source import SourceDocument

# How the code of a value begins that the portal counts by itself (``engagements.live_figures``).
LIVE = "live:"
COUNTED_SEVERAL_TIMES = frozenset({CountKind.PARTICIPATIONS, CountKind.REGISTRATIONS})


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Measures."""

    def shown(self) -> "MeasureQuerySet":
        """Keep the measures that a reader may see in a table, with their status."""
        return self.filter(status__in=SHOWN_STATUSES, display__in=SHOWN_DISPLAYS)

    def for_tiles(self) -> "MeasureQuerySet":
        """Keep the measures that may stand on a tile: validated ones only."""
        return self.filter(
            status=MeasureStatus.VALIDATED, display=Display.TILE, value__isnull=False
        )

    def about(self, keys: Iterable[str]) -> "MeasureQuerySet":
        """Keep the measures of the indicators and key figures named by ``keys``."""
        named = list(keys)
        return self.filter(Q(indicator__code__in=named) | Q(key_figure__slug__in=named))

    def visible_to(self, user: Reader) -> "MeasureQuerySet":
        """Keep the measures shown of the subjects that ``user`` may read."""
        return self.shown().filter(
            Q(indicator__in=Indicator.objects.visible_to(user).values("pk"))
            | Q(key_figure__in=KeyFigure.objects.visible_to(user).values("pk"))
        )

    def latest_first(self) -> "MeasureQuerySet":
        """Put the latest period first, and what has no period last."""
        return self.order_by(F("period_end").desc(nulls_last=True), "-pk")

    def with_subject(self) -> "MeasureQuerySet":
        """Read the subjects, their axes and the sources along."""
        return self.select_related(
            "source", "indicator__engagement__axis", "key_figure__engagement__axis"
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
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4, null=True, blank=True)
    value_max = models.DecimalField(
        _("upper bound"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    operator = models.CharField(
        _("reading"), max_length=10, choices=Operator.choices, default=Operator.EQUAL
    )
    period_start = models.DateField(_("start of the period"), null=True, blank=True)
    period_end = models.DateField(_("end of the period"), null=True, blank=True)
    period_precision = models.CharField(
        _("precision of the period"), max_length=10, choices=PRECISIONS_OF_DATES, blank=True
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
    source = models.ForeignKey(
        SourceDocument, verbose_name=_("source"), on_delete=models.PROTECT, related_name="+"
    )
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
        FieldPanel("status", read_only=True),
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
            [FieldPanel("source"), FieldPanel("source_line"), FieldPanel("codes")],
            heading=_("Source"),
        ),
        MultiFieldPanel(
            [FieldPanel("reliability"), FieldPanel("display")],
            heading=_("Reliability and display"),
        ),
        FieldPanel("note_fr"),
        FieldPanel("note_en"),
    ]
    search_fields = [index.SearchField("raw_text"), index.AutocompleteField("codes")]

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = [F("period_end").desc(nulls_last=True), "-pk"]
        permissions = [("validate_measure", "Can validate, send back and withdraw measures")]
        constraints = [
            models.UniqueConstraint(
                fields=("codes",),
                condition=~Q(codes=""),
                name="measure_unique_codes",
                violation_error_message=_("A measure with these codes already exists."),
            ),
            models.CheckConstraint(
                condition=Q(indicator__isnull=True) ^ Q(key_figure__isnull=True),
                name="measure_of_one_subject",
                violation_error_message=_(
                    "A measure belongs either to an indicator or to a key figure."
                ),
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        operator="interval",
                        value__isnull=False,
                        value_max__isnull=False,
                        value_max__gt=F("value"),
                    )
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
                        Q(
                            period_start__isnull=False,
                            period_end__isnull=False,
                            period_end__gte=F("period_start"),
                        )
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
    def is_live(self) -> bool:
        """Whether the portal counts the value by itself: nobody types it."""
        return self.codes.startswith(LIVE)

    def search_subjects(self) -> list[Indicator | KeyFigure]:
        """Return what search speaks of when this value appears or goes away."""
        return [self.subject] if self.subject else []

    @property
    def subject(self) -> Indicator | KeyFigure | None:
        """The indicator or the key figure that the value belongs to."""
        return self.indicator or self.key_figure

    @property
    def known_subject(self) -> Indicator | KeyFigure:
        """The subject of a saved measure, which always has one."""
        subject = self.indicator or self.key_figure
        assert subject is not None  # noqa: S101 - a constraint of the database
        return subject

    @property
    def is_tileable(self) -> bool:
        """Whether the value may stand on a tile."""
        return (
            self.status == MeasureStatus.VALIDATED
            and self.display == Display.TILE
            and self.value is not None
        )

    @property
    def quantity(self) -> Quantity | None:
        """The value and how it is read; None when it is missing."""
        if self.value is None:
            return None
        return Quantity(self.value, Operator(self.operator), self.value_max)

    @property
    def period(self) -> Period | None:
        """The days that the value covers; None when they are not known."""
        if self.period_start is None or self.period_end is None:
            return None
        return Period(self.period_start, self.period_end, Precision(self.period_precision))

    @property
    def observation(self) -> Observation:
        """What decides whether the value may be compared with another."""
        return Observation(
            quantity=self.quantity,
            period=self.period,
            nature=Nature(self.nature),
            validated=self.status == MeasureStatus.VALIDATED,
            kind=self.kind,
            perimeter=self.perimeter_fr,
        )

    def reading(self, unit: str, language: str) -> Reading | None:
        """Return the value in words, in ``unit``; None when it is missing."""
        quantity = self.quantity
        return read_quantity(quantity, unit, language) if quantity else None

    def period_text(self, language: str) -> str:
        """Return the period in words; empty when it is not known."""
        return period_in_words(self.period, language)

    @property
    def caveats(self) -> list[str]:
        """What a reader must know beside the value: its status, its nature, what it adds up or leaves out."""
        found = []
        if self.status != MeasureStatus.VALIDATED:
            found.append(str(MeasureStatus(self.status).label))
        if self.nature not in COMPARABLE_NATURES:
            found.append(str(Nature(self.nature).label))
        if self.kind in COUNTED_SEVERAL_TIMES:
            found.append(str(CountKind(self.kind).label))
        if self.is_live and self.perimeter:
            found.append(gettext("%(perimeter)s only") % {"perimeter": self.perimeter})
        return found


# Fills ``shown_measures`` of indicators and key figures.
SHOWN = models.Prefetch(
    "measures", Measure.objects.shown().select_related("source").latest_first(), "shown_measures"
)


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
    source = models.ForeignKey(
        SourceDocument, verbose_name=_("source"), on_delete=models.PROTECT, related_name="+"
    )
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
        FieldRowPanel([FieldPanel("source"), FieldPanel("source_line")]),
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
            ),
            models.UniqueConstraint(
                fields=("codes",),
                condition=~Q(codes=""),
                name="target_unique_codes",
                violation_error_message=_("A target with these codes already exists."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def period(self) -> Period:
        """The days over which the target is to be reached."""
        return period_of_bounds(self.period_start, self.period_end)

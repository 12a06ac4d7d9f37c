"""Indicators and key figures: what is measured."""

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import RevisionMixin
from wagtail.search import index

from engagements.enums import Direction, LinkRole, Sensitivity, ValueType, Volet
from portal.core.visibility import VisibleFactQuerySet
from portal.users.labels import Label
from portal.users.models import Service

from .axis import Engagement


class MeasuredFact(index.Indexed, RevisionMixin, ClusterableModel):
    """What an indicator and a key figure share: a label, a unit, an owner, readers."""

    label_fr = models.CharField(_("label in French"), max_length=200)
    label_en = models.CharField(_("label in English"), max_length=200)
    unit_fr = models.CharField(_("unit in French"), max_length=60, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=60, blank=True)
    direction = models.CharField(
        _("favourable direction"),
        max_length=10,
        choices=Direction.choices,
        default=Direction.NEUTRAL,
    )
    owner = models.ForeignKey(
        Service,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The service that supplies the values"),
    )
    live = models.BooleanField(_("published"), default=True)
    restricted_to = ParentalManyToManyField(
        Group,
        verbose_name=_("restricted to"),
        blank=True,
        related_name="+",
        help_text=_("Empty: every signed-in reader"),
    )

    label = Label()
    unit = Label()

    objects = VisibleFactQuerySet.as_manager()

    label_panels = [
        FieldRowPanel([FieldPanel("label_fr"), FieldPanel("label_en")]),
        FieldRowPanel([FieldPanel("unit_fr"), FieldPanel("unit_en"), FieldPanel("direction")]),
    ]
    reader_panels = [
        MultiFieldPanel(
            [FieldPanel("owner"), FieldPanel("live"), FieldPanel("restricted_to")],
            heading=_("Owner and readers"),
        )
    ]
    search_fields = [index.SearchField("label_fr"), index.AutocompleteField("label_fr")]

    class Meta:
        abstract = True


class Indicator(MeasuredFact):
    """One of the programme's performance indicators; its values are measures."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    volet = models.PositiveSmallIntegerField(_("part"), choices=Volet.choices)
    theme_fr = models.CharField(_("stake in French"), max_length=120)
    theme_en = models.CharField(_("stake in English"), max_length=120)
    engagement = models.ForeignKey(
        Engagement,
        verbose_name=_("engagement"),
        on_delete=models.PROTECT,
        related_name="indicators",
    )
    value_type = models.CharField(_("type of value"), max_length=20, choices=ValueType.choices)
    counted_fr = models.TextField(_("what is counted, in French"), blank=True)
    counted_en = models.TextField(_("what is counted, in English"), blank=True)
    open_point_fr = models.TextField(_("point to settle, in French"), blank=True)
    open_point_en = models.TextField(_("point to settle, in English"), blank=True)
    sensitivity = models.CharField(
        _("sensitivity"), max_length=10, choices=Sensitivity.choices, default=Sensitivity.LOW
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    theme = Label()
    counted = Label()
    open_point = Label()

    panels = [
        FieldRowPanel([FieldPanel("code"), FieldPanel("volet"), FieldPanel("engagement")]),
        FieldRowPanel([FieldPanel("theme_fr"), FieldPanel("theme_en")]),
        *MeasuredFact.label_panels,
        FieldRowPanel([FieldPanel("value_type"), FieldPanel("sensitivity")]),
        FieldPanel("counted_fr"),
        FieldPanel("counted_en"),
        FieldPanel("open_point_fr"),
        FieldPanel("open_point_en"),
        FieldPanel("source"),
        *MeasuredFact.reader_panels,
    ]
    search_fields = [*MeasuredFact.search_fields, index.AutocompleteField("code")]

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} – {self.label}"


class KeyFigure(MeasuredFact):
    """A figure that is no indicator: of an engagement, of an event, or of the programme."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    definition_fr = models.TextField(_("definition in French"), blank=True)
    definition_en = models.TextField(_("definition in English"), blank=True)
    engagement = models.ForeignKey(
        Engagement,
        verbose_name=_("engagement"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="key_figures",
        help_text=_("Empty: a figure of the programme as a whole"),
    )

    definition = Label()

    panels = [
        FieldRowPanel([FieldPanel("slug"), FieldPanel("engagement")]),
        *MeasuredFact.label_panels,
        FieldPanel("definition_fr"),
        FieldPanel("definition_en"),
        InlinePanel("indicator_links", heading=_("Indicators it throws light on")),
        *MeasuredFact.reader_panels,
    ]
    search_fields = [*MeasuredFact.search_fields, index.AutocompleteField("slug")]

    class Meta:
        verbose_name = _("key figure")
        verbose_name_plural = _("key figures")
        ordering = ["label_fr"]

    def __str__(self) -> str:
        return self.label


class IndicatorLink(models.Model):
    """Why a key figure is shown on the page of an indicator whose value it is not."""

    key_figure = ParentalKey(KeyFigure, on_delete=models.CASCADE, related_name="indicator_links")
    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator"),
        on_delete=models.CASCADE,
        related_name="figure_links",
    )
    role = models.CharField(_("role"), max_length=12, choices=LinkRole.choices)

    panels = [FieldRowPanel([FieldPanel("indicator"), FieldPanel("role")])]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("key_figure", "indicator"),
                name="unique_key_figure_indicator",
                violation_error_message=_("This indicator is already linked to the figure."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key_figure} → {self.indicator}"

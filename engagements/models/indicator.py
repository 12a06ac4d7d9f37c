"""Indicators and key figures: what is measured."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import Group
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from modelsearch import index
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import RevisionMixin

from engagements.enums import (
    SHOWN_DISPLAYS,
    SHOWN_STATUSES,
    Direction,
    LinkRole,
    Sensitivity,
    ValueType,
    Volet,
)
from portal.core.cards import Card
from portal.core.searchable import SearchEntry
from portal.core.visibility import Reader, VisibleFactQuerySet
from portal.users.labels import Label
from portal.users.models import Service

from .axis import Engagement, in_each_language
from .source import SourceDocument

if TYPE_CHECKING:
    from .measure import Measure


class KeyFigureQuerySet(VisibleFactQuerySet):
    """Key figures."""

    def visible_to(self, user: Reader) -> "KeyFigureQuerySet":
        """Keep those that ``user`` may read and that have something to show.

        A key figure whose only value is hidden, withdrawn or a draft has no page at all.
        """
        figures = cast(KeyFigureQuerySet, super().visible_to(user))
        return figures.filter(
            measures__status__in=SHOWN_STATUSES, measures__display__in=SHOWN_DISPLAYS
        ).distinct()


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
    # Filled by a prefetch: the measures that readers may see, the latest first.
    shown_measures: list["Measure"]

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

    @property
    def known_direction(self) -> Direction:
        """Which way the figure should go."""
        return Direction(self.direction)

    def search_entries(self) -> list[SearchEntry]:
        """Return one search entry per language; none when readers have no page to go to."""
        if not self.has_page():
            return []
        groups = tuple(self.restricted_to.values_list("pk", flat=True))
        return [replace(entry, group_ids=groups) for entry in in_each_language(self._search_entry)]

    def has_page(self) -> bool:
        """Say whether some reader may see it."""
        return self.live

    def _search_entry(self, language: str) -> SearchEntry:
        raise NotImplementedError


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
    source = models.ForeignKey(
        SourceDocument,
        verbose_name=_("source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = VisibleFactQuerySet.as_manager()

    kind = "indicator"
    kind_label = _("Indicator")

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

    def get_absolute_url(self) -> str:
        """Return the address of its page, in the reader's language."""
        return reverse("indicator", args=[self.code])

    def as_card(self) -> Card:
        """Return what lists show of it; its engagement and axis are read along."""
        return Card(
            kind=self.kind,
            kind_label=self.kind_label,
            title=self.label,
            url=self.get_absolute_url(),
            summary=self.code,
            axis=self.engagement.axis.number,
        )

    def _search_entry(self, language: str) -> SearchEntry:
        return SearchEntry(
            kind=self.kind,
            kind_label=str(self.kind_label),
            language=language,
            title=self.label,
            summary=self.counted,
            body=" ".join((self.code, self.theme, self.open_point, str(self.engagement))),
            url=self.get_absolute_url(),
            engagement_numbers=(self.engagement.number,),
        )


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

    objects = KeyFigureQuerySet.as_manager()

    kind = "key-figure"
    kind_label = _("Key figure")

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

    def get_absolute_url(self) -> str:
        """Return the address of its page, in the reader's language."""
        return reverse("key_figure", args=[self.slug])

    def has_page(self) -> bool:
        """Say whether some reader may see it: it needs a value to show."""
        return (
            self.live
            and self.measures.filter(status__in=SHOWN_STATUSES, display__in=SHOWN_DISPLAYS).exists()
        )

    def _search_entry(self, language: str) -> SearchEntry:
        return SearchEntry(
            kind=self.kind,
            kind_label=str(self.kind_label),
            language=language,
            title=self.label,
            summary=self.definition,
            body=str(self.engagement) if self.engagement else "",
            url=self.get_absolute_url(),
            engagement_numbers=(self.engagement.number,) if self.engagement else (),
        )


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

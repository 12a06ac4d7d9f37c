"""Axes, engagements and the goals they contribute to."""

from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from modelsearch import index
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from engagements.enums import SdgLinkStatus
from portal.core.searchable import SearchEntry
from portal.users.labels import Label


def in_each_language(make: Callable[[str], SearchEntry]) -> list[SearchEntry]:
    """Return what ``make`` says in each language of the portal."""
    entries = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            entries.append(make(language))
    return entries


class Axis(index.Indexed, models.Model):
    """One of the programme's three axes."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)

    title = Label()

    panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("slug")]),
        FieldRowPanel([FieldPanel("title_fr"), FieldPanel("title_en")]),
    ]
    search_fields = [index.SearchField("title_fr"), index.AutocompleteField("title_fr")]

    class Meta:
        verbose_name = _("axis")
        verbose_name_plural = _("axes")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__range=(1, 9)),
                name="axis_number_1_to_9",
                violation_error_message=_("An axis has a number from 1 to 9."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Sdg(index.Indexed, models.Model):
    """One of the seventeen Sustainable Development Goals of the United Nations."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)

    title = Label()

    panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("slug")]),
        FieldRowPanel([FieldPanel("title_fr"), FieldPanel("title_en")]),
    ]
    search_fields = [index.SearchField("title_fr"), index.AutocompleteField("title_fr")]

    class Meta:
        verbose_name = _("Sustainable Development Goal")
        verbose_name_plural = _("Sustainable Development Goals")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__range=(1, 17)),
                name="sdg_number_1_to_17",
                violation_error_message=_("A goal has a number from 1 to 17."),
            )
        ]

    def __str__(self) -> str:
        return _("SDG %(number)d – %(title)s") % {"number": self.number, "title": self.title}

    kind = "sdg"
    kind_label = _("Sustainable Development Goal")

    def get_absolute_url(self) -> str:
        """Return the address of its page, in the reader's language."""
        return reverse("sdg", args=[self.number])

    def search_entries(self) -> list[SearchEntry]:
        """Return one search entry per language."""
        numbers = tuple(self.engagement_links.values_list("engagement__number", flat=True))
        return [
            replace(entry, engagement_numbers=numbers)
            for entry in in_each_language(self._search_entry)
        ]

    def _search_entry(self, language: str) -> SearchEntry:
        return SearchEntry(
            kind=self.kind,
            kind_label=str(self.kind_label),
            language=language,
            title=str(self),
            summary="",
            body="",
            url=self.get_absolute_url(),
            sdg_numbers=(self.number,),
        )


class Engagement(index.Indexed, ClusterableModel):
    """One of the programme's fifteen engagements."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    axis = models.ForeignKey(
        Axis, verbose_name=_("axis"), on_delete=models.PROTECT, related_name="engagements"
    )
    theme_fr = models.CharField(_("theme in French"), max_length=80)
    theme_en = models.CharField(_("theme in English"), max_length=80)
    statement_fr = models.CharField(_("statement in French"), max_length=300)
    statement_en = models.CharField(_("statement in English"), max_length=300)

    theme = Label()
    statement = Label()

    panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("axis"), FieldPanel("slug")]),
        FieldRowPanel([FieldPanel("theme_fr"), FieldPanel("theme_en")]),
        FieldPanel("statement_fr"),
        FieldPanel("statement_en"),
        InlinePanel("sdg_links", heading=_("Sustainable Development Goals")),
    ]
    search_fields = [
        index.SearchField("theme_fr"),
        index.AutocompleteField("theme_fr"),
        index.SearchField("statement_fr"),
    ]

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}. {self.theme}"


class EngagementSdg(models.Model):
    """The contribution of an engagement to a goal, and where the link comes from."""

    engagement = ParentalKey(Engagement, on_delete=models.CASCADE, related_name="sdg_links")
    sdg = models.ForeignKey(
        Sdg,
        verbose_name=_("goal"),
        on_delete=models.PROTECT,
        related_name="engagement_links",
    )
    status = models.CharField(
        _("origin"),
        max_length=10,
        choices=SdgLinkStatus.choices,
        default=SdgLinkStatus.PROPOSED,
    )

    panels = [FieldRowPanel([FieldPanel("sdg"), FieldPanel("status")])]

    class Meta:
        ordering = ["sdg__number"]
        constraints = [
            models.UniqueConstraint(
                fields=("engagement", "sdg"),
                name="unique_engagement_sdg",
                violation_error_message=_("This goal is already linked to the engagement."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.engagement} → {self.sdg}"

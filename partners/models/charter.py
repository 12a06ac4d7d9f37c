"""Charters: a charter, its versions, and the text of each version in each language."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from engagements.models import ContentPage, Indicator
from partners.canonical import canonical_bytes
from partners.commitments import (
    Catalogue,
    CatalogueError,
    canonical_catalogue,
    read_catalogue,
)
from partners.enums import CharterStage, CharterVersionStatus
from portal.core.visibility import reader_of
from portal.users.models import NamedFact

from .milestone import Counted
from .text import FrozenText, TextEvidence, TextsByLanguage, refuse


class Charter(Counted, NamedFact):
    """A charter that people may sign, and how many partners it aims at."""

    goal = models.PositiveIntegerField(
        _("goal"),
        null=True,
        blank=True,
        help_text=_("How many partners are hoped for; the home page then shows the counter too"),
    )
    goal_date = models.DateField(
        _("date of the goal"), null=True, blank=True, help_text=_("By when; goes with the goal")
    )
    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator that it feeds"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Its value of the year becomes the number of partners, by itself; values typed for other "
            "years stay"
        ),
    )

    panels = [
        *NamedFact.panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("goal"), FieldPanel("goal_date")]),
                FieldPanel("milestones"),
                FieldPanel("indicator"),
            ],
            heading=_("Number of partners"),
        ),
    ]

    class Meta(NamedFact.Meta):
        verbose_name = _("charter")
        verbose_name_plural = _("charters")
        constraints = [
            models.CheckConstraint(
                condition=Q(goal=None, goal_date=None) | Q(goal__gt=0, goal_date__isnull=False),
                name="charter_goal_has_a_date",
                violation_error_message=_("A goal is a number above 0, with a date."),
            )
        ]

    def count(self) -> int:
        """Return how many people are partners at this instant."""
        from partners.counting import count_partners

        return count_partners(self)

    def in_words(self, number: int) -> str:
        """Return a number of partners."""
        return ngettext("%(number)d partner", "%(number)d partners", number) % {"number": number}

    def public_path(self) -> str:
        """Return the address of its page, in the active language if it can be."""
        from partners.charters import page_path

        return page_path(self.pk, get_language() or settings.LANGUAGE_CODE)


class CharterVersionQuerySet(models.QuerySet["CharterVersion"]):
    """Versions of charters."""

    def in_force(self, on: dt.date) -> "CharterVersionQuerySet":
        """Keep the versions that hold on the day ``on``: one per charter at most."""
        return self.exclude(status=CharterVersionStatus.DRAFT).filter(
            Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on
        )

    def announced(self, on: dt.date) -> "CharterVersionQuerySet":
        """Keep the published versions that do not hold yet on the day ``on``."""
        return self.filter(status=CharterVersionStatus.PUBLISHED, valid_from__gt=on)


class CharterVersion(TextsByLanguage, models.Model):
    """One version of a charter; once published, neither it nor its texts ever change.

    The only thing that may still happen to it is to be superseded. The database refuses the rest
    too (see ``partners.triggers``).
    """

    charter = models.ForeignKey(
        Charter, verbose_name=_("charter"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    stage = models.CharField(
        _("stage"), max_length=12, choices=CharterStage.choices, default=CharterStage.PROPOSED
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=CharterVersionStatus.choices,
        default=CharterVersionStatus.DRAFT,
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    signature_years = models.PositiveSmallIntegerField(
        _("years that a signature lasts"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("As the text says; empty: a signature has no end"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approver"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    objects = CharterVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("charter version")
        verbose_name_plural = _("charter versions")
        ordering = ["charter", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=("charter", "number"),
                name="unique_charter_version_number",
                violation_error_message=_("This charter already has a version of that number."),
            ),
            models.UniqueConstraint(
                fields=("charter",),
                condition=Q(status="published"),
                name="one_published_version_per_charter",
                violation_error_message=_("A charter has one published version at a time."),
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(
                    published_at__isnull=False,
                    approver__isnull=False,
                    author__isnull=False,
                    valid_from__isnull=False,
                ),
                name="published_version_is_complete",
                violation_error_message=_(
                    "A published version has an author, an approver, a date of publication and a "
                    "validity."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | ~Q(author=F("approver")),
                name="charter_version_four_eyes",
                violation_error_message=_("Who writes a version cannot approve it."),
            ),
            models.CheckConstraint(
                condition=~Q(status="superseded") | Q(valid_until__isnull=False),
                name="superseded_version_has_an_end",
                violation_error_message=_("A superseded version has a last day of validity."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charter} – v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the version.

        Raises:
            FrozenVersionError: it is published, and something else than its end changes.

        """
        if self.is_frozen and not self._is_only_superseded():
            refuse(_("A published version never changes: draft a new one."))
        super().save(*args, **kwargs)
        self._remember()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft.

        Raises:
            FrozenVersionError: the version is published, or was.

        """
        if self.is_frozen:
            refuse(_("A published version is never deleted."))
        return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "CharterVersion":
        """Make a version out of a row, and remember whether that row is frozen."""
        version: CharterVersion = super().from_db(*args, **kwargs)
        version._remember()
        return version

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again, and remember it."""
        super().refresh_from_db(*args, **kwargs)
        self._remember()

    def _remember(self) -> None:
        self._stored = {
            field.attname: self.__dict__[field.attname]
            for field in self._meta.concrete_fields
            if field.attname in self.__dict__
        }

    @property
    def is_frozen(self) -> bool:
        """Whether the stored version is published, or was."""
        stored = getattr(self, "_stored", {}).get("status", CharterVersionStatus.DRAFT)
        return bool(stored != CharterVersionStatus.DRAFT)

    def _is_only_superseded(self) -> bool:
        """Whether the changes are those of a version that a newer one replaces."""
        changed = {
            field.attname
            for field in self._meta.concrete_fields
            if getattr(self, field.attname) != self._stored.get(field.attname)
        }
        if not changed:
            return True
        return (
            self._stored["status"] == CharterVersionStatus.PUBLISHED
            and self.status == CharterVersionStatus.SUPERSEDED
            and changed <= {"status", "valid_until"}
        )


def check_catalogue(raw: object) -> None:
    """Refuse a catalogue of commitments that cannot be offered.

    Raises:
        ValidationError: so it is.

    """
    try:
        read_catalogue(raw)
    except CatalogueError as error:
        raise ValidationError(
            _("Each theme has commitments, and each commitment one wording per level: %(why)s"),
            params={"why": str(error)},
        ) from error


class CharterText(FrozenText):
    """The text of a version of a charter in one language."""

    version = models.ForeignKey(
        CharterVersion,
        verbose_name=_("version"),
        on_delete=models.PROTECT,
        related_name="texts",
    )
    commitments = models.JSONField(
        _("optional commitments"), default=dict, blank=True, validators=[check_catalogue]
    )

    class Meta:
        verbose_name = _("charter text")
        verbose_name_plural = _("charter texts")
        ordering = ["version", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=("version", "language"),
                name="unique_charter_text_language",
                violation_error_message=_("This version already has a text in that language."),
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="charter_text_has_a_fingerprint",
                violation_error_message=_("A fingerprint has 64 hexadecimal digits."),
            ),
        ]

    def check_content(self) -> None:
        """Refuse articles or commitments that are not complete.

        Raises:
            ValidationError: so they are.

        """
        super().check_content()
        check_catalogue(self.commitments)

    def catalogue(self) -> Catalogue:
        """Return the commitments that who signs may choose."""
        return read_catalogue(self.commitments)

    def canonical_bytes(self) -> bytes:
        """Return the bytes that the fingerprint bears on."""
        catalogue = self.catalogue()
        return canonical_bytes(
            charter=self.version.charter.slug,
            version=self.version.number,
            language=self.language,
            title=self.title,
            preamble=self.preamble,
            articles=self.numbered_articles(),
            commitments=canonical_catalogue(catalogue) if catalogue else None,
        )

    def evidence(self) -> TextEvidence:
        """Return what a record of evidence says of it."""
        return TextEvidence(
            charter=self.version.charter.slug,
            version=self.version.number,
            language=self.language,
            text_sha256=self.sha256,
        )


class CharterPage(ContentPage):
    """The page of a charter: it shows the version in force, in the reader's language."""

    charter = models.ForeignKey(
        Charter, verbose_name=_("charter"), on_delete=models.PROTECT, related_name="+"
    )

    content_panels = [*ContentPage.content_panels, FieldPanel("charter")]
    template = "partners/charter_page.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types: list[str] = []
    kind = "charter"
    kind_label = _("Charter")
    page_description = _("Shows the version of a charter that is in force")

    class Meta:
        verbose_name = _("charter page")
        verbose_name_plural = _("charter pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the version in force, and what is about the same engagements."""
        from partners.charters import charter_context
        from partners.commitment_form import CommitmentsForm, kept_choices

        context = charter_context(self, on=timezone.localdate(), user=reader_of(request))
        if (shown := context["shown"]) and shown.catalogue and context["standing"].may_sign:
            levels = kept_choices(request, shown.version)
            context["choices"] = CommitmentsForm(catalogue=shown.catalogue, levels=levels)
        return {
            **super().get_context(request, *args, **kwargs),
            **context,
            "related": self.related_groups(request),
        }

    def search_text(self) -> str:
        """Return the plain text of the body and of the version in force."""
        from partners.charters import charter_text

        text = charter_text(
            self.charter, on=timezone.localdate(), language=self.locale.language_code
        )
        if text is None:
            return super().search_text()
        parts = [text.title, text.preamble]
        for article in text.numbered_articles():
            parts += [article.title, article.body]
        return " ".join([super().search_text(), *parts])

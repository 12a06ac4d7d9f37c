"""Charters: a charter, its versions, and the text of each version in each language."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from engagements.models import ContentPage
from partners.enums import CharterStage, CharterVersionStatus
from portal.users.models import NamedFact


class Charter(NamedFact):
    """A charter that people may sign."""

    class Meta(NamedFact.Meta):
        verbose_name = _("charter")
        verbose_name_plural = _("charters")


class CharterVersion(models.Model):
    """One version of a charter; once published, neither it nor its texts ever change."""

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
                    valid_from__isnull=False,
                ),
                name="published_version_is_complete",
                violation_error_message=_(
                    "A published version has an approver, a date of publication and a validity."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(author__isnull=True) | ~Q(author=F("approver")),
                name="charter_version_four_eyes",
                violation_error_message=_("Who writes a version cannot approve it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charter} – v{self.number}"


class CharterText(models.Model):
    """The text of a version in one language, and the SHA-256 of its canonical bytes."""

    version = models.ForeignKey(
        CharterVersion,
        verbose_name=_("version"),
        on_delete=models.PROTECT,
        related_name="texts",
    )
    language = models.CharField(_("language"), max_length=5)
    title = models.CharField(_("title"), max_length=200)
    preamble = models.TextField(_("preamble"), blank=True)
    articles = models.JSONField(_("articles"), default=list)
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = _("charter text")
        verbose_name_plural = _("charter texts")
        ordering = ["version", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=("version", "language"),
                name="unique_charter_text_language",
                violation_error_message=_("This version already has a text in that language."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.language})"


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

    class Meta:
        verbose_name = _("charter page")
        verbose_name_plural = _("charter pages")

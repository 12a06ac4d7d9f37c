"""What the partner of an agreement reports each year: which tables, and what was published of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.annual_reports.form import Dimension, read_dimensions
from partners.annual_reports.published import PublishedReport, read_published
from portal.users.labels import Label

from .agreement import Agreement


class ReportForm(models.Model):
    """The tables that the partner of an agreement fills in each year."""

    agreement = models.OneToOneField(
        Agreement,
        verbose_name=_("agreement"),
        on_delete=models.PROTECT,
        related_name="report_form",
    )
    unit_fr = models.CharField(_("what is counted, in French"), max_length=60)
    unit_en = models.CharField(_("what is counted, in English"), max_length=60)
    dimensions = models.JSONField(_("tables"))

    unit = Label()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("form of the annual report")
        verbose_name_plural = _("forms of annual reports")

    def __str__(self) -> str:
        return str(self.agreement)

    def clean(self) -> None:
        """Refuse tables that do not hold together."""
        self.tables()

    def tables(self) -> tuple[Dimension, ...]:
        """Return the tables, in their order."""
        return read_dimensions(self.dimensions)


class AnnualReport(models.Model):
    """What was published of a year: what is hidden is not kept, here nor anywhere else.

    A correction is one more publication of the same year. Those before it stay, since they limit what
    may be published next (see ``portal.core.small_cells``).
    """

    agreement = models.ForeignKey(
        Agreement,
        verbose_name=_("agreement"),
        on_delete=models.PROTECT,
        related_name="annual_reports",
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    content = models.JSONField(_("what is shown"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("annual report")
        verbose_name_plural = _("annual reports")
        ordering = ["agreement", "year", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=("agreement", "year", "number"), name="unique_annual_report_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement} – {self.year}"

    def published(self) -> PublishedReport:
        """Return what is shown."""
        return read_published(self.content)

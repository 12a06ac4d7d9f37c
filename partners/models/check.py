"""What the check of the evidence found, night after night."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceCheck(models.Model):
    """One check of the whole chain: how much matched, or the first thing that does not.

    ``first`` names a record and what is wrong with it, never what a value says.
    """

    at = models.DateTimeField(_("checked"))
    records = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)
    problems = models.PositiveIntegerField(default=0)
    first = models.CharField(max_length=300, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("check of the evidence")
        verbose_name_plural = _("checks of the evidence")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

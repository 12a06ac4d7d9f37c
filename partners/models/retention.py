"""What retention deleted, by kind of data: numbers and days, nothing about anybody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.enums import DataKind


class RetentionRun(models.Model):
    """One time that what is past its time was deleted.

    ``ended_at`` is empty for a run that was cut short, or still goes on.
    """

    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("report of retention")
        verbose_name_plural = _("reports of retention")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class RetentionLine(models.Model):
    """How much of a kind of data a run deleted, or why it could not.

    ``failure`` is the name of an error, never its message: that could quote somebody's data.
    """

    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=20, choices=DataKind.choices)
    rows = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=80, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=("run", "kind"), name="one_line_per_kind_and_run")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rows}"

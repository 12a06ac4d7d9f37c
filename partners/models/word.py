"""The words of partners, and whether the RSO unit accepted that they be shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from partners.enums import WordState

from .charter import Charter


class CharterWordQuerySet(models.QuerySet["CharterWord"]):
    """Words."""

    def accepted(self) -> "CharterWordQuerySet":
        """Keep those that may be shown."""
        return self.filter(state=WordState.ACCEPTED)

    def unanswered(self) -> "CharterWordQuerySet":
        """Keep those about which the RSO unit has said nothing yet."""
        return self.filter(state=WordState.PROPOSED)


class CharterWord(models.Model):
    """A word that enough partners of a charter used; who used it is kept nowhere."""

    charter = models.ForeignKey(
        Charter, verbose_name=_("charter"), on_delete=models.CASCADE, related_name="words"
    )
    key = models.CharField(max_length=60)
    label = models.CharField(_("word"), max_length=60)
    state = models.CharField(
        _("state"), max_length=8, choices=WordState.choices, default=WordState.PROPOSED
    )

    objects = CharterWordQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    panels = [FieldPanel("label", read_only=True), FieldPanel("state")]

    class Meta:
        verbose_name = _("word of the partners")
        verbose_name_plural = _("words of the partners")
        ordering = ["charter", "key"]
        constraints = [
            models.UniqueConstraint(fields=("charter", "key"), name="one_row_per_charter_word")
        ]

    def __str__(self) -> str:
        return self.label

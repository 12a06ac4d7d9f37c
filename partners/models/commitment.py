"""What becomes of the commitments that came with signatures: for oneself, and all together.

What someone chose is in the evidence of their signature, nowhere else.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.enums import FollowUp
from portal.core.small_cells import Breakdown

from .charter import CharterVersion
from .signature import Signature


class CommitmentFollowUp(models.Model):
    """How far a partner says that they have come with a commitment; nobody else reads it.

    A commitment without a row was chosen, and nothing more was said of it. The row goes when the
    commitment is given up or changes its level, and when the signature ends.
    """

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="follow_ups")
    commitment = models.CharField(max_length=7)
    state = models.CharField(_("follow-up"), max_length=11, choices=FollowUp.choices)
    changed_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("signature", "commitment"), name="one_follow_up_per_commitment"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FollowUp.values), name="follow_up_is_a_known_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signature_id} {self.commitment} {self.state}"


class CommitmentCount(models.Model):
    """What was published, one day, of the commitments to one theme: what is hidden is not kept.

    ``cells`` tells how many signatories are at no level, then at each one, the highest that they
    chose in the theme; null where the number is hidden. What was published before stays, since it
    limits what may be published next (see ``portal.core.small_cells``).
    """

    version = models.ForeignKey(
        CharterVersion, on_delete=models.PROTECT, related_name="commitment_counts"
    )
    theme = models.PositiveSmallIntegerField()
    cells = models.JSONField()
    total = models.PositiveIntegerField()
    published_on = models.DateField()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["version", "theme", "published_on"]
        constraints = [
            models.UniqueConstraint(
                fields=("version", "theme", "published_on"), name="one_count_per_theme_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.theme} {self.published_on}"

    def breakdown(self) -> Breakdown:
        """Return what was published."""
        return Breakdown(tuple(self.cells), self.total)

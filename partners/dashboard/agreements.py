"""Agreements: what is due next, what is late, what is still to be signed."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.agreements import calendar_of, late_calendar_of
from partners.enums import AgreementStatus
from partners.models import AgreementVersion
from partners.permissions import can_steer_agreements
from portal.core.dates import day_in_words
from portal.users.models import User

from .panel import Alert, Panel

DUE_SHOWN = 5


class AgreementsPanel(Panel):
    """What agreements call for."""

    key = "agreements"
    title = gettext_lazy("Agreements")

    @classmethod
    def is_for(cls, user: User) -> bool:
        """Say whether ``user`` may see it: who looks after agreements."""
        return can_steer_agreements(user)

    def read(self) -> dict[str, Any]:
        """Return the calendar, and what is out for signature (seven queries)."""
        running = AgreementVersion.objects.running()
        out = AgreementVersion.objects.filter(status=AgreementStatus.OUT)
        stuck = Q(
            parties__signed_record=None,
            parties__invitations__ended_at=None,
            parties__invitations__expires_at__lte=self.at,
        )
        return {
            "late": late_calendar_of(running, on=self.on),
            "due": calendar_of(running, on=self.on)[:DUE_SHOWN],
            "out": out.select_related("agreement")
            .annotate(expired=Count("parties", filter=stuck, distinct=True))
            .order_by("agreement__slug"),
        }

    def watch(self) -> Sequence[Alert]:
        """Tell of what is late, and of links that nobody can use any more."""
        alerts = [
            Alert(
                _("%(agreement)s: “%(duty)s” was due on %(day)s.")
                % {
                    "agreement": row.version.agreement,
                    "duty": row.duty.kind.label,
                    "day": day_in_words(row.duty.on),
                },
                url=reverse("agreement_desk", args=[row.version.pk]),
            )
            for row in self.facts["late"]
        ]
        alerts += [
            Alert(
                _("%(agreement)s: a link to sign it has expired.") % {"agreement": version},
                url=reverse("agreement_desk", args=[version.pk]),
            )
            for version in self.facts["out"]
            if version.expired
        ]
        return alerts

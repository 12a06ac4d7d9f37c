"""What runs by itself: the check of the evidence, receipts, e-mails, retention."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partners.evidence import NAME
from partners.models import (
    AgreementDocument,
    AgreementNotice,
    AgreementVersion,
    CharterMilestone,
    EvidenceCheck,
    GameMilestone,
    GameSessionNotice,
    NewerVersionNotice,
    RenewalNotice,
    Signature,
    SignatureNotice,
    SignatureReceipt,
)
from partners.permissions import can_read_retention
from partners.receipts.facts import TimestampState
from partners.retention import NIGHT_IS_LATE, last_run
from partners.services import outbox
from portal.users.models import User

from .panel import Alert, Panel

# Receipts are made and dated within minutes; later, something is wrong.
RECEIPT_IS_LATE = dt.timedelta(hours=1)
TIMESTAMP_IS_LATE = dt.timedelta(days=1)


class EvidencePanel(Panel):
    """What the check of last night found."""

    key = "evidence"
    title = gettext_lazy("Check of the evidence")

    def read(self) -> dict[str, Any]:
        """Return the last check (one query)."""
        last = EvidenceCheck.objects.first()
        return {"last": last, "is_late": last is not None and last.at + NIGHT_IS_LATE < self.at}

    def watch(self) -> Sequence[Alert]:
        """Tell of what does not match, and of a night without check."""
        last = self.facts["last"]
        if last is not None and last.problems:
            told = ngettext(
                "The evidence of signatures does not match: %(count)d problem, %(first)s",
                "The evidence of signatures does not match: %(count)d problems, the first: %(first)s",
                last.problems,
            )
            return [Alert(told % {"count": last.problems, "first": last.first}, is_critical=True)]
        if self.facts["is_late"]:
            day = date_format(last.at, "DATETIME_FORMAT")
            return [
                Alert(
                    _("A night went by without a check of the evidence. Last one: %(day)s")
                    % {"day": day}
                )
            ]
        return ()


class ReceiptsPanel(Panel):
    """Receipts and agreements that wait to be made, or for their outside date."""

    key = "receipts"
    title = gettext_lazy("Receipts")

    def read(self) -> dict[str, Any]:
        """Return how many wait, since when (four queries)."""
        pending = Q(timestamp=TimestampState.PENDING.value)
        dated = [
            files.aggregate(
                made=Count("pk"),
                pending=Count("pk", filter=pending),
                oldest_pending=Min("issued_at", filter=pending),
            )
            for files in (SignatureReceipt.objects, AgreementDocument.objects)
        ]
        signed = Signature.objects.filter(receipt=None, signed_record__values__name=NAME)
        agreed = AgreementVersion.objects.awaiting_document()
        missing = [
            waiting.aggregate(missing=Count("pk"), oldest_missing=Min("since"))
            for waiting in (
                signed.annotate(since=F("signed_record__at")),
                agreed.annotate(since=Max("parties__signed_record__at")),
            )
        ]
        return {
            **_together(*dated),
            **_together(*missing),
            "has_authority": bool(settings.TSA_URL),
        }

    def watch(self) -> Sequence[Alert]:
        """Tell of what waits longer than it should."""
        alerts = []
        missing, pending = self.facts["oldest_missing"], self.facts["oldest_pending"]
        if missing is not None and missing + RECEIPT_IS_LATE < self.at:
            alerts.append(Alert(_("Receipts are not made: show this to those who run the portal.")))
        if pending is not None and pending + TIMESTAMP_IS_LATE < self.at:
            alerts.append(
                Alert(_("The timestamping authority has not answered for more than a day."))
            )
        return alerts


def _together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Add the numbers of two sorts of files up, and keep the older of two instants."""
    return {
        name: min(filter(None, (value, other[name])), default=None)
        if name.startswith("oldest")
        else value + other[name]
        for name, value in one.items()
    }


class MessagesPanel(Panel):
    """E-mails that wait, and those that were tried in vain."""

    key = "messages"
    title = gettext_lazy("E-mails")

    def read(self) -> dict[str, Any]:
        """Return how many of each sort wait (six queries)."""
        holds = Q(signature__ended_by=None)
        sorts: tuple[tuple[str, QuerySet[Any]], ...] = (
            (_("Receipts and withdrawals"), SignatureNotice.objects.all()),
            (_("Newer versions of charters"), NewerVersionNotice.objects.filter(holds)),
            (_("Signatures that end soon"), RenewalNotice.objects.filter(holds)),
            (_("Agreements"), AgreementNotice.objects.all()),
            (_("Sessions of games"), GameSessionNotice.objects.all()),
            (_("Milestones of charters"), CharterMilestone.objects.all()),
            (_("Milestones of games"), GameMilestone.objects.all()),
        )
        tried = Q(claimed_at__lte=self.at - outbox.CLAIM)
        rows = []
        for label, notices in sorts:
            counts = (
                notices.order_by()
                .filter(sent_at=None)
                .aggregate(waiting=Count("pk"), failing=Count("pk", filter=tried))
            )
            rows.append({"label": label, **counts})
        return {"rows": rows, "failing": sum(row["failing"] for row in rows)}

    def watch(self) -> Sequence[Alert]:
        """Tell of e-mails that do not leave."""
        if not (failing := self.facts["failing"]):
            return ()
        told = ngettext(
            "%(count)d e-mail could not leave: the portal tries again each minute.",
            "%(count)d e-mails could not leave: the portal tries again each minute.",
            failing,
        )
        return [Alert(told % {"count": failing})]


class RetentionPanel(Panel):
    """What retention did last night."""

    key = "retention"
    title = gettext_lazy("Retention of personal data")

    @classmethod
    def is_for(cls, user: User) -> bool:
        """Say whether ``user`` may see it: who reads the report."""
        return can_read_retention(user)

    def read(self) -> dict[str, Any]:
        """Return the last run (two queries)."""
        last, is_late, failures = last_run(self.at)
        lines = list(last.lines.all()) if last else []
        return {
            "last": last,
            "is_late": is_late,
            "failures": failures,
            "deleted": sum(line.rows for line in lines),
        }

    def watch(self) -> Sequence[Alert]:
        """Tell of what could not be deleted, and of a night that is missing."""
        url = reverse("retention_report")
        if self.facts["failures"]:
            return [Alert(_("Some personal data past its time could not be deleted."), url=url)]
        if self.facts["is_late"]:
            return [Alert(_("Retention did not run last night."), url=url)]
        return ()

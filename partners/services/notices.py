"""The e-mails that signing and withdrawing call for.

They are written with the event, in its transaction, and leave after it: a mail server that is down
stops nobody from signing, and the clock tries again. Whoever sends one claims it first, so that two
processes never send the same; a claim that led nowhere is worth nothing after some minutes.
"""

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from partners.enums import CharterStage, EvidenceKind
from partners.models import SignatureNotice, SignatureReceipt
from partners.receipts import pdf
from partners.signatures import (
    commitment_lines,
    receipt_name,
    recorded_commitments,
    shown_instant,
    verification_url,
)

logger = logging.getLogger(__name__)

CLAIM = dt.timedelta(minutes=5)
AT_ONCE = 50


def send_waiting_notices(*, at: dt.datetime) -> int:
    """Send what has not left yet; return how many did."""
    waiting = _free(at).order_by("pk").values_list("pk", flat=True)
    return sum(send_notice(notice=pk, at=at) for pk in list(waiting[:AT_ONCE]))


def send_notice(*, notice: int, at: dt.datetime) -> bool:
    """Send one e-mail, unless somebody else is sending it; say whether it left."""
    if not _free(at).filter(pk=notice).update(claimed_at=at):
        return False
    claimed = SignatureNotice.objects.select_related(
        "record",
        "signature__person",
        "signature__charter",
        "signature__version",
        "signature__signed_record",
    ).get(pk=notice)
    try:
        _message(claimed).send()
    except (OSError, ValueError):
        logger.exception("The e-mail of the record %s could not leave", claimed.record.sequence)
        return False
    SignatureNotice.objects.filter(pk=notice).update(sent_at=timezone.now())
    return True


def _free(at: dt.datetime) -> QuerySet[SignatureNotice]:
    unclaimed = Q(claimed_at=None) | Q(claimed_at__lte=at - CLAIM)
    return SignatureNotice.objects.filter(unclaimed, sent_at=None)


def _message(notice: SignatureNotice) -> EmailMessage:
    signature, record = notice.signature, notice.record
    is_signed = record.kind == EvidenceKind.SIGNED
    name = "signed" if is_signed else "withdrawn"
    receipt = SignatureReceipt.objects.filter(signature=signature).first() if is_signed else None
    with translation.override(notice.language):
        facts = {
            "signature": signature,
            "record": record,
            "when": shown_instant(record.at),
            "is_example": signature.version.stage == CharterStage.PROPOSED,
            "commitments": commitment_lines(recorded_commitments(signature)) if is_signed else [],
            "has_receipt": receipt is not None,
            "receipt_is_awaited": receipt is None and not pdf.missing_libraries(),
            "receipt_url": settings.WAGTAILADMIN_BASE_URL
            + reverse("signature_receipt", args=[signature.signed_record.uuid]),
            "verify_url": verification_url(signature),
            "signatures_url": settings.WAGTAILADMIN_BASE_URL + reverse("my_signatures"),
        }
        subject = " ".join(render_to_string(f"partners/email/{name}_subject.txt", facts).split())
        body = render_to_string(f"partners/email/{name}.txt", facts)
        attachment = receipt_name(signature)
    # The same name each time: a server that already has the message knows it again.
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    message = EmailMessage(
        subject,
        body,
        to=[signature.person.email],
        headers={"Message-ID": f"<{record.uuid}@{host}>"},
    )
    if receipt is not None:
        message.attach(attachment, bytes(receipt.pdf), "application/pdf")
    return message

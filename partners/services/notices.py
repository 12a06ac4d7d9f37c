"""The e-mails that signing and withdrawing call for."""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from partners.enums import CharterStage, EvidenceKind
from partners.models import Signature, SignatureNotice, SignatureReceipt
from partners.receipts import pdf
from partners.services import outbox
from partners.signatures import (
    commitment_lines,
    receipt_name,
    recorded_commitments,
    shown_instant,
    verification_url,
)
from portal.users.mail import one_line


def send_waiting_notices(*, at: dt.datetime) -> int:
    """Send what has not left yet; return how many did."""
    return sum(send_notice(notice=pk, at=at) for pk in outbox.waiting(_notices(), at=at))


def send_notice(*, notice: int, at: dt.datetime) -> bool:
    """Send one e-mail, unless somebody else is sending it; say whether it left."""
    return outbox.send_once(_notices(), notice, compose=_message, at=at)


def _notices() -> QuerySet[SignatureNotice]:
    return SignatureNotice.objects.select_related(
        "record",
        "signature__person",
        "signature__charter",
        "signature__version",
        "signature__signed_record",
        "signature__ended_by",
    )


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
            "asked_on": _asked_on(signature) if not is_signed else None,
            "receipt_is_awaited": receipt is None and not pdf.missing_libraries(),
            "receipt_url": settings.WAGTAILADMIN_BASE_URL
            + reverse("signature_receipt", args=[signature.signed_record.uuid]),
            "verify_url": verification_url(signature),
            "signatures_url": settings.WAGTAILADMIN_BASE_URL + reverse("my_signatures"),
        }
        subject = one_line(render_to_string(f"partners/email/{name}_subject.txt", facts))
        body = render_to_string(f"partners/email/{name}.txt", facts)
        attachment = receipt_name(signature)
    message = EmailMessage(
        subject,
        body,
        to=[signature.person.email],
        headers=outbox.same_message(record.uuid),
    )
    if receipt is not None:
        message.attach(attachment, bytes(receipt.pdf), "application/pdf")
    return message


def _asked_on(signature: Signature) -> dt.date | None:
    """Return the day on which a referent was asked for the withdrawal; None for who withdrew alone."""
    told = signature.withdrawal_on_paper.get("asked_on")
    return dt.date.fromisoformat(told) if told else None

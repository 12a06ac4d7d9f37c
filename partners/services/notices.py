"""The e-mails that signing and withdrawing call for."""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from partners.enums import CharterStage, EvidenceKind
from partners.models import SignatureNotice, SignatureReceipt
from partners.receipts import pdf
from partners.services.outbox import AT_ONCE, same_message, send_one, waiting
from partners.signatures import receipt_name, shown_instant, verification_url


def send_waiting_notices(*, at: dt.datetime) -> int:
    """Send what has not left yet; return how many did."""
    left = waiting(SignatureNotice.objects.all(), at).order_by("pk").values_list("pk", flat=True)
    return sum(send_notice(notice=pk, at=at) for pk in list(left[:AT_ONCE]))


def send_notice(*, notice: int, at: dt.datetime) -> bool:
    """Send one e-mail, unless somebody else is sending it; say whether it left."""
    notices = SignatureNotice.objects.select_related(
        "record",
        "signature__person",
        "signature__charter",
        "signature__version",
        "signature__signed_record",
    )
    return send_one(notices, notice, write=_message, at=at)


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
    message = EmailMessage(
        subject,
        body,
        to=[signature.person.email],
        headers=same_message(record.uuid),
    )
    if receipt is not None:
        message.attach(attachment, bytes(receipt.pdf), "application/pdf")
    return message

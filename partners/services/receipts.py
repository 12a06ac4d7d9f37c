"""Receipts as sealed PDF: made once a signature stands, dated later where no date came at once."""

import datetime as dt

from django.utils import translation

from partners.enums import CharterStage
from partners.evidence import NAME
from partners.models import CharterText, Signature, SignatureReceipt
from partners.receipts import pdf
from partners.receipts.facts import ReceiptFacts
from partners.services import sealing
from partners.services.sealing import SOON
from partners.signatures import recorded_commitments, verification_url
from portal.users.enums import Authentication
from portal.users.models import Collectivity


def issue_receipt(*, signature: Signature, at: dt.datetime) -> bool:
    """Make the receipt of a signature and record its seal; say whether there is one now."""
    receipt = SignatureReceipt(signature=signature)
    return sealing.issue(
        receipt,
        facts=lambda: _facts(signature, receipt.text()),
        lay_out=pdf.receipt_pdf,
        at=at,
    )


def issue_waiting_receipts(*, at: dt.datetime) -> int:
    """Make the receipts that signatures still lack; return how many were made.

    Raises:
        SealCertificateError: none can be, as the certificate cannot be used.

    """
    waiting = Signature.objects.filter(
        receipt=None,
        signed_record__at__lte=at - SOON,
        signed_record__values__name=NAME,
    ).select_related("charter", "version__charter", "signed_record")
    return sealing.issue_waiting(
        waiting, lambda signature: issue_receipt(signature=signature, at=at)
    )


def date_waiting_receipts(*, at: dt.datetime) -> int:
    """Add the date of the authority to the receipts that wait for it; return how many have it."""
    receipts = SignatureReceipt.objects.select_related(
        "signature__version__charter", "signature__signed_record"
    )
    return sealing.date_waiting(receipts, at=at)


def _facts(signature: Signature, text: CharterText) -> ReceiptFacts:
    """Return what the receipt tells: what was recorded then, whatever the account says now."""
    record = signature.signed_record
    recorded = dict(record.values.values_list("name", "value"))
    with translation.override(text.language):
        return ReceiptFacts(
            charter_title=text.title,
            version=signature.version.number,
            language=text.language,
            text_sha256=text.sha256,
            preamble=text.preamble,
            articles=tuple(text.numbered_articles()),
            organisations=tuple(map(str, Collectivity.objects.all())),
            signatory_name=recorded[NAME],
            signatory_email=recorded["email"],
            collectivity=recorded["collectivity"],
            signed_at=record.at,
            authentication=str(Authentication(recorded["authentication"]).label),
            statement=recorded["statement"],
            evidence_id=record.uuid,
            record_hash=record.hash,
            code=signature.shown_code,
            address=verification_url(signature),
            until=signature.until,
            commitments=recorded_commitments(signature),
            is_example=signature.version.stage == CharterStage.PROPOSED,
        )

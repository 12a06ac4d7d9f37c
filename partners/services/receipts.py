"""Receipts as sealed PDF: made once a signature stands, dated later where no date came at once.

A receipt that cannot be made stops nobody from signing: the clock tries again each minute. What
lays out and seals is slow to import, and imported only when something is to be made.
"""

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from partners.enums import CharterStage, EvidenceKind
from partners.evidence import NAME, file_details
from partners.models import CharterText, Signature, SignatureReceipt
from partners.receipts import pdf
from partners.receipts.certificates import seal_certificate
from partners.receipts.facts import ReceiptFacts, TimestampState
from partners.services.chain import append, lock_head
from partners.signatures import recorded_commitments, verification_url
from portal.users.enums import Authentication
from portal.users.models import Collectivity

logger = logging.getLogger(__name__)

# Whoever signs makes their own receipt meanwhile.
SOON = dt.timedelta(minutes=1)
AT_ONCE = 50


def issue_receipt(*, signature: Signature, at: dt.datetime) -> bool:
    """Make the receipt of a signature and record its seal; say whether there is one now."""
    from partners.receipts.sealing import configured_sealer, issue

    if pdf.missing_libraries():
        return False
    if SignatureReceipt.objects.filter(signature=signature).exists():
        return True
    try:
        text = _signed_text(signature)
        made = issue(_facts(signature, text), configured_sealer())
        _keep(signature, text, made.pdf, made.timestamp, at)
    except Exception:
        logger.exception("The receipt of the record %s waits", signature.signed_record.uuid)
        return False
    return True


def issue_waiting_receipts(*, at: dt.datetime) -> int:
    """Make the receipts that signatures still lack; return how many were made.

    Raises:
        SealCertificateError: none can be, as the certificate cannot be used.

    """
    if pdf.missing_libraries():
        return 0
    waiting = (
        Signature.objects.filter(
            receipt=None,
            signed_record__at__lte=at - SOON,
            signed_record__values__name=NAME,
        )
        .select_related("charter", "version__charter", "signed_record")
        .order_by("?")  # one that always fails keeps no other from its turn
    )
    signatures = list(waiting[:AT_ONCE])
    if signatures:
        seal_certificate()
    return sum(issue_receipt(signature=signature, at=at) for signature in signatures)


def date_waiting_receipts(*, at: dt.datetime) -> int:
    """Add the date of the authority to the receipts that wait for it; return how many have it."""
    from partners.receipts.sealing import (
        TimestampUnavailableError,
        add_timestamp,
        configured_sealer,
    )

    if not settings.TSA_URL or not _undated().exists():
        return 0
    sealer = configured_sealer()
    dated = 0
    for receipt in _undated().order_by("?")[:AT_ONCE]:
        sealed = bytes(receipt.pdf)
        try:
            dated += _date(receipt, add_timestamp(sealed, sealer), at)
        except TimestampUnavailableError as error:
            logger.warning("Receipts still wait for their timestamp: %s", error)
            break
        except Exception:
            logger.exception("The receipt %s cannot be timestamped", receipt.pk)
    return dated


def _undated() -> QuerySet[SignatureReceipt]:
    pending = SignatureReceipt.objects.filter(timestamp=TimestampState.PENDING.value)
    return pending.select_related("signature__version__charter", "signature__signed_record")


def _signed_text(signature: Signature) -> CharterText:
    """Return the text that was signed.

    Raises:
        ValueError: it is another one by now, which no receipt may show.

    """
    text: CharterText = signature.version.texts.get(language=signature.language)
    text.version = signature.version
    if not text.is_intact or text.sha256 != signature.signed_record.text_sha256:
        raise ValueError("the text is not the one whose fingerprint was taken")
    return text


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


@transaction.atomic
def _keep(
    signature: Signature, text: CharterText, file: bytes, state: TimestampState, at: dt.datetime
) -> None:
    """Keep a receipt with the record of its seal, unless somebody was faster."""
    head = lock_head()
    if SignatureReceipt.objects.filter(signature=signature).exists():
        return
    append(
        head,
        kind=EvidenceKind.SEALED,
        at=at,
        text=text,
        about=str(signature.signed_record.uuid),
        details={**file_details(file), "timestamp": state.value},
    )
    SignatureReceipt.objects.create(
        signature=signature, pdf=file, timestamp=state.value, issued_at=at
    )


@transaction.atomic
def _date(receipt: SignatureReceipt, file: bytes, at: dt.datetime) -> bool:
    """Put the dated file in the place of the one that it begins with, and record it."""
    head = lock_head()
    state = TimestampState.DONE.value
    if not _undated().filter(pk=receipt.pk).update(pdf=file, timestamp=state):
        return False
    signature = receipt.signature
    append(
        head,
        kind=EvidenceKind.TIMESTAMPED,
        at=at,
        text=_signed_text(signature),
        about=str(signature.signed_record.uuid),
        details={**file_details(file), "timestamp": state},
    )
    return True

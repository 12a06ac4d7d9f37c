"""Entering what was signed on paper, and what was asked for on paper: to withdraw.

For agents who have neither a workstation nor an e-mail address.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from partners.enums import SignatureState
from partners.evidence import file_details
from partners.models import Charter, CharterText, Signature, SignatureScan, WithdrawalScan
from partners.models.signature import SCANS
from partners.permissions import can_be_signed
from partners.services.chain import lock_head
from partners.services.signing import active_signature, write_signature, write_withdrawal
from partners.terms import end_after_years
from portal.core.dates import day_in_words
from portal.users.enums import Authentication
from portal.users.models import User

ENTERED = "partners.paper.enter"
WITHDRAWAL_ENTERED = "partners.paper.withdraw"
MAX_SCAN = 5_000_000
# The same words whether nobody has this name or they have not signed: that is nobody's to know.
NO_SIGNATURE = gettext_lazy(
    "No account in use has this login and this name, or it had no signature of this charter on "
    "that day that still holds."
)
# Which of the two it is, is theirs to tell.
OLDER_SHEET = gettext_lazy(
    "What this person has done on the portal since that day comes before this sheet: ask them whether "
    "they want to sign again."
)


@transaction.atomic
def enter_paper_signature(
    *,
    person: User,
    text: CharterText,
    statement: str,
    referent: User,
    scan: bytes,
    signed_on: dt.date,
    at: dt.datetime,
) -> Signature:
    """Enter the signature that ``person`` made by hand, with the scan of the sheet.

    Args:
        person: who signed.
        text: what the sheet said.
        statement: the words of the sheet above the signature.
        referent: who saw the person sign, and enters it.
        scan: the sheet, as PDF, JPEG or PNG.
        signed_on: day on which it was signed, as the sheet says.
        at: instant of the entry.

    Raises:
        ValidationError: the person has already signed this version, signed a newer one or withdrew
            since; the version could not be signed that day, or the day is to come; the scan is none;
            a referent enters their own; the text was altered.

    """
    head = lock_head()
    suffix = suffix_of(scan)
    if person.pk == referent.pk:
        raise ValidationError(
            _("Nobody enters their own signature: sign online, or ask another referent.")
        )
    if signed_on > timezone.localdate(at):
        raise ValidationError(_("This day is still to come."))
    # What bears on the sheet comes first: no refusal tells of who has not signed.
    if not can_be_signed(text.version, on=signed_on):
        raise ValidationError(_("This version was not in force on that day."))
    years = text.version.signature_years
    if years and end_after_years(signed_on, years) < timezone.localdate(at):
        raise ValidationError(_("This signature would have come to its end by now."))
    before = active_signature(person, text)
    if (
        before is not None
        and before.version_id == text.version_id
        and not before.may_be_renewed(signed_on)
    ):
        day = day_in_words(timezone.localdate(before.signed_record.at))
        raise ValidationError(_("This person has already signed this version, on %s.") % day)
    if _has_decided_since(person, text, before, signed_on):
        raise ValidationError(OLDER_SHEET)
    signature = write_signature(
        head,
        person=person,
        text=text,
        before=before,
        authenticated_by=Authentication.PAPER,
        values={
            "statement": statement,
            "referent": str(referent.pk),
            "referent_name": str(referent),
        },
        signed_on=signed_on,
        details={"paper": {"signed_on": signed_on.isoformat(), **file_details(scan)}},
        at=at,
    )
    SignatureScan.objects.create(signature=signature, content=scan, suffix=suffix)
    log(instance=signature, action=ENTERED, user=referent)
    return signature


@transaction.atomic
def enter_paper_withdrawal(
    *,
    person: User,
    charter: Charter,
    referent: User,
    asked_on: dt.date,
    at: dt.datetime,
    scan: bytes | None = None,
) -> Signature:
    """Enter that ``person`` asked a referent to withdraw, with the scan of the request if there is one.

    It is a withdrawal like any other, from the instant of the entry; its record says the day and the
    referent. Whatever the way in which the charter was signed.

    Raises:
        ValidationError: the person had no signature of the charter that day that still holds; the
            day is to come; the scan is none; a referent enters their own.

    """
    head = lock_head()
    suffix = suffix_of(scan) if scan is not None else ""
    if person.pk == referent.pk:
        raise ValidationError(_("Nobody enters their own withdrawal: withdraw online."))
    if asked_on > timezone.localdate(at):
        raise ValidationError(_("This day is still to come."))
    active = Signature.objects.active().filter(person=person, charter=charter)
    signature = active.select_related("signed_record", "version__charter").first()
    if signature is None or asked_on < signed_day(signature):
        raise ValidationError(NO_SIGNATURE)
    told = {"asked_on": asked_on.isoformat(), **(file_details(scan) if scan is not None else {})}
    write_withdrawal(
        head,
        signature,
        at=at,
        language=signature.language,
        values={"referent": str(referent.pk), "referent_name": str(referent)},
        details={"paper": told},
    )
    if scan is not None:
        WithdrawalScan.objects.create(signature=signature, content=scan, suffix=suffix)
    log(instance=signature, action=WITHDRAWAL_ENTERED, user=referent)
    return signature


def _has_decided_since(
    person: User, text: CharterText, before: Signature | None, signed_on: dt.date
) -> bool:
    """Say whether ``person`` signed a newer version, or withdrew on a later day: that comes first."""
    if before is not None and before.version.number > text.version.number:
        return True
    withdrawn = Signature.objects.standing(SignatureState.WITHDRAWN).filter(
        person=person, charter=text.version.charter_id
    )
    return any(withdrawn_day(one) > signed_on for one in withdrawn.select_related("ended_by"))


def withdrawn_day(signature: Signature) -> dt.date:
    """Return the day on which someone withdrew: that of the request, where a referent entered it."""
    if asked_on := signature.withdrawal_on_paper.get("asked_on"):
        return dt.date.fromisoformat(asked_on)
    if signature.ended_by is None:
        raise ValueError("the signature holds")
    return timezone.localdate(signature.ended_by.at)


def signed_day(signature: Signature) -> dt.date:
    """Return the day on which someone signed: that of the sheet, where there is one."""
    if on_sheet := signature.paper.get("signed_on"):
        return dt.date.fromisoformat(on_sheet)
    return timezone.localdate(signature.signed_record.at)


def suffix_of(scan: bytes) -> str:
    """Return the suffix of the kind of file that a scan is.

    Raises:
        ValidationError: it is too heavy, or of another kind.

    """
    if len(scan) > MAX_SCAN:
        raise ValidationError(_("This file is too heavy: 5 MB at most."))
    for suffix, beginning in SCANS.items():
        if scan.startswith(beginning):
            return suffix
    raise ValidationError(_("This file is no scan: send a PDF, a JPEG or a PNG."))

"""Signing a charter, and withdrawing."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partners.commitments import CHOSEN, ChoiceError, choose, recorded
from partners.enums import EvidenceKind
from partners.evidence import NAME, new_code
from partners.models import (
    CharterText,
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    Signature,
    SignatureNotice,
)
from partners.permissions import can_be_signed
from partners.services.chain import append, lock_head
from partners.services.counts import recount_partners
from partners.services.directory import leave
from partners.terms import end_after_years
from portal.users.enums import Authentication
from portal.users.models import User

# How long the values that only serve against fraud are kept, and how long the others once a
# signature has ended: the time within which it may be contested. ``partners.keeping`` compares what was
# written with them: another time has to say from when on.
TECHNICAL_VALUES = ("address", "browser")
TECHNICAL_DAYS = 180
TECHNICAL = dt.timedelta(days=TECHNICAL_DAYS)
YEARS_AFTER_END = 5
# How long a signature outlasts its account: as many years, with the leap days that they may have.
LONG_GONE = dt.timedelta(days=365 * YEARS_AFTER_END + 2)
# Why a signature came to its end, in the details of the record.
ACCOUNT_CLOSED = "account_closed"
MAX_BROWSER = 400


class NotSignableError(ValidationError):
    """The version may not be signed: it is not in force, or not meant to be."""


@transaction.atomic
def sign(
    *,
    person: User,
    text: CharterText,
    authenticated_by: Authentication,
    statement: str,
    address: str,
    browser: str,
    at: dt.datetime,
    commitments: Mapping[str, int] | None = None,
) -> Signature:
    """Sign the version of a charter in the language in which it was read.

    Who has already signed that version gets that signature back: a second click signs nothing
    twice. The signature of an older version gives way to the new one; so does one that ends soon.

    Args:
        person: who signs, just authenticated.
        text: what was read.
        authenticated_by: how the person was.
        statement: the words that were ticked, as they were shown.
        address: network address of the browser.
        browser: name that the browser gives itself.
        at: instant.
        commitments: what the person commits to besides: key of each commitment, to its level.

    Raises:
        NotSignableError: the version may not be signed at that instant, its text was altered, or it
            does not offer one of the commitments.

    """
    head = lock_head()
    before = active_signature(person, text)
    on = timezone.localdate(at)
    signed_already = before is not None and before.version_id == text.version_id
    if before is not None and signed_already and not before.may_be_renewed(on):
        return before
    if not can_be_signed(text.version, on=on):
        raise NotSignableError(_("This version cannot be signed: it is not in force."))
    until = at + TECHNICAL
    return write_signature(
        head,
        person=person,
        text=text,
        before=before,
        authenticated_by=authenticated_by,
        values={
            "statement": statement,
            "address": address,
            "browser": browser[:MAX_BROWSER],
        },
        commitments=commitments,
        kept_until=dict.fromkeys(TECHNICAL_VALUES, until),
        signed_on=on,
        at=at,
    )


def active_signature(person: User, text: CharterText) -> Signature | None:
    """Return the active signature that ``person`` has of the charter of ``text``, any version."""
    active = Signature.objects.active().select_related("signed_record")
    return active.filter(person=person, charter=text.version.charter_id).first()


def write_signature(
    head: EvidenceHead,
    *,
    person: User,
    text: CharterText,
    before: Signature | None,
    authenticated_by: Authentication,
    values: Mapping[str, str],
    signed_on: dt.date,
    at: dt.datetime,
    commitments: Mapping[str, int] | None = None,
    kept_until: Mapping[str, dt.datetime] | None = None,
    details: Mapping[str, Any] | None = None,
) -> Signature:
    """Write a signature and its record, in the place of ``before``; call for what follows.

    It lasts from the day ``signed_on`` as long as the version says; its record tells its last day.
    The record says what was chosen wherever the text offers something: on paper, that is nothing.

    Raises:
        NotSignableError: the text was altered, or does not offer one of the commitments.

    """
    if not text.is_intact:
        raise NotSignableError(_("The text is not the one whose fingerprint was taken."))
    code = new_code()
    years = text.version.signature_years
    until = end_after_years(signed_on, years) if years else None
    ends = {"until": until.isoformat()} if until else {}
    record = append(
        head,
        kind=EvidenceKind.SIGNED,
        at=at,
        text=text,
        about=str(before.signed_record.uuid) if before else "",
        details={**(details or {}), **ends},
        values={
            "signatory": str(person.pk),
            NAME: str(person),
            "email": person.email,
            "collectivity": str(person.collectivity or ""),
            "authentication": authenticated_by.value,
            "code": code,
            **values,
            **chosen_value(text, commitments or {}),
        },
        kept_until=kept_until,
    )
    if before is not None:
        _end(before, by=record, kept_until=years_after(at))
    signature = Signature.objects.create(
        person=person,
        charter=text.version.charter,
        version=text.version,
        language=text.language,
        code=code,
        signed_record=record,
        until=until,
    )
    _call_for_notice(signature, record, get_language())
    recount_partners(charter=text.version.charter, at=at)
    return signature


def chosen_value(text: CharterText, levels: Mapping[str, int]) -> dict[str, str]:
    """Return the value of evidence that tells what was chosen; none where nothing is offered.

    Raises:
        NotSignableError: something was chosen that the text does not offer.

    """
    catalogue = text.catalogue()
    try:
        chosen = choose(catalogue, levels)
    except ChoiceError as error:
        raise NotSignableError(_("This charter does not offer that commitment.")) from error
    return {CHOSEN: recorded(chosen)} if catalogue else {}


@transaction.atomic
def withdraw(*, signature: Signature, person: User, at: dt.datetime) -> Signature:
    """End a signature of ``person``; one that has already ended stays as it is.

    Raises:
        ValidationError: it is someone else's.

    """
    head = lock_head()
    signature = Signature.objects.select_related("signed_record", "version__charter").get(
        pk=signature.pk
    )
    if signature.person_id != person.pk:
        raise ValidationError(_("Only who signed withdraws."))
    if signature.ended_by_id is None:
        write_withdrawal(head, signature, at=at, language=get_language())
    return signature


def write_withdrawal(
    head: EvidenceHead,
    signature: Signature,
    *,
    at: dt.datetime,
    language: str | None,
    values: Mapping[str, str] | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """End an active signature by the record of its withdrawal; call for what follows.

    What its signatory showed in the directory goes with it.
    """
    told = {"signatory": str(signature.person_id), **(values or {})}
    record = append(
        head,
        kind=EvidenceKind.WITHDRAWN,
        at=at,
        text=signature.version.texts.get(language=signature.language),
        about=str(signature.signed_record.uuid),
        details=details,
        values=told,
        kept_until=dict.fromkeys(told, years_after(at)),
    )
    _end(signature, by=record, kept_until=years_after(at))
    leave(person=signature.person, charter=signature.version.charter)
    _call_for_notice(signature, record, language)
    recount_partners(charter=signature.version.charter, at=at)


@transaction.atomic
def expire(*, signature: Signature, at: dt.datetime) -> bool:
    """End a signature whose last day is past; say whether that was to be done.

    What the signatory showed in the directory goes with it.
    """
    head = lock_head()
    over = Signature.objects.over(timezone.localdate(at))
    found = over.select_related("signed_record", "person", "version__charter").filter(
        pk=signature.pk
    )
    ending = found.first()
    if ending is None:
        return False
    _come_to_its_end(head, ending, at=at, kept_until=years_after(at))
    return True


@transaction.atomic
def end_for_departed(*, signature: Signature, at: dt.datetime) -> bool:
    """End a signature whose account has been closed for long; say whether that was to be done.

    Nothing personal in it is kept any more: its time ran from the day of the departure.
    """
    head = lock_head()
    found = Signature.objects.of_departed(at - LONG_GONE).select_related(
        "signed_record", "person", "version__charter"
    )
    ending = found.filter(pk=signature.pk).first()
    if ending is None:
        return False
    details = {"reason": ACCOUNT_CLOSED}
    _come_to_its_end(head, ending, at=at, kept_until=at, details=details)
    return True


def _come_to_its_end(
    head: EvidenceHead,
    signature: Signature,
    *,
    at: dt.datetime,
    kept_until: dt.datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    record = append(
        head,
        kind=EvidenceKind.EXPIRED,
        at=at,
        text=signature.version.texts.get(language=signature.language),
        about=str(signature.signed_record.uuid),
        details=details,
    )
    _end(signature, by=record, kept_until=kept_until)
    leave(person=signature.person, charter=signature.version.charter)
    recount_partners(charter=signature.version.charter, at=at)


def expire_signatures(*, at: dt.datetime) -> int:
    """End the signatures whose last day is past; return how many."""
    over = Signature.objects.over(timezone.localdate(at)).order_by("pk")
    return sum(expire(signature=signature, at=at) for signature in list(over))


def _end(signature: Signature, *, by: EvidenceRecord, kept_until: dt.datetime) -> None:
    """End a signature, and set how long what is personal in its record is still kept."""
    signature.ended_by = by
    signature.save(update_fields=["ended_by"])
    signature.follow_ups.all().delete()
    _undated(signature).update(kept_until=kept_until)


def _undated(signature: Signature) -> QuerySet[EvidenceValue]:
    records = EvidenceRecord.objects.that_commit(signature)
    return EvidenceValue.objects.filter(record__in=records, kept_until=None)


def years_after(at: dt.datetime) -> dt.datetime:
    """Return the same day some years later; 1 March for 29 February."""
    try:
        return at.replace(year=at.year + YEARS_AFTER_END)
    except ValueError:
        return at.replace(year=at.year + YEARS_AFTER_END, month=3, day=1)


def _call_for_notice(signature: Signature, record: EvidenceRecord, language: str | None) -> None:
    if signature.person.email:
        SignatureNotice.objects.create(
            signature=signature,
            record=record,
            language=(language or settings.LANGUAGE_CODE)[:2],
        )

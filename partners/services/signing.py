"""Signing a charter, withdrawing, and letting go of what is kept no longer."""

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

from partners.enums import EvidenceKind
from partners.evidence import Entry, Value, digest, new_code, record_hash, salted
from partners.models import (
    CharterText,
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    Signature,
    SignatureNotice,
)
from partners.permissions import can_be_signed
from portal.users.enums import Authentication
from portal.users.models import User

# How long the values that only serve against fraud are kept, and how long the others once a
# signature has ended: the time within which it may be contested.
TECHNICAL_VALUES = ("address", "browser")
TECHNICAL_DAYS = 180
YEARS_AFTER_END = 5
PURGE_AT_ONCE = 1_000
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
) -> Signature:
    """Sign the version of a charter in the language in which it was read.

    Who has already signed that version gets that signature back: a second click signs nothing
    twice. The signature of an older version gives way to the new one.

    Args:
        person: who signs, just authenticated.
        text: what was read.
        authenticated_by: how the person was.
        statement: the words that were ticked, as they were shown.
        address: network address of the browser.
        browser: name that the browser gives itself.
        at: instant.

    Raises:
        NotSignableError: the version may not be signed at that instant, or its text was altered.

    """
    head = _lock_head()
    version = text.version
    before = Signature.objects.active().filter(person=person, charter=version.charter).first()
    if before is not None and before.version_id == version.pk:
        return before
    if not can_be_signed(version, on=timezone.localdate(at)):
        raise NotSignableError(_("This version cannot be signed: it is not in force."))
    if not text.is_intact:
        raise NotSignableError(_("The text is not the one whose fingerprint was taken."))
    code = new_code()
    until = at + dt.timedelta(days=TECHNICAL_DAYS)
    record = _append(
        head,
        kind=EvidenceKind.SIGNED,
        at=at,
        text=text,
        about=str(before.signed_record.uuid) if before else "",
        values={
            "signatory": str(person.pk),
            "name": str(person),
            "email": person.email,
            "collectivity": str(person.collectivity or ""),
            "authentication": authenticated_by.value,
            "statement": statement,
            "code": code,
            "address": address,
            "browser": browser[:MAX_BROWSER],
        },
        kept_until=dict.fromkeys(TECHNICAL_VALUES, until),
    )
    if before is not None:
        _end(before, by=record, at=at)
    signature = Signature.objects.create(
        person=person,
        charter=version.charter,
        version=version,
        language=text.language,
        code=code,
        signed_record=record,
    )
    _call_for_notice(signature, record)
    return signature


@transaction.atomic
def withdraw(*, signature: Signature, person: User, at: dt.datetime) -> Signature:
    """End a signature of ``person``; one that has already ended stays as it is.

    Raises:
        ValidationError: it is someone else's.

    """
    head = _lock_head()
    signature = Signature.objects.select_related("signed_record", "version__charter").get(
        pk=signature.pk
    )
    if signature.person_id != person.pk:
        raise ValidationError(_("Only who signed withdraws."))
    if signature.ended_by_id is not None:
        return signature
    text = signature.version.texts.get(language=signature.language)
    record = _append(
        head,
        kind=EvidenceKind.WITHDRAWN,
        at=at,
        text=text,
        about=str(signature.signed_record.uuid),
        values={"signatory": str(person.pk)},
        kept_until={"signatory": _years_after(at)},
    )
    _end(signature, by=record, at=at)
    _call_for_notice(signature, record)
    return signature


@transaction.atomic
def purge_values(*, at: dt.datetime) -> int:
    """Let go of the values whose time has passed, and record which; return how many.

    A thousand at a time: call it until there are none.
    """
    head = _lock_head()
    past = EvidenceValue.objects.filter(kept_until__lte=at).select_related("record")
    values = list(past.order_by("record__sequence", "name")[:PURGE_AT_ONCE])
    if not values:
        return 0
    purged: dict[str, list[str]] = {}
    for value in values:
        purged.setdefault(str(value.record.uuid), []).append(value.name)
    EvidenceValue.objects.filter(pk__in=[value.pk for value in values]).delete()
    _append(head, kind=EvidenceKind.PURGED, at=at, details={"purged": purged})
    return len(values)


def _lock_head() -> EvidenceHead:
    """Wait for one's turn to write. On SQLite, the transaction itself is that turn."""
    EvidenceHead.objects.get_or_create(pk=1)
    head = EvidenceHead.objects.select_for_update().get(pk=1)
    if head.sequence == 0 and EvidenceRecord.objects.exists():
        raise RuntimeError("The head of the evidence is lost: run manage.py verify_signatures.")
    return head


def _append(
    head: EvidenceHead,
    *,
    kind: EvidenceKind,
    at: dt.datetime,
    text: CharterText | None = None,
    about: str = "",
    details: Mapping[str, Any] | None = None,
    values: Mapping[str, str] | None = None,
    kept_until: Mapping[str, dt.datetime] | None = None,
) -> EvidenceRecord:
    """Write a record after the last, with its values, and advance the head."""
    kept: dict[str, Value] = {name: salted(value) for name, value in (values or {}).items()}
    record = EvidenceRecord(
        sequence=head.sequence + 1,
        kind=kind,
        at=at,
        charter=text.version.charter.slug if text else "",
        version=text.version.number if text else 0,
        language=text.language if text else "",
        text_sha256=text.sha256 if text else "",
        about=about,
        details=details or {},
        digests={name: digest(value) for name, value in kept.items()},
        previous_hash=head.hash,
    )
    entry: Entry = record.entry()
    record.hash = record_hash(entry)
    record.save(force_insert=True)
    EvidenceValue.objects.bulk_create(
        EvidenceValue(
            record=record,
            name=name,
            salt=value.salt,
            value=value.value,
            kept_until=(kept_until or {}).get(name),
        )
        for name, value in kept.items()
    )
    head.sequence, head.hash = record.sequence, record.hash
    head.save(force_update=True)
    return record


def _end(signature: Signature, *, by: EvidenceRecord, at: dt.datetime) -> None:
    """End a signature, and set how long what is personal in its record is still kept."""
    signature.ended_by = by
    signature.save(update_fields=["ended_by"])
    _undated(signature).update(kept_until=_years_after(at))


def _undated(signature: Signature) -> QuerySet[EvidenceValue]:
    return EvidenceValue.objects.filter(record=signature.signed_record_id, kept_until=None)


def _years_after(at: dt.datetime) -> dt.datetime:
    """Return the same day some years later; 1 March for 29 February."""
    try:
        return at.replace(year=at.year + YEARS_AFTER_END)
    except ValueError:
        return at.replace(year=at.year + YEARS_AFTER_END, month=3, day=1)


def _call_for_notice(signature: Signature, record: EvidenceRecord) -> None:
    if signature.person.email:
        SignatureNotice.objects.create(
            signature=signature,
            record=record,
            language=(get_language() or settings.LANGUAGE_CODE)[:2],
        )

"""Writing the chain of evidence: one at a time, each record after the last."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from partners.enums import EvidenceKind
from partners.evidence import Entry, Value, digest, record_hash, salted
from partners.models import EvidenceHead, EvidenceRecord, EvidenceValue
from partners.models.text import FrozenText, TextEvidence


def lock_head() -> EvidenceHead:
    """Wait for one's turn to write. On SQLite, the transaction itself is that turn."""
    EvidenceHead.objects.get_or_create(pk=1)
    head = EvidenceHead.objects.select_for_update().get(pk=1)
    if head.sequence == 0 and EvidenceRecord.objects.exists():
        raise RuntimeError("The head of the evidence is lost: run manage.py verify_signatures.")
    return head


def append(
    head: EvidenceHead,
    *,
    kind: EvidenceKind,
    at: dt.datetime,
    text: FrozenText | TextEvidence | None = None,
    about: str = "",
    details: Mapping[str, Any] | None = None,
    values: Mapping[str, str] | None = None,
    kept_until: Mapping[str, dt.datetime] | None = None,
) -> EvidenceRecord:
    """Write a record after the last, with its values, and advance the head.

    Args:
        head: the last record, locked.
        kind: what happened.
        at: instant.
        text: the text that it is about, or the version where it is about no text of its own.
        about: uuid of the record that it follows up.
        details: what else is public.
        values: what is personal.
        kept_until: how long each value is kept, where that is known yet.

    """
    read = text.evidence() if isinstance(text, FrozenText) else text
    kept: dict[str, Value] = {name: salted(value) for name, value in (values or {}).items()}
    record = EvidenceRecord(
        sequence=head.sequence + 1,
        kind=kind,
        at=at,
        charter=read.charter if read else "",
        version=read.version if read else 0,
        language=read.language if read else "",
        text_sha256=read.text_sha256 if read else "",
        about=about,
        details={**(read.details if read else {}), **(details or {})},
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

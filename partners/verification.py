"""Whether the evidence, the texts and the signatures still say the same thing."""

from collections.abc import Iterable, Iterator

from partners.enums import CharterVersionStatus, EvidenceKind
from partners.evidence import (
    NOTHING_BEFORE,
    Fault,
    Head,
    Problem,
    Stored,
    check_chain,
    check_link,
    check_record,
    place,
)
from partners.models import CharterText, EvidenceHead, EvidenceRecord, Signature

AT_A_TIME = 500
Purged = set[tuple[str, str]]


def check_everything() -> Iterator[Problem]:
    """Say what is wrong with the texts, the chain and the signatures."""
    texts = CharterText.objects.exclude(version__status=CharterVersionStatus.DRAFT)
    for text in texts.select_related("version__charter"):
        if not text.is_intact:
            yield Problem(Fault.TEXT, f"text {text.pk}")
    records = EvidenceRecord.objects.prefetch_related("values").order_by("sequence")
    yield from check_chain(
        (record.stored() for record in records.iterator(chunk_size=AT_A_TIME)),
        purged=purged_values(),
        head=noted_head(),
    )
    yield from _check_signatures()


def check_signature(signature: Signature) -> list[Problem]:
    """Say what is wrong with one signature, its records and the text that was signed."""
    purged = purged_values()
    records = [record for record in (signature.signed_record, signature.ended_by) if record]
    problems: list[Problem] = []
    for record in records:
        stored = record.stored()
        earlier = EvidenceRecord.objects.filter(sequence=record.sequence - 1).first()
        before = Head(earlier.sequence, earlier.hash) if earlier else Head(0, NOTHING_BEFORE)
        problems += check_link(stored, before)
        problems += check_record(stored, purged=purged)
    text = signature.version.texts.filter(language=signature.language).first()
    problems += _check_state(signature, text)
    return problems


def noted_head() -> Head | None:
    """Return the last record, as it was noted apart."""
    head = EvidenceHead.objects.first()
    return head.noted() if head else None


def purged_values() -> Purged:
    """Return what was purged: uuid of the record, name of the value."""
    purges = EvidenceRecord.objects.filter(kind=EvidenceKind.PURGED)
    return {
        (uuid, name)
        for details in purges.values_list("details", flat=True)
        for uuid, names in details.get("purged", {}).items()
        for name in names
    }


def _check_signatures() -> Iterator[Problem]:
    signatures = (
        Signature.objects.select_related("charter", "version__charter")
        .prefetch_related("signed_record__values", "ended_by__values", "version__texts__version")
        .order_by("pk")
    )
    known: set[str] = set()
    endings: set[str] = set()
    for signature in signatures.iterator(chunk_size=AT_A_TIME):
        known.add(str(signature.signed_record.uuid))
        if signature.ended_by is not None:
            endings.add(str(signature.ended_by.uuid))
        texts: Iterable[CharterText] = signature.version.texts.all()
        text = next((text for text in texts if text.language == signature.language), None)
        yield from _check_state(signature, text)
    acts = EvidenceRecord.objects.filter(kind__in=[EvidenceKind.SIGNED, EvidenceKind.WITHDRAWN])
    for record in acts.order_by("sequence").iterator(chunk_size=AT_A_TIME):
        uuid = str(record.uuid)
        if record.kind == EvidenceKind.SIGNED and uuid not in known:
            yield Problem(Fault.NO_SIGNATURE, f"record {record.sequence}")
        if record.about and uuid not in endings:
            yield Problem(Fault.STATE, f"record {record.sequence}")


def _check_state(signature: Signature, text: CharterText | None) -> Iterator[Problem]:
    """Compare a signature with the records that made it what it is."""
    signed = signature.signed_record.stored()
    if _names_another(signature, signed, text):
        yield Problem(Fault.IDENTITY, place(signed))
    if text is None or not text.is_intact or text.sha256 != signed.entry.text_sha256:
        yield Problem(Fault.TEXT, place(signed))
    if signature.ended_by is not None and signature.ended_by.about != signed.entry.uuid:
        yield Problem(Fault.STATE, place(signed))
    if signature.ended_by is None and _is_ended(signed):
        yield Problem(Fault.STATE, place(signed))


def _is_ended(signed: Stored) -> bool:
    """Whether a record says that the signature has ended."""
    return EvidenceRecord.objects.filter(about=signed.entry.uuid).exists()


def _names_another(signature: Signature, signed: Stored, text: CharterText | None) -> bool:
    entry = signed.entry
    facts = (entry.kind, entry.charter, entry.version, entry.language)
    recorded = {name: value.value for name, value in signed.values.items()}
    return (
        facts
        != (
            EvidenceKind.SIGNED,
            signature.charter.slug,
            signature.version.number,
            signature.language,
        )
        or signature.version.charter_id != signature.charter_id
        or recorded.get("code", signature.code) != signature.code
        or recorded.get("signatory", str(signature.person_id)) != str(signature.person_id)
    )

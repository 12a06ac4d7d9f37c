"""Whether the evidence, the texts and the signatures still say the same thing."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, JSONField, Model, Q, QuerySet

from partners.commitments import (
    CHOSEN,
    Catalogue,
    CatalogueError,
    ChoiceError,
    choose,
    levels_of,
    read_recorded,
)
from partners.enums import (
    AGREEMENT_TRANSITIONS,
    RECEIPT_KINDS,
    SIGNATURE_KINDS,
    VERSION_KINDS,
    AgreementStatus,
    CharterVersionStatus,
    EvidenceKind,
)
from partners.evidence import (
    NAME,
    NOTHING_BEFORE,
    Entry,
    Fault,
    Head,
    Problem,
    Stored,
    check_chain,
    check_link,
    check_receipt,
    check_record,
    check_scan,
    file_details,
    is_purged,
    place,
    read_code,
)
from partners.keeping import check_keeping
from partners.models import (
    AgreementDocument,
    AgreementParty,
    AgreementText,
    AgreementVersion,
    CharterText,
    CharterVersion,
    EvidenceCheck,
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    Signature,
    SignatureReceipt,
)
from partners.models.agreement_document import signed_records
from partners.models.sealed import SealedFile
from partners.models.signature import SCANS
from partners.receipts.certificates import known_fingerprints
from partners.receipts.reading import read_here, read_seal
from partners.recorded import (
    AFTERWARDS,
    agreement_people,
    charter_facts,
    charter_people,
    differences,
    lasting_facts,
    living_facts,
)
from partners.triggers import missing_triggers

AT_A_TIME = 500
FILES_AT_A_TIME = 20
# Where a value of another kind than that of its column would stop the check.
READ: tuple[type[Model], ...] = (
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    Signature,
    CharterVersion,
    CharterText,
    AgreementVersion,
    AgreementText,
    AgreementParty,
)
Purged = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file is worth that somebody holds for a receipt, or for a signed agreement.

    Attributes:
        found: the signature or the agreement that it tells of, or claims to.
        is_genuine: whether it is the file of it, as it was given out.
        timestamp: when an outside authority dated it.

    """

    found: Signature | AgreementDocument | None
    is_genuine: bool = False
    timestamp: dt.datetime | None = None


@contextmanager
def at_one_instant() -> Iterator[None]:
    """Read everything as it is now: who signs during a check of everything is no problem in it.

    Nobody waits for it. What already runs in a transaction is left to that transaction.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        sqlite: Any = connection
        sqlite.ensure_connection()
        mode = sqlite.transaction_mode
        sqlite.transaction_mode = "DEFERRED"  # the portal's own would keep others from writing
        try:
            with transaction.atomic():
                yield
        finally:
            sqlite.transaction_mode = mode


def check_everything() -> Iterator[Problem]:
    """Say what is wrong with the texts, the chain, the signatures, their receipts and the agreements.

    To be read ``at_one_instant``.
    """
    try:
        yield from _check_all()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        yield from _find_unreadable() or [
            Problem(Fault.UNREADABLE, "evidence", type(error).__name__)
        ]


def _find_unreadable() -> list[Problem]:
    """Name what holds no value of its kind any more: no date, no JSON object, nothing at all."""
    found = []
    for model in READ:
        rows = model._default_manager.order_by("pk")
        for pk in rows.values_list("pk", flat=True):
            try:
                row = rows.get(pk=pk)
                names = [field.name for field in model._meta.concrete_fields if _is_odd(field, row)]
            except (TypeError, ValueError):
                names = [""]
            where = f"row {pk} of {model._meta.db_table}"
            found += [Problem(Fault.UNREADABLE, where, name) for name in names]
    return found


def _is_odd(field: Field[Any, Any], row: Model) -> bool:
    value = getattr(row, field.attname)
    if value is None:
        return not field.null
    return isinstance(field, JSONField) and not isinstance(value, type(field.get_default()))


def _check_all() -> Iterator[Problem]:
    for name in missing_triggers():
        yield Problem(Fault.TRIGGER, f"trigger {name}")
    texts = CharterText.objects.exclude(version__status=CharterVersionStatus.DRAFT)
    for text in texts.select_related("version__charter"):
        if not text.is_intact:
            yield Problem(Fault.TEXT, f"text {text.pk}")
    yield from _check_charter_versions()
    yield from _check_agreements()
    yield from _check_documents()
    purged = purged_values(EvidenceRecord.objects.all())
    records = EvidenceRecord.objects.prefetch_related("values").order_by("sequence")
    yield from check_chain(
        (record.stored() for record in records.iterator(chunk_size=AT_A_TIME)),
        purged=purged,
        head=noted_head(),
    )
    yield from check_noted(former_checks())
    yield from check_keeping()
    yield from _check_signatures(purged)
    yield from _check_commitments(purged)
    yield from _check_receipts(purged)
    yield from _check_scans(purged)


def former_checks() -> dict[int, str]:
    """Return what each night that found nothing wrong noted: how many records, hash of the last."""
    checks = EvidenceCheck.objects.filter(problems=0, records__gt=0).order_by()
    return dict(checks.values_list("records", "last_hash").distinct())


def check_noted(noted: Mapping[int, str]) -> Iterator[Problem]:
    """Compare records with what was noted of them: sequence of each, to its hash.

    A chain that was written again from some record on, or lost its end, matches in itself.
    """
    stored: dict[int, str] = {}
    sequences = sorted(noted)
    for start in range(0, len(sequences), AT_A_TIME):
        some = EvidenceRecord.objects.filter(sequence__in=sequences[start : start + AT_A_TIME])
        stored.update(some.values_list("sequence", "hash"))
    for sequence, last in sorted(noted.items()):
        if stored.get(sequence) != last:
            yield Problem(Fault.NOTED, f"record {sequence}")


def check_signature(signature: Signature) -> list[Problem]:
    """Say what is wrong with one signature, its records, its receipt and the version that was signed."""
    signed = str(signature.signed_record.uuid)
    following = EvidenceRecord.objects.filter(about=signed).order_by("sequence")
    seals = list(following.filter(kind__in=RECEIPT_KINDS).prefetch_related("values"))
    changes = list(following.filter(kind=EvidenceKind.COMMITTED).prefetch_related("values"))
    records = [record for record in (signature.signed_record, signature.ended_by) if record]
    version = signature.version
    told = _told_of(version.charter.slug, version.number)
    records += [*seals, *changes, *told]
    names_one = [Q(details__purged__has_key=str(record.uuid)) for record in records]
    purged = purged_values(EvidenceRecord.objects.filter(reduce(or_, names_one)))
    problems: list[Problem] = []
    for record in records:
        problems += _check_linked(record, purged)
    problems += _check_charter_version(version, told)
    text = version.texts.filter(language=signature.language).first()
    is_ended = following.filter(kind__in=SIGNATURE_KINDS).exists()
    problems += _check_state(signature, text, is_ended=is_ended)
    for record in (signature.signed_record, *changes):
        problems += _check_chosen(record.stored(), signature, text)
    receipt = SignatureReceipt.objects.filter(signature=signature).first()
    file = bytes(receipt.pdf) if receipt else None
    entries = [seal.entry() for seal in seals]
    problems += check_receipt(file, entries, signed=signed, purged=purged)
    for kept in _with_scans().filter(pk=signature.pk):
        problems += _check_scans_of(kept, purged)
    return problems


def check_agreement(document: AgreementDocument) -> list[Problem]:
    """Say what is wrong with an agreement, its texts, its parties, their records and its sealed file."""
    version = _with_parties(AgreementVersion.objects.filter(pk=document.version_id)).get()
    moves = _moves(version)
    signed = str(document.record.uuid)
    seals = EvidenceRecord.objects.filter(about=signed, kind__in=RECEIPT_KINDS).order_by("sequence")
    records = [*signed_records(version), *seals.prefetch_related("values"), *moves]
    names_one = [Q(details__purged__has_key=str(record.uuid)) for record in records]
    purged = purged_values(EvidenceRecord.objects.filter(reduce(or_, names_one)))
    problems = [*_check_version(version), *_check_life(version, moves), *_check_document(document)]
    for record in records:
        problems += _check_linked(record, purged)
    entries = [seal.entry() for seal in seals]
    problems += check_receipt(bytes(document.pdf), entries, signed=signed, purged=purged)
    return problems


def with_code(code: str) -> Signature | AgreementDocument | None:
    """Return the signature, or the agreement, that a verification code leads to."""
    if not code:
        return None
    signatures = Signature.objects.select_related(
        "charter", "version__charter", "signed_record", "ended_by"
    )
    documents = AgreementDocument.objects.select_related("version__agreement", "signed_record")
    return signatures.filter(code=code).first() or documents.filter(code=code).first()


def check_file(file: bytes) -> FileReading:
    """Say what a file is worth that anybody may have made.

    A seal of ours does not suffice: the evidence names each file that was given out.
    """
    reading = read_seal(file)
    found = with_code(read_code(reading.code))
    if found is None or not reading.is_genuine:
        return FileReading(found)
    signed = found.signed_record.uuid
    seals = EvidenceRecord.objects.filter(about=str(signed), kind__in=RECEIPT_KINDS)
    is_genuine = reading.evidence_id == signed and any(
        file_details(file).items() <= seal.details.items() for seal in seals
    )
    return FileReading(found, is_genuine, reading.timestamp if is_genuine else None)


def _check_linked(record: EvidenceRecord, purged: Purged) -> Iterator[Problem]:
    """Say what is wrong with a record, and whether it follows the one before it."""
    stored = record.stored()
    earlier = EvidenceRecord.objects.filter(sequence=record.sequence - 1).first()
    before = Head(earlier.sequence, earlier.hash) if earlier else Head(0, NOTHING_BEFORE)
    yield from check_link(stored, before)
    yield from check_record(stored, purged=purged)


def noted_head() -> Head | None:
    """Return the last record, as it was noted apart."""
    head = EvidenceHead.objects.first()
    return head.noted() if head else None


def purged_values(records: QuerySet[EvidenceRecord]) -> Purged:
    """Return what some records say was purged: uuid of the record, name of the value."""
    purges = records.filter(kind=EvidenceKind.PURGED)
    return {
        (uuid, name)
        for details in purges.values_list("details", flat=True).iterator(chunk_size=AT_A_TIME)
        for uuid, names in details.get("purged", {}).items()
        for name in names
    }


def _check_signatures(purged: Purged) -> Iterator[Problem]:
    signatures = (
        Signature.objects.select_related("charter", "version__charter")
        .prefetch_related("signed_record__values", "ended_by__values", "version__texts__version")
        .order_by("pk")
    )
    acts = EvidenceRecord.objects.filter(kind__in=SIGNATURE_KINDS)
    ended = set(acts.exclude(about="").values_list("about", flat=True))
    known: set[str] = set()
    endings: set[str] = set()
    forgotten: set[str] = set()
    for signature in signatures.iterator(chunk_size=AT_A_TIME):
        known.add(str(signature.signed_record.uuid))
        if signature.ended_by is not None:
            endings.add(str(signature.ended_by.uuid))
        texts: Iterable[CharterText] = signature.version.texts.all()
        text = next((text for text in texts if text.language == signature.language), None)
        is_ended = str(signature.signed_record.uuid) in ended
        yield from _check_state(signature, text, is_ended=is_ended)
        if signature.ended_by is not None and is_purged(signature.signed_record.entry(), purged):
            yield Problem(Fault.PURGED_SIGNATURE, f"record {signature.signed_record.sequence}")
    for record in acts.order_by("sequence").iterator(chunk_size=AT_A_TIME):
        uuid = str(record.uuid)
        if record.kind == EvidenceKind.SIGNED and uuid not in known:
            if uuid in ended and is_purged(record.entry(), purged):
                forgotten.add(uuid)
            else:
                yield Problem(Fault.NO_SIGNATURE, f"record {record.sequence}")
        if record.about and uuid not in endings and record.about not in forgotten:
            yield Problem(Fault.STATE, f"record {record.sequence}")


def _check_commitments(purged: Purged) -> Iterator[Problem]:
    """Compare what was chosen with what the texts that were signed offer."""
    signatures = {
        str(signature.signed_record.uuid): signature
        for signature in Signature.objects.select_related("signed_record", "ended_by")
    }
    texts = {
        (text.version_id, text.language): text
        for text in CharterText.objects.select_related("version__charter")
    }
    kinds = (EvidenceKind.SIGNED, EvidenceKind.COMMITTED)
    records = EvidenceRecord.objects.filter(kind__in=kinds).prefetch_related("values")
    for record in records.order_by("sequence").iterator(chunk_size=AT_A_TIME):
        is_change = record.kind == EvidenceKind.COMMITTED
        signature = signatures.get(record.about if is_change else str(record.uuid))
        if signature is not None:
            text = texts.get((signature.version_id, signature.language))
            yield from _check_chosen(record.stored(), signature, text)
        elif is_change and (record.about, NAME) not in purged:
            yield Problem(Fault.NO_SIGNATURE, f"record {record.sequence}")


def _check_chosen(
    record: Stored, signature: Signature, text: CharterText | None
) -> Iterator[Problem]:
    """Compare a record that commits with the text that was signed and the end of the signature."""
    entry = record.entry
    catalogue = _catalogue(text)
    chosen = record.values.get(CHOSEN)
    if (CHOSEN in entry.digests) != bool(catalogue) or (
        chosen is not None and not _are_offered(chosen.value, catalogue)
    ):
        yield Problem(Fault.COMMITMENTS, place(record))
    if entry.kind != EvidenceKind.COMMITTED:
        return
    ended = signature.ended_by
    signatory = record.values.get("signatory")
    if signatory is not None and signatory.value != str(signature.person_id):
        yield Problem(Fault.IDENTITY, place(record))
    if text is None or entry.text_sha256 != text.sha256:
        yield Problem(Fault.TEXT, place(record))
    if ended is not None and ended.sequence < entry.sequence:
        yield Problem(Fault.STATE, place(record))


def _catalogue(text: CharterText | None) -> Catalogue:
    """Return what a text offers; nothing where it was altered so that it cannot be read."""
    try:
        return text.catalogue() if text is not None else Catalogue()
    except CatalogueError:
        return Catalogue()


def _are_offered(value: str, catalogue: Catalogue) -> bool:
    """Say whether what was chosen is word for word what a catalogue offers."""
    try:
        chosen = read_recorded(value)
        return choose(catalogue, levels_of(chosen)) == chosen
    except (ChoiceError, ValueError):
        return False


def _check_charter_versions() -> Iterator[Problem]:
    """Compare the versions of charters with the records of their publication and of their end."""
    told: dict[tuple[str, int], list[EvidenceRecord]] = {}
    for record in _tell_versions(EvidenceRecord.objects.all()):
        told.setdefault((record.charter, record.version), []).append(record)
    versions = CharterVersion.objects.exclude(status=CharterVersionStatus.DRAFT)
    for version in versions.select_related("charter").prefetch_related("texts"):
        records = told.pop((version.charter.slug, version.number), [])
        yield from _check_charter_version(version, records)
    for charter, number in told:
        yield Problem(Fault.NO_VERSION, f"charter {charter}, version {number}")


def _tell_versions(records: QuerySet[EvidenceRecord]) -> QuerySet[EvidenceRecord]:
    found = records.filter(kind__in=VERSION_KINDS).order_by("sequence")
    return found.prefetch_related("values")


def _told_of(charter: str, number: int) -> list[EvidenceRecord]:
    """Return the records that tell of a version of a charter."""
    return list(_tell_versions(EvidenceRecord.objects.filter(charter=charter, version=number)))


def _check_charter_version(
    version: CharterVersion, records: Sequence[EvidenceRecord]
) -> Iterator[Problem]:
    """Compare a version of a charter with the records that tell of it: published, then superseded."""
    where = f"charter {version.charter.slug}, version {version.number}"
    if not records or records[0].kind != EvidenceKind.PUBLISHED:
        yield Problem(Fault.UNRECORDED, where)
        return
    published, *following = records
    told = {**published.details, "status": CharterVersionStatus.PUBLISHED.value}
    told.pop(AFTERWARDS, None)
    for record in following:  # superseded, once
        ends = (record.kind, record.about) == (EvidenceKind.SUPERSEDED, str(published.uuid))
        if ends and record is following[0]:
            told["status"] = CharterVersionStatus.SUPERSEDED.value
            told["valid_until"] = record.details.get("valid_until")
        else:
            yield Problem(Fault.VERSION, f"record {record.sequence}")
    found = {**charter_facts(version), "status": str(version.status)}
    for name in differences(told, found):
        yield Problem(Fault.VERSION, where, name)
    for name in _other_people(published, charter_people(version)):
        yield Problem(Fault.VERSION, where, name)


def _other_people(record: EvidenceRecord, people: Mapping[str, str]) -> Iterator[str]:
    """Name who is not the one that a record tells."""
    kept = record.stored().values
    for name, key in people.items():
        if name in kept and kept[name].value != key:
            yield name


def _check_life(version: AgreementVersion, moves: Sequence[EvidenceRecord]) -> Iterator[Problem]:
    """Compare a version of an agreement with the records of each step of its life."""
    where = f"agreement {version.agreement.slug}, version {version.number}"
    if not moves:
        yield Problem(Fault.UNRECORDED, where)
        return
    lasting, wrong = lasting_facts(version), set()
    before = AgreementStatus.DRAFT.value
    for record in moves:
        told = dict(record.details)
        by, start, end = told.pop("by", ""), told.pop("from", ""), told.get("status", "")
        is_first = record is moves[0]
        if not (is_first and told.get(AFTERWARDS)) and not _is_step(before, start, end, by):
            yield Problem(Fault.LIFE, f"record {record.sequence}", "status")
        before = end
        wrong |= set(differences({name: told.get(name) for name in lasting}, lasting))
        wrong |= set(_other_people(record, agreement_people(version)))
    living = living_facts(version)
    last = moves[-1].details
    wrong |= set(differences({name: last.get(name) for name in living}, living))
    for name in sorted(wrong):
        yield Problem(Fault.LIFE, where, name)


def _is_step(before: str, start: str, end: str, by: str) -> bool:
    """Say whether an agreement that stood as ``before`` may have gone from ``start`` to ``end``."""
    return start == before and any(
        (start, end, by) == (one.value, following.value, service)
        for one, services in AGREEMENT_TRANSITIONS.items()
        for following, service in services.items()
    )


def _moves(version: AgreementVersion) -> list[EvidenceRecord]:
    """Return the records that tell of the life of a version of an agreement."""
    own = {"version": version.number, "details__agreement": version.agreement.slug}
    found = EvidenceRecord.objects.filter(kind=EvidenceKind.MOVED, **own).order_by("sequence")
    return list(found.prefetch_related("values"))


def _check_agreements() -> Iterator[Problem]:
    """Compare agreements, their texts and what their parties did with the records."""
    acts = EvidenceRecord.objects.filter(
        kind__in=(EvidenceKind.PARTY_SIGNED, EvidenceKind.DECLINED)
    )
    unclaimed = {record.pk: record for record in acts.order_by("sequence")}
    lives: dict[tuple[Any, int], list[EvidenceRecord]] = {}
    moves = EvidenceRecord.objects.filter(kind=EvidenceKind.MOVED).order_by("sequence")
    for record in moves.prefetch_related("values"):
        lives.setdefault((record.details.get("agreement"), record.version), []).append(record)
    versions = AgreementVersion.objects.exclude(status=AgreementStatus.DRAFT)
    for version in _with_parties(versions):
        for party in version.parties.all():
            unclaimed.pop(party.signed_record_id or 0, None)
            unclaimed.pop(party.declined_record_id or 0, None)
        yield from _check_version(version)
        yield from _check_life(version, lives.pop((version.agreement.slug, version.number), []))
    for record in unclaimed.values():
        yield Problem(Fault.PARTY, f"record {record.sequence}")
    for agreement, number in lives:
        yield Problem(Fault.NO_VERSION, f"agreement {agreement}, version {number}")


def _with_parties(versions: QuerySet[AgreementVersion]) -> QuerySet[AgreementVersion]:
    """Return versions of agreements with what their parties signed and did."""
    return versions.select_related("agreement").prefetch_related(
        "texts", "parties__signed_record__values", "parties__declined_record"
    )


def _check_version(version: AgreementVersion) -> Iterator[Problem]:
    """Compare a version of an agreement and its texts with the records of its parties."""
    where = f"agreement {version.agreement.slug}, version {version.number}"
    texts = {text.language: text for text in version.texts.all()}
    for text in texts.values():
        text.version = version
        if not text.is_intact:
            yield Problem(Fault.TEXT, f"{where}, {text.language}")
    parties = list(version.parties.all())
    for party in parties:
        for record, kind in (
            (party.signed_record, EvidenceKind.PARTY_SIGNED),
            (party.declined_record, EvidenceKind.DECLINED),
        ):
            if record is None:
                continue
            signed = texts.get(record.language)
            says = (record.kind, record.version, record.details.get("party"))
            about = record.details.get("agreement")
            if says != (kind, version.number, party.number) or about != version.agreement.slug:
                yield Problem(Fault.PARTY, f"record {record.sequence}")
            elif signed is None or signed.sha256 != record.text_sha256:
                yield Problem(Fault.TEXT, f"record {record.sequence}")
            if not _are_agreed(version, record.details.get("terms", {})):
                yield Problem(Fault.TERMS, f"record {record.sequence}")
    if not _is_told(version, parties):
        yield Problem(Fault.AGREEMENT, where)


def _are_agreed(version: AgreementVersion, signed: Any) -> bool:
    """Say whether the terms of a version are those that a party signed; only renewal may stop since."""
    terms = version.agreed_terms()
    if not isinstance(signed, dict):
        return False
    return all(
        terms.get(name) == value or (name == "is_tacit" and not terms[name])
        for name, value in signed.items()
    )


def _check_documents() -> Iterator[Problem]:
    """Say which sealed agreements do not follow up the last signature of their own parties."""
    documents = AgreementDocument.objects.select_related("signed_record").prefetch_related(
        "version__parties__signed_record"
    )
    for document in documents.defer("pdf"):
        yield from _check_document(document)


def _check_document(document: AgreementDocument) -> Iterator[Problem]:
    records = signed_records(document.version)
    last = max((record.sequence for record in records), default=0)
    if document.record.sequence != last:
        yield Problem(Fault.IDENTITY, f"record {document.record.sequence}")


def _is_told(version: AgreementVersion, parties: Sequence[AgreementParty]) -> bool:
    """Say whether the status of a version is one that its parties made possible."""
    everyone_signed = all(party.signed_record_id for party in parties)
    someone_declined = any(party.declined_record_id for party in parties)
    if version.status == AgreementStatus.DECLINED:
        return someone_declined
    if version.status == AgreementStatus.OUT:
        return not everyone_signed and not someone_declined
    return (everyone_signed or version.is_on_paper) and not someone_declined


def _check_receipts(purged: Purged) -> Iterator[Problem]:
    """Compare the files with the records of their seals, then read the seals themselves."""
    seals: dict[str, list[Entry]] = {}
    records = EvidenceRecord.objects.filter(kind__in=RECEIPT_KINDS).order_by("sequence")
    for record in records.iterator(chunk_size=AT_A_TIME):
        seals.setdefault(record.about, []).append(record.entry())
    fingerprints = known_fingerprints()
    for kept in (SignatureReceipt, AgreementDocument):
        files: QuerySet[Any] = kept.objects.select_related(kept.RECORD).order_by("pk")
        for file in files.iterator(chunk_size=FILES_AT_A_TIME):
            entries = seals.pop(str(file.record.uuid), [])
            yield from _check_kept(file, entries, purged, fingerprints)
    for signed, entries in seals.items():
        yield from check_receipt(None, entries, signed=signed, purged=purged)


def _check_scans(purged: Purged) -> Iterator[Problem]:
    """Compare the scans of sheets with the records that name them."""
    told = Q(signed_record__details__has_key="paper") | Q(ended_by__details__has_key="paper")
    kept = Q(scan__isnull=False) | Q(withdrawal_scan__isnull=False)
    signatures = _with_scans().filter(told | kept).order_by("pk")
    for signature in signatures.iterator(chunk_size=FILES_AT_A_TIME):
        yield from _check_scans_of(signature, purged)


def _with_scans() -> QuerySet[Signature]:
    """Return the signatures with their scans, as they are kept now."""
    return Signature.objects.select_related("scan", "withdrawal_scan", "signed_record", "ended_by")


def _check_scans_of(signature: Signature, purged: Purged) -> Iterator[Problem]:
    """Compare the scan of a signature, and that of its withdrawal, with the records that name them."""
    signed = signature.signed_record
    is_purged = (str(signed.uuid), NAME) in purged
    yield from check_scan(_content(signature, "scan"), _entry_of(signed), is_purged=is_purged)
    scan = _content(signature, "withdrawal_scan")
    for name in ("scan", "withdrawal_scan"):
        kept = getattr(signature, name, None)
        if kept is not None and not bytes(kept.content).startswith(SCANS[kept.suffix]):
            yield Problem(Fault.SCAN, f"record {signed.sequence}")
    ended = signature.ended_by
    if ended is not None and ended.kind == EvidenceKind.WITHDRAWN:
        yield from check_scan(scan, _entry_of(ended), is_purged=is_purged)
    elif scan is not None:
        yield Problem(Fault.SCAN, f"record {signed.sequence}")


def _entry_of(record: EvidenceRecord) -> Stored:
    return Stored(record.entry(), record.hash)


def _content(signature: Signature, name: str) -> bytes | None:
    scan = getattr(signature, name, None)
    return bytes(scan.content) if scan else None


def _check_kept(
    file: SealedFile,
    seals: Sequence[Entry],
    purged: Collection[tuple[str, str]],
    fingerprints: frozenset[str],
) -> Iterator[Problem]:
    content, signed = bytes(file.pdf), str(file.record.uuid)
    problems = list(check_receipt(content, seals, signed=signed, purged=purged))
    noted = (file.issued_at, file.timestamp)
    if seals and noted != (seals[0].at, seals[-1].details.get("timestamp")):
        yield Problem(Fault.RECEIPT_STATE, f"record {seals[0].sequence}")
    yield from problems
    if not problems:  # it is the file that was made here: read in this very process
        reading = read_here(content, fingerprints)
        told = (reading.evidence, reading.code)
        if not reading.is_genuine or told != (signed, file.shown_code):
            yield Problem(Fault.SEAL, f"record {seals[0].sequence}")


def _check_state(
    signature: Signature, text: CharterText | None, *, is_ended: bool
) -> Iterator[Problem]:
    """Compare a signature with the records that made it what it is.

    Args:
        signature: with its records and its version.
        text: what was signed.
        is_ended: whether a record says that the signature has ended.

    """
    signed = signature.signed_record.stored()
    if _names_another(signature, signed, text):
        yield Problem(Fault.IDENTITY, place(signed))
    if text is None or not text.is_intact or text.sha256 != signed.entry.text_sha256:
        yield Problem(Fault.TEXT, place(signed))
    until = signature.until.isoformat() if signature.until else None
    if until != signed.entry.details.get("until"):
        yield Problem(Fault.STATE, place(signed))
    if signature.ended_by is not None and signature.ended_by.about != signed.entry.uuid:
        yield Problem(Fault.STATE, place(signed))
    if signature.ended_by is None and is_ended:
        yield Problem(Fault.STATE, place(signed))


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

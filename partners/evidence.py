r"""What evidence is made of, so that anyone can compute it again. Pure functions.

Each event (someone signed, someone withdrew…) is one record of a chain, numbered from 1 without a
gap. The **hash** of a record is the SHA-256, in lower-case hexadecimal, of its canonical bytes: a
JSON object (RFC 8259) in UTF-8, its members sorted by name, without white space outside strings,
every character standing for itself but ``"``, ``\`` and the controls below U+0020. Its members:

    about          uuid of the record that this one follows up, or ""
    at             instant in UTC, as 2026-03-10T11:00:00.000000Z
    charter        slug of the charter, or ""
    details        what else is public about the event, an object
    digests        name of each value that is personal, to its digest
    kind           what happened
    language       language in which the text was read, or ""
    previous_hash  hash of the record before, 64 zeros for the first
    sequence       1 for the first record
    text_sha256    fingerprint of the text (see ``partners.canonical``), or ""
    uuid           name of the record, in lower case with hyphens
    version        number of the version of the charter or of the agreement, or 0

The **digest** of a value is the SHA-256 of the UTF-8 bytes of its salt (32 hexadecimal digits, drawn
for that value alone) followed by the value. Once value and salt are purged, nothing of the value can
be found again in the digest, and the chain still holds; a record of kind ``purged`` says, in
``details.purged``, which names of which records (by uuid) are gone. When none is left of a signature
that has ended, the row that tied it to an account is gone too.

A record of kind ``signed`` or ``committed`` may have a value ``commitments``: all that the signatory
then commits to, word for word (see ``partners.commitments``). The last one holds.

What the signatories of an agreement did is told by records of kind ``party_signed``, ``declined`` and
``delegated``: ``details.agreement`` is the slug of the agreement, ``details.party`` the number of the
party. ``details.terms`` of a party that signed tells the terms beside the text: the first day, the last of the
first term (null where it has none), whether it is then renewed by itself, the months of notice.

What versions are is told too. A record of kind ``published`` tells a version of a charter: its stage, first and
last day, the years that a signature lasts, when it was drafted and published, and ``details.texts``: of each
language, the ``sha256`` of the text and ``note_sha256``, that of the note beside it; who wrote and who
approved it are behind digests. A record of kind ``superseded`` tells its last day (``valid_until``) and the
number of the version that took its place (``by``). A record of kind ``moved`` tells a version of an agreement,
each time that it is sent out, signed, renewed, given notice of, or ends: ``from`` which status to which
(``status``), ``by`` which act, with its terms, its texts and its parties as they then are. Where
``details.afterwards`` is true, the version is older than these kinds of records: it is told as it was found
then, and nothing proves what it was before.

A receipt is a file that follows up the record of its signature: a record of kind ``sealed`` names that
one by ``about``, and says the ``details.sha256`` and ``details.size`` in bytes of the file. The PDF of an
agreement follows up the record of its last party in the same way. When its date comes later, it is added at the
end of the file, and a record of kind ``timestamped`` says the same of the longer file.

A signature made by hand has ``details.paper``: the day on which the sheet was signed (``signed_on``), and
the ``sha256`` and ``size`` of its scan. A withdrawal that a referent entered has ``details.paper`` too: the
day on which it was asked for (``asked_on``), and those of the scan if there is one.
"""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

NOTHING_BEFORE = "0" * 64
# Crockford's base 32: no I, L, O, U, so that a code is read aloud and typed again without a doubt.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 26  # 128 bits, 5 a letter
CODE_GROUPS = (4, 4, 4, 4, 5, 5)
READ_AS = str.maketrans("ILO", "110")
# The value that a receipt bears too: the file goes when it goes.
NAME = "name"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a record says, before its hash."""

    sequence: int
    uuid: str
    kind: str
    at: dt.datetime
    charter: str
    version: int
    language: str
    text_sha256: str
    about: str
    details: Mapping[str, Any]
    digests: Mapping[str, str]
    previous_hash: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value behind a digest, with its salt."""

    salt: str
    value: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it is found: what it says, its hash, the values that are still kept."""

    entry: Entry
    hash: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """The last record, as it was noted apart."""

    sequence: int
    hash: str


class Fault(StrEnum):
    """What may be wrong with evidence."""

    GAP = "does not follow the record before it: one is missing, or was added"
    LINK = "names another hash than that of the record before it"
    HASH = "does not say what its hash was computed from"
    VALUE = "a value is not the one that was recorded"
    MISSING_VALUE = "a value is gone, and no purge says so"
    PURGED_VALUE = "a value is back that was purged"
    EXTRA_VALUE = "a value was added that was never recorded"
    TERM = "a value is not kept as long as it should"
    EARLY = "a value was purged before its time"
    HEAD = "is not the last record that was written"
    NOTED = "is not the record that was noted then: the chain was rewritten, or cut short"
    TRIGGER = "the database does not refuse any more what this rule forbids"
    NO_SIGNATURE = "no signature belongs to it"
    PURGED_SIGNATURE = "a signature is back that was purged"
    STATE = "the state of the signature is not what the records say"
    IDENTITY = "the signature is not the one that was recorded"
    COMMITMENTS = "the commitments are not among those that the text offers"
    TEXT = "the text is not the one whose fingerprint was taken"
    PARTY = "what a party did is not what the records say"
    TERMS = "the terms of the agreement are not those that a party signed"
    VERSION = "the version is not the one that was published"
    LIFE = "the agreement is not as it was recorded last"
    UNREADABLE = "was altered so that it cannot even be read"
    NO_VERSION = "it is gone, or a draft again, though a record tells of it"
    UNRECORDED = "no record tells of it"
    AGREEMENT = "the state of the agreement is not what its parties did"
    RECEIPT = "the receipt is not the file that was sealed"
    RECEIPT_STATE = "what is noted of the receipt is not what the records say"
    MISSING_RECEIPT = "the receipt is gone, and no purge says so"
    PURGED_RECEIPT = "a receipt is back that was purged"
    SCAN = "the scan of the sheet is not the file that was entered"
    MISSING_SCAN = "the scan of the sheet is gone, and no purge says so"
    SEAL = "the seal of the receipt does not hold"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, where it is, and the name of the value when there is one."""

    fault: Fault
    where: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.fault.value}" + (f" ({self.name})" if self.name else "")


def instant(at: dt.datetime) -> str:
    """Return an instant as it is hashed.

    Raises:
        ValueError: it has no time zone.

    """
    if at.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_bytes(entry: Entry) -> bytes:
    """Return the bytes that the hash of a record bears on."""
    members = {name: getattr(entry, name) for name in Entry.__slots__}
    members["at"] = instant(entry.at)
    return json.dumps(
        members, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def record_hash(entry: Entry) -> str:
    """Return the hash of a record."""
    return hashlib.sha256(canonical_bytes(entry)).hexdigest()


def digest(value: Value) -> str:
    """Return the digest of a value."""
    return hashlib.sha256((value.salt + value.value).encode("utf-8")).hexdigest()


def salted(value: str) -> Value:
    """Draw a salt for ``value``."""
    return Value(secrets.token_hex(16), value)


def check_chain(
    records: Iterable[Stored],
    *,
    purged: Collection[tuple[str, str]],
    head: Head | None,
) -> Iterator[Problem]:
    """Say what is wrong with all the records, in their order.

    Args:
        records: every record, by sequence.
        purged: what the records of purges name: (uuid, name of the value).
        head: the last record as it was noted apart; none where nothing was ever written.

    """
    before = Head(0, NOTHING_BEFORE)
    for stored in records:
        yield from check_link(stored, before)
        yield from check_record(stored, purged=purged)
        before = Head(stored.entry.sequence, stored.hash)
    if (head or Head(0, NOTHING_BEFORE)) != before:
        yield Problem(Fault.HEAD, f"record {before.sequence}")


def check_link(stored: Stored, before: Head) -> Iterator[Problem]:
    """Say whether a record follows ``before``."""
    if stored.entry.sequence != before.sequence + 1:
        yield Problem(Fault.GAP, place(stored))
    elif stored.entry.previous_hash != before.hash:
        yield Problem(Fault.LINK, place(stored))


def is_purged(entry: Entry, purged: Collection[tuple[str, str]]) -> bool:
    """Say whether nothing personal is left of what a record tells."""
    return bool(entry.digests) and all((entry.uuid, name) in purged for name in entry.digests)


def check_record(stored: Stored, *, purged: Collection[tuple[str, str]]) -> Iterator[Problem]:
    """Say what is wrong within a record."""
    if record_hash(stored.entry) != stored.hash:
        yield Problem(Fault.HASH, place(stored))
    for name, recorded in sorted(stored.entry.digests.items()):
        value = stored.values.get(name)
        gone = (stored.entry.uuid, name) in purged
        if value is None and not gone:
            yield Problem(Fault.MISSING_VALUE, place(stored), name)
        elif value is not None and gone:
            yield Problem(Fault.PURGED_VALUE, place(stored), name)
        elif value is not None and digest(value) != recorded:
            yield Problem(Fault.VALUE, place(stored), name)
    for name in sorted(set(stored.values) - set(stored.entry.digests)):
        yield Problem(Fault.EXTRA_VALUE, place(stored), name)


def check_receipt(
    file: bytes | None,
    records: Sequence[Entry],
    *,
    signed: str,
    purged: Collection[tuple[str, str]],
) -> Iterator[Problem]:
    """Say what is wrong with a sealed file: a receipt, or an agreement.

    Args:
        file: what is kept; none when nothing is.
        records: those of its seal and of its date, in their order.
        signed: uuid of the record that the seal follows up.
        purged: what the records of purges name.

    """
    where = f"record {records[0].sequence}" if records else f"receipt of {signed}"
    gone = (signed, NAME) in purged
    if file is None:
        if records and not gone:
            yield Problem(Fault.MISSING_RECEIPT, where)
    elif gone:
        yield Problem(Fault.PURGED_RECEIPT, where)
    elif not _holds(file, records):
        yield Problem(Fault.RECEIPT, where)


def check_scan(file: bytes | None, record: Stored, *, is_purged: bool) -> Iterator[Problem]:
    """Say what is wrong with the scan of a sheet, or with its absence.

    Args:
        file: what is kept; none when nothing is.
        record: what tells of the sheet, if anything does: that of a signature, or of a withdrawal.
        is_purged: whether the name of who signed was purged, and the scans with it.

    """
    told = record.entry.details.get("paper", {})
    if file is None:
        if "sha256" in told and not is_purged:
            yield Problem(Fault.MISSING_SCAN, place(record))
    elif is_purged or not file_details(file).items() <= told.items():
        yield Problem(Fault.SCAN, place(record))


def _holds(file: bytes, records: Sequence[Entry]) -> bool:
    """Whether a file is the last that was recorded, and begins by each one before."""
    return (
        bool(records)
        and records[-1].details.get("size") == len(file)
        and all(
            file_details(file[: record.details.get("size")]).items() <= record.details.items()
            for record in records
        )
    )


def file_details(file: bytes) -> dict[str, Any]:
    """Return what a record says of a file."""
    return {"sha256": hashlib.sha256(file).hexdigest(), "size": len(file)}


def place(stored: Stored) -> str:
    """Name a record."""
    return f"record {stored.entry.sequence}"


def new_code() -> str:
    """Draw a verification code, as it is stored: letters only, without groups."""
    number = secrets.randbits(128)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(CODE_LENGTH)))


def read_code(typed: str) -> str:
    """Return the code that someone typed, whatever its case, its groups and its look-alikes."""
    return "".join(letter for letter in typed.upper().translate(READ_AS) if letter in ALPHABET)


def shown_code(code: str) -> str:
    """Return a code in groups, as it is read.

    >>> shown_code("0123456789ABCDEFGHJKMNPQRS")
    '0123-4567-89AB-CDEF-GHJKM-NPQRS'
    """
    groups, start = [], 0
    for length in CODE_GROUPS:
        groups.append(code[start : start + length])
        start += length
    return "-".join(groups)

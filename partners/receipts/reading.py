"""What the seal of a file says, whoever sends the file.

A file comes from anybody: ``read_seal`` reads it in a process of its own, with limits of size, time
and memory; whatever goes wrong there gives a ``SealReading`` that says so, and no exception. That
process runs this very module, which imports nothing of Django and of the portal. Only so many run at
once: beyond them a reading waits a little, then is refused.
"""

import datetime as dt
import json
import re
import resource
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

MAX_SIZE = 5_000_000
MAX_MEMORY = 768 * 1024 * 1024
SECONDS = 15
# Processes that one worker of the web server starts at once, whatever its threads are asked. A receipt
# takes half a second: those who wait so long come after files that are no receipts.
AT_ONCE = 1
PATIENCE = 5
# Names, in the information dictionary of a file, of what finds its record.
CODE_KEY = "verificationcode"
EVIDENCE_KEY = "evidencerecord"
# What adding a timestamp changes in the description of a file.
_VARIES = frozenset({"ModDate", "ModifyDate", "MetadataDate", "Producer", "xmptk"})
_CODE = r"[0-9A-Za-z-]{1,100}"
_EVIDENCE = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


_places = threading.BoundedSemaphore(AT_ONCE)


class TooManyReadingsError(RuntimeError):
    """As many files are being read as may be at once: this one was not."""


class Seal(StrEnum):
    """What became of the seal of a file."""

    INTACT = "intact"
    ALTERED = "altered"  # sealed by us, then changed
    FOREIGN = "foreign"  # sealed by others only
    ABSENT = "absent"  # a PDF without a seal
    UNREADABLE = "unreadable"  # damaged, locked, hostile, or no PDF
    TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True)
class SealReading:
    """What the seal of a file says.

    Attributes:
        by_us: whether one of our certificates made the seal.
        intact: whether what the seal covers is as it was sealed.
        covers_whole_file: whether nothing but a timestamp of the seal stands outside of it.
        modified_after: whether something else was added after the seal.
        timestamped_at: the date in the token, in ISO 8601; empty without a token that holds. Which
            authority gave it is not judged here.
        code: the verification code that the file carries: as it was sealed when ``by_us`` and
            ``intact``, a mere claim otherwise.
        evidence: the identifier of the evidence record that the file carries, likewise.

    """

    seal: Seal
    by_us: bool = False
    intact: bool = False
    covers_whole_file: bool = False
    modified_after: bool = False
    timestamped_at: str = ""
    code: str = ""
    evidence: str = ""

    @property
    def is_genuine(self) -> bool:
        """Whether the file is a receipt of ours, as it was issued."""
        return self.seal is Seal.INTACT

    @property
    def evidence_id(self) -> UUID | None:
        """The identifier of the evidence record."""
        return UUID(self.evidence) if self.evidence else None

    @property
    def timestamp(self) -> dt.datetime | None:
        """The date that the authority gave."""
        return dt.datetime.fromisoformat(self.timestamped_at) if self.timestamped_at else None


def read_seal(pdf: bytes) -> SealReading:
    """Read the seal of a file, and what finds its record.

    Raises:
        TooManyReadingsError: others are being read, and took too long.

    """
    if len(pdf) > MAX_SIZE:
        return SealReading(Seal.TOO_LARGE)
    if not _places.acquire(timeout=PATIENCE):
        raise TooManyReadingsError
    try:
        return _read_apart(pdf)
    finally:
        _places.release()


def _read_apart(pdf: bytes) -> SealReading:
    """Read the seal in a process that has limits."""
    from partners.receipts.certificates import known_fingerprints

    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__, *sorted(known_fingerprints())],
            input=pdf,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
        )
        answer = json.loads(done.stdout)
        return SealReading(**{**answer, "seal": Seal(answer["seal"])})
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        # Killed by a limit, or by a fault in what reads PDF.
        return SealReading(Seal.UNREADABLE)


def read_here(pdf: bytes, fingerprints: frozenset[str]) -> SealReading:
    """Read the seal in this process, whatever it takes."""
    try:
        return _read(pdf, fingerprints)
    except Exception:
        # One changed byte may make a receipt unreadable: it often still says which one it was.
        return _identified(_legible(pdf, CODE_KEY), _legible(pdf, EVIDENCE_KEY), Seal.UNREADABLE)


def _read(pdf: bytes, fingerprints: frozenset[str]) -> SealReading:
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if reader.encrypted:
        return SealReading(Seal.UNREADABLE)
    claim = _identifiers(reader)
    seals = list(reader.embedded_regular_signatures)
    ours = [seal for seal in seals if seal.signer_cert.sha256.hex() in fingerprints]
    if not ours:
        return replace(claim, seal=Seal.FOREIGN if seals else Seal.ABSENT)
    return _read_ours(reader, ours[0], claim)


def _read_ours(reader: Any, seal: Any, claim: SealReading) -> SealReading:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    status = _status(seal)
    intact = status.intact and status.valid
    as_sealed = reader.get_historical_resolver(seal.signed_revision)
    unchanged = (
        status.modification_level is not None
        and status.modification_level <= ModificationLevel.LTA_UPDATES
        and _description(reader) == _description(as_sealed)
    )
    dates = list(reader.embedded_timestamp_signatures)
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        whole = True
    else:  # what follows the seal is a timestamp that holds, to the last byte
        whole = unchanged and bool(dates) and _covers_the_end(dates[-1])
    return replace(
        _identifiers(as_sealed) if intact else claim,
        seal=Seal.INTACT if intact and unchanged and whole else Seal.ALTERED,
        by_us=True,
        intact=intact,
        covers_whole_file=whole,
        modified_after=not (unchanged and whole),
        timestamped_at=_date(status, dates) if intact and unchanged and whole else "",
    )


def _status(seal: Any) -> Any:
    """Check a signature without judging who made its certificate: ours are known one by one."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    return validate_pdf_signature(seal, nobody, nobody)


def _date_status(date: Any) -> Any:
    from pyhanko.sign.validation import validate_pdf_timestamp
    from pyhanko_certvalidator import ValidationContext

    return validate_pdf_timestamp(date, ValidationContext(trust_roots=[], allow_fetching=False))


def _covers_the_end(date: Any) -> bool:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    status = _date_status(date)
    return bool(
        status.intact and status.valid and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    )


def _date(status: Any, dates: list[Any]) -> str:
    """Return the earliest date that a token gives: within the seal, or else after it."""
    token = status.timestamp_validity or (_date_status(dates[0]) if dates else None)
    if token is None or not (token.intact and token.valid):
        return ""
    at: dt.datetime = token.timestamp
    return at.isoformat()


def _identifiers(revision: Any) -> SealReading:
    """Return a reading that holds nothing but what finds the record, as a revision gives it."""
    info = _information(revision)
    return _identified(info.get(f"/{CODE_KEY}", ""), info.get(f"/{EVIDENCE_KEY}", ""))


def _description(revision: Any) -> set[tuple[str, str]]:
    """Return what a revision says of itself: pyHanko lets it change without a word.

    The date and the tool of a change are left out: adding a timestamp writes them.
    """
    from defusedxml.ElementTree import fromstring

    said = {(key.removeprefix("/"), value) for key, value in _information(revision).items()}
    root = revision.get_object(revision.trailer_view.raw_get("/Root").reference)
    if "/Metadata" in root:
        for element in fromstring(
            revision.get_object(root.raw_get("/Metadata").reference).data
        ).iter():
            said.add((element.tag, (element.text or "").strip()))
            said.update(element.attrib.items())
    plain = {(name.rpartition("}")[2], value) for name, value in said}
    return {(name, value) for name, value in plain if value and name not in _VARIES}


def _information(revision: Any) -> dict[str, str]:
    """Return the information dictionary of a revision."""
    from pyhanko.pdf_utils.generic import IndirectObject

    info = revision.trailer_view.raw_get("/Info") if "/Info" in revision.trailer_view else {}
    if isinstance(info, IndirectObject):
        info = revision.get_object(info.reference)
    return {str(key): str(value) for key, value in info.items()}


def _identified(code: str, evidence: str, seal: Seal = Seal.ABSENT) -> SealReading:
    """Return a reading of what looks as it should."""
    return SealReading(
        seal,
        code=code if re.fullmatch(_CODE, code) else "",
        evidence=evidence if re.fullmatch(_EVIDENCE, evidence) else "",
    )


def _legible(pdf: bytes, key: str) -> str:
    """Return the string under ``key``, found without reading the structure of the file."""
    found = re.search(rb"/%b \(([^)]{1,400})\)" % key.encode(), pdf)
    if found is None:
        return ""
    text = found[1].decode("latin-1")
    return re.sub(r"\\([0-3][0-7]{2})", lambda octal: chr(int(octal[1], 8)), text)


def _limit() -> None:
    """Let the system stop this process before it takes too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit()
    reading = read_here(sys.stdin.buffer.read(MAX_SIZE + 1), frozenset(sys.argv[1:]))
    sys.stdout.write(json.dumps(asdict(reading)))

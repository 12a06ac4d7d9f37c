"""What a sealed file tells."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from partners.canonical import Article
from partners.commitments import Chosen

if TYPE_CHECKING:
    from partners.annual_reports.shown import ShownReports


class TimestampState(Enum):
    """Whether an authority other than the organisation has dated the file."""

    NONE = "none"  # no authority is configured
    PENDING = "pending"  # it did not answer; its token is added later
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFacts:
    """The facts of any file that is sealed here.

    Attributes:
        language: language of the file.
        organisations: names of those who seal.
        evidence_id: the evidence record that the seal follows up.
        code: verification code, as it is written for people.
        address: where to verify, with the code; it becomes the QR code.
        is_example: whether it commits nobody.
        is_demonstration: whether the certificate of the seal is one to try the portal out.

    """

    language: str
    version: int
    organisations: tuple[str, ...]
    evidence_id: UUID
    code: str
    address: str
    is_example: bool = False
    is_demonstration: bool = False
    timestamp: TimestampState = TimestampState.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts(SealedFacts):
    """The facts of one signature, in the language of the text that was read and signed.

    Attributes:
        text_sha256: fingerprint of that text (see ``partners.canonical``).
        signed_at: an aware instant.
        authentication: how the signatory proved who they were, in words.
        statement: the sentence that was ticked, as it was shown.
        record_hash: fingerprint of the evidence record.
        until: last day that the signature holds; none where it has no end.
        commitments: what the signatory chose besides the text, in the words that they read.

    """

    charter_title: str
    text_sha256: str
    preamble: str
    articles: tuple[Article, ...]
    signatory_name: str
    signatory_email: str
    collectivity: str
    signed_at: dt.datetime
    authentication: str
    statement: str
    record_hash: str
    until: dt.date | None = None
    commitments: tuple[Chosen, ...] = ()

    def __post_init__(self) -> None:
        _check_zone(self.signed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySignature:
    """Who signed an agreement for a party, when, and how they proved who they were, in words.

    Attributes:
        language: language in which the text was read.
        record_hash: fingerprint of the evidence record.

    """

    organisation: str
    name: str
    function: str
    signed_at: dt.datetime
    authentication: str
    language: str
    evidence_id: UUID
    record_hash: str

    def __post_init__(self) -> None:
        _check_zone(self.signed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedText:
    """The words of an agreement in a language in which a party signed them."""

    language: str
    title: str
    sha256: str
    preamble: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts(SealedFacts):
    """The facts of an agreement that all its parties have signed.

    Attributes:
        texts: what was signed, one for each language in which it was; first that of the file.
        signatures: those of the parties, in their order.
        starts_on: first day in force.
        ends_on: last day of the first term; none where it has no term.

    """

    title: str
    texts: tuple[SignedText, ...]
    signatures: tuple[PartySignature, ...]
    starts_on: dt.date
    ends_on: dt.date | None = None
    is_tacit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What an agreement's annual reports tell, as its page shows them.

    Attributes:
        language: language of the file.
        title: of the page of the agreement.
        organisations: names of those who seal.
        reports: what is shown.
        published_on: day of the last publication.
        address: where the numbers of the day are.
        is_demonstration: whether the certificate of the seal is one to try the portal out.

    """

    language: str
    title: str
    organisations: tuple[str, ...]
    reports: "ShownReports"
    published_on: dt.date
    address: str
    is_demonstration: bool


def _check_zone(at: dt.datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("the instant of a signature has a time zone")

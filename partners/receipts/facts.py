"""What a receipt tells."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from partners.canonical import Article
from partners.commitments import Chosen


class TimestampState(Enum):
    """Whether an authority other than the organisation has dated the receipt."""

    NONE = "none"  # no authority is configured
    PENDING = "pending"  # it did not answer; its token is added later
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """The facts of one signature.

    Attributes:
        language: language of the text that was read and signed, and of the receipt.
        text_sha256: fingerprint of that text (see ``partners.canonical``).
        organisations: names of those who keep the charter, and seal.
        signed_at: an aware instant.
        authentication: how the signatory proved who they were, in words.
        statement: the sentence that was ticked, as it was shown.
        record_hash: fingerprint of the evidence record.
        code: verification code, as it is written for people.
        address: where to verify, with the code; it becomes the QR code.
        until: last day that the signature holds; none where it has no end.
        commitments: what the signatory chose besides the text, in the words that they read.
        is_example: whether the text was only proposed.
        is_demonstration: whether the certificate of the seal is one to try the portal out.

    """

    charter_title: str
    version: int
    language: str
    text_sha256: str
    preamble: str
    articles: tuple[Article, ...]
    organisations: tuple[str, ...]
    signatory_name: str
    signatory_email: str
    collectivity: str
    signed_at: dt.datetime
    authentication: str
    statement: str
    evidence_id: UUID
    record_hash: str
    code: str
    address: str
    until: dt.date | None = None
    commitments: tuple[Chosen, ...] = ()
    is_example: bool = False
    is_demonstration: bool = False
    timestamp: TimestampState = TimestampState.NONE

    def __post_init__(self) -> None:
        if self.signed_at.tzinfo is None:
            raise ValueError("the instant of a signature has a time zone")

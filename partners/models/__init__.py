"""Organisations, charters, signatures and stories."""

from .charter import Charter, CharterPage, CharterText, CharterVersion
from .commitment import CommitmentCount, CommitmentFollowUp
from .organisation import Organisation
from .signature import (
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    Signature,
    SignatureNotice,
    SignatureReceipt,
)
from .story import StoryAppearance, StoryIndexPage, VideoStoryPage

__all__ = [
    "Charter",
    "CharterPage",
    "CharterText",
    "CharterVersion",
    "CommitmentCount",
    "CommitmentFollowUp",
    "EvidenceHead",
    "EvidenceRecord",
    "EvidenceValue",
    "Organisation",
    "Signature",
    "SignatureNotice",
    "SignatureReceipt",
    "StoryAppearance",
    "StoryIndexPage",
    "VideoStoryPage",
]

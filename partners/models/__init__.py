"""Organisations, charters, signatures, the directory of partners and stories."""

from .charter import Charter, CharterPage, CharterText, CharterVersion
from .commitment import CommitmentCount, CommitmentFollowUp
from .directory import CharterMilestone, DirectoryEntry, DirectoryPhoto
from .organisation import Organisation
from .signature import (
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    NewerVersionNotice,
    Signature,
    SignatureNotice,
    SignatureReceipt,
    SignatureScan,
)
from .story import StoryAppearance, StoryIndexPage, VideoStoryPage

__all__ = [
    "Charter",
    "CharterMilestone",
    "CharterPage",
    "CharterText",
    "CharterVersion",
    "CommitmentCount",
    "CommitmentFollowUp",
    "DirectoryEntry",
    "DirectoryPhoto",
    "EvidenceHead",
    "EvidenceRecord",
    "EvidenceValue",
    "NewerVersionNotice",
    "Organisation",
    "Signature",
    "SignatureNotice",
    "SignatureReceipt",
    "SignatureScan",
    "StoryAppearance",
    "StoryIndexPage",
    "VideoStoryPage",
]

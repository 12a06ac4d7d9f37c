"""Organisations, charters, signatures, the directory of partners and stories."""

from .charter import Charter, CharterPage, CharterText, CharterVersion
from .directory import CharterMilestone, DirectoryEntry, DirectoryPhoto
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
    "CharterMilestone",
    "CharterPage",
    "CharterText",
    "CharterVersion",
    "DirectoryEntry",
    "DirectoryPhoto",
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

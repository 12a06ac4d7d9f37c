"""Organisations, charters, signatures and stories."""

from .charter import Charter, CharterPage, CharterText, CharterVersion
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

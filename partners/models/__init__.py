"""Organisations, charters, agreements, signatures and stories."""

from .agreement import (
    Agreement,
    AgreementDuty,
    AgreementInvitation,
    AgreementNotice,
    AgreementPage,
    AgreementParty,
    AgreementText,
    AgreementVersion,
    AgreementVersionQuerySet,
    InvitationCode,
)
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
    "Agreement",
    "AgreementDuty",
    "AgreementInvitation",
    "AgreementNotice",
    "AgreementPage",
    "AgreementParty",
    "AgreementText",
    "AgreementVersion",
    "AgreementVersionQuerySet",
    "Charter",
    "CharterPage",
    "CharterText",
    "CharterVersion",
    "EvidenceHead",
    "EvidenceRecord",
    "EvidenceValue",
    "InvitationCode",
    "Organisation",
    "Signature",
    "SignatureNotice",
    "SignatureReceipt",
    "StoryAppearance",
    "StoryIndexPage",
    "VideoStoryPage",
]

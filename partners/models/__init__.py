"""Organisations, charters, agreements, signatures, the directory of partners and stories."""

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
from .check import EvidenceCheck
from .commitment import CommitmentCount, CommitmentFollowUp
from .directory import CharterMilestone, DirectoryEntry, DirectoryPhoto
from .organisation import Organisation
from .retention import RetentionLine, RetentionRun
from .signature import (
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    NewerVersionNotice,
    Signature,
    SignatureNotice,
    SignatureReceipt,
    SignatureScan,
    WithdrawalScan,
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
    "CharterMilestone",
    "CharterPage",
    "CharterText",
    "CharterVersion",
    "CommitmentCount",
    "CommitmentFollowUp",
    "DirectoryEntry",
    "DirectoryPhoto",
    "EvidenceCheck",
    "EvidenceHead",
    "EvidenceRecord",
    "EvidenceValue",
    "InvitationCode",
    "NewerVersionNotice",
    "Organisation",
    "RetentionLine",
    "RetentionRun",
    "Signature",
    "SignatureNotice",
    "SignatureReceipt",
    "SignatureScan",
    "StoryAppearance",
    "StoryIndexPage",
    "VideoStoryPage",
    "WithdrawalScan",
]

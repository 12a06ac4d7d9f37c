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
from .annual_report import AnnualReport, ReportForm
from .charter import Charter, CharterPage, CharterText, CharterVersion
from .commitment import CommitmentCount, CommitmentFollowUp
from .directory import CharterMilestone, DirectoryEntry, DirectoryPhoto
from .organisation import Organisation
from .signature import (
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    NewerVersionNotice,
    RenewalNotice,
    Signature,
    SignatureNotice,
    SignatureReceipt,
    SignatureScan,
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
    "AnnualReport",
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
    "InvitationCode",
    "NewerVersionNotice",
    "Organisation",
    "RenewalNotice",
    "ReportForm",
    "Signature",
    "SignatureNotice",
    "SignatureReceipt",
    "SignatureScan",
    "StoryAppearance",
    "StoryIndexPage",
    "VideoStoryPage",
]

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
from .agreement_document import AgreementDocument
from .annual_report import AnnualReport, ReportForm
from .charter import Charter, CharterPage, CharterText, CharterVersion
from .check import EvidenceCheck
from .commitment import CommitmentCount, CommitmentFollowUp
from .directory import CharterMilestone, DirectoryEntry, DirectoryPhoto
from .expected import ExpectedSignatory
from .game import Game, GameMilestone, GameSession, GameSessionNotice
from .milestone import Counted, Milestone
from .organisation import Organisation
from .retention import RetentionLine, RetentionRun
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
    WithdrawalScan,
)
from .story import StoryAppearance, StoryIndexPage, VideoStoryPage
from .word import CharterWord

__all__ = [
    "Agreement",
    "AgreementDocument",
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
    "CharterWord",
    "CommitmentCount",
    "CommitmentFollowUp",
    "Counted",
    "DirectoryEntry",
    "DirectoryPhoto",
    "EvidenceCheck",
    "EvidenceHead",
    "EvidenceRecord",
    "EvidenceValue",
    "ExpectedSignatory",
    "Game",
    "GameMilestone",
    "GameSession",
    "GameSessionNotice",
    "InvitationCode",
    "Milestone",
    "NewerVersionNotice",
    "Organisation",
    "RenewalNotice",
    "ReportForm",
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

"""Vocabularies and life cycles of those who commit."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationKind(models.TextChoices):
    """What sort of body an organisation is."""

    AUTHORITY = "authority", _("Public authority")
    PUBLIC_BODY = "public_body", _("Public body")
    ASSOCIATION = "association", _("Association")
    COMPANY = "company", _("Company")


class CharterStage(models.TextChoices):
    """How far the text of a version has come."""

    PROPOSED = "proposed", pgettext_lazy("version", "Proposed")
    INTERMEDIATE = "intermediate", _("Intermediate")
    FINAL = "final", _("Final")


class CharterVersionStatus(models.TextChoices):
    """Life cycle of a version."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


CHARTER_VERSION_TRANSITIONS: dict[CharterVersionStatus, frozenset[CharterVersionStatus]] = {
    CharterVersionStatus.DRAFT: frozenset({CharterVersionStatus.PUBLISHED}),
    CharterVersionStatus.PUBLISHED: frozenset({CharterVersionStatus.SUPERSEDED}),
    CharterVersionStatus.SUPERSEDED: frozenset(),
}


class EvidenceKind(models.TextChoices):
    """What a record of evidence tells."""

    SIGNED = "signed", _("Signed")
    COMMITTED = "committed", _("Commitments changed")
    WITHDRAWN = "withdrawn", _("Signature withdrawn")
    EXPIRED = "expired", _("Signature come to its end")
    SEALED = "sealed", _("Receipt sealed")
    TIMESTAMPED = "timestamped", _("Receipt timestamped")
    PURGED = "purged", _("Values purged")
    PARTY_SIGNED = "party_signed", _("Agreement signed by a party")
    DECLINED = "declined", _("Agreement declined by a party")
    DELEGATED = "delegated", _("Signing of an agreement passed on")
    PUBLISHED = "published", _("Version of a charter published")
    SUPERSEDED = "superseded", _("Version of a charter superseded")
    MOVED = "moved", _("Agreement moved on in its life")


# What makes a signature what it is, and what makes its receipt.
SIGNATURE_KINDS = (EvidenceKind.SIGNED, EvidenceKind.WITHDRAWN, EvidenceKind.EXPIRED)
RECEIPT_KINDS = (EvidenceKind.SEALED, EvidenceKind.TIMESTAMPED)

# What makes a version of a charter what it is.
VERSION_KINDS = (EvidenceKind.PUBLISHED, EvidenceKind.SUPERSEDED)

# What those who were invited to sign an agreement did.
AGREEMENT_KINDS = (EvidenceKind.PARTY_SIGNED, EvidenceKind.DECLINED, EvidenceKind.DELEGATED)


class DataKind(models.TextChoices):
    """What is personal in what partners keep, by how long it is kept (``partners.services.retention``)."""

    TECHNICAL = "technical", _("Network address and browser of who signed")
    EVIDENCE = "evidence", _("Evidence of signatures that have ended")
    RECEIPT = "receipt", _("Receipts of signatures that have ended")
    SCAN = "scan", _("Scans of signatures on paper that have ended")
    SIGNATURE = "signature", _("Link between an account and a signature that has ended")
    AGREEMENT = "agreement", _("Who signed, declined or passed on an agreement")
    DOCUMENT = "document", _("Sealed PDF of agreements that have ended")
    INVITATION = "invitation", _("Invitations to sign an agreement")
    EXPECTED = "expected", _("Who is expected to sign an agreement, noted in its draft")
    CODE = "code", _("One-time codes")
    MESSAGE = "message", _("Trace of e-mails sent")
    DIRECTORY = "directory", _("Entries of the directory that are hidden")
    DECLARER = "declarer", _("Who declared a session of a game")


class FollowUp(models.TextChoices):
    """How far a partner says that they have come with a commitment."""

    CHOSEN = "chosen", _("Chosen")
    IN_PROGRESS = "in_progress", _("In progress")
    KEPT = "kept", _("Kept")


# Where a commitment may go from each state: a partner may correct a mistake, one step at a time.
FOLLOW_UP_TRANSITIONS: dict[FollowUp, frozenset[FollowUp]] = {
    FollowUp.CHOSEN: frozenset({FollowUp.IN_PROGRESS, FollowUp.KEPT}),
    FollowUp.IN_PROGRESS: frozenset({FollowUp.KEPT, FollowUp.CHOSEN}),
    FollowUp.KEPT: frozenset({FollowUp.IN_PROGRESS}),
}


class SignatureState(models.TextChoices):
    """Where a signature stands."""

    ACTIVE = "active", _("Active")
    WITHDRAWN = "withdrawn", _("Signature withdrawn")
    EXPIRED = "expired", _("Come to its end")
    REPLACED = "replaced", _("Replaced by a newer one")


class AgreementStatus(models.TextChoices):
    """Life cycle of a version of an agreement between organisations."""

    DRAFT = "draft", _("Draft")
    OUT = "out", _("Out for signature")
    DECLINED = "declined", _("Declined")
    SIGNED = "signed", _("Signed, not yet in force")
    IN_FORCE = "in_force", _("In force")
    UNDER_NOTICE = "notice", _("In force, notice given")
    TERMINATED = "terminated", _("Terminated")
    EXPIRED = "expired", _("Expired")


# What may follow what, and the one service (in ``partners.services``) that makes it so. The database
# refuses the rest (``partners.triggers.agreements``).
AGREEMENT_TRANSITIONS: dict[AgreementStatus, dict[AgreementStatus, str]] = {
    AgreementStatus.DRAFT: {
        AgreementStatus.OUT: "send_for_signature",
        AgreementStatus.SIGNED: "record_paper_agreement",
    },
    AgreementStatus.OUT: {
        AgreementStatus.SIGNED: "sign_agreement",
        AgreementStatus.DECLINED: "decline_agreement",
    },
    AgreementStatus.DECLINED: {},
    AgreementStatus.SIGNED: {AgreementStatus.IN_FORCE: "bring_into_force"},
    AgreementStatus.IN_FORCE: {
        AgreementStatus.IN_FORCE: "renew_agreement",
        AgreementStatus.UNDER_NOTICE: "give_notice",
        AgreementStatus.EXPIRED: "expire_agreement",
    },
    AgreementStatus.UNDER_NOTICE: {AgreementStatus.TERMINATED: "terminate_agreement"},
    AgreementStatus.TERMINATED: {},
    AgreementStatus.EXPIRED: {},
}


# Where it is over: what is personal in its signatures is then kept for some years more.
ENDED_AGREEMENTS = (AgreementStatus.DECLINED, AgreementStatus.TERMINATED, AgreementStatus.EXPIRED)


class SigningOrder(models.TextChoices):
    """Whether parties sign all at once, or one after the other."""

    PARALLEL = "parallel", _("All at the same time")
    IN_TURN = "in_turn", _("One after the other, in the order of the parties")


class DutyKind(models.TextChoices):
    """What an agreement calls for on a day."""

    REPORT = "report", _("Annual report by the partner")
    RENEWAL = "renewal", _("Last day to decide not to renew")
    END = "end", _("End of the agreement")


class AgreementNoticeKind(models.TextChoices):
    """What an e-mail about an agreement tells."""

    INVITED = "invited", _("Invitation to sign")
    REMINDED = "reminded", _("Reminder to sign")
    RECEIPT = "receipt", _("Receipt of a signature")
    COMPLETED = "completed", _("Signed by all parties")
    DECLINED = "declined", _("Declined by a party")
    DUE = "due", _("Something is due")


class GameSessionStatus(models.TextChoices):
    """Life cycle of a session of a game that a partner declared."""

    DECLARED = "declared", _("Declared")
    CLOSED = "closed", _("Closed by the RSO unit")
    REFUSED = "refused", _("Refused by the RSO unit")


# What may follow what, and the one service (in ``partners.services``) that makes it so.
GAME_SESSION_TRANSITIONS: dict[GameSessionStatus, dict[GameSessionStatus, str]] = {
    GameSessionStatus.DECLARED: {
        GameSessionStatus.DECLARED: "correct_session",
        GameSessionStatus.CLOSED: "close_session",
        GameSessionStatus.REFUSED: "refuse_session",
    },
    GameSessionStatus.CLOSED: {GameSessionStatus.DECLARED: "reopen_session"},
    GameSessionStatus.REFUSED: {GameSessionStatus.DECLARED: "correct_session"},
}


class Consent(models.TextChoices):
    """Whether someone who appears in a story agreed to it."""

    UNKNOWN = "", _("Not asked yet")
    YES = "yes", _("Yes")
    NO = "no", _("No")


class ConsentScope(models.TextChoices):
    """Where someone agreed to appear."""

    PORTAL = "portal", _("This portal only")
    INTERNAL = "internal", _("All internal media")
    PUBLIC = "public", _("Public media too")


class Recognised(models.TextChoices):
    """Who can be recognised in the picture of a story that a partner shares."""

    NOBODY = "nobody", _("Nobody")
    MYSELF = "myself", _("Myself only")
    OTHERS = "others", _("Other people")


class SharedStoryState(models.TextChoices):
    """Where a story that a partner shared stands, as they read it."""

    REVIEWED = "reviewed", _("With the communication team")
    PUBLISHED = "published", _("Published")
    RETURNED = "returned", _("Sent back by the communication team")
    OFFLINE = "offline", _("Not online")


class WordState(models.TextChoices):
    """Whether a word of the partners may be shown."""

    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted: shown")
    HIDDEN = "hidden", _("Never shown")


class StoryFormat(models.TextChoices):
    """How a story is told."""

    FILM = "film", _("To watch")
    TEXT = "text", _("To read")

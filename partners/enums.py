"""Vocabularies and life cycles of those who commit."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """What sort of body an organisation is."""

    AUTHORITY = "authority", _("Public authority")
    PUBLIC_BODY = "public_body", _("Public body")
    ASSOCIATION = "association", _("Association")
    COMPANY = "company", _("Company")


class CharterStage(models.TextChoices):
    """How far the text of a version has come."""

    PROPOSED = "proposed", _("Proposed")
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
    SEALED = "sealed", _("Receipt sealed")
    TIMESTAMPED = "timestamped", _("Receipt timestamped")
    PURGED = "purged", _("Values purged")


# What makes a signature what it is, and what makes its receipt.
SIGNATURE_KINDS = (EvidenceKind.SIGNED, EvidenceKind.WITHDRAWN)
RECEIPT_KINDS = (EvidenceKind.SEALED, EvidenceKind.TIMESTAMPED)


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
    REPLACED = "replaced", _("Replaced by a newer one")


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


class StoryFormat(models.TextChoices):
    """How a story is told."""

    FILM = "film", _("To watch")
    TEXT = "text", _("To read")

"""Who may do what with charters and agreements."""

import datetime as dt

from django.conf import settings

from partners.enums import CharterStage, CharterVersionStatus
from partners.models import CharterVersion
from portal.users.models import User


def can_draft_charter_version(user: User) -> bool:
    """Say whether ``user`` may write a new version of a charter."""
    return user.is_active and user.has_perm("partners.add_charterversion")


def can_write_catalogue(user: User, version: CharterVersion) -> bool:
    """Say whether ``user`` may change the commitments that ``version`` offers: only who drafts it.

    Whoever publishes a version has then written none of it.
    """
    return (
        can_draft_charter_version(user)
        and version.status == CharterVersionStatus.DRAFT
        and version.author_id == user.pk
    )


def can_publish_charter_version(user: User, version: CharterVersion) -> bool:
    """Say whether ``user`` may publish ``version``: never who wrote it."""
    return (
        user.is_active
        and version.status == CharterVersionStatus.DRAFT
        and version.author_id != user.pk
        and user.has_perm("partners.change_charterversion")
    )


def can_read_signatures(user: User) -> bool:
    """Say whether ``user`` may see who signed, and be given the evidence: never who has not."""
    return user.is_active and user.has_perm("partners.view_signature")


def can_enter_paper_signatures(user: User) -> bool:
    """Say whether ``user`` may enter what others signed on paper."""
    return user.is_active and user.has_perm("partners.add_signature")


def can_steer_agreements(user: User) -> bool:
    """Say whether ``user`` may draft and send out agreements, record what becomes of them, see who signs."""
    return user.is_active and user.has_perm("partners.change_agreement")


def can_add_organisation(user: User) -> bool:
    """Say whether ``user`` may add an organisation, to be a party for instance."""
    return user.is_active and user.has_perm("partners.add_organisation")


def can_check_sessions(user: User) -> bool:
    """Say whether ``user`` may close, refuse and open again the sessions that partners declare."""
    return user.is_active and user.has_perm("partners.change_gamesession")


def can_read_retention(user: User) -> bool:
    """Say whether ``user`` may read what retention deleted: numbers and days, nothing about anybody."""
    return user.is_active and user.has_perm("partners.view_retentionrun")


def can_be_signed(version: CharterVersion, *, on: dt.date) -> bool:
    """Say whether ``version`` may be signed on the day ``on``: while it is in force.

    A text that is only proposed binds nobody: it is signed as an example, where examples are shown.
    """
    in_force = CharterVersion.objects.in_force(on).filter(pk=version.pk).exists()
    return in_force and (version.stage != CharterStage.PROPOSED or settings.DEMONSTRATION_CONTENT)

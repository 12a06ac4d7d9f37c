"""Who may do what with charters."""

from partners.enums import CharterVersionStatus
from partners.models import CharterVersion
from portal.users.models import User


def can_draft_charter_version(user: User) -> bool:
    """Say whether ``user`` may write a new version of a charter."""
    return user.is_active and user.has_perm("partners.add_charterversion")


def can_publish_charter_version(user: User, version: CharterVersion) -> bool:
    """Say whether ``user`` may publish ``version``: never who wrote it."""
    return (
        user.is_active
        and version.status == CharterVersionStatus.DRAFT
        and version.author_id != user.pk
        and user.has_perm("partners.change_charterversion")
    )

"""Who may do what."""

from engagements.models import Measure
from portal.core.visibility import Reader


def can_validate_measure(user: Reader, measure: Measure) -> bool:
    """Say whether ``user`` may validate, send back or withdraw ``measure``."""
    return bool(user.is_active and user.has_perm("engagements.validate_measure"))


def can_change_measure(user: Reader, measure: Measure) -> bool:
    """Say whether ``user`` may enter or correct ``measure``.

    The RSO unit may for all; who answers for indicators, for those of their own service.
    """
    if not user.is_authenticated or not user.has_perm("engagements.change_measure"):
        return False
    if can_validate_measure(user, measure):
        return True
    owner = measure.subject.owner_id if measure.subject else None
    return owner is not None and owner == user.service_id

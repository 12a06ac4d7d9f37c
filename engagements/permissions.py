"""Who may do what."""

from engagements.models import Measure
from portal.core.visibility import Reader


def can_validate_measure(user: Reader, measure: Measure) -> bool:
    """Say whether ``user`` may validate, send back or withdraw ``measure``."""
    return bool(user.is_active and user.has_perm("engagements.validate_measure"))

"""Changes with side effects."""

from .charters import (
    change_catalogue,
    draft_charter_version,
    draft_next_version,
    publish_charter_version,
)
from .commitments import (
    FollowUpError,
    change_commitments,
    follow_commitment,
    publish_commitment_counts,
)
from .loading import load_charter, load_stories, load_story_translations
from .notices import send_notice, send_waiting_notices
from .receipts import date_waiting_receipts, issue_receipt, issue_waiting_receipts
from .signing import NotSignableError, purge_values, sign, withdraw
from .stories import refuse_scheduled_publication, withdraw_refused_stories

__all__ = [
    "FollowUpError",
    "NotSignableError",
    "change_catalogue",
    "change_commitments",
    "date_waiting_receipts",
    "draft_charter_version",
    "draft_next_version",
    "follow_commitment",
    "issue_receipt",
    "issue_waiting_receipts",
    "load_charter",
    "load_stories",
    "load_story_translations",
    "publish_charter_version",
    "publish_commitment_counts",
    "purge_values",
    "refuse_scheduled_publication",
    "send_notice",
    "send_waiting_notices",
    "sign",
    "withdraw",
    "withdraw_refused_stories",
]

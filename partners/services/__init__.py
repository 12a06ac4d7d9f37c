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
from .counts import record_milestones, recount_everything, send_waiting_announcements
from .directory import appear, clear_directory, leave
from .evidence import give_evidence
from .loading import load_charter, load_stories, load_story_translations
from .newer_versions import call_for_newer_versions, send_newer_version_notices
from .notices import send_notice, send_waiting_notices
from .paper import enter_paper_signature
from .receipts import date_waiting_receipts, issue_receipt, issue_waiting_receipts
from .signing import NotSignableError, purge_values, sign, withdraw
from .stories import refuse_scheduled_publication, withdraw_refused_stories

__all__ = [
    "FollowUpError",
    "NotSignableError",
    "appear",
    "call_for_newer_versions",
    "change_catalogue",
    "change_commitments",
    "clear_directory",
    "date_waiting_receipts",
    "draft_charter_version",
    "draft_next_version",
    "enter_paper_signature",
    "follow_commitment",
    "give_evidence",
    "issue_receipt",
    "issue_waiting_receipts",
    "leave",
    "load_charter",
    "load_stories",
    "load_story_translations",
    "publish_charter_version",
    "publish_commitment_counts",
    "purge_values",
    "record_milestones",
    "recount_everything",
    "refuse_scheduled_publication",
    "send_newer_version_notices",
    "send_notice",
    "send_waiting_announcements",
    "send_waiting_notices",
    "sign",
    "withdraw",
    "withdraw_refused_stories",
]

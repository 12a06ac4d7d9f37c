"""Changes with side effects."""

from .charters import draft_charter_version, publish_charter_version
from .loading import load_charter, load_stories, load_story_translations
from .notices import send_notice, send_waiting_notices
from .signing import NotSignableError, purge_values, sign, withdraw
from .stories import refuse_scheduled_publication, withdraw_refused_stories

__all__ = [
    "NotSignableError",
    "draft_charter_version",
    "load_charter",
    "load_stories",
    "load_story_translations",
    "publish_charter_version",
    "purge_values",
    "refuse_scheduled_publication",
    "send_notice",
    "send_waiting_notices",
    "sign",
    "withdraw",
    "withdraw_refused_stories",
]

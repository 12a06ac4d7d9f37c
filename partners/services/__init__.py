"""Changes with side effects."""

from .charters import draft_charter_version, publish_charter_version
from .loading import load_charter, load_stories, load_story_translations
from .stories import refuse_scheduled_publication, withdraw_refused_stories

__all__ = [
    "draft_charter_version",
    "load_charter",
    "load_stories",
    "load_story_translations",
    "publish_charter_version",
    "refuse_scheduled_publication",
    "withdraw_refused_stories",
]

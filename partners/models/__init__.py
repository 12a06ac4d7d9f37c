"""Organisations, charters and stories."""

from .charter import Charter, CharterPage, CharterText, CharterVersion
from .organisation import Organisation
from .story import StoryAppearance, StoryIndexPage, VideoStoryPage

__all__ = [
    "Charter",
    "CharterPage",
    "CharterText",
    "CharterVersion",
    "Organisation",
    "StoryAppearance",
    "StoryIndexPage",
    "VideoStoryPage",
]

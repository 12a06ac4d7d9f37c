"""The good practices that partners share: where each stands, for who shared it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wagtail.models import PageLogEntry, WorkflowState

from partners.enums import SharedStoryState

if TYPE_CHECKING:
    from partners.models import VideoStoryPage
    from partners.querysets import StoryQuerySet
    from portal.users.models import User

# The log action by which a partner says that a story is theirs.
SHARED = "partners.story.share"


@dataclass(frozen=True, slots=True)
class SharedStory:
    """A story that a partner shared.

    Attributes:
        url: its page; empty while it is not online.

    """

    pk: int
    title: str
    state: SharedStoryState
    url: str = ""

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether it is online, or may come to be without its author doing anything."""
        return self.state != SharedStoryState.OFFLINE


def shared_by(person: "User") -> "StoryQuerySet":
    """Return the stories that ``person`` shared, the last first; not those that they wrote as an editor."""
    from partners.models import VideoStoryPage

    entries = PageLogEntry.objects.filter(action=SHARED, user=person).values("page")
    stories: StoryQuerySet = VideoStoryPage.objects.filter(pk__in=entries, alias_of=None)
    return stories.order_by("-pk")


def shown_story(story: "VideoStoryPage") -> SharedStory:
    """Return where a story stands."""
    title = story.draft_title or story.title
    if story.live:
        return SharedStory(story.pk, title, SharedStoryState.PUBLISHED, story.get_url() or "")
    last = story.workflow_states.order_by("-created_at").first()
    if last is None or last.status in (
        WorkflowState.STATUS_CANCELLED,
        WorkflowState.STATUS_APPROVED,
    ):
        return SharedStory(story.pk, title, SharedStoryState.OFFLINE)
    if last.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return SharedStory(story.pk, title, SharedStoryState.RETURNED)
    return SharedStory(story.pk, title, SharedStoryState.REVIEWED)

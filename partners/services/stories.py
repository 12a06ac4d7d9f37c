"""What happens to stories by itself."""

import datetime as dt
import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from partners.gate import PublicationRefusedError

if TYPE_CHECKING:
    from partners.models import VideoStoryPage

logger = logging.getLogger(__name__)

REFUSED = "partners.publish.refused"
WITHDRAWN = "partners.withdraw"


@transaction.atomic
def refuse_scheduled_publication(
    *, story: "VideoStoryPage", revision: Revision, refusal: PublicationRefusedError
) -> None:
    """Take a story off the schedule because the gate refuses it, and note why in its history."""
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    log(
        instance=story,
        action=REFUSED,
        revision=revision,
        data={"reasons": refusal.messages},
    )
    logger.warning("Story %s was not published on schedule: %s", story.pk, refusal.messages)


def withdraw_refused_stories(*, at: dt.datetime) -> list["VideoStoryPage"]:
    """Unpublish the live stories that the gate no longer lets through, and note why.

    An agreement has ended, someone said no, or the captions were deleted. An alias follows its
    original.
    """
    from partners.models import VideoStoryPage

    day = timezone.localdate(at)
    withdrawn = []
    stories = VideoStoryPage.objects.live().filter(alias_of=None).to_check(day).order_by("pk")
    for story in stories.prefetch_related("appearances"):
        reasons = story.refusal_reasons(day)
        if not reasons:
            continue
        refusal = PublicationRefusedError(story.title, reasons, pk=story.pk)
        with transaction.atomic():
            story.unpublish(log_action=False)
            log(instance=story, action=WITHDRAWN, data={"reasons": refusal.messages})
        logger.warning("Story %s was unpublished: %s", story.pk, refusal.messages)
        withdrawn.append(story)
    return withdrawn

"""A partner shares a good practice, which those who approve stories read first; or takes it back."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Collection, Page, PageLogEntry, ReferenceIndex
from wagtail.rich_text import RichText

from engagements.models import Engagement
from partners.enums import Consent, ConsentScope, Recognised
from partners.models import Signature, StoryAppearance, StoryIndexPage, VideoStoryPage
from partners.photos import Picture
from partners.services.stories import withdraw_refused_stories
from partners.sharing import SHARED, shared_by
from portal.core.content_files import rich_text
from portal.core.models import PortalImage
from portal.users.models import User

TAKEN_BACK = "partners.story.take_back"
# What the history says of the picture that came with a story: its key.
PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class SharedWords:
    """What a partner wrote.

    Attributes:
        told: the story, in paragraphs; a line that begins with a dash is an item of a list.
        role: who tells it, as readers see it: never a name.
        alternative: what the picture shows.

    """

    title: str
    summary: str
    told: str
    role: str
    engagement: Engagement | None = None
    picture: Picture | None = None
    alternative: str = ""
    recognised: Recognised = Recognised.NOBODY


@transaction.atomic
def share_story(
    *, person: User, index: StoryIndexPage, words: SharedWords, at: dt.datetime
) -> VideoStoryPage:
    """Add a story as a draft below ``index``, with its author's agreement, and submit it.

    Others who can be recognised in the picture are noted as not asked yet, so that the gate lets the
    story through only once they have agreed. A second click returns the story that the first made.

    Raises:
        ValidationError: ``person`` has no active signature.

    """
    # A second click, or another tab, waits.
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not Signature.objects.active().filter(person=person).exists():
        raise ValidationError(_("Only partners whose signature is active share good practices."))
    day = timezone.localdate(at)
    same = shared_by(person).filter(title=words.title, date=day, live=False)
    if (known := same.first()) is not None:
        return known
    story = VideoStoryPage(
        title=words.title,
        summary=words.summary,
        author_role=words.role,
        date=day,
        body=[("paragraph", RichText(rich_text(words.told)))],
        owner=person,
        locale=index.locale,
        live=False,
        has_unpublished_changes=True,
    )
    if words.picture is not None:
        story.image = _image(person, words)
        story.image_alt = words.alternative
    for appearance in _appearances(person, words):
        story.appearances.add(appearance)
    if words.engagement is not None:
        story.engagements.set([words.engagement])
    index.add_child(instance=story)
    story.save_revision(user=person)
    log(instance=story, action=SHARED, user=person, data={PICTURE: story.image_id})
    workflow = story.get_workflow()
    if workflow is not None:
        workflow.start(story, person)
    return story


@transaction.atomic
def withdraw_story(*, story: VideoStoryPage, person: User, at: dt.datetime) -> None:
    """Take back the agreement of who shared a story: it goes offline, and cannot come back by itself.

    The picture that came with it is deleted, unless something else uses it.
    """
    under_way = story.current_workflow_state
    if under_way is not None:
        under_way.cancel(user=person)
    log(instance=story, action=TAKEN_BACK, user=person)
    latest = story.get_latest_revision_as_object()
    _disagree(latest, person)
    picture = _picture_of_nothing_else(story, person)
    if picture is not None:
        if latest.image_id == picture.pk:
            latest.image, latest.image_alt = None, ""
        picture.delete()
    latest.save_revision(user=person)
    appearances = StoryAppearance.objects.filter(page=story)
    own = appearances.filter(person=str(person))
    if not own.update(consent=Consent.NO):
        StoryAppearance.objects.create(page=story, person=str(person), consent=Consent.NO)
    withdraw_refused_stories(at=at)


def _picture_of_nothing_else(story: VideoStoryPage, person: User) -> PortalImage | None:
    """Return the picture that ``person`` shared with a story, if no page but the story refers to it."""
    sharing = PageLogEntry.objects.filter(page=story.pk, action=SHARED, user=person).first()
    shared = sharing.data.get(PICTURE) if sharing else None
    picture = PortalImage.objects.filter(pk=shared).first() if shared else None
    if picture is None:
        return None
    translations = Page.objects.filter(translation_key=story.translation_key)
    of_the_story = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(pk) for pk in translations.values_list("pk", flat=True)],
        model_path="image",
    )
    others = ReferenceIndex.get_references_to(picture).exclude(pk__in=of_the_story.values("pk"))
    return None if others.exists() else picture


def _disagree(story: VideoStoryPage, person: User) -> None:
    people = list(story.appearances.all())
    own = [one for one in people if one.person == str(person)]
    if not own:
        own = [StoryAppearance(person=str(person))]
        people += own
    for appearance in own:
        appearance.consent = Consent.NO
    story.appearances.set(people)


def _appearances(person: User, words: SharedWords) -> list[StoryAppearance]:
    author = StoryAppearance(
        person=str(person), consent=Consent.YES, scope=ConsentScope.PORTAL, sort_order=0
    )
    if words.recognised != Recognised.OTHERS:
        return [author]
    others = StoryAppearance(person=_("Other people in the picture"), sort_order=1)
    return [author, others]


def _image(person: User, words: SharedWords) -> PortalImage:
    name = slugify(words.title)[:60] or "image"
    image = PortalImage(
        title=words.title,
        description=words.alternative,
        collection=Collection.get_first_root_node(),
        uploaded_by_user=person,
        file=ContentFile(words.picture or b"", name=f"{name}.webp"),
    )
    image.full_clean()
    image.save()
    return image

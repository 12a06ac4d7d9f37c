"""What the list of stories shows."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from engagements.models import Engagement
from partners.enums import StoryFormat
from portal.core.dates import day_in_words
from portal.core.filters import Choice, FilterForm
from portal.core.visibility import Reader, reader_of

if TYPE_CHECKING:
    from partners.models import StoryIndexPage, VideoStoryPage
    from partners.querysets import StoryQuerySet

STORIES_PER_PAGE = 10  # a lead and nine others


class StoryFilters(FilterForm):
    """Filters of the list of stories."""

    engagement = Choice(_("Engagement"), _("All engagements"))
    tag = Choice(_("Topic"), _("All topics"))
    format = Choice(_("Format"), _("To read or to watch"))

    def apply(self, stories: "StoryQuerySet") -> "StoryQuerySet":
        """Keep the stories that the reader asked for."""
        chosen = self.chosen
        if number := chosen.get("engagement"):
            stories = stories.about(Engagement.objects.filter(number=number))
        if tag := chosen.get("tag"):
            stories = stories.tagged(tag)
        if chosen.get("format") == StoryFormat.FILM:
            stories = stories.filmed()
        if chosen.get("format") == StoryFormat.TEXT:
            stories = stories.written()
        return stories


def visible_stories(user: Reader, language: str) -> "StoryQuerySet":
    """Return the stories that ``user`` may read in the tree of ``language``."""
    from partners.models import VideoStoryPage

    stories: StoryQuerySet = VideoStoryPage.objects.in_language(language).visible_to(user)
    return stories


def story_filters(data: QueryDict, stories: "StoryQuerySet") -> StoryFilters:
    """Return the filters, with the choices that the reader's stories give."""
    pks = stories.order_by().values("pk")
    links = stories.model.engagements.through.objects.filter(videostorypage__in=pks)
    engagements = Engagement.objects.filter(pk__in=links.values("engagement"))
    tags = Tag.objects.filter(page_tags__content_object__in=pks).distinct().order_by("name")
    return StoryFilters(
        data,
        {
            "engagement": [(str(item.number), str(item)) for item in engagements],
            "tag": [(tag.slug, tag.name) for tag in tags],
            "format": [(str(value), str(label)) for value, label in StoryFormat.choices],
        },
    )


def story_index_context(page: "StoryIndexPage", request: HttpRequest) -> dict[str, Any]:
    """Return a page of stories, the newest in front."""
    user = reader_of(request)
    stories = visible_stories(user, page.locale.language_code)
    filters = story_filters(request.GET, stories)
    paginator = Paginator(filters.apply(stories).newest_first().for_cards(), STORIES_PER_PAGE)
    page_obj = paginator.get_page(request.GET.get("page"))
    return {
        "filters": filters,
        "page_obj": page_obj,
        "cards": [story.as_card() for story in page_obj.object_list],
        "list_title": _("Latest stories") if not filters.chosen else _("Stories found"),
        "empty_actions": [(_("See all the stories"), page.get_url() or "")],
        "lead_first": page_obj.number == 1 and not filters.chosen,
    }


def story_context(story: "VideoStoryPage") -> dict[str, Any]:
    """Return the film of a story, and what stands above and below its title."""
    parts = [story.author_role, day_in_words(story.date)]
    return {
        "film": story.film,
        "kicker": _("Story"),
        "meta": " · ".join(part for part in parts if part),
    }

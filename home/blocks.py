"""Sections of the home page, arranged by the comms team.

Each section asks for what it shows with the reader's rights, in the language of its page; it works
without a request too (previews in the admin), and then shows what the editor may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from engagements.blocks import TileStripBlock
from portal.core.visibility import Reader, reader_of

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who reads a section, in which language."""

    request: HttpRequest | None
    user: Reader
    language: str

    @classmethod
    def of(cls, context: Mapping[str, Any] | None) -> "Asking":
        """Tell it from the context of the page; in a preview there may be none."""
        known = context or {}
        request = known.get("request")
        user = reader_of(request)
        locale = getattr(known.get("page"), "locale", None)
        language = locale.language_code if locale else (get_language() or "fr")[:2]
        return cls(request, user, language)

    def address(self, key: str) -> str:
        """Return the address of an index page, empty when there is none for this reader."""
        from engagements.links import addresses

        return addresses(self.request, self.user, self.language)[key]


class SectionBlock(blocks.StructBlock):
    """A section with its own title, whose content is chosen by the portal."""

    title = blocks.CharBlock(label=_("title"), max_length=80)
    intro = blocks.CharBlock(
        label=_("introduction"),
        required=False,
        max_length=250,
        help_text=_("One sentence under the title; may stay empty"),
    )

    def section(self, value: Any, asking: Asking) -> Context:
        """Return what the template of the section shows."""
        return {}

    def get_context(self, value: Any, parent_context: Mapping[str, Any] | None = None) -> Context:
        """Add what the section shows to this reader."""
        context: Context = super().get_context(value, parent_context=parent_context)
        return {**context, **self.section(value, Asking.of(parent_context))}


class LatestNewsBlock(SectionBlock):
    """The latest posts: one leads, the others follow."""

    count = blocks.IntegerBlock(label=_("how many"), default=4, min_value=1, max_value=6)

    class Meta:
        icon = "doc-full"
        label = _("What's new")
        description = _("The latest posts, the newest in front; nothing to choose")
        template = "home/blocks/latest_news.html"
        preview_value = {"title": "Quoi de neuf ?", "intro": "", "count": 4}

    def section(self, value: Any, asking: Asking) -> Context:
        """Return the latest posts and the way to the others."""
        from home.news import visible_news

        posts = (
            visible_news(asking.user, asking.language).newest_first().for_cards()[: value["count"]]
        )
        return {
            "cards": [post.as_card() for post in posts],
            "more_url": asking.address("news"),
        }


class NextEventsBlock(SectionBlock):
    """The next events."""

    count = blocks.IntegerBlock(label=_("how many"), default=4, min_value=1, max_value=6)

    class Meta:
        icon = "calendar-alt"
        label = _("Next events")
        description = _("Events under way or to come, the nearest first; nothing to choose")
        template = "home/blocks/next_events.html"
        preview_value = {"title": "À vos agendas", "intro": "", "count": 4}

    def section(self, value: Any, asking: Asking) -> Context:
        """Return the next events and the way to the agenda."""
        from home.agenda import visible_events

        events = visible_events(asking.user, asking.language).filter(cancelled=False)
        events = events.current(timezone.now())
        return {
            "cards": [event.as_card() for event in events.for_cards()[: value["count"]]],
            "more_url": asking.address("events"),
        }


class StoryBlock(SectionBlock):
    """One story, chosen or the latest."""

    story = blocks.PageChooserBlock(
        label=_("story"),
        required=False,
        page_type="partners.VideoStoryPage",
        help_text=_("Empty: the latest one"),
    )

    class Meta:
        icon = "media"
        label = _("A story")
        description = _(
            "A good practice told by those who do it: the one you choose, or the latest"
        )
        template = "home/blocks/story.html"
        preview_value = {"title": "Une idée à emprunter", "intro": "", "story": None}

    def section(self, value: Any, asking: Asking) -> Context:
        """Return the story in the reader's language, and the way to the others."""
        from partners.models import VideoStoryPage

        stories = VideoStoryPage.objects.visible_to(asking.user)
        stories = stories.filter(locale__language_code=asking.language)
        if value["story"]:
            stories = stories.filter(translation_key=value["story"].translation_key)
        story = stories.select_related("image").order_by("-date", "-pk").first()
        return {
            "story": story,
            "card": story.as_card() if story else None,
            "more_url": asking.address("stories"),
        }


class AxesBlock(SectionBlock):
    """The three axes and their engagements."""

    class Meta:
        icon = "list-ul"
        label = _("The axes")
        description = _("The axes of the programme and their engagements")
        template = "home/blocks/axes.html"
        preview_value = {"title": "Trois axes, quinze engagements", "intro": ""}

    def section(self, value: Any, asking: Asking) -> Context:
        """Return the axes, each with its engagements and the addresses of their pages."""
        from home.axes import axes_with_pages

        return {"axes": axes_with_pages(asking.request, asking.user, asking.language)}


class CharterCallBlock(SectionBlock):
    """The way to the charter."""

    text = blocks.TextBlock(label=_("text"))
    page = blocks.PageChooserBlock(label=_("charter"), page_type="partners.CharterPage")
    link_label = blocks.CharBlock(label=_("label of the link"), max_length=60)

    class Meta:
        icon = "edit"
        label = _("The way to the charter")
        description = _("Invites the reader to read a charter")
        template = "home/blocks/charter_call.html"
        preview_value = {
            "title": "Et si vous deveniez partenaire ?",
            "intro": "",
            "text": "Une charte dit ce que les partenaires apportent et ce qui leur est dû.",
            "page": None,
            "link_label": "Lire la charte",
        }

    def section(self, value: Any, asking: Asking) -> Context:
        """Return the address of the charter in the reader's language."""
        from partners.models import CharterPage

        if not value["page"]:
            return {"url": ""}
        pages = CharterPage.objects.visible_to(asking.user).filter(
            translation_key=value["page"].translation_key, locale__language_code=asking.language
        )
        page = pages.first()
        return {"url": page.get_url() if page else ""}


class FiguresBlock(SectionBlock):
    """A strip of tiles."""

    tiles = TileStripBlock(label=_("figures"))

    class Meta:
        icon = "tile"
        label = _("Figures")
        description = _("Two to six validated figures side by side")
        template = "home/blocks/figures.html"
        preview_value = {
            "title": "Où en sommes-nous ?",
            "intro": "",
            "tiles": ["barometre-afnor", "participants-jna"],
        }


HOME_BLOCKS = [
    ("figures", FiguresBlock()),
    ("news", LatestNewsBlock()),
    ("events", NextEventsBlock()),
    ("story", StoryBlock()),
    ("axes", AxesBlock()),
    ("charter", CharterCallBlock()),
]

"""Sections of the home page, arranged by the comms team."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from engagements.blocks import TileStripBlock


class SectionBlock(blocks.StructBlock):
    """A section with its own title, whose content is chosen by the portal."""

    title = blocks.CharBlock(label=_("title"), max_length=80)


class LatestNewsBlock(SectionBlock):
    """The latest posts: one leads, the others follow."""

    count = blocks.IntegerBlock(label=_("how many"), default=4, min_value=1, max_value=6)

    class Meta:
        icon = "doc-full"
        label = _("What's new")
        description = _("The latest posts, the newest in front")
        template = "home/blocks/latest_news.html"
        preview_value = {"title": "Quoi de neuf", "count": 4}


class NextEventsBlock(SectionBlock):
    """The next events."""

    count = blocks.IntegerBlock(label=_("how many"), default=4, min_value=1, max_value=6)

    class Meta:
        icon = "calendar-alt"
        label = _("Next events")
        description = _("Events under way or to come, the nearest first")
        template = "home/blocks/next_events.html"
        preview_value = {"title": "À vos agendas", "count": 4}


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
        description = _("A good practice told by those who do it")
        template = "home/blocks/story.html"
        preview_value = {"title": "Ils l’ont fait", "story": None}


class AxesBlock(SectionBlock):
    """The three axes and their engagements."""

    class Meta:
        icon = "list-ul"
        label = _("The axes")
        description = _("The axes of the programme and their engagements")
        template = "home/blocks/axes.html"
        preview_value = {"title": "Trois axes, quinze engagements"}


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


class FiguresBlock(SectionBlock):
    """A strip of tiles."""

    tiles = TileStripBlock(label=_("figures"))

    class Meta:
        icon = "tile"
        label = _("Figures")
        description = _("Two to six validated figures side by side")
        template = "home/blocks/figures.html"
        preview_value = {
            "title": "Où en est-on",
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

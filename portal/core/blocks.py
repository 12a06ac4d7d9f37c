"""Blocks of a page's body that need nothing but text and pictures."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock

RICH_TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


class HeadingBlock(blocks.CharBlock):
    """A section title; its level is the page's business, never the editor's."""

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("Title of a section")
        template = "blocks/heading.html"
        preview_value = "Un geste simple, tous les jours"


class ParagraphBlock(blocks.RichTextBlock):
    """Running text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Paragraphs, lists and links")
        template = "blocks/paragraph.html"
        preview_value = "<p>Une <b>gourde</b> remplie au robinet remplace chaque bouteille.</p>"


class PictureBlock(blocks.StructBlock):
    """A picture with its caption; its text alternative is asked for, or it is decorative."""

    image = ImageBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)

    def get_preview_value(self) -> Any:
        """Return the first picture of the library, as an example."""
        image = get_image_model().objects.order_by("pk").first()
        return self.normalize({"image": image, "caption": "Une image, et ce qu’elle montre."})

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("A picture across the text, with a caption")
        template = "blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    """A few words of someone, given by their role."""

    text = blocks.TextBlock(label=_("quotation"))
    attribution = blocks.CharBlock(
        label=_("who says it"),
        required=False,
        max_length=120,
        help_text=_("A role rather than a name, unless the person agreed in writing"),
    )

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        description = _("A short quotation that stands out")
        template = "blocks/quote.html"
        preview_value = {
            "text": "On a commencé par ouvrir les placards.",
            "attribution": "Une partenaire mét’ODD",
        }


class InfoBlock(blocks.StructBlock):
    """A boxed remark."""

    text = blocks.RichTextBlock(label=_("text"), features=["bold", "italic", "link"])

    class Meta:
        icon = "info-circle"
        label = _("Good to know")
        description = _("A boxed remark beside the text")
        template = "blocks/info.html"
        preview_value = {"text": "<p>Les gobelets se rendent sales : ils sont lavés sur place.</p>"}


TEXT_BLOCKS = [
    ("heading", HeadingBlock()),
    ("paragraph", ParagraphBlock()),
    ("picture", PictureBlock()),
    ("quote", QuoteBlock()),
    ("info", InfoBlock()),
]

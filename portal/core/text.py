"""Plain text out of rich content."""

import html
import re

from django.utils.text import slugify
from wagtail.blocks import StreamValue

TAG = re.compile(r"<[^>]+>")
# French spaces, which keep « 20 % » on one line, stay as they are.
SPACES = re.compile(r"[^\S\u00a0\u202f]+")
SLUG_LENGTH = 60


def plain_text(markup: str) -> str:
    """Return ``markup`` without tags, entities resolved, white space folded, non-breaking spaces kept."""
    return SPACES.sub(" ", html.unescape(TAG.sub(" ", markup))).strip()


def stream_text(stream: StreamValue) -> str:
    """Return the searchable text of a StreamField value."""
    parts = stream.stream_block.get_searchable_content(stream)
    return plain_text(" ".join(str(part) for part in parts))


def english_slug(title: str) -> str:
    """Return a slug made of the whole words of ``title``."""
    slug = slugify(title.replace("’", " ").replace("'", " "))
    if len(slug) <= SLUG_LENGTH:
        return slug
    return slug[: SLUG_LENGTH + 1].rpartition("-")[0]

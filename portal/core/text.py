"""Plain text out of rich content."""

import html
import re

from wagtail.blocks import StreamValue

TAG = re.compile(r"<[^>]+>")
SPACES = re.compile(r"\s+")


def plain_text(markup: str) -> str:
    """Return ``markup`` without tags, entities resolved, white space folded."""
    return SPACES.sub(" ", html.unescape(TAG.sub(" ", markup))).strip()


def stream_text(stream: StreamValue) -> str:
    """Return the searchable text of a StreamField value."""
    parts = stream.stream_block.get_searchable_content(stream)
    return plain_text(" ".join(str(part) for part in parts))

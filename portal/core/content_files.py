"""Content files: Markdown with a YAML front matter, turned into the blocks of a page's body.

The body is a small Markdown (paragraphs, ``##`` headings, bullet lists, bold, italic, links) with
directives, each alone on its line: ``::tile key``, ``::quote text | who``, ``::info text``.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

# From the scheme and the key of a link (« engagement », « 12 ») to the attributes of <a>, None when
# there is nothing to link to: the words then stay, without a link.
LinkResolver = Callable[[str, str], Mapping[str, str] | None]
Block = tuple[str, Any]

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
DIRECTIVE = re.compile(r"::(?P<name>[a-z]+) +(?P<argument>.+)")
HEADING = re.compile(r"## +(?P<text>.+)")
NAMESPACE = uuid.UUID("6c7a1c1e-7f0b-4a53-9a5e-1d5a0f1f6b11")
WEB_SCHEMES = ("http", "https")


class ContentFileError(ValueError):
    """A content file that does not follow the format."""


@dataclass(frozen=True, slots=True)
class ContentFile:
    """One page in one language, as its file gives it."""

    path: Path
    fields: dict[str, Any]
    body: str

    @property
    def slug(self) -> str:
        """The slug of the page: the name of the file without its language."""
        return self.path.name.split(".")[0]

    @property
    def name(self) -> str:
        """The name of the file, for reports."""
        return self.path.name


def read_content_file(path: Path) -> ContentFile:
    """Read a content file.

    Raises:
        ContentFileError: it has no front matter, or one that is not a mapping.

    """
    text = path.read_text(encoding="utf-8")
    match = FRONT_MATTER.match(text)
    fields = yaml.safe_load(match.group(1)) if match else None
    if match is None or not isinstance(fields, dict):
        raise ContentFileError(f"{path.name}: no front matter")
    return ContentFile(path=path, fields=fields, body=text[match.end() :].strip())


def web_links_only(scheme: str, key: str) -> Mapping[str, str] | None:
    """Resolve the addresses of the Web, and nothing else."""
    return {"href": f"{scheme}:{key}"} if scheme in WEB_SCHEMES else None


def blocks_from_markdown(text: str, resolve_link: LinkResolver = web_links_only) -> list[Block]:
    """Return the blocks of a body; text between two headings or directives makes one block.

    Raises:
        ContentFileError: a directive is not known.

    """
    blocks: list[Block] = []
    running: list[str] = []

    def end_of_text() -> None:
        markup = rich_text("\n".join(running), resolve_link)
        if markup:
            blocks.append(("paragraph", markup))
        running.clear()

    for line in text.splitlines():
        if heading := HEADING.fullmatch(line.strip()):
            end_of_text()
            blocks.append(("heading", heading["text"].strip()))
        elif directive := DIRECTIVE.fullmatch(line.strip()):
            end_of_text()
            blocks.append(_block(directive["name"], directive["argument"].strip(), resolve_link))
        else:
            running.append(line)
    end_of_text()
    return blocks


def _block(name: str, argument: str, resolve_link: LinkResolver) -> Block:
    if name == "tile":
        return "tile", argument
    if name == "quote":
        text, _bar, attribution = argument.partition("|")
        return "quote", {"text": text.strip(), "attribution": attribution.strip()}
    if name == "info":
        return "info", {"text": rich_text(argument, resolve_link)}
    raise ContentFileError(f"unknown directive ::{name}")


def stream_data(seed: str, blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Return the raw value of a body, whose blocks keep the same ids from one load to another."""
    return [
        {"type": kind, "value": value, "id": str(uuid.uuid5(NAMESPACE, f"{seed}:{position}"))}
        for position, (kind, value) in enumerate(blocks)
    ]


def rich_text(text: str, resolve_link: LinkResolver = web_links_only) -> str:
    """Return Markdown as the markup that Wagtail's editor keeps."""
    parser = MarkdownIt("zero").enable(["list", "emphasis", "link", "escape"])
    return "".join(_markup(token, resolve_link) for token in parser.parse(text))


def _markup(token: Token, resolve_link: LinkResolver) -> str:
    if token.type == "inline":
        return _inline(token.children or [], resolve_link)
    if token.type in ("paragraph_open", "paragraph_close") and token.level > 0:
        return ""  # inside a list item
    return f"</{token.tag}>" if token.nesting < 0 else f"<{token.tag}>"


TAGS = {"strong": "b", "em": "i"}


def _inline(tokens: list[Token], resolve_link: LinkResolver) -> str:
    parts = []
    opened: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            scheme, _colon, key = str(token.attrs["href"]).partition(":")
            attributes = resolve_link(scheme, key)
            opened.append(attributes is not None)
            if attributes is not None:
                pairs = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
                parts.append(f"<a{pairs}>")
        elif token.type == "link_close":
            parts.append("</a>" if opened.pop() else "")
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.tag in TAGS:
            parts.append(f"<{'/' if token.nesting < 0 else ''}{TAGS[token.tag]}>")
        else:
            parts.append(escape(token.content, quote=False))
    return "".join(parts)

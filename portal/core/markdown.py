"""Markdown that people bring, turned into the blocks of a page's body. Nothing in it is trusted.

CommonMark and tables are read by markdown-it; HTML is text like any other; what remains passes
through the white list of Wagtail's own editor. Titles of any level become headings, quotations
become quotation blocks, a table becomes a list, a picture its description.
"""

from collections.abc import Callable, Sequence
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from wagtail.admin.rich_text.converters.editor_html import EditorHTMLConverter

from .blocks import RICH_TEXT_FEATURES
from .content_files import Block
from .text import plain_text

# From an address within the site to the number of its page, None when there is no such page.
PageResolver = Callable[[str], int | None]
OUTSIDE = ("http://", "https://", "mailto:", "tel:")
TAGS = {"strong": "b", "em": "i"}
RUNNING = ("paragraph_open", "bullet_list_open", "ordered_list_open", "fence", "code_block")


def blocks_of_markdown(
    text: str,
    resolve_page: PageResolver = lambda address: None,
    remark_dead_link: Callable[[str], None] = lambda address: None,
) -> list[Block]:
    """Return the blocks of a text; what stands between two titles makes one block.

    Args:
        text: the Markdown.
        resolve_page: finds the page that an address within the site leads to.
        remark_dead_link: told of each address that leads nowhere; its words stay, without a link.

    """
    writer = _Writer(resolve_page, remark_dead_link)
    blocks: list[Block] = []
    running: list[str] = []

    def end_of_text() -> None:
        markup = _whitelist().to_database_format("".join(running)).strip()
        if plain_text(markup):
            blocks.append(("paragraph", markup))
        running.clear()

    for node in _top_level(_parser().parse(text)):
        match node[0].type:
            case "heading_open":
                end_of_text()
                if title := plain_text(writer.markup(node[1:-1])):
                    blocks.append(("heading", title))
            case "blockquote_open":
                end_of_text()
                if words := plain_text(writer.markup(node[1:-1])):
                    blocks.append(("quote", {"text": words, "attribution": ""}))
            case "table_open":
                running.append(writer.table(node))
            case kind if kind in RUNNING:
                running.append(writer.markup(node))
    end_of_text()
    return blocks


def addresses_within(text: str) -> list[str]:
    """Return the addresses within the site that a text leads to."""
    tokens = [child for token in _parser().parse(text) for child in token.children or ()]
    found = (str(token.attrs["href"]) for token in tokens if token.type == "link_open")
    return [address for address in found if not address.startswith(OUTSIDE)]


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def _whitelist() -> EditorHTMLConverter:
    return EditorHTMLConverter(RICH_TEXT_FEATURES)


def _top_level(tokens: Sequence[Token]) -> list[list[Token]]:
    """Cut tokens into those of each block of the text."""
    nodes: list[list[Token]] = []
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            nodes.append([])
        nodes[-1].append(token)
    return nodes


class _Writer:
    """Writes tokens as markup, links resolved."""

    def __init__(self, resolve_page: PageResolver, remark: Callable[[str], None]) -> None:
        self.resolve_page = resolve_page
        self.remark = remark

    def markup(self, tokens: Sequence[Token]) -> str:
        return "".join(self._block(token) for token in tokens).replace(" </li>", "</li>")

    def table(self, tokens: Sequence[Token]) -> str:
        """Write a table as a list: the head of its columns, then a line for each row."""
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline(token.children or []))
        head, *lines = [" – ".join(filter(None, cells)) for cells in rows]
        items = "".join(f"<li>{line}</li>" for line in lines if line)
        return f"<p><b>{head}</b></p>" + (f"<ul>{items}</ul>" if items else "")

    def _block(self, token: Token) -> str:
        if token.type == "inline":
            return self._inline(token.children or [])
        if token.type in ("fence", "code_block"):
            return f"<p>{escape(token.content.strip(), quote=False)}</p>"
        if token.hidden or not token.tag or (token.tag == "p" and token.level > 0):
            return " " if token.nesting < 0 else ""
        if token.tag.startswith("h"):  # a title inside a list or a quotation
            return "<br>" if token.tag == "hr" else " "
        return f"</{token.tag}>" if token.nesting < 0 else f"<{token.tag}>"

    def _inline(self, tokens: Sequence[Token]) -> str:
        parts: list[str] = []
        opened: list[bool] = []
        for token in tokens:
            if token.type == "link_open":
                tag = self._link(str(token.attrs["href"]))
                opened.append(bool(tag))
                parts.append(tag)
            elif token.type == "link_close":
                parts.append("</a>" if opened.pop() else "")
            elif token.type == "softbreak":
                parts.append(" ")
            elif token.type == "hardbreak":
                parts.append("<br>")
            elif token.tag in TAGS:
                parts.append(f"<{'/' if token.nesting < 0 else ''}{TAGS[token.tag]}>")
            else:
                parts.append(escape(token.content, quote=False))
        return "".join(parts)

    def _link(self, address: str) -> str:
        if address.startswith(OUTSIDE):
            return f'<a href="{escape(address)}">'
        page = self.resolve_page(address)
        if page is None:
            self.remark(address)
            return ""
        return f'<a data-linktype="page" data-id="{page}">'

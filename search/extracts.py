"""The matched words, marked in the original text: accents, capitals and apostrophes kept.

Pure functions: the same normaliser that fed the index says which words to mark.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search import text
from search.text import chains
from search.understanding import Concept

# A text is read whole up to this length; beyond, around the words that may match: so many letters
# of them are compared, so much is read on either side, so many times at most.
_SHORT = 500
_HEAD = 3
_AROUND = 60
_MOST_READ = 60
# What may stand between two letters of a word, or two digits of a number.
_APART = r"[^\w]?"
_PLAIN = {
    code: folded[0]
    for code in range(0xC0, 0x250)
    if chr(code).isalpha() and (folded := text.fold(chr(code)))
}
_SENTENCE = re.compile(r"[.!?…]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Span:
    """A matched stretch of a text, and the concept that it matches."""

    start: int
    end: int
    concept: int


class Sought:
    """The terms of ``concepts``, ready to be looked for in text after text.

    Attributes:
        words: by term, the concept that it writes.
        phrases: by first term, terms side by side, and the concept that they write.
        heads: how the terms begin.

    """

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.words: dict[str, int] = {}
        self.phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for index, concept in enumerate(concepts):
            for way in concept.ways:
                if len(way.terms) == 1:
                    self.words.setdefault(way.terms[0], index)
                else:
                    self.phrases.setdefault(way.terms[0], []).append((way.terms, index))
        self.heads = frozenset(term[:_HEAD] for term in (*self.words, *self.phrases))


def matches(content: str, sought: Sought) -> list[Span]:
    """Return the stretches of ``content`` that match what is ``sought``, in order."""
    found = list(chains(content))
    spans: list[Span] = []
    for position, chain in enumerate(found):
        matched = next((sought.words[term] for term in chain.terms if term in sought.words), -1)
        end = chain.end
        for part in chain.parts[-1:]:
            for terms, index in sought.phrases.get(part, ()):
                following = found[position + 1 : position + len(terms)]
                if tuple(item.parts[0] for item in following) == terms[1:]:
                    matched, end = index, max(end, following[-1].end)
        if matched >= 0:
            spans.append(Span(chain.start, end, matched))
    return spans


def matches_in_long(content: str, sought: Sought) -> list[Span]:
    """Return what ``matches`` does, reading only around what begins like a word that is sought."""
    if len(content) <= _SHORT or not sought.heads:
        return matches(content, sought)
    spans: list[Span] = []
    read_to = 0
    for found in islice(_beginning(sought.heads).finditer(_plain(content)), _MOST_READ):
        if found.start() < read_to:
            continue
        start = content.rfind(" ", read_to, max(read_to, found.start() - _AROUND)) + 1 or read_to
        end = content.find(" ", found.end() + _AROUND)
        read_to = end if end >= 0 else len(content)
        spans += [
            Span(span.start + start, span.end + start, span.concept)
            for span in matches(content[start:read_to], sought)
        ]
    return spans


def _plain(content: str) -> str:
    """Return ``content`` in small letters without accents, each character in its place."""
    return content.lower().translate(_PLAIN)


@lru_cache(maxsize=500)
def _beginning(heads: frozenset[str]) -> re.Pattern[str]:
    """Return what finds the words that begin with one of ``heads``, folded, in plain text."""
    written = (
        _APART.join(map(re.escape, head)).replace(f"o{_APART}e", f"o{_APART}e?") for head in heads
    )
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(written)})")


def marked(content: str, spans: Iterable[Span]) -> SafeString:
    """Return ``content`` escaped, with ``spans`` in ``<mark>``."""
    pieces, position = [], 0
    for span in spans:
        if span.start < position:
            continue
        pieces += [
            escape(content[position : span.start]),
            "<mark>",
            escape(content[span.start : span.end]),
            "</mark>",
        ]
        position = span.end
    pieces.append(escape(content[position:]))
    return mark_safe("".join(pieces))


def highlight(content: str, sought: Sought) -> SafeString:
    """Return ``content`` escaped, with the words that match what is ``sought`` marked."""
    return marked(content, matches(content, sought))


def extract(summary: str, body: str, sought: Sought, length: int = 240) -> SafeString:
    """Return the passage that shows best why a text matches, with its words marked.

    The summary when it matches as much as any passage of the body; else that passage; else the
    beginning of the text.
    """
    in_summary = matches(summary, sought)
    in_body = matches_in_long(body, sought)
    start = _densest(in_body, length)
    window = [span for span in in_body if start <= span.start and span.end <= start + length]
    if summary and _breadth(in_summary) >= _breadth(window):
        return marked(summary, in_summary)
    if not window:
        return escape(_cut(summary or body, 0, length)[1])
    start, passage = _cut(body, window[0].start, length)
    shifted = [
        Span(span.start - start, span.end - start, span.concept)
        for span in in_body
        if span.start >= start and span.end <= start + len(passage)
    ]
    before = "… " if start else ""
    after = " …" if start + len(passage) < len(body) else ""
    return mark_safe(f"{before}{marked(passage, shifted)}{after}")


def _breadth(spans: Iterable[Span]) -> int:
    return len({span.concept for span in spans})


def _densest(spans: Sequence[Span], length: int) -> int:
    """Return where the window that holds the most concepts begins."""
    best, start = (0, 0), 0
    for i, span in enumerate(spans):
        inside = [other for other in spans[i : i + 40] if other.end <= span.start + length]
        worth = (_breadth(inside), len(inside))
        if worth > best:
            best, start = worth, span.start
    return start


def _cut(content: str, position: int, length: int) -> tuple[int, str]:
    """Return a passage of about ``length`` around ``position``, between words, and its start."""
    if len(content) <= length:
        return 0, content
    earliest = max(0, position - length // 3)
    starts = [match.end() for match in _SENTENCE.finditer(content, earliest, position)]
    if earliest == 0:
        start = 0
    elif starts:
        start = starts[0]
    else:
        start = content.find(" ", earliest, position) + 1 or earliest
    end = min(len(content), start + length)
    if end < len(content):
        end = max(content.rfind(" ", start, end), position + 1, start + length // 2)
    return start, content[start:end].rstrip()

"""The matched words, marked in the original text: accents, capitals and apostrophes kept.

Pure functions: the same normaliser that fed the index says which words to mark.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.text import chains
from search.understanding import Concept

# How much is read after a word that may begin a phrase, or a number written in groups of digits.
_REST = 60
_DIGIT = re.compile(r"\d")
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
        concepts: how many concepts there are.
        terms: what a text must hold to match.
        numbers: whether some are numbers.

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
        self.concepts = len(concepts)
        self.terms = self.words.keys() | self.phrases.keys()
        self.numbers = any(term[0].isdigit() for term in self.terms)


def matches(content: str, sought: Sought) -> list[Span]:
    """Return the stretches of ``content`` that match what is ``sought``, in order.

    A text is read from each place where it holds a term that is sought, the rest is passed over.
    """
    pieces = content.split(" ")
    apart = list(map(sought.terms.isdisjoint, map(_held, pieces)))
    if all(apart) and not sought.numbers:
        return []
    spans: list[Span] = []
    rest = _REST if sought.numbers or sought.phrases else 0
    starts = accumulate((len(piece) + 1 for piece in pieces), initial=0)
    read_to = 0
    for start, piece, nothing in zip(starts, pieces, apart, strict=False):
        if start < read_to or (nothing and not (sought.numbers and _DIGIT.search(piece))):
            continue
        end = content.find(" ", start + len(piece) + rest)
        read_to = end if end >= 0 else len(content)
        spans += [
            Span(span.start + start, span.end + start, span.concept)
            for span in match_each(content[start:read_to], sought)
        ]
    return spans


@lru_cache(maxsize=20_000)
def _held(piece: str) -> tuple[str, ...]:
    """Return the terms of what stands between two spaces."""
    return tuple(term for chain in chains(piece) for term in chain.terms)


def match_each(content: str, sought: Sought) -> list[Span]:
    """Return what ``matches`` does, reading each word."""
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
    if in_summary and _breadth(in_summary) == sought.concepts:
        return marked(summary, in_summary)
    in_body = matches(body, sought)
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

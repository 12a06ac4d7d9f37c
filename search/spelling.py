"""Words that the corpus holds and that begin with, or are spelt nearly like, one that it does not.

Distances come from rapidfuzz: letters to add, drop, change, or swap with their neighbour.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.models import Term

_MIN_CORRECTED = 4
_LONG = 6
# How many of the words that begin alike are looked at.
_MOST = 40

# What French writes in several ways and says in one, applied in this order to folded words.
_SOUNDS = (
    ("eau", "o"), ("au", "o"), ("ai", "e"), ("ei", "e"), ("ph", "f"), ("qu", "k"), ("ch", "$"),
    ("ce", "se"), ("ci", "si"), ("c", "k"), ("$", "ch"), ("y", "i"), ("ge", "je"), ("gi", "ji"),
    ("en", "an"), ("em", "an"), ("am", "an"), ("im", "in"), ("z", "s"), ("x", "s"), ("w", "v"),
)  # fmt: skip
_DOUBLE = re.compile(r"(.)\1+")
_SILENT = re.compile(r"(?<=..)[estd]+$")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A term of the corpus near another one.

    Attributes:
        documents: in how many entries it stands.
        form: a way in which the corpus writes it.

    """

    text: str
    documents: int
    form: str


class Spellings:
    """The words that the corpus holds in one language, to look for those near another one."""

    def __init__(self, documents: Mapping[str, int]) -> None:
        """Keep words, with the number of entries in which each stands."""
        self._documents = {word: count for word, count in documents.items() if word.isalpha()}
        self._sorted = sorted(self._documents)
        self._alike: dict[tuple[str, int], list[str]] = {}
        for word in self._sorted:
            self._alike.setdefault((word[0], len(word)), []).append(word)

    @classmethod
    def read(cls, language: str) -> "Spellings":
        """Read the words of ``language`` (one query)."""
        terms = Term.objects.filter(language=language, documents__gt=0).order_by()
        return cls(dict(terms.values_list("text", "documents")))

    def near(self, term: str) -> set[str]:
        """Return the most frequent words that begin with ``term``, those nearly like it, and it."""
        if not term.isalpha():
            return set()
        first = bisect_left(self._sorted, term)
        last = bisect_left(self._sorted, f"{term}\U0010ffff")
        found = set(nlargest(_MOST, self._sorted[first:last], key=self._documents.__getitem__))
        found.add(term)
        slack = _slack(term)
        if slack:
            heads = {term[:1], term[1:2], *_same_sound(term[0])}
            among = [
                word
                for head in heads
                for length in range(len(term) - slack, len(term) + slack + 2)
                for word in self._alike.get((head, length), [])
            ]
            found |= {
                word
                for word, _away, _place in process.extract(
                    term, among, scorer=OSA.distance, score_cutoff=slack + 1, limit=None
                )
            }
        return found


def read_neighbours(
    terms: Iterable[str], language: str, spellings: Spellings, also: Iterable[str] = ()
) -> list[Neighbour]:
    """Read the terms among which neighbours of ``terms`` are found (one query, none for none).

    Args:
        terms: what the corpus hardly holds.
        language: code of the language that is searched.
        spellings: the words of that language.
        also: other terms to read, if the corpus holds them.

    """
    wanted = {word for term in terms for word in spellings.near(term)} | set(also)
    if not wanted:
        return []
    rows = Term.objects.filter(text__in=wanted, language=language, documents__gt=0)
    found = [Neighbour(*row) for row in rows.values_list("text", "documents", "form")]
    return [neighbour for neighbour in found if neighbour.text.isalpha()]


def beginning_with(term: str, among: Sequence[Neighbour], *, extra: int = 2) -> list[Neighbour]:
    """Return the neighbours that ``term`` begins, at least ``extra`` letters longer."""
    found = [
        item for item in among if item.text.startswith(term) and len(item.text) >= len(term) + extra
    ]
    return sorted(found, key=lambda item: (-item.documents, item.text))


def nearest(term: str, among: Sequence[Neighbour]) -> list[Neighbour]:
    """Return the neighbours spelt most nearly like ``term``, the likeliest first.

    What sounds alike is nearer than what only looks alike.
    """
    slack = _slack(term)
    if not slack:
        return []
    sound = sound_of(term)
    found: list[tuple[int, int, str, Neighbour]] = []
    for item in among:
        away = OSA.distance(term, item.text, score_cutoff=slack + 1)
        alike = sound_of(item.text) == sound if away <= slack + 1 else False
        if away <= slack or alike:
            found.append((away - alike, -item.documents, item.text, item))
    found.sort(key=lambda row: row[:3])
    return [item for away, _documents, _text, item in found if away == found[0][0]][:3]


def sound_of(word: str) -> str:
    """Return how a folded word is said, roughly: what sounds alike in French is written alike."""
    word = _DOUBLE.sub(r"\1", word)
    for written, said in _SOUNDS:
        word = word.replace(written, said)
    return _SILENT.sub("", _DOUBLE.sub(r"\1", word.replace("h", "")))


def _slack(term: str) -> int:
    if len(term) < _MIN_CORRECTED:
        return 0
    return 1 if len(term) < _LONG else 2


def _same_sound(letter: str) -> str:
    groups = ("ckqs", "fp", "gj", "iy", "sz", "vw", "aeoh")
    return "".join(group for group in groups if letter in group)

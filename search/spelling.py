"""Words that the corpus holds and that begin with, or are spelt nearly like, one that it does not.

Distances come from rapidfuzz: letters to add, drop, change, or swap with their neighbour.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Length
from rapidfuzz.distance import OSA

from search.models import Term

_MIN_CORRECTED = 4
_LONG = 6

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


def read_neighbours(
    terms: Iterable[str], language: str, also: Iterable[str] = ()
) -> list[Neighbour]:
    """Read the terms among which neighbours of ``terms`` are found (one query, none for none).

    Args:
        terms: what the corpus hardly holds.
        language: code of the language that is searched.
        also: other terms to read, if the corpus holds them.

    """
    others = list(also)
    wanted = Q(text__in=others) if others else Q()
    for term in terms:
        if not term.isalpha():
            continue
        wanted |= _begins(term)
        slack = _slack(term)
        if slack:
            heads = {term[:1], term[1:2], *_same_sound(term[0])}
            near = Q()
            for head in heads:
                near |= _begins(head)
            wanted |= near & Q(length__range=(len(term) - slack, len(term) + slack + 1))
    if not wanted:
        return []
    rows = Term.objects.annotate(length=Length("text")).filter(
        wanted, language=language, documents__gt=0
    )
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


def _begins(prefix: str) -> Q:
    """Return a condition that an index of the database answers, which LIKE does not on SQLite."""
    last = prefix[-1]
    after = prefix + "zzzz" if last == "z" else prefix[:-1] + chr(ord(last) + 1)
    return Q(text__gte=prefix, text__lt=after)

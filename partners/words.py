"""The words that come back most often in why partners are partners. Pure functions, then the page's.

A word is shown once the RSO unit has accepted it, and while enough partners use it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partners.figures import SMALLEST_SHOWN
from portal.core.folding import fold
from portal.core.small_cells import protect

if TYPE_CHECKING:
    from partners.models import Charter

MOST_WORDS = 30
SIZES = 5
SHORTEST, LONGEST = 4, 40
WORD = re.compile(r"[^\W\d_]+")
# What sentences are made of, whatever they tell: folded, and without the mark of the plural.
EMPTY = frozenset(
    [
        "about",
        "afin",
        "ainsi",
        "alor",
        "also",
        "ainsi",
        "apre",
        "aucun",
        "aussi",
        "autre",
        "aux",
        "avant",
        "avec",
        "avoir",
        "avon",
        "because",
        "been",
        "but",
        "cela",
        "celle",
        "celui",
        "cette",
        "ceux",
        "chaque",
        "chez",
        "comme",
        "comment",
        "contre",
        "dan",
        "depui",
        "donc",
        "dont",
        "elle",
        "encore",
        "entre",
        "etre",
        "etait",
        "faire",
        "fait",
        "faut",
        "from",
        "have",
        "hors",
        "jamai",
        "leur",
        "lor",
        "mai",
        "mais",
        "meme",
        "mien",
        "moin",
        "mon",
        "nan",
        "not",
        "notre",
        "nou",
        "ont",
        "our",
        "parce",
        "parmi",
        "pendant",
        "peut",
        "plu",
        "pour",
        "pourquoi",
        "quand",
        "que",
        "quel",
        "quelle",
        "qui",
        "rien",
        "san",
        "sans",
        "sera",
        "seulement",
        "sien",
        "soit",
        "son",
        "sont",
        "sou",
        "sur",
        "tandi",
        "tel",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "they",
        "thi",
        "tou",
        "tout",
        "toute",
        "tre",
        "trop",
        "une",
        "ver",
        "vers",
        "very",
        "veux",
        "vos",
        "votre",
        "vou",
        "want",
        "what",
        "when",
        "where",
        "which",
        "with",
        "would",
        "your",
    ]
)


@dataclass(frozen=True, slots=True)
class Used:
    """A word, all its forms together.

    Attributes:
        key: what its forms share.
        label: the form that is written most often.
        partners: how many partners use it, each once.

    """

    key: str
    label: str
    partners: int


@dataclass(frozen=True, slots=True)
class ShownWord:
    """A word of the cloud, and its size: from 1 to 5."""

    label: str
    partners: int
    size: int


def family(word: str) -> str:
    """Return what the forms of a word share: neither case, accents nor mark of the plural.

    >>> family("Collègues"), family("collègue")
    ('collegue', 'collegue')
    """
    plain = fold(word)
    return plain[:-1] if len(plain) >= SHORTEST and plain[-1] in "sx" else plain


def used_words(sentences: Iterable[str], *, names: Collection[str] = ()) -> list[Used]:
    """Return the words of ``sentences`` that tell something, ``names`` left out, the commonest first."""
    left_out = EMPTY | {family(part) for name in names for part in WORD.findall(name)}
    partners: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for sentence in sentences:
        found = [(family(word), word.casefold()) for word in WORD.findall(sentence)]
        kept = [
            (key, word)
            for key, word in found
            if SHORTEST <= len(word) <= LONGEST and key not in left_out
        ]
        for key, word in kept:
            forms.setdefault(key, Counter())[word] += 1
        partners.update({key for key, _word in kept})
    return [
        Used(key, min(forms[key], key=lambda form: (-forms[key][form], form)), number)
        for key, number in sorted(partners.items(), key=lambda one: (-one[1], one[0]))
    ]


def tellable(used: Iterable[Used], sentences: int) -> list[Used]:
    """Keep the words that neither few partners use, nor all but a few."""
    return [
        word
        for word in used
        if protect((word.partners, sentences - word.partners), threshold=SMALLEST_SHOWN).cells[0]
        is not None
    ]


def sized(used: Iterable[Used]) -> list[ShownWord]:
    """Return the first words with their sizes: the commonest is the largest.

    >>> [one.size for one in sized([Used("a", "a", 20), Used("b", "b", 12), Used("c", "c", 5)])]
    [5, 3, 1]
    """
    first = list(used)[:MOST_WORDS]
    least = min((word.partners for word in first), default=0)
    span = max((word.partners for word in first), default=0) - least
    return [
        ShownWord(
            word.label,
            word.partners,
            1 + round((SIZES - 1) * (word.partners - least) / span) if span else SIZES // 2 + 1,
        )
        for word in first
    ]


def tellable_words(charter: "Charter") -> list[Used]:
    """Return the words that may be told of ``charter`` (one query), accepted or not."""
    from partners.models import DirectoryEntry

    entries = DirectoryEntry.objects.shown().filter(charter=charter).exclude(reason="")
    rows = list(entries.values_list("reason", "person__first_name", "person__last_name"))
    names = [f"{first} {last}" for _reason, first, last in rows]
    return tellable(used_words((reason for reason, *_ in rows), names=names), len(rows))


def word_cloud(charter: "Charter") -> list[ShownWord]:
    """Return what the page of the words shows, the commonest first (two queries)."""
    accepted = set(charter.words.accepted().values_list("key", flat=True))
    return sized(word for word in tellable_words(charter) if word.key in accepted)

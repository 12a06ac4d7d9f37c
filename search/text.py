"""The one normaliser, for what is indexed, what is asked and what is marked in an extract.

Pure functions. A text becomes a sequence of chains (a word, or words held together by hyphens),
and each chain becomes terms, which are what an index holds:

>>> terms("Les ÉCO-GESTES d’une agente, cœur de mét'ODD")
['les', 'eco', 'ecogeste', 'geste', 'une', 'agente', 'coeur', 'de', 'metodd']

No list of words takes part in it; what depends on the corpus (is « éco gestes » one word?) is
decided by ``search.understanding``, against the vocabulary of what has been indexed.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from portal.core import folding

# Grows when the same text gives other terms: what was indexed before is then out of date.
VERSION = 3

MAX_TERM = 48

_APOSTROPHES = "'’ʼ‘′´`＇"
_HYPHENS = "-\u2010\u2011"
_MIDDLE_DOTS = "·•‧∙・"
_SEPARATORS = re.escape(_APOSTROPHES + _HYPHENS + _MIDDLE_DOTS)
# Endings of inclusive writing: agent·e·s, agent.e.s, agent(e)s, agent-e-s.
_ENDING = r"(?:e|ne|fe|te|le|se|ve|ère|ière|rice|trice|euse)s?"
_INCLUSIVE = rf"(?:\.{_ENDING}(?:\.s)?(?![\w.])|\({_ENDING}\)s?(?!\w))"
_INCLUSIVE_PARTS = frozenset({"e", "es", "s", "ne", "nes", "rice", "rices", "trice", "trices"})

_WORD = r"[^\W_](?:[^\W_]|[\u0300-\u036f])*"
_CHAIN = re.compile(
    rf"""
    (?<![\w.]) (?P<acronym> (?:[^\W\d_]\.){{2,}} [^\W\d_]? ) (?!\w)
    | (?<![\w.,]) (?P<number>
        (?: \d{{1,3}} (?:[\u0020\u00a0\u202f\u2009]\d{{3}})+ (?:[.,]\d+)? | \d+[.,]\d+ )
      ) (?![\w]|[.,]\d)
    | (?P<words> {_WORD} (?: [{_SEPARATORS}]{_WORD} | {_INCLUSIVE} )* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SPLIT_HYPHENS = re.compile(f"[{re.escape(_HYPHENS)}]")
_SPLIT_APOSTROPHES = re.compile(f"[{re.escape(_APOSTROPHES)}]")
# What follows a middle dot, a full stop or a bracket inside a chain only inflects it.
_INFLECTION = re.compile(f"[{re.escape(_MIDDLE_DOTS)}.(].*", re.DOTALL)

# French elides before a vowel: these say nothing and fall away. Any other apostrophe is part of
# a name (mét’ODD, Form’Action) or of a word (aujourd’hui, entr’aide), which it does not split.
_ELISIONS = frozenset(
    {"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"}
)
_ELIDED = re.compile(
    rf"(?:(?:{'|'.join(sorted(_ELISIONS))})[{re.escape(_APOSTROPHES)}])+(?=[^\W_])", re.IGNORECASE
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})


class _Visible(dict[int, str]):
    """What each character becomes: itself, a space, or nothing; worked out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if unicodedata.category(char) in _UNSEEN:
            char = " " if char.isspace() else ""
        self[code] = char
        return char


_VISIBLE = _Visible()
# Non-breaking spaces are part of French punctuation.
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")


def clean(text: str) -> str:
    """Return ``text`` composed, without invisible or control characters, white space folded."""
    visible = unicodedata.normalize("NFC", text).translate(_VISIBLE)
    # Removing a character may bring a letter and its accent together.
    return unicodedata.normalize("NFC", _SPACES.sub(" ", visible)).strip()


def fold(word: str) -> str:
    """Return ``word`` without accents, ligatures and capitals: letters and digits only."""
    folded = folding.fold(word)
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


def stem(word: str) -> str:
    """Return the singular of a folded word, by the regular plurals of French (and of English).

    Short words keep their ending: too many of them are acronyms.

    >>> [stem(word) for word in ("gestes", "journaux", "tuyaux", "bureaux", "choix", "bus")]
    ['geste', 'journal', 'tuyau', 'bureau', 'choi', 'bus']

    """
    if len(word) <= 3 or word[-1] not in "sx":
        return word
    if word.endswith("aux") and len(word) > 4:
        return word[:-1] if word[-4] in "ey" else word[:-2] + "l"
    bare = word.rstrip("sx")
    return bare if len(bare) >= 3 else word


# Endings by which French makes nouns, adjectives and verbs of one another, the longest first.
_DERIVED = sorted(
    [
        "issement",
        "isation",
        "atrice",
        "ateur",
        "ation",
        "ition",
        "ement",
        "ment",
        "trice",
        "euse",
        "eur",
        "age",
        "ique",
        "isme",
        "iste",
        "able",
        "ible",
        "ance",
        "ence",
        "ante",
        "ant",
        "ente",
        "ent",
        "ive",
        "if",
        "eux",
        "ere",
        "iere",
        "ier",
        "er",
        "ir",
        "ee",
        "sion",
        "tion",
        "ure",
        "aire",
        "elle",
        "el",
        "al",
        "at",
        "ite",
        "is",
        "e",
        "i",
        "u",
    ],
    key=lambda ending: -len(ending),
)
_ROOT = 4
# A shorter term has no family: too many of them begin alike.
MIN_FAMILY = 4


def root(term: str) -> str:
    """Return what the words of one family share; empty for a term that has no family.

    Cruder than a stem: « covoiturage », « covoiturer » and « covoitureur » are one family, so are
    « porte » and « porter ». It widens a search at a lower weight, it never decides alone.

    >>> [root(term) for term in ("covoiturage", "covoiturer", "travaille", "travailler", "bus")]
    ['covoitur', 'covoitur', 'travail', 'travail', '']

    """
    if len(term) <= MIN_FAMILY or not term.isalpha():
        return ""
    for _ending in range(3):
        for ending in _DERIVED:
            if term.endswith(ending) and len(term) - len(ending) >= _ROOT:
                term = term[: -len(ending)]
                break
        else:
            break
    return term[:-1] if len(term) > _ROOT and term[-1] == term[-2] else term


def join(words: tuple[str, ...]) -> str:
    """Return the term of several folded words written as one."""
    return stem("".join(words))[:MAX_TERM]


class Chain(NamedTuple):
    """One word of a text, or several held together by hyphens, and where it stands.

    An elision before it (« l’ ») is left out.

    Attributes:
        words: folded words, not yet reduced to their singular.
        parts: the terms of the words, one by one.
        joined: the term of the whole when it has several words; empty otherwise, and for dates.

    """

    start: int
    end: int
    words: tuple[str, ...]
    parts: tuple[str, ...]
    joined: str

    @property
    def terms(self) -> tuple[str, ...]:
        """What an index holds of this chain.

        The whole comes second, so that its parts are not next to one another: a search for the
        two words side by side does not count a hyphenated word twice.
        """
        return (self.parts[0], self.joined, *self.parts[1:]) if self.joined else self.parts


def chains(text: str) -> Iterator[Chain]:
    """Cut ``text`` into chains."""
    for match in _CHAIN.finditer(text):
        elided, words, parts, joined = _read(match.lastgroup or "", match.group())
        if words:
            yield Chain(match.start() + elided, match.end(), words, parts, joined)


@lru_cache(maxsize=20_000)
def _read(kind: str, written: str) -> tuple[int, tuple[str, ...], tuple[str, ...], str]:
    """Return the length of the elision before a chain, its words, their terms, and the whole's."""
    if kind == "words":
        elision = _ELIDED.match(written)
        elided = elision.end() if elision else 0
        words = _words_of(written)
    else:
        elided = 0
        words = (fold(written) if kind == "acronym" else _number(written),)
    words = tuple(word for word in words if word)
    parts = tuple(stem(word)[:MAX_TERM] for word in words)
    one = len(words) < 2 or all(word.isdigit() for word in words)
    return elided, words, parts, "" if one else join(words)


def _number(written: str) -> str:
    whole, _point, decimals = written.replace(",", ".").partition(".")
    number = fold("".join(char for char in whole if char.isdigit()))
    return f"{number}_{fold(decimals)}" if decimals else number


def _words_of(written: str) -> tuple[str, ...]:
    words = [_elided(_INFLECTION.sub("", piece)) for piece in _SPLIT_HYPHENS.split(written)]
    while len(words) > 1 and words[-1] in _INCLUSIVE_PARTS:
        words.pop()
    return tuple(words)


def _elided(piece: str) -> str:
    """Drop the elisions at the head of ``piece``, and glue what other apostrophes part."""
    parts = [fold(part) for part in _SPLIT_APOSTROPHES.split(piece)]
    while len(parts) > 1 and parts[0] in _ELISIONS:
        del parts[0]
    return "".join(parts)


def terms(text: str) -> list[str]:
    """Return the terms of ``text``, in order."""
    return [term for chain in chains(clean(text)) for term in chain.terms]


def words(text: str) -> list[str]:
    """Return the folded words of ``text``, hyphenated ones taken apart."""
    return [word for chain in chains(clean(text)) for word in chain.words]

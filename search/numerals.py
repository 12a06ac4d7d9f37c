"""Numbers in figures and in letters: « 58 » and « cinquante-huit », « 4e » and « quatrième ». Pure."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from search import text

# As many words as a number in letters takes here: « neuf cent quatre-vingt-dix-neuf ».
MAX_WORDS = 6
_LARGEST = 999
_FIGURES = re.compile(r"[1-9][0-9]{0,2}")
_ORDINAL = re.compile(r"(\d{1,3})(?:er|ere|re|e|eme|ieme|nd|nde)")

_ONES = [
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
_ORDINALS = [
    "premier",
    "deuxieme",
    "troisieme",
    "quatrieme",
    "cinquieme",
    "sixieme",
    "septieme",
    "huitieme",
    "neuvieme",
    "dixieme",
    "onzieme",
    "douzieme",
    "treizieme",
    "quatorzieme",
    "quinzieme",
    "seizieme",
]


def figures_of(word: str, language: str) -> str:
    """Return the figures of an ordinal; nothing for any other word.

    >>> [figures_of(word, "fr") for word in ("4e", "1er", "quatrieme", "premiere", "vert")]
    ['4', '1', '4', '1', '']
    """
    if language != "fr":
        return ""
    if match := _ORDINAL.fullmatch(word):
        return match.group(1)
    return _ordinals().get(word, "")


def in_letters(word: str, language: str) -> tuple[str, ...]:
    """Return the terms of a number written in figures, in letters; nothing for any other word.

    « un » is an article before all else, and is no number here.

    >>> in_letters("500", "fr"), in_letters("71", "fr"), in_letters("2024", "fr")
    (('cinq', 'cent'), ('soixante', 'et', 'onze'), ())
    """
    if language != "fr" or not _FIGURES.fullmatch(word):
        return ()
    return _letters().get(int(word), ())


def in_figures(words: Sequence[str], language: str) -> str:
    """Return the figures of a number that ``words`` write in letters; nothing for other words."""
    return _figures().get(tuple(map(text.stem, words)), "") if language == "fr" else ""


@cache
def _letters() -> Mapping[int, tuple[str, ...]]:
    return {
        number: tuple(map(text.stem, text.words(_written(number))))
        for number in range(2, _LARGEST + 1)
    }


@cache
def _figures() -> Mapping[tuple[str, ...], str]:
    return {terms: str(number) for number, terms in _letters().items()}


@cache
def _ordinals() -> Mapping[str, str]:
    found = {ordinal: str(number) for number, ordinal in enumerate(_ORDINALS, 1)}
    return {**found, "premiere": "1", "second": "2", "seconde": "2"}


def _written(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds:
        words += ["cent"] if hundreds == 1 else [_ONES[hundreds - 1], "cent"]
    if rest:
        words.append(_below_hundred(rest))
    return " ".join(words)


def _below_hundred(number: int) -> str:
    if number < len(_ONES) + 1:
        return _ONES[number - 1]
    if number >= 80:
        return f"quatre-vingt {_below_hundred(number - 80)}" if number > 80 else "quatre-vingt"
    tens = 60 if number >= 60 else number // 10 * 10
    rest = number - tens
    if not rest:
        return _TENS[tens]
    return f"{_TENS[tens]} {'et ' if rest in (1, 11) else ''}{_below_hundred(rest)}"

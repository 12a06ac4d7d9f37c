"""Acronyms that the corpus spells out itself: « QVCT » and « Qualité de vie et conditions de travail ».

An acronym is spelled out by words whose initials it is, where small words may count or not:
beside it (« mobilités douces (FMD) », « ODD – les objectifs… »), or, from four letters on, in a
heading (a title, a summary, a tag) anywhere in the corpus. Pure functions.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from search.stopwords import stopwords
from search.text import chains, clean, fold

_CAPITALS = re.compile(r"(?<![\w’'])([^\W\d_]{2,8})(?![\w’'])")
_BREAKS = re.compile(r"[.;:!?,()«»\"\n/–—]+")
# A definition after the acronym: « ODD – les objectifs… », « PdME (plan de…) », « FMD : forfait… ».
_AFTER = re.compile(r"(?<!\w)([^\W\d_]{2,8})\s*(?:–|—|:|\()\s*([^.;:!?()\n]{5,120})")
_BEFORE = re.compile(r"([^.;:!?()\n]{5,120})\s\(([^\W\d_]{2,8})\)")
_LONGEST = 8
# In a heading, fewer letters are met by chance.
_TELLING_LETTERS = 4


def is_acronym(written: str) -> bool:
    """Say whether a word is written as an acronym: two capitals at least, the first one included."""
    return written[:1].isupper() and sum(char.isupper() for char in written) >= 2


def acronyms_in(*texts: str) -> set[str]:
    """Return the folded acronyms that texts hold. A text in capitals throughout holds none."""
    return {
        fold(match.group(1))
        for text in texts
        for match in _CAPITALS.finditer(text)
        if is_acronym(match.group(1)) and not text.isupper()
    }


def definitions(text: str, language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the acronyms that ``text`` spells out beside them, with the words."""
    text = clean(text)
    for match in _AFTER.finditer(text):
        if is_acronym(match.group(1)):
            folded = _words(match.group(2))[: _LONGEST + 4]
            for start in range(min(5, len(folded))):
                yield from _spelled(fold(match.group(1)), folded[start:], language)
    for match in _BEFORE.finditer(text):
        if is_acronym(match.group(2)):
            folded = _words(match.group(1))[-_LONGEST:]
            for start in range(len(folded)):
                for found in _spelled(fold(match.group(2)), folded[start:], language):
                    if len(found[1]) == len(folded) - start:
                        yield found


def headings_initials(headings: Iterable[str], language: str) -> dict[str, set[tuple[str, ...]]]:
    """Return the sequences of words of ``headings`` that may spell an acronym, by initials."""
    found: dict[str, set[tuple[str, ...]]] = {}
    small = stopwords(language)
    for heading in headings:
        for piece in _BREAKS.split(heading):
            words = _words(clean(piece))
            for start, end in _windows(words, small):
                sequence = tuple(words[start:end])
                for letters in _initials(sequence, small):
                    if len(letters) >= _TELLING_LETTERS:
                        found.setdefault(letters, set()).add(sequence)
    return found


def _windows(words: Sequence[str], small: frozenset[str]) -> Iterator[tuple[int, int]]:
    for start, word in enumerate(words):
        if word in small:
            continue
        for end in range(start + 2, min(len(words), start + _LONGEST) + 1):
            if words[end - 1] not in small:
                yield start, end


def _spelled(
    letters: str, words: Sequence[str], language: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the sequence at the head of ``words`` whose initials are ``letters``."""
    small = stopwords(language)
    if not words or words[0] in small:
        return
    for end in range(2, min(len(words), _LONGEST) + 1):
        sequence = tuple(words[:end])
        if words[end - 1] not in small and letters in _initials(sequence, small):
            yield letters, sequence
            return


def _initials(words: Sequence[str], small: frozenset[str]) -> set[str]:
    every = "".join(word[0] for word in words)
    return {every, "".join(word[0] for word in words if word not in small)}


def _words(text: str) -> list[str]:
    return [word for chain in chains(text) for word in chain.words]

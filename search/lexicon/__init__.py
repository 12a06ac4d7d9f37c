"""What words of French are near in meaning, whatever the corpus: see ``README.md`` for its source."""

import mmap
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from search import text

_FOLDER = Path(__file__).parent


@cache
def everyday(language: str) -> Mapping[tuple[str, ...], Mapping[tuple[str, ...], bool]]:
    """Return what words of everyday speech lead to, by terms, and whether they are but another name.

    « bagnole » is another name of « voiture »; « vélo » and « cycle » are two words for nearly one
    thing, of which neither is another name.
    """
    path = _FOLDER / f"everyday-{language}.txt"
    found: dict[tuple[str, ...], dict[tuple[str, ...], bool]] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else ()
    for line in lines:
        proper, _than, other = line.partition("#")[0].partition(" < ")
        heads, names = (
            list(filter(None, map(_terms, part.split(",")))) for part in (proper, other)
        )
        for term in (*heads, *names):
            leads = found.setdefault(term, {})
            for head in heads:
                if head != term:
                    leads[head] = leads.get(head, False) or term in names
    return found


def _terms(expression: str) -> tuple[str, ...]:
    return tuple(map(text.stem, text.words(expression)))


@cache
def _lines(language: str) -> mmap.mmap | None:
    """Return the sorted lines of a language, read from the disk as they are needed."""
    path = _FOLDER / f"thesaurus-{language}.txt"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def related_terms(term: str, language: str) -> tuple[str, ...] | None:
    """Return the terms near ``term`` in meaning; None when it is no word of the language.

    A search by halves in a sorted file: a few reads, no memory.
    """
    lines = _lines(language)
    if lines is None or not term.isalpha():
        return None
    wanted = term.encode()
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        start = lines.rfind(b"\n", 0, middle) + 1
        end = lines.find(b"\n", start)
        head, _space, rest = lines[start:end].partition(b" ")
        if head == wanted:
            return tuple(rest.decode().split())
        if head < wanted:
            low = end + 1
        else:
            high = start
    return None

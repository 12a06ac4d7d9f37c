"""What a query names: what has all its words for a title comes before what speaks of it.

« accessibilité » names the accessibility statement, which others mention more often. Pure
functions, the same for every engine, on the first results as the engine ranked them.
"""

from collections.abc import Iterable, Mapping, Sequence

from search import text
from search.stopwords import stopwords
from search.understanding import Concept, Origin

# What a title gains that holds what was typed and nothing else; chosen on judged queries, where a
# quarter more or less is noise, and on the titles of the programme themselves.
MOST = 0.75
# What is a name of the thing: not what only means the same.
_NAMING = frozenset({Origin.TYPED, Origin.COMPOUND, Origin.NUMBER, Origin.SPELLING})


def headings(names: Iterable[str], language: str) -> tuple[frozenset[str], ...]:
    """Return, of a title and of each other name of an entry, the terms that tell something."""
    small = stopwords(language)
    return tuple(frozenset(text.terms(name)) - small for name in names)


def naming(titles: Iterable[frozenset[str]], concepts: Sequence[Concept]) -> float:
    """Return by how much to multiply the score of an entry: from 1 to ``1 + MOST``.

    Args:
        titles: the headings of the entry, of which the best counts.
        concepts: what was asked for; unless the title holds all that an answer must hold, it gains
            nothing. The larger the part of the title that was typed, the more it gains.

    """
    return max((_naming(title, concepts) for title in titles), default=1.0)


def _naming(title: frozenset[str], concepts: Sequence[Concept]) -> float:
    required = [concept for concept in concepts if concept.required] or concepts
    typed: set[str] = set()
    for concept in required:
        ways = [way.terms for way in concept.ways if way.origin in _NAMING]
        held = [terms for terms in ways if title.issuperset(terms)]
        if not held:
            return 1.0
        typed.update(*held)
    return 1 + MOST * len(typed) / len(title) if typed else 1.0


def named(
    ranked: Sequence[tuple[int, float]],
    headings: Mapping[int, Iterable[frozenset[str]]],
    concepts: Sequence[Concept],
) -> list[tuple[int, float]]:
    """Return ``ranked`` (numbers and scores), each score with what its names gain."""
    return [
        (entry, score * naming(headings[entry], concepts) if entry in headings else score)
        for entry, score in ranked
    ]

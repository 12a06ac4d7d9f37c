"""What the best entries speak of, to find those that speak of it in other words.

Pseudo-relevance feedback, as in Rocchio's method: the terms of the titles and tags of the first
entries, weighed by how well those answer and how rare the terms are. They move entries up and add
near ones; they never decide what answers. Pure, but for the count of entries that hold a term.
"""

from collections.abc import Iterable, Sequence

from search import text
from search.scoring import rarity
from search.stopwords import stopwords
from search.understanding import WEIGHTS, Concept, Origin, Way, documents_of

# How many of the first entries are read, and how many terms they give.
ENTRIES = 5
_TERMS = 4
_TITLE, _TAG = 1, 2
_SHORTEST = 3


def feedback_of(
    best: Sequence[tuple[Sequence[str], float]],
    concepts: Iterable[Concept],
    language: str,
    total: int,
    known: dict[str, int],
) -> tuple[Concept, ...]:
    """Return what the ``best`` entries have in common that was not asked for (one query at most).

    Args:
        best: the title and the tags of each, and how well it answers, the best first.
        concepts: what was asked for.
        language: code of the language that is searched.
        total: number of entries of the index.
        known: how many entries hold a term, as far as it was counted; completed.

    """
    if not best or best[0][1] <= 0:
        return ()
    asked = {term for concept in concepts for way in concept.ways for term in way.terms}
    small = stopwords(language)
    worth: dict[str, float] = {}
    for (title, *tags), score in best:
        for content, weight in ((title, _TITLE), (" / ".join(tags), _TAG)):
            for term in set(text.terms(content)):
                if len(term) >= _SHORTEST and term not in asked and term not in small:
                    worth[term] = worth.get(term, 0.0) + weight * score / best[0][1]
    documents = documents_of(worth, known)
    ranked = sorted(
        (
            (-value * rarity(documents[term], total), term)
            for term, value in worth.items()
            if documents[term] > 1
        )
    )
    share = WEIGHTS[Origin.FEEDBACK]
    return tuple(
        Concept((Way((term,), share, Origin.FEEDBACK),), words=(term,), required=False)
        for _value, term in ranked[:_TERMS]
    )

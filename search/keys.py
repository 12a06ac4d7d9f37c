"""Queries that are one and the same, however they are typed."""

from search import text
from search.stopwords import telling

MAX_KEY = 200


def key_of(query: str, language: str) -> str:
    """Return what all ways to type ``query`` have in common; empty for a query without words.

    Nothing of the corpus takes part in it: what was the same query yesterday still is.

    >>> key_of("Vélo électrique", "fr") == key_of("les velos  ÉLECTRIQUES ?", "fr")
    True
    >>> [key_of(query, "fr") for query in ("éco-gestes", "l’éco geste", "ecogestes", "?")]
    ['ecogeste', 'ecogeste', 'ecogeste', '']

    """
    words = telling(text.words(query), language)
    return "".join(map(text.stem, words))[:MAX_KEY]

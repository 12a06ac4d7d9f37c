"""What is asked of each engine at each size."""

import random
from urllib.parse import urlencode

from .corpus import EVERYWHERE, RARE, Corpus

# What is asked for the first time since the last publication: nothing of it is remembered.
NEW = "new words"

QUERIES = {
    "rare word": RARE,
    "word everywhere": EVERYWHERE,
    "misspelt": "covoituraje",
    "four words": "aide vélo électrique agent",
}
_FILTERS = {
    "kind": ["news", "event"],
    "engagement": ["1", "2"],
    "sdg": ["7", "11"],
    "axis": ["1"],
    "year": ["2024", "2025"],
}


def new_addresses(corpus: Corpus, number: int) -> list[str]:
    """Return the addresses of ``number`` pages, each of two words that no other asks for."""
    words = sorted({word.lower() for row in corpus.posts for word in row["title"].split()})
    words = [word for word in words if word.isalpha() and len(word) > 4]
    random.Random(number).shuffle(words)
    pairs = zip(words[:number], reversed(words), strict=False)
    return [f"/fr/recherche/?{urlencode({'q': ' '.join(pair)})}" for pair in pairs]


def addresses() -> dict[str, str]:
    """Return the address of each page, or of the proposals, that is measured."""
    filtered = urlencode({"q": EVERYWHERE, **_FILTERS}, doseq=True)
    return {
        **{name: f"/fr/recherche/?{urlencode({'q': query})}" for name, query in QUERIES.items()},
        "five facets": f"/fr/recherche/?{filtered}",
        "suggestion": "/api/search/suggest/?q=covoi&lang=fr",
    }

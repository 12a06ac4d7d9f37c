"""What is asked of each engine at each size."""

from urllib.parse import urlencode

from .corpus import EVERYWHERE, RARE

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


def addresses() -> dict[str, str]:
    """Return the address of each page, or of the proposals, that is measured."""
    filtered = urlencode({"q": EVERYWHERE, **_FILTERS}, doseq=True)
    return {
        **{name: f"/fr/recherche/?{urlencode({'q': query})}" for name, query in QUERIES.items()},
        "five facets": f"/fr/recherche/?{filtered}",
        "suggestion": "/api/search/suggest/?q=covoi&lang=fr",
    }

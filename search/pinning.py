"""What editors show first, or never, for a query: live from the next question on.

They choose things, not rows of the index: a page that went offline and came back is still chosen.
Rights, filters and counts are the engines' business (``search.backends.base.Question``).
"""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from search.keys import key_of
from search.models import CuratedResult, IndexEntry, Place
from search.state import State


@dataclass(frozen=True, slots=True)
class Chosen:
    """Numbers of the entries to show first, in order, and of those never to show."""

    first: tuple[int, ...] = ()
    without: frozenset[int] = frozenset()


def chosen_for(query: str, language: str, state: State) -> Chosen:
    """Return what editors chose for ``query`` (one query after a change, then none)."""
    chosen = state.remember(("chosen", language), lambda: _read(language))
    return chosen.get(key_of(query, language), Chosen())


def _read(language: str) -> dict[str, Chosen]:
    """Return what editors chose, by the key of the query (one query)."""
    entry = IndexEntry.objects.filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), language=language
    )
    results = (
        CuratedResult.objects.filter(curation__language=language)
        .annotate(entry=Subquery(entry.values("pk")[:1]))
        .order_by("sort_order", "pk")
    )
    places: dict[str, dict[str, list[int]]] = {}
    for key, place, pk in results.values_list("curation__key", "place", "entry"):
        if pk:
            places.setdefault(key, {}).setdefault(place, []).append(pk)
    return {
        key: Chosen(
            first=tuple(found.get(Place.FIRST, ())),
            without=frozenset(found.get(Place.NOWHERE, ())),
        )
        for key, found in places.items()
    }

"""What editors show first, or never, for a query: live from the next question on.

They choose things, not rows of the index: a page that went offline and came back is still chosen.
Rights, filters and counts are the engines' business (``search.backends.base.Question``).
"""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from search.keys import key_of
from search.models import CuratedResult, IndexEntry, Place


@dataclass(frozen=True, slots=True)
class Chosen:
    """Numbers of the entries to show first, in order, and of those never to show."""

    first: tuple[int, ...] = ()
    without: frozenset[int] = frozenset()


def chosen_for(query: str, language: str) -> Chosen:
    """Return what editors chose for ``query`` (one query; none for a query without words)."""
    key = key_of(query, language)
    if not key:
        return Chosen()
    entry = IndexEntry.objects.filter(
        content_type=OuterRef("content_type"), object_id=OuterRef("object_id"), language=language
    )
    results = (
        CuratedResult.objects.filter(curation__language=language, curation__key=key)
        .annotate(entry=Subquery(entry.values("pk")[:1]))
        .order_by("sort_order", "pk")
    )
    found = [(place, pk) for place, pk in results.values_list("place", "entry") if pk]
    return Chosen(
        first=tuple(pk for place, pk in found if place == Place.FIRST),
        without=frozenset(pk for place, pk in found if place == Place.NOWHERE),
    )

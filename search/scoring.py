"""How well entries answer a query: one formula for the engines of the database. Pure functions.

An engine says how strongly each entry holds each way of writing a concept, from 0 to 1. A concept
is worth its best way, and a little for the others, times its rarity; an entry, the sum of its
concepts.
"""

import math
from collections.abc import Iterable, Sequence

from search.understanding import Concept, Way

# How much the ways other than the best one count.
TIE = 0.2
# A way of this weight is as good as what was typed, to tell how rare a concept is.
_PROPER = 0.8


def rarity(holding: int, total: int) -> float:
    """Return how much a match tells, when ``holding`` of ``total`` entries match (as in BM25)."""
    return math.log(1 + (max(total, holding) - holding + 0.5) / (holding + 0.5))


def proper_ways(concept: Concept) -> tuple[Way, ...]:
    """Return the ways by which to tell how rare ``concept`` is, if any entry holds one of them."""
    return tuple(way for way in concept.ways if way.weight >= _PROPER)


def concept_scores(
    concept: Concept, held: Sequence[Sequence[tuple[int, float]]], total: int
) -> dict[int, float]:
    """Return what ``concept`` brings to each entry.

    Args:
        concept: the concept.
        held: for each of its ways, the entries that hold it and how strongly, from 0 to 1.
        total: number of entries of the index.

    """
    best: dict[int, float] = {}
    sums: dict[int, float] = {}
    for way, rows in zip(concept.ways, held, strict=True):
        weight = way.weight
        for entry, strength in rows:
            value = weight * strength
            if value > best.get(entry, 0.0):
                best[entry] = value
            sums[entry] = sums.get(entry, 0.0) + value
    named = proper_ways(concept)
    proper = {
        entry
        for way, rows in zip(concept.ways, held, strict=True)
        if way in named
        for entry, _strength in rows
    }
    rare = rarity(len(proper) or len(best), total)
    return {entry: rare * ((1 - TIE) * value + TIE * sums[entry]) for entry, value in best.items()}


def add_up(parts: Iterable[dict[int, float]]) -> dict[int, float]:
    """Return the sum of several scores, entry by entry."""
    totals: dict[int, float] = {}
    for part in parts:
        for entry, value in part.items():
            totals[entry] = totals.get(entry, 0.0) + value
    return totals

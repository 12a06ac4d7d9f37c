"""How well entries answer a query: one formula for the engines of the database. Pure functions.

An engine says how strongly each entry holds each way of writing a concept, from 0 to 1. A concept
is worth its best way, and a little for the others, times its rarity; an entry, the sum of its
concepts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.understanding import Concept, Way

# How much the ways other than the best one count.
TIE = 0.2
# A way of this weight is as good as what was typed, to tell how rare a concept is.
_PROPER = 0.8

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Held:
    """The entries that hold one way: their positions, each once, and how strongly, from 0 to 1."""

    positions: npt.NDArray[np.int64]
    strengths: Scores


def rarity(holding: int, total: int) -> float:
    """Return how much a match tells, when ``holding`` of ``total`` entries match (as in BM25)."""
    return math.log(1 + (max(total, holding) - holding + 0.5) / (holding + 0.5))


def proper_ways(concept: Concept) -> tuple[Way, ...]:
    """Return the ways by which to tell how rare ``concept`` is, if any entry holds one of them."""
    return tuple(way for way in concept.ways if way.weight >= _PROPER)


def concept_scores(concept: Concept, held: Sequence[Held], total: int) -> Scores:
    """Return what ``concept`` brings to each of ``total`` entries, by position.

    Args:
        concept: the concept.
        held: which entries hold each of its ways.
        total: number of entries of the index.

    """
    best = np.zeros(total)
    added = np.zeros(total)
    proper = np.zeros(total, dtype=np.bool_)
    named = proper_ways(concept)
    for way, found in zip(concept.ways, held, strict=True):
        values = way.weight * found.strengths
        best[found.positions] = np.maximum(best[found.positions], values)
        added[found.positions] += values
        if way in named:
            proper[found.positions] = True
    rare = rarity(int(proper.sum()) or int((best > 0).sum()), total)
    return rare * ((1 - TIE) * best + TIE * added)

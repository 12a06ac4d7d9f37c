"""How good a ranking is, on queries whose answers were judged. Pure functions.

Gains are 2^grade − 1, discounted by log2(rank + 1) (Järvelin and Kekäläinen, 2002).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

DEPTH = 10
# From this grade on, an entry is a useful answer.
USEFUL = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """What one query got.

    Attributes:
        ndcg: normalised discounted cumulative gain at 10; None when the query has no answer.
        recall: share of the useful answers among the first 10; None without a useful answer.
        reciprocal_rank: 1 / rank of the first useful answer, 0 when there is none.
        answers: number of entries that the search called answers.
        near: number of entries that it called near.

    """

    qid: str
    query: str
    category: str
    ndcg: float | None
    recall: float | None
    reciprocal_rank: float | None
    answers: int
    near: int


def ndcg(ranked: Sequence[str], grades: Mapping[str, int]) -> float | None:
    """Return the nDCG@10 of ``ranked``, best first; None when nothing is graded."""
    ideal = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(slug, 0) for slug in ranked]) / ideal if ideal else None


def recall(ranked: Sequence[str], grades: Mapping[str, int]) -> float | None:
    """Return the share of the useful answers among the first ten."""
    useful = {slug for slug, grade in grades.items() if grade >= USEFUL}
    return len(useful & set(ranked[:DEPTH])) / len(useful) if useful else None


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int]) -> float | None:
    """Return one over the rank of the first useful answer."""
    if not any(grade >= USEFUL for grade in grades.values()):
        return None
    ranks = (rank for rank, slug in enumerate(ranked, 1) if grades.get(slug, 0) >= USEFUL)
    first = next(ranks, None)
    return 1 / first if first else 0.0


def mean(values: Sequence[float | None]) -> float | None:
    """Return the mean of the values that are known; None when none is."""
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades[:DEPTH], 1))

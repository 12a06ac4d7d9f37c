"""Counts of people that may be published without telling about anyone. Pure functions.

A **breakdown** tells how many of the people of a known total are in each of some categories, each
person in exactly one. Dimensions are never crossed, and no two breakdowns that are published share
people in any way but their total: what follows protects a breakdown by itself, exactly.

**Hiding** (``protect``). A number below the threshold is hidden, zero too: that nobody is in a
category tells something of everyone. The category beside it is hidden with it, the same one whichever
of the two is small, and further ones as long as the sum of what is hidden, which anyone can compute
from the total, is below the threshold itself. Pairs are made by place, never by size, so that what is
hidden tells nothing of what is smaller. When the total is below the threshold, nothing is published.

From what is published, a number that is hidden may be anything from zero to the sum of those that
are, at least the threshold (``bounds``). Someone who also knows this rule, and tries it on every
possible breakdown, is left with more possible values than the threshold: a test does so. (Hiding the
smallest of the others, as is usual, or the next one, leaves a single value at times.)

**Publishing again** (``may_follow``). Who compares two publications sees what those who came, left
or changed their mind in between did. The new one waits until that is as safe as a breakdown: each
difference that can be computed is nothing, or as large as the threshold, and the changes are not all
in one place. It is compared with every earlier one, since a number may have been hidden in between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What is published: the number of people in each category, none where it is hidden."""

    cells: tuple[int | None, ...]
    total: int | None

    @property
    def shows_something(self) -> bool:
        """Whether one number at least is not hidden."""
        return any(cell is not None for cell in self.cells)


def protect(counts: Sequence[int], *, threshold: int) -> Breakdown:
    """Return what may be published of some counts.

    >>> protect([40, 3, 12, 20], threshold=5)
    Breakdown(cells=(40, None, None, 20), total=75)

    Args:
        counts: how many people are in each category.
        threshold: the smallest number that is not hidden.

    Raises:
        ValueError: a count is negative, or the threshold below 2 (one person would show).

    """
    if threshold < 2:
        raise ValueError("a threshold below 2 hides nobody")
    if any(count < 0 for count in counts):
        raise ValueError("a count of people is not negative")
    total = sum(counts)
    if total < threshold:
        return Breakdown((None,) * len(counts), None)
    groups = _groups(len(counts))
    hidden = [group for group in groups if any(counts[place] < threshold for place in group)]
    others = [group for group in groups if group not in hidden]
    while hidden and others and _sum(counts, hidden) < threshold:
        hidden.append(others.pop())
    places = {place for group in hidden for place in group}
    cells = (None if place in places else count for place, count in enumerate(counts))
    return Breakdown(tuple(cells), total)


def _groups(length: int) -> list[tuple[int, ...]]:
    """Cut the places of some categories into pairs of neighbours; three where one would be alone.

    >>> _groups(5)
    [(0, 1), (2, 3, 4)]
    """
    pairs = [(place, place + 1) for place in range(0, length - 1, 2)]
    if length % 2 == 0:
        return list(pairs)
    return [*pairs[:-1], (*(pairs[-1] if pairs else ()), length - 1)]


def _sum(counts: Sequence[int], groups: Iterable[tuple[int, ...]]) -> int:
    return sum(counts[place] for group in groups for place in group)


def bounds(published: Breakdown) -> tuple[tuple[int, int] | None, ...]:
    """Return between what and what each number is, as the total tells; none where nothing is known."""
    if published.total is None:
        return (None,) * len(published.cells)
    rest = published.total - sum(cell or 0 for cell in published.cells)
    alone = sum(cell is None for cell in published.cells) == 1
    return tuple(
        (cell, cell) if cell is not None else (rest if alone else 0, rest)
        for cell in published.cells
    )


def may_follow(new: Breakdown, earlier: Iterable[Breakdown], *, threshold: int) -> bool:
    """Say whether a breakdown may be published after others of the same categories."""
    return all(_is_safe_difference(old, new, threshold) for old in earlier)


def _is_safe_difference(old: Breakdown, new: Breakdown, threshold: int) -> bool:
    if old.total is None or new.total is None:
        return True
    parts = _parts(_hidden(old), _hidden(new), len(new.cells))
    if len(parts) == 1:  # only the totals can be compared
        return True
    changes = [abs(_sum_of(new, part) - _sum_of(old, part)) for part in parts]
    changed = [change for change in changes if change]
    return not changed or (len(changed) >= 2 and min(changed) >= threshold)


def _hidden(published: Breakdown) -> set[int]:
    return {place for place, cell in enumerate(published.cells) if cell is None}


def _parts(old: set[int], new: set[int], length: int) -> list[set[int]]:
    """Return the smallest sets of categories whose sum two publications both tell."""
    together = [old | new] if old & new else [old, new]
    alone = [{place} for place in range(length) if place not in old | new]
    return [part for part in (*together, *alone) if part]


def _sum_of(published: Breakdown, part: set[int]) -> int:
    """Return how many people are in a part, which holds all that is hidden or nothing of it."""
    shown = sum(published.cells[place] or 0 for place in part)
    if not _hidden(published) & part:
        return shown
    return shown + (published.total or 0) - sum(cell or 0 for cell in published.cells)

"""Counts that are hidden cannot be found again: the test tries every breakdown there is."""

from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.small_cells import Breakdown, bounds, may_follow, protect

counts = st.lists(st.integers(0, 60), min_size=1, max_size=7)
thresholds = st.integers(2, 12)


def breakdowns(length, total):
    """Yield every way to share out ``total`` people among ``length`` categories."""
    if length == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in breakdowns(length - 1, total - first):
            yield (first, *rest)


def told(published, part):
    """Return the number of people in some categories, if a publication tells it; else None."""
    hidden = {place for place, cell in enumerate(published.cells) if cell is None}
    if hidden & part and not hidden <= part:
        return None
    others = [cell for place, cell in enumerate(published.cells) if place not in part]
    if hidden <= part:
        return published.total - sum(others)
    return sum(published.cells[place] for place in part)


def told_by_both(old, new):
    """Return the change in each set of categories that cannot be cut further, found by trying all."""
    places = range(len(new.cells))
    sets = [set(some) for size in range(1, len(places)) for some in combinations(places, size)]
    known = [part for part in sets if told(old, part) is not None and told(new, part) is not None]
    smallest = [part for part in known if not any(other < part for other in known)]
    return [told(new, part) - told(old, part) for part in smallest]


@pytest.mark.parametrize(
    ("threshold", "length", "most"),
    [
        (2, 2, 30),
        (2, 3, 20),
        (2, 5, 12),
        (3, 3, 24),
        (3, 4, 20),
        (5, 2, 40),
        (5, 3, 30),
        (5, 4, 24),
    ],
)
def test_who_knows_the_rule_and_tries_everything_pins_nothing_down(threshold, length, most):
    for total in range(threshold, most + 1):
        behind = defaultdict(list)
        for tried in breakdowns(length, total):
            behind[protect(tried, threshold=threshold)].append(tried)
        for published, possible in behind.items():
            for place, cell in enumerate(published.cells):
                values = {tried[place] for tried in possible}
                if cell is None:
                    assert len(values) > threshold, (published, sorted(values))
                else:
                    assert values == {cell}


@given(counts, thresholds)
def test_what_the_total_tells_is_wide(numbers, threshold):
    published = protect(numbers, threshold=threshold)
    for number, cell, bound in zip(numbers, published.cells, bounds(published), strict=True):
        if cell is not None:
            assert cell == number >= threshold
        elif bound is not None:
            low, high = bound
            assert low == 0
            assert high >= threshold
            assert low <= number <= high


@given(counts, thresholds)
def test_a_number_alone_is_never_hidden_nor_a_small_sum(numbers, threshold):
    published = protect(numbers, threshold=threshold)
    hidden = [number for number, cell in zip(numbers, published.cells, strict=True) if cell is None]
    if published.total is not None and hidden:
        assert len(hidden) >= 2
        assert sum(hidden) >= threshold


@given(counts, thresholds)
def test_nothing_is_told_of_too_few_people(numbers, threshold):
    published = protect(numbers, threshold=threshold)
    assert (published.total is None) == (sum(numbers) < threshold)
    if published.total is None:
        assert not published.shows_something


@pytest.mark.parametrize(
    ("numbers", "threshold", "cells"),
    [
        ((50, 12, 7, 6), 5, (50, 12, 7, 6)),
        ((50, 12, 9, 3), 5, (50, 12, None, None)),
        ((50, 4, 9, 8), 5, (None, None, 9, 8)),
        ((50, 0, 9, 8), 5, (None, None, 9, 8)),
        ((50, 12, 1, 1), 5, (None, None, None, None)),  # their sum would tell of two people
        ((50, 12, 8, 7), 11, (50, 12, None, None)),
        ((30, 0, 0, 0), 5, (None, None, None, None)),  # everyone is in the same one
        ((20, 8, 4), 5, (None, None, None)),
    ],
)
def test_examples(numbers, threshold, cells):
    assert protect(numbers, threshold=threshold) == Breakdown(cells, sum(numbers))


@pytest.mark.parametrize(("numbers", "threshold"), [((1, 2), 1), ((1, 2), 0), ((-1, 2), 5)])
def test_what_makes_no_sense_is_refused(numbers, threshold):
    with pytest.raises(ValueError, match=r"threshold|negative"):
        protect(numbers, threshold=threshold)


class TestPublishingAgain:
    OLD = Breakdown((50, 12, None, None), 70)

    @pytest.mark.parametrize(
        ("cells", "total", "may"),
        [
            ((50, 12, None, None), 70, True),  # the same
            ((51, 12, None, None), 71, False),  # somebody came, and chose nothing
            ((55, 17, None, None), 80, True),
            ((55, 12, None, None), 75, False),  # five came, and all chose the same
            ((56, 15, None, None), 79, False),  # three among them show
            ((45, 17, None, None), 70, True),  # five changed their mind
            ((50, 12, None, None), 71, False),  # somebody came, and is in what is hidden
            ((55, 17, 6, 5), 83, False),  # what was hidden came from 8 to 11
            ((55, 17, 10, 8), 90, True),
            ((None, None, 7, 6), 76, False),  # so it does where something else is hidden by now
            ((None, None, 7, 7), 81, True),
            ((None, None, None, None), 71, True),
        ],
    )
    def test_differences_are_as_safe_as_numbers(self, cells, total, may):
        assert may_follow(Breakdown(cells, total), [self.OLD], threshold=5) is may

    def test_a_number_hidden_in_between_is_compared_all_the_same(self):
        between = Breakdown((None, None, 12, 16), 78)
        new = Breakdown((51, 17, 17, 22), 107)
        assert may_follow(new, [between], threshold=5)
        assert not may_follow(new, [self.OLD, between], threshold=5)

    @given(
        st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=2, max_size=12),
        st.integers(2, 6),
    )
    def test_no_two_publications_tell_of_few_people(self, months, threshold):
        published = []
        for month in months:
            new = protect(month, threshold=threshold)
            if new.shows_something and may_follow(new, published, threshold=threshold):
                published.append(new)
        for old, new in combinations(published, 2):
            changes = [abs(change) for change in told_by_both(old, new) if change]
            assert all(change >= threshold for change in changes)
            assert len(changes) != 1

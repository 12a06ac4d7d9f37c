"""Tags that mark what a page is, rather than say what it speaks of."""

from collections.abc import Iterable

# On posts that come with a demonstration.
EXAMPLE_TAG = "exemple"
MARKS = frozenset({EXAMPLE_TAG})


def topics_and_marks(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part the names of a thing's tags.

    >>> topics_and_marks(["vélo", "exemple"])
    (('vélo',), ('exemple',))

    """
    listed = list(names)
    topics = tuple(name for name in listed if name not in MARKS)
    return topics, tuple(name for name in listed if name in MARKS)

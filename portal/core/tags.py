"""Tags: those that mark what a page is, rather than say what it speaks of, and how they are read out."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language

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


def language_of_tags() -> str:
    """Return the language that tags are read out in; empty when it is the reader's.

    A tag has one name on the pages of every language: in the organisation's own.
    """
    own = settings.LANGUAGE_CODE
    return "" if (get_language() or own) == own else own

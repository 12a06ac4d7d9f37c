"""Synonyms that editors keep: groups of words that mean the same here.

Words are folded and compared without those that say nothing, so « Économies d’énergie » and
« economie energie » are one. Every member of a group leads to all the others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext

from search import text
from search.stopwords import stopwords

# A longer expression is never recognised in a query.
MAX_WORDS = 6


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What stands for what."""

    groups: Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def of(self, terms: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Return the other ways to say ``terms``."""
        return self.groups.get(tuple(terms), ())


def read_groups(groups: Iterable[Iterable[str]], language: str) -> Synonyms:
    """Return the synonyms of ``groups``, each a list of expressions."""
    small = stopwords(language)
    found: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for group in groups:
        members = [member for item in group if (member := _terms(item))]
        for member in members:
            key = tuple(term for term in member if term not in small) or member
            others = [other for other in members if other != key]
            found.setdefault(key, {}).update(dict.fromkeys(others))
    return Synonyms({key: tuple(others) for key, others in found.items()})


def _terms(expression: str) -> tuple[str, ...]:
    return tuple(text.stem(word) for word in text.words(expression))


def problem_of(
    members: Sequence[str], language: str, *, everywhere: Callable[[str, str], bool]
) -> str:
    """Return why a group would not do, in the reader's language; nothing when it would.

    Args:
        members: the expressions of the group.
        language: their language.
        everywhere: says whether a term stands in nearly all the entries of a language.

    """
    small = stopwords(language)
    terms = {member: _terms(member) for member in members}
    if len({key for key in terms.values() if key}) < 2:
        return gettext("Write two different expressions at least.")
    for member, key in terms.items():
        if not key or all(term in small or len(term) < 2 for term in key):
            return gettext(
                "“%(member)s” holds only words that every text holds: with it, each of these "
                "searches would find nearly everything."
            ) % {"member": member}
        if len(key) > MAX_WORDS:
            return gettext("“%(member)s” is too long: six words at most.") % {"member": member}
        if len(key) == 1 and everywhere(key[0], language):
            return gettext(
                "“%(member)s” stands in more than half of the texts: with it, each of these "
                "searches would find nearly everything."
            ) % {"member": member}
    return ""

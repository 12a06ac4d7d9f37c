"""Synonyms that editors keep: groups of words that mean the same here.

Words are folded and compared without those that say nothing, so « Économies d’énergie » and
« economie energie » are one. Every member of a group leads to all the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search import text
from search.stopwords import stopwords


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


def kept_synonyms(language: str) -> Synonyms:
    """Return the synonyms that editors keep in ``language``, read once per state of the index."""
    return Synonyms()

"""What a query means, decided once, before any engine.

A query becomes concepts. A concept is one idea and the ways the corpus may write it: as one term
(« écogestes »), hyphenated (which the index holds as the same term) or as words side by side
(« éco gestes »). Which words belong together is read from the vocabulary of what is indexed, so
every spelling of a query gives the same concepts, hence the same results in the same order.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Count

from search import text
from search.models import IndexEntry, Term

MAX_QUERY = 200
MAX_WORDS = 12

# A term in more than a quarter of the entries tells them apart so little that no entry is asked
# to hold it (« les », « pour »); in a small corpus every term is in a good part of the entries.
_COMMON_SHARE = 0.25
_COMMON_FLOOR = 20

# No compound is longer than this.
_MAX_COMPOUND = 28


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the index knows of some terms.

    Attributes:
        documents: number of entries, in any language, that hold each known term.
        common: terms that stand nearly everywhere in the reader's language.
        total: number of entries.

    """

    documents: Mapping[str, int] = field(default_factory=dict)
    common: frozenset[str] = frozenset()
    total: int = 0

    def knows(self, term: str) -> bool:
        """Say whether some entry holds ``term``."""
        return self.documents.get(term, 0) > 0

    def are_one(self, first: str, second: str, joined: str) -> bool:
        """Say whether two terms side by side are but another way to write ``joined``.

        « à venir » is not « avenir »: with a word found everywhere, the whole must be at least as
        frequent as the rarer part.
        """
        if not self.knows(joined):
            return False
        if first in self.common or second in self.common:
            rarest = min(self.documents.get(first, 0), self.documents.get(second, 0))
            return rarest <= self.documents[joined]
        return True


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea of a query, and the ways the index may hold it.

    Attributes:
        rarity: how much a match tells; the rarer, the more.
        known: whether the vocabulary has it in some way.
        common: whether it stands nearly everywhere.

    """

    terms: tuple[str, ...]
    phrases: tuple[tuple[str, str], ...] = ()
    rarity: float = 0.0
    known: bool = True
    common: bool = False


@dataclass(frozen=True, slots=True)
class Understanding:
    """A query, understood."""

    query: str
    concepts: tuple[Concept, ...]

    @property
    def canonical(self) -> str:
        """The same text for every spelling of the same query."""
        return " ".join(concept.terms[0] for concept in self.concepts)

    @property
    def telling(self) -> tuple[Concept, ...]:
        """The concepts that tell entries apart; all of them when none does."""
        return tuple(item for item in self.concepts if not item.common) or self.concepts

    @property
    def unknown(self) -> tuple[Concept, ...]:
        """The concepts that no entry holds."""
        return tuple(item for item in self.concepts if not item.known)


def understand(query: str, language: str) -> Understanding:
    """Understand ``query``, asked by a reader of ``language`` (two database queries)."""
    words = words_of(query)
    return interpret(query, words, read_vocabulary(candidates(words), language))


def tidy(query: str) -> str:
    """Return what is kept of what a reader typed."""
    return text.clean(query[: 10 * MAX_QUERY])[:MAX_QUERY].strip()


def words_of(query: str) -> list[str]:
    """Return the folded words of ``query``, each once, hyphenated ones taken apart."""
    return list(dict.fromkeys(text.words(tidy(query))))[:MAX_WORDS]


def candidates(words: list[str]) -> set[str]:
    """Return every term whose presence in the vocabulary decides how ``words`` are understood."""
    wholes = {text.stem(word) for word in words} | {text.join(pair) for pair in pairwise(words)}
    return wholes | {part for whole in wholes for split in _splits(whole) for part in split}


def _splits(whole: str) -> list[tuple[str, str]]:
    """Return the ways to cut a term in two, each part as the index would hold it."""
    if len(whole) > _MAX_COMPOUND:
        return []
    return [(text.stem(whole[:cut]), text.stem(whole[cut:])) for cut in range(2, len(whole) - 1)]


def interpret(query: str, words: list[str], vocabulary: Vocabulary) -> Understanding:
    """Turn words into concepts."""
    concepts: dict[str, Concept] = {}
    rest = list(words)
    while rest:
        whole = text.stem(rest[0])
        taken = 1
        if len(rest) > 1:
            joined = text.join((rest[0], rest[1]))
            if vocabulary.are_one(text.stem(rest[0]), text.stem(rest[1]), joined):
                whole, taken = joined, 2
        del rest[:taken]
        concepts.setdefault(whole, _concept(whole, vocabulary))
    return Understanding(query=tidy(query), concepts=tuple(concepts.values()))


def _concept(whole: str, vocabulary: Vocabulary) -> Concept:
    known = vocabulary.knows(whole)
    phrases = tuple(
        (first, second)
        for first, second in _splits(whole)
        if vocabulary.knows(first)
        and vocabulary.knows(second)
        and (not known or vocabulary.are_one(first, second, whole))
    )
    documents = vocabulary.documents.get(whole, 0)
    total = max(vocabulary.total, documents)
    return Concept(
        terms=(whole,),
        phrases=phrases,
        rarity=max(math.log((total - documents + 0.5) / (documents + 0.5)), 1e-6),
        known=known or bool(phrases),
        common=whole in vocabulary.common,
    )


def read_vocabulary(wanted: Iterable[str], language: str) -> Vocabulary:
    """Read what the index knows of the ``wanted`` terms."""
    wanted = list(wanted)
    if not wanted:
        return Vocabulary()
    sizes = dict(IndexEntry.objects.order_by().values_list("language").annotate(Count("pk")))
    limit = max(_COMMON_FLOOR, sizes.get(language, 0) * _COMMON_SHARE)
    documents: dict[str, int] = {}
    common = set()
    rows = Term.objects.filter(text__in=wanted, documents__gt=0)
    for term, spoken, count in rows.values_list("text", "language", "documents"):
        documents[term] = documents.get(term, 0) + count
        if spoken == language and count > limit:
            common.add(term)
    return Vocabulary(documents, frozenset(common), sum(sizes.values()))


def near_terms(word: str, language: str, limit: int = 3) -> list[str]:
    """Return the ways the corpus writes the terms nearest to ``word``, the likeliest first."""
    if len(word) < 3:
        return []
    slack = 1 if len(word) < 6 else 2
    rows = Term.objects.filter(
        language=language, documents__gt=0, text__startswith=word[0]
    ).values_list("text", "form", "documents")
    found = []
    for term, form, documents in rows.iterator():
        if not term.isalpha():
            continue
        if term.startswith(word) and len(word) >= 4:
            found.append((slack, -documents, form))
        elif abs(len(term) - len(word)) <= slack:
            away = distance(word, term)
            if away <= slack:
                found.append((away, -documents, form))
    return [form for _away, _documents, form in sorted(found)[:limit]]


def distance(first: str, second: str) -> int:
    """Count the letters to add, drop, change or swap with their neighbour between two words."""
    before: list[int] = []
    last = list(range(len(second) + 1))
    for i, one in enumerate(first, 1):
        row = [i]
        for j, other in enumerate(second, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one != other))
            if i > 1 and j > 1 and one == second[j - 2] and other == first[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]

"""What a query means, decided once, before any engine.

A query becomes concepts. A concept is one idea and the ways in which the corpus may write it, each
with its weight: the words themselves, compounds joined or taken apart (« éco gestes »,
« écogestes »), words of the same family, synonyms that editors keep, acronyms that the corpus
spells out, and for a word that the corpus does not know, the words that begin with it or are spelt
nearly like it. What is indexed decides, never a list of queries.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from itertools import pairwise

from django.db.models import Q, Sum

from search import text
from search.lexicon import everyday, related_terms
from search.models import Acronym, Term
from search.numerals import MAX_WORDS as MAX_NUMERAL
from search.numerals import figures_of, in_figures, in_letters
from search.spelling import Neighbour, Spellings, beginning_with, nearest, read_neighbours, sound_of
from search.stopwords import stopwords, telling
from search.synonyms import MAX_WORDS as MAX_SEQUENCE
from search.synonyms import Synonyms

MAX_QUERY = 200
MAX_WORDS = 12

# No compound is longer than this.
_MAX_COMPOUND = 28
# How many ways of one origin a word may bring.
_MAX_FAMILY = 8
# A word that the corpus holds this seldom is also taken for the beginning of another.
_SELDOM = 2
_MIN_BEGINNING = 3

# A term in more than a quarter of the entries tells them apart so little that no entry is asked
# to hold it; in a small corpus every term is in a good part of the entries.
_COMMON_SHARE = 0.25
_COMMON_FLOOR = 20

# Heads of words that stand before another word: « antigaspi » speaks of « gaspillage ».
_PREFIXES = (
    "anti", "auto", "bio", "co", "eco", "inter", "micro", "mini", "multi", "pre", "re", "sur",
    "tele", "velo",
)  # fmt: skip


class Origin(Enum):
    """Where a way to write a concept comes from."""

    TYPED = "typed"
    COMPOUND = "compound"
    NUMBER = "number"
    SYNONYM = "synonym"
    ACRONYM = "acronym"
    SPELLING = "spelling"
    FAMILY = "family"
    BEGINNING = "beginning"
    EVERYDAY = "everyday"
    RELATED = "related"
    FEEDBACK = "feedback"


# How much a way counts, by its origin: chosen on judged queries, where a tenth more or less is noise.
WEIGHTS = {
    Origin.TYPED: 1.0,
    Origin.COMPOUND: 1.0,
    Origin.NUMBER: 1.0,
    Origin.SYNONYM: 0.9,
    Origin.ACRONYM: 0.8,
    Origin.SPELLING: 0.8,
    Origin.FAMILY: 0.6,
    Origin.BEGINNING: 0.4,
    Origin.EVERYDAY: 0.4,
    Origin.RELATED: 0.3,
    Origin.FEEDBACK: 0.15,
}
# One word of an expression that stands as a whole.
_PART = 0.5
# What is nearly the same, beside what is but another name.
_NEARLY = 0.5


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write a concept: a term, or several side by side.

    Attributes:
        form: how the corpus writes it, for a word that was taken for another.

    """

    terms: tuple[str, ...]
    weight: float = 1.0
    origin: Origin = Origin.TYPED
    form: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea of a query, and the ways in which the index may hold it.

    Attributes:
        words: what was typed for it, folded.
        known: whether the corpus holds it as it was typed, or as a compound.
        common: whether it stands nearly everywhere.
        required: whether an entry that answers must hold it.

    """

    ways: tuple[Way, ...]
    words: tuple[str, ...] = ()
    known: bool = True
    common: bool = False
    required: bool = True

    @property
    def corrected(self) -> bool:
        """Whether the words were taken for others, spelt nearly alike."""
        return any(way.origin is Origin.SPELLING for way in self.ways)


@dataclass(frozen=True, slots=True)
class Understanding:
    """A query, understood.

    Attributes:
        ignored: the words that say nothing of what is sought.

    """

    query: str
    concepts: tuple[Concept, ...]
    ignored: tuple[str, ...] = ()

    @property
    def canonical(self) -> str:
        """The same text for every spelling of the same query."""
        return " ".join(
            " ".join(concept.ways[0].terms) if concept.ways else " ".join(concept.words)
            for concept in self.concepts
        )

    @property
    def unknown(self) -> tuple[Concept, ...]:
        """The concepts that no entry holds as they were typed."""
        return tuple(concept for concept in self.concepts if not concept.known)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the index knows of some terms: in how many entries each stands, in any language.

    Attributes:
        own: the same, in the reader's language alone.
        families: terms by root, the most frequent first.
        total: number of entries in the reader's language.

    """

    documents: Mapping[str, int] = field(default_factory=dict)
    own: Mapping[str, int] = field(default_factory=dict)
    families: Mapping[str, Sequence[str]] = field(default_factory=dict)
    total: int = 0

    def knows(self, term: str) -> bool:
        """Say whether some entry holds ``term``."""
        return self.documents.get(term, 0) > 0

    def is_common(self, term: str) -> bool:
        """Say whether ``term`` stands nearly everywhere in the reader's language."""
        return self.own.get(term, 0) > max(_COMMON_FLOOR, self.total * _COMMON_SHARE)

    def are_one(self, first: str, second: str, joined: str) -> bool:
        """Say whether two terms side by side are but another way to write ``joined``.

        « à venir » is not « avenir »: with a word found everywhere, the whole must be at least as
        frequent as the rarer part.
        """
        if not self.knows(joined):
            return False
        if self.is_common(first) or self.is_common(second):
            rarest = min(self.documents.get(first, 0), self.documents.get(second, 0))
            return rarest <= self.documents[joined]
        return True


def understand(
    query: str,
    language: str,
    *,
    total: int = 0,
    synonyms: Synonyms | None = None,
    acronyms: "Acronyms | None" = None,
    spellings: Callable[[], Spellings] | None = None,
) -> Understanding:
    """Understand ``query``, asked by a reader of ``language`` (at most four database queries).

    Args:
        query: what was typed.
        language: code of the language that is searched.
        total: number of entries in that language.
        synonyms: those of that language.
        acronyms: those of that language; they are read when they are not given.
        spellings: gives the words of that language; they are read when it is not given.

    """
    words = words_of(query)
    if not words:
        return Understanding(query=tidy(query), concepts=())
    kept = telling(words, language)
    reader = _Reader(
        language=language,
        synonyms=synonyms or Synonyms(),
        acronyms=acronyms or Acronyms.read(language),
        vocabulary=read_vocabulary(candidates(words, language), language, total),
        spellings=spellings or partial(Spellings.read, language),
    )
    concepts = _widened(_merged(reader.concepts(kept, words)), reader)
    return Understanding(
        query=tidy(query),
        concepts=concepts,
        ignored=tuple(word for word in words if word not in kept),
    )


def tidy(query: str) -> str:
    """Return what is kept of what a reader typed."""
    return text.clean(query[: 10 * MAX_QUERY])[:MAX_QUERY].strip()


def words_of(query: str) -> list[str]:
    """Return the folded words of ``query``, each once, hyphenated ones taken apart."""
    return list(dict.fromkeys(text.words(tidy(query))))[:MAX_WORDS]


def candidates(words: Sequence[str], language: str) -> set[str]:
    """Return every term whose presence in the vocabulary decides how ``words`` are understood."""
    terms = tuple(map(text.stem, words))
    wholes = {*terms} | {text.join(pair) for pair in pairwise(words)}
    named = everyday(language)
    others = {figures_of(word, language) or in_figures([word], language) for word in words}
    for other in (
        *(other for key in _sequences(terms) for other in named.get(key, {})),
        *(in_letters(word, language) for word in words),
    ):
        others.update(*_written(other))
    return (
        wholes | others | {part for whole in wholes for split in _splits(whole) for part in split}
    )


def read_vocabulary(wanted: Iterable[str], language: str, total: int = 0) -> Vocabulary:
    """Read what the index knows of the ``wanted`` terms and of their families (one query)."""
    wanted = set(wanted)
    roots = {root for term in wanted if (root := text.root(term))}
    documents: dict[str, int] = {}
    own: dict[str, int] = {}
    families: dict[str, list[tuple[int, str]]] = {}
    rows = Term.objects.filter(Q(text__in=wanted) | Q(root__in=roots), documents__gt=0)
    for term, spoken, count, root in rows.values_list("text", "language", "documents", "root"):
        documents[term] = documents.get(term, 0) + count
        if spoken == language:
            own[term] = count
            if root:
                families.setdefault(root, []).append((-count, term))
    return Vocabulary(
        documents,
        own,
        {root: [term for _count, term in sorted(terms)] for root, terms in families.items()},
        total,
    )


def documents_of(terms: Collection[str], known: dict[str, int]) -> Mapping[str, int]:
    """Return how many entries, of any language, hold each of ``terms`` (one query at most).

    What is not ``known`` is counted, and known from then on.
    """
    unknown = [term for term in terms if term not in known]
    if unknown:
        rows = Term.objects.filter(text__in=unknown).values_list("text")
        counted = dict(rows.annotate(Sum("documents")).order_by())
        known |= {term: counted.get(term, 0) for term in unknown}
    return {term: known[term] for term in terms}


@dataclass(frozen=True, slots=True)
class Acronyms:
    """The acronyms of a language: what their letters stand for, and what stands for words.

    Attributes:
        letters: by letters, the words that they stand for, as they are written.
        spelled: by terms, the letters that stand for them, and the words of those.

    """

    letters: Mapping[str, list[tuple[str, ...]]]
    spelled: Mapping[tuple[str, ...], list[tuple[str, tuple[str, ...]]]]

    @classmethod
    def read(cls, language: str) -> "Acronyms":
        """Read those that the corpus spells out in ``language`` (one query)."""
        letters: dict[str, list[tuple[str, ...]]] = {}
        spelled: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}
        rows = Acronym.objects.filter(language=language).order_by("letters", "words")
        for acronym, words, key in rows.values_list("letters", "words", "key"):
            sequence = tuple(words.split())
            letters.setdefault(acronym, []).append(sequence)
            spelled.setdefault(tuple(key.split()), []).append((acronym, sequence))
        return cls(letters, spelled)


def _sequences(terms: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for start in range(len(terms)):
        for end in range(start + 1, min(len(terms), start + MAX_SEQUENCE) + 1):
            yield terms[start:end]


def _written(terms: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the ways in which an index holds several words: apart, or held by hyphens."""
    return [terms, (text.join(terms),)] if len(terms) > 1 else [terms] if terms else []


def _splits(whole: str) -> list[tuple[str, str]]:
    """Return the ways to cut a term in two, each part as the index would hold it."""
    if len(whole) > _MAX_COMPOUND:
        return []
    return [(text.stem(whole[:cut]), text.stem(whole[cut:])) for cut in range(2, len(whole) - 1)]


class _Ways:
    """The ways of a concept, each once, by its best weight."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, ...], Way] = {}

    def add(
        self, terms: Sequence[str], origin: Origin, factor: float = 1.0, form: str = ""
    ) -> None:
        """Add a way, unless it is known with a better weight."""
        key = tuple(terms)
        weight = WEIGHTS[origin] * factor
        if key and (key not in self.found or self.found[key].weight < weight):
            self.found[key] = Way(key, round(weight, 4), origin, form)

    def __bool__(self) -> bool:
        return bool(self.found)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the words of one query, with what the corpus knows of them."""

    language: str
    synonyms: Synonyms
    acronyms: Acronyms
    vocabulary: Vocabulary
    spellings: Callable[[], Spellings]

    def concepts(self, kept: Sequence[str], words: Sequence[str]) -> Iterator[Concept]:
        """Yield the concepts of a query, from the first word to the last."""
        rest = list(kept)
        while rest:
            taken = self._expression(rest) or self._number(rest) or self._joined(rest, words)
            if taken:
                length, concepts = taken
                yield from concepts
                del rest[:length]
            else:
                yield self._word(rest.pop(0))

    def _expression(self, rest: Sequence[str]) -> tuple[int, list[Concept]] | None:
        """Take the longest head of ``rest`` that a synonym or an acronym stands for."""
        for length in range(min(MAX_SEQUENCE, len(rest)), 1, -1):
            head = tuple(rest[:length])
            key = tuple(map(text.stem, head))
            spelled = self.acronyms.spelled.get(key, [])
            others = self.synonyms.of(key)
            everyday_ways = _Ways()
            self._add_everyday(everyday_ways, key)
            if not spelled and not others and not everyday_ways:
                continue
            ways = _Ways()
            ways.add(key, Origin.TYPED)
            if length == 2 and self.vocabulary.knows(text.join(head)):
                ways.add((text.join(head),), Origin.COMPOUND)
            for other in others:
                self._add_synonym(ways, other)
            for way in everyday_ways.found.values():
                ways.add(way.terms, way.origin)
            for letters, sequence in spelled:
                ways.add(tuple(map(text.stem, sequence)), Origin.TYPED)
                ways.add((text.stem(letters),), Origin.ACRONYM)
            whole = Concept(tuple(ways.found.values()), words=head)
            # Its words one by one count too, for less: an entry may hold them apart.
            parts = [
                replace(
                    part,
                    ways=tuple(replace(way, weight=way.weight * _PART) for way in part.ways),
                    required=False,
                )
                for part in map(self._word, head)
            ]
            return length, [whole, *parts]
        return None

    def _number(self, rest: Sequence[str]) -> tuple[int, list[Concept]] | None:
        """Take a number that several words write in letters."""
        for length in range(min(MAX_NUMERAL, len(rest)), 1, -1):
            head = tuple(rest[:length])
            figures = in_figures(head, self.language)
            if figures:
                ways = _Ways()
                ways.add(tuple(map(text.stem, head)), Origin.TYPED)
                ways.add((figures,), Origin.NUMBER)
                ways.add((text.join(head),), Origin.COMPOUND)
                return length, [Concept(tuple(ways.found.values()), words=head)]
        return None

    def _joined(
        self, rest: Sequence[str], words: Sequence[str]
    ) -> tuple[int, list[Concept]] | None:
        """Take two words that the corpus also writes as one."""
        if len(rest) < 2:
            return None
        first, second = text.stem(rest[0]), text.stem(rest[1])
        whole = text.join((rest[0], rest[1]))
        side_by_side = words.index(rest[1]) == words.index(rest[0]) + 1
        if not side_by_side:
            return None
        one = self.vocabulary.are_one(first, second, whole) or (
            # « co voiturer », where the corpus holds « covoiturage » alone.
            rest[0] in _PREFIXES
            and not self.vocabulary.knows(second)
            and bool(self.vocabulary.families.get(text.root(whole)))
        )
        if not one:
            return None
        concept = self._word("".join(rest[:2]))
        ways = _Ways()
        ways.add((whole,), Origin.TYPED)
        ways.add((first, second), Origin.COMPOUND)
        for way in concept.ways:
            ways.add(way.terms, way.origin)
        return 2, [replace(concept, ways=tuple(ways.found.values()), words=tuple(rest[:2]))]

    def _word(self, word: str) -> Concept:
        """Return the concept of one word."""
        term = text.stem(word)
        ways = _Ways()
        known = self.vocabulary.knows(term)
        if known:
            ways.add((term,), Origin.TYPED)
        self._add_parts(ways, term, known=known)
        self._add_number(ways, word)
        known = bool(ways)
        self._add_family(ways, term)
        for other in self.synonyms.of((term,)):
            self._add_synonym(ways, other)
        self._add_everyday(ways, (term,))
        for sequence in self.acronyms.letters.get(word, []):
            ways.add(tuple(map(text.stem, sequence)), Origin.ACRONYM)
        for letters, _sequence in self.acronyms.spelled.get((term,), []):
            ways.add((text.stem(letters),), Origin.ACRONYM)
        return Concept(
            tuple(ways.found.values()),
            words=(word,),
            known=known,
            common=self.vocabulary.is_common(term),
        )

    def _add_parts(self, ways: _Ways, term: str, *, known: bool) -> None:
        small = stopwords(self.language)
        for first, second in _splits(term):
            if first in small or second in small:
                continue
            if not (self.vocabulary.knows(first) and self.vocabulary.knows(second)):
                continue
            if known:
                if self.vocabulary.are_one(first, second, term):
                    ways.add((first, second), Origin.COMPOUND)
            elif min(len(first), len(second)) >= 3:
                ways.add((first, second), Origin.COMPOUND)

    def _add_number(self, ways: _Ways, word: str) -> None:
        """Add a number in letters for one in figures, and the other way round."""
        figures = figures_of(word, self.language) or in_figures([word], self.language)
        if figures and self.vocabulary.knows(figures):
            ways.add((figures,), Origin.NUMBER)
        letters = in_letters(word, self.language)
        for written in _written(letters):
            if all(map(self.vocabulary.knows, written)):
                ways.add(written, Origin.NUMBER)

    def _add_family(self, ways: _Ways, term: str, factor: float = 1.0) -> None:
        root = text.root(term)
        relatives = [item for item in self.vocabulary.families.get(root, ()) if item != term]
        for relative in relatives[:_MAX_FAMILY]:
            ways.add((relative,), Origin.FAMILY, factor)

    def _add_synonym(self, ways: _Ways, terms: tuple[str, ...], factor: float = 1.0) -> None:
        ways.add(terms, Origin.SYNONYM, factor)
        if len(terms) == 2:
            ways.add((text.join((terms[0], terms[1])),), Origin.SYNONYM, factor)

    def _add_everyday(self, ways: _Ways, terms: tuple[str, ...]) -> None:
        """Add what words of everyday speech lead to.

        Words that the corpus itself uses need no others that say nearly the same.
        """
        known = all(map(self.vocabulary.knows, terms))
        for other, same in everyday(self.language).get(terms, {}).items():
            if not same and known:
                continue
            for written in _written(other):
                if all(map(self.vocabulary.knows, written)):
                    ways.add(written, Origin.EVERYDAY, 1.0 if same else _NEARLY)

    def related(self, term: str) -> tuple[str, ...]:
        """Return the terms near ``term`` in meaning, for a word that the corpus does not hold."""
        if self.vocabulary.knows(term):
            return ()
        return related_terms(term, self.language) or ()

    def widened(self, concept: Concept, among: Sequence[Neighbour]) -> Concept:
        """Add, to the concept of a word that the corpus hardly holds, the words near it."""
        term = text.stem(concept.words[0])
        ways = _Ways()
        ways.found = {way.terms: way for way in concept.ways}
        stems = [term, *(term[len(head) :] for head in _prefixes(term))]
        for stem in stems:
            for item in beginning_with(stem, among)[:_MAX_FAMILY]:
                ways.add((item.text,), Origin.BEGINNING, form=item.form)
        if not concept.known:
            # Said alike, written otherwise: a misspelling rather than a word of the family.
            for item in among:
                if (item.text,) in ways.found and sound_of(item.text) == sound_of(term):
                    ways.add((item.text,), Origin.SPELLING, form=item.form)
            known = {item.text for item in among}
            for related in self.related(term):
                if related in known:
                    ways.add((related,), Origin.RELATED)
        if not ways:
            for item in nearest(term, among):
                ways.add((item.text,), Origin.SPELLING, form=item.form)
                for other in self.synonyms.of((item.text,)):
                    self._add_synonym(ways, other, WEIGHTS[Origin.SPELLING])
        return replace(concept, ways=tuple(ways.found.values()))


def _widened(concepts: tuple[Concept, ...], reader: _Reader) -> tuple[Concept, ...]:
    """Look for the neighbours of the words that the corpus hardly holds (one query, or none)."""
    seldom = {
        index: text.stem(concept.words[0])
        for index, concept in enumerate(concepts)
        if len(concept.words) == 1
        and len(concept.words[0]) >= _MIN_BEGINNING
        and reader.vocabulary.documents.get(text.stem(concept.words[0]), 0) <= _SELDOM
    }
    if not seldom:
        return concepts
    heads = {term[len(head) :] for term in seldom.values() for head in _prefixes(term)}
    related = {other for term in seldom.values() for other in reader.related(term)}
    among = read_neighbours(
        {*seldom.values(), *heads}, reader.language, reader.spellings(), also=related
    )
    return tuple(
        reader.widened(concept, among) if index in seldom else concept
        for index, concept in enumerate(concepts)
    )


def _prefixes(term: str) -> list[str]:
    """Return the heads that ``term`` begins with, before four letters at least."""
    return [head for head in _PREFIXES if term.startswith(head) and len(term) - len(head) >= 4]


def _merged(concepts: Iterable[Concept]) -> tuple[Concept, ...]:
    """Return concepts, each way of typing once."""
    kept: dict[tuple[tuple[str, ...], bool], Concept] = {}
    for concept in concepts:
        head = concept.ways[0].terms if concept.ways else concept.words
        kept.setdefault((head, concept.required), concept)
    found = list(kept.values())
    # A word found everywhere is asked of no entry, unless there is nothing else.
    if any(item.required and not item.common for item in found):
        found = [replace(item, required=item.required and not item.common) for item in found]
    return tuple(found)

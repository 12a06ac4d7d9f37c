"""Why a query finds what it finds, for the editors: told from the words and the texts alone.

Whatever engine answers, the same is said: it is worked out here, from how the query was understood
and from the row of each result. Only the score comes from the engine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from search import text
from search.backends import WEIGHTS, Sort
from search.extracts import Sought, matches
from search.finding import PAGE_SIZE, REORDERED, Findings
from search.models import IndexEntry, Term
from search.naming import headings, naming
from search.season import Moment, timeliness
from search.understanding import Concept, Origin, Way

ORIGINS: Mapping[Origin, str | Promise] = {
    Origin.TYPED: _("as it was typed"),
    Origin.COMPOUND: _("the same in one word or in two"),
    Origin.NUMBER: _("the same number, in figures or in letters"),
    Origin.SYNONYM: _("synonym kept by the team"),
    Origin.ACRONYM: _("acronym, or what it stands for"),
    Origin.SPELLING: _("spelling put right"),
    Origin.FAMILY: _("of the same family"),
    Origin.BEGINNING: _("begins like it"),
    Origin.EVERYDAY: _("near in meaning, in everyday speech"),
    Origin.RELATED: _("near in meaning, by the thesaurus"),
    Origin.FEEDBACK: _("frequent in the first results"),
}
PLACES: tuple[str | Promise, ...] = (_("title"), _("topics"), _("summary"), _("text"))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a word was read: what is looked for, why, and for how much it counts."""

    written: str
    origin: str | Promise
    weight: float


@dataclass(frozen=True, slots=True)
class Idea:
    """One idea of the query: what was typed, and what it became.

    Attributes:
        role: what it decides.

    """

    typed: str
    role: str | Promise
    readings: list[Reading]


@dataclass(frozen=True, slots=True)
class Understood:
    """How a query was understood.

    Attributes:
        ignored: the words left out.
        borrowed: words of the first results, which refine the order.
        first: how many results the team put first.
        hidden: how many it hides.

    """

    ideas: list[Idea]
    ignored: tuple[str, ...]
    borrowed: list[Reading]
    first: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a word stands in a result: how often, and for how much a time counts there."""

    place: str | Promise
    times: int
    weight: int


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the query that a result holds."""

    typed: str
    reading: Reading
    stands: list[Stand]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a result stands where it does.

    Attributes:
        naming: by how much its title multiplied the score; 1 when it did not count.
        season: by how much its date multiplied the score; 1 when it did not count.
        score: the score at last; None for what the team put first.

    """

    matches: list[Match]
    naming: float
    season: float
    score: float | None

    @property
    def by_words(self) -> float:
        """The score of the words alone."""
        return (self.score or 0.0) / self.season / self.naming


def explain_query(found: Findings) -> Understood:
    """Tell how the query was understood (one query)."""
    forms, typed = _forms(found), _Typed(found.understanding.query)
    understanding, question = found.understanding, found.question
    return Understood(
        ideas=[
            Idea(
                typed.of(concept.words),
                _role(concept),
                [_reading(concept, way, typed, forms) for way in _by_weight(concept.ways)],
            )
            for concept in understanding.concepts
        ],
        ignored=tuple(typed.of([word]) for word in understanding.ignored),
        borrowed=[
            _reading(concept, way, typed, forms)
            for concept in question.feedback
            for way in concept.ways
        ],
        first=len(found.pinned),
        hidden=len(question.without),
    )


def explain_results(found: Findings, entries: Iterable[IndexEntry]) -> dict[int, Reasons]:
    """Tell why each of ``entries`` was found, by its number (two queries)."""
    entries = list(entries)
    whole = IndexEntry.objects.filter(pk__in=[entry.pk for entry in entries])
    bodies = dict(whole.values_list("pk", "body"))  # results are read without them
    forms, typed = _forms(found), _Typed(found.understanding.query)
    today = timezone.localdate()
    concepts = (*found.understanding.concepts, *found.question.feedback)
    reordered = found.page * PAGE_SIZE <= REORDERED and found.question.sort is Sort.RELEVANCE
    reasons = {}
    for entry in entries:
        pinned = entry.pk in found.pinned
        moment = Moment(entry.date, entry.last_day)
        names = headings((entry.title, *entry.names), found.question.language)
        moved = reordered and not pinned
        reasons[entry.pk] = Reasons(
            matches=_matches(entry, bodies.get(entry.pk, ""), concepts, typed, forms),
            naming=naming(names, found.question.concepts) if moved else 1.0,
            season=timeliness(moment, today) if moved else 1.0,
            score=None if pinned else found.scores.get(entry.pk, 0.0),
        )
    return reasons


class _Typed:
    """The words of a query as they were typed, by the words that were read."""

    def __init__(self, query: str) -> None:
        self._written = {
            word: piece for piece in query.split() for word in [" ".join(text.words(piece))]
        }

    def of(self, words: Iterable[str]) -> str:
        """Return ``words`` as they were typed."""
        return " ".join(self._written.get(word, word) for word in words)


def _matches(
    entry: IndexEntry,
    body: str,
    concepts: Sequence[Concept],
    typed: _Typed,
    forms: Mapping[str, str],
) -> list[Match]:
    # One concept for each way, so that each stretch of the text says by which way it matches.
    ways = [(concept, way) for concept in concepts for way in _by_weight(concept.ways)]
    alone = Sought([replace(concept, ways=(way,)) for concept, way in ways])
    contents = (entry.called, " / ".join(entry.tags), entry.summary, body)
    times: dict[int, list[int]] = {}
    for place, content in enumerate(contents):
        for span in matches(content, alone):
            times.setdefault(span.concept, [0] * len(contents))[place] += 1
    return [
        Match(
            typed=typed.of(ways[index][0].words),
            reading=_reading(*ways[index], typed, forms),
            stands=[
                Stand(PLACES[place], count, WEIGHTS[place])
                for place, count in enumerate(counts)
                if count
            ],
        )
        for index, counts in sorted(times.items())
    ]


def _role(concept: Concept) -> str | Promise:
    if not concept.ways:
        return _("no text holds it, nor anything like it")
    if concept.common:
        return _("stands nearly everywhere: it tells little apart")
    if not concept.required:
        return _("counts as well, by itself")
    if not concept.known:
        return _("no text holds it as it was typed; a result holds one of these")
    return _("a result holds it, or one of these")


def _by_weight(ways: Iterable[Way]) -> list[Way]:
    return sorted(ways, key=lambda way: -way.weight)


def _reading(concept: Concept, way: Way, typed: _Typed, forms: Mapping[str, str]) -> Reading:
    if way.origin is Origin.TYPED:
        written = typed.of(concept.words)
    else:
        written = way.form or " ".join(forms.get(term, term) for term in way.terms)
    return Reading(written, ORIGINS[way.origin], round(way.weight, 2))


def _forms(found: Findings) -> dict[str, str]:
    """Return how the texts write the terms of the query."""
    concepts = (*found.understanding.concepts, *found.question.feedback)
    terms = {term for concept in concepts for way in concept.ways for term in way.terms}
    known = Term.objects.filter(text__in=terms, language=found.question.language)
    return dict(known.values_list("text", "form"))

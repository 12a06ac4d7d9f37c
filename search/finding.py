"""Answering a reader's question."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext

from portal.core.visibility import Reader, rights_of
from search import feedback, text
from search.backends import Answer, Question, Sort, get_engine
from search.discovery import is_page, searchable_models
from search.models import EntryFacet, Facet, IndexEntry, Term
from search.naming import headings, named
from search.pinning import chosen_for
from search.season import Moment, in_season
from search.spelling import Spellings
from search.state import State, current_state
from search.synonyms import Synonyms
from search.understanding import Acronyms, Concept, Origin, Understanding, tidy, understand

PAGE_SIZE = 10
# How many of the first entries are put in order again, by their titles and their dates.
REORDERED = 50
# How many entries that hold only some of the words are listed when nothing holds them all.
MAX_NEAR = 50

Filters = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Findings:
    """What was found for one query, one reader, one page of results.

    Entries are read when they are asked for: whoever knows what this answer looks like asks not.

    Attributes:
        question: what was asked of the engine.
        answer: what the engine found.
        near: whether what is listed holds only some of the words, for want of anything better.
        total: number of entries listed over all pages, with the filters.

    """

    understanding: Understanding
    question: Question
    answer: Answer
    near: bool
    total: int
    page: int

    @property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """By facet, number of entries of each value, whatever that facet's own filter."""
        return self.answer.facets

    @property
    def languages(self) -> Mapping[str, int]:
        """Number of entries in each language."""
        return self.answer.languages

    @property
    def engine(self) -> str:
        """Name of the engine that answered."""
        return self.answer.engine

    @property
    def degraded(self) -> bool:
        """Whether it answered in place of another, which is down."""
        return self.answer.degraded

    @cached_property
    def scores(self) -> Mapping[int, float]:
        """How well each entry answers, by its number; of no meaning from one query to another."""
        return dict(zip(self.answer.entries, self.answer.scores, strict=True))

    @property
    def numbers(self) -> Sequence[int]:
        """Numbers of the entries, listed and near."""
        return self.answer.entries if self.total else ()

    @cached_property
    def _rows(self) -> Mapping[int, IndexEntry]:
        # Read with the reader's rights: an engine elsewhere might lag behind.
        entries = IndexEntry.objects.to_show()
        return entries.visible_in_bulk(self.question.user, self.answer.entries)

    @property
    def _listed(self) -> int:
        """How many of the entries that the engine gave are listed; others are only near."""
        return max(0, self.total - (self.page - 1) * PAGE_SIZE)

    @cached_property
    def entries(self) -> list[IndexEntry]:
        """Entries of this page of the list."""
        numbers = self.answer.entries[: self._listed]
        return [self._rows[number] for number in numbers if number in self._rows]

    @cached_property
    def also_near(self) -> list[IndexEntry]:
        """Entries that hold some of the words, after a short list of those that hold all."""
        if self.near or not self.total:
            return []
        numbers = self.answer.entries[self._listed :]
        return [self._rows[number] for number in numbers if number in self._rows]

    @property
    def pinned(self) -> frozenset[int]:
        """Numbers of the entries that come first because editors chose them."""
        question = self.question
        return frozenset(question.first if question.sort is Sort.RELEVANCE else ())

    @property
    def kinds(self) -> Mapping[str, int]:
        """Number of entries of each kind, whatever the kinds asked for."""
        return self.facets.get("kind", {})


@dataclass(frozen=True, slots=True)
class Ranking:
    """The entries that answer a query, in order.

    Attributes:
        question: what was asked of the engine.
        answer: what it found.

    """

    understanding: Understanding
    question: Question
    answer: Answer


def find(
    *,
    query: str,
    user: Reader,
    language: str,
    filters: Filters | None = None,
    sort: Sort = Sort.RELEVANCE,
    page: int = 1,
    state: State | None = None,
) -> Findings:
    """Find what answers ``query`` among what ``user`` may read.

    An empty query lists everything, the newest first. The number of database queries does not
    depend on what is found. Whoever has read the ``state`` of the index gives it.
    """
    page = max(1, page)
    ranking = rank(
        query=query,
        user=user,
        language=language,
        filters=filters,
        sort=sort,
        offset=(page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
        state=state,
    )
    answer = ranking.answer
    near = not answer.total and bool(answer.near)
    total = min(answer.near, MAX_NEAR) if near else answer.total
    last = max(1, -(-total // PAGE_SIZE))
    if page > last:
        return find(
            query=query,
            user=user,
            language=language,
            filters=filters,
            sort=sort,
            page=last,
            state=state,
        )
    return Findings(
        understanding=ranking.understanding,
        question=ranking.question,
        answer=answer,
        near=near,
        total=total,
        page=page,
    )


def rank(
    *,
    query: str,
    user: Reader,
    language: str,
    filters: Filters | None = None,
    sort: Sort = Sort.RELEVANCE,
    offset: int = 0,
    limit: int = PAGE_SIZE,
    synonyms: Synonyms | None = None,
    state: State | None = None,
) -> Ranking:
    """Rank what answers ``query``: understood, asked, and asked again with what the best speak of."""
    state = state or current_state()
    chosen = chosen_for(tidy(query), language, state)
    question = Question(
        user=user,
        language=language,
        token=state.token,
        first=chosen.first,
        without=chosen.without,
        filters=filters or {},
        sort=sort,
        offset=offset,
        limit=limit,
    )
    if synonyms is None:
        # What turns to the next page, or filters, asks the same again.
        key = (query, language, rights_of(user), chosen.without)
        meaning = state.remember(key, lambda: _meaning(query, question, state))
    else:
        meaning = _meaning(query, question, state, synonyms)
    understanding, resembling = meaning
    question = replace(question, concepts=understanding.concepts)
    if not understanding.concepts or sort is not Sort.RELEVANCE:
        return Ranking(understanding, question, get_engine().search(question))
    question = replace(question, feedback=resembling)
    return Ranking(understanding, question, _reordered(question, state, timezone.localdate()))


def _meaning(
    query: str, question: Question, state: State, synonyms: Synonyms | None = None
) -> tuple[Understanding, tuple[Concept, ...]]:
    """Return what ``query`` means, and what the best entries that the reader may see speak of."""
    user, language = question.user, question.language
    understanding = understand(
        query,
        language,
        total=state.sizes.get(language, 0),
        synonyms=state.synonyms.get(language) if synonyms is None else synonyms,
        acronyms=state.remember(("acronyms", language), lambda: Acronyms.read(language)),
        spellings=lambda: state.remember(("spellings", language), lambda: Spellings.read(language)),
    )
    if not understanding.concepts:
        return understanding, ()
    first = get_engine().search(
        Question(
            user=user,
            language=language,
            token=question.token,
            concepts=understanding.concepts,
            without=question.without,
            limit=feedback.ENTRIES,
            counted=False,
        )
    )
    # What only some may read is left out for all: to ask who may takes longer than it tells.
    spoken = IndexEntry.objects.in_open_branches(user).filter(restricted=False)
    rows = spoken.filter(pk__in=first.entries)
    names = {
        entry: (title, *tags) for entry, title, tags in rows.values_list("pk", "title", "tags")
    }
    best = [
        (names[entry], score)
        for entry, score in zip(first.entries, first.scores, strict=True)
        if entry in names
    ]
    documents: dict[str, int] = state.remember("documents", dict)
    resembling = feedback.feedback_of(
        best, understanding.concepts, language, state.total, documents
    )
    return understanding, resembling


def _reordered(question: Question, state: State, today: dt.date) -> Answer:
    """Ask the engine, and put first what is named, then what is timely among what answers equally.

    Pages of results are cut after that, so that none misses or repeats what another shows; beyond
    the first ``REORDERED`` entries the order is the engine's alone.
    """
    wanted = question.offset + question.limit
    if wanted > REORDERED:
        return get_engine().search(question)
    answer = get_engine().search(replace(question, offset=0, limit=REORDERED))
    known = _known(answer.entries, question.language, state)
    for entry in question.first:
        known.pop(entry, None)  # editors chose its place
    names = {entry: item.headings for entry, item in known.items()}
    moments = {entry: item.moment for entry, item in known.items()}
    ranked = named(list(zip(answer.entries, answer.scores, strict=True)), names, question.concepts)
    # What holds everything that is asked stays before what holds some of it.
    parts = ranked[: answer.total], ranked[answer.total :]
    timed = [item for part in parts for item in in_season(part, moments, today)]
    page = timed[question.offset : wanted]
    return replace(
        answer, entries=[entry for entry, _score in page], scores=[score for _entry, score in page]
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What decides the place of an entry among those that answer as well."""

    headings: tuple[frozenset[str], ...]
    moment: Moment


def _known(entries: Iterable[int], language: str, state: State) -> dict[int, _Known]:
    """Return what is known of ``entries``: what this state does not remember yet is read."""
    known: dict[int, _Known] = state.remember(("known", language), dict)
    unread = [entry for entry in entries if entry not in known]
    if unread:
        rows = IndexEntry.objects.filter(pk__in=unread)
        for pk, title, names, *days in rows.values_list("pk", "title", "names", "date", "last_day"):
            known[pk] = _Known(headings((title, *names), language), Moment(*days))
    return {entry: known[entry] for entry in entries if entry in known}


def suggestions(
    understanding: Understanding,
    *,
    user: Reader,
    language: str,
    found: Iterable[IndexEntry] = (),
    limit: int = 3,
) -> list[str]:
    """Return other ways to write the query, for the words that the corpus does not know.

    Only those by which this reader finds something: a word must not betray a closed page. What
    the headings of ``found`` hold, entries of ``language`` that this reader is shown, needs no asking.
    """
    if not understanding.unknown:
        return []
    engine, token = get_engine(), current_state().token
    read = {
        (term,)
        for entry in found
        for name in (entry.title, *entry.tags)
        for term in text.terms(name)
    }
    kept: list[str] = []
    for concept in understanding.unknown[:2]:
        for way in concept.ways:
            if not way.form or way.origin is Origin.FAMILY:
                continue
            alone = Concept((replace(way, weight=1.0),), words=concept.words)
            asked = Question(
                user=user,
                language=language,
                token=token,
                concepts=(alone,),
                limit=1,
                counted=False,
            )
            if way.terms in read or engine.search(asked).total:
                kept.append(_with(understanding.query, concept, way.form))
            if len(kept) >= limit:
                return kept
            if way.origin is Origin.BEGINNING:
                break  # the likeliest end of a word is enough
    return kept


def _with(query: str, concept: Concept, form: str) -> str:
    """Return ``query`` with the word of ``concept`` written as ``form``."""
    return " ".join(
        form if tuple(text.words(written)) == concept.words else written
        for written in query.split()
    )


def frequent_tags(*, user: Reader, language: str, limit: int = 12) -> list[str]:
    """Return the tags most used on what ``user`` may read."""
    entries = IndexEntry.objects.visible_to(user).filter(language=language)
    tags = (
        EntryFacet.objects.filter(facet=Facet.TAG, entry__in=entries)
        .values_list("value")
        .annotate(number=Count("pk"))
        .order_by("-number", "value")
    )
    return [value for value, _number in tags[:limit]]


def help_page(*, user: Reader, language: str) -> IndexEntry | None:
    """Return the page that answers best the word « help » (the title of one, by preference)."""
    with translation.override(language):
        word = gettext("help")
    found = find(query=word, user=user, language=language, filters={"kind": frozenset({"page"})})
    return found.entries[0] if found.entries and not found.near else None


def search_is_ready() -> bool:
    """Say whether the engine answers, and whether it holds the content as this version reads it."""
    if not get_engine().is_ready() or IndexEntry.objects.exclude(version=text.VERSION).exists():
        return False
    if IndexEntry.objects.exists():
        return Term.objects.exists()
    pages = (model for model in searchable_models() if is_page(model))
    return not any(page._default_manager.filter(live=True).exists() for page in pages)

"""Answering a reader's question."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext

from portal.core.visibility import Reader
from search import text
from search.backends import Match, Question, Tally, get_engine
from search.discovery import is_page, searchable_models
from search.models import EntryFacet, Facet, IndexEntry, Term
from search.understanding import Understanding, near_terms, understand

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for one query, one reader, one page of results.

    Attributes:
        near: whether what is listed holds only some of the words, for want of anything better.
        total: number of entries listed over all pages, with the filter.
        kinds: number of entries of each kind, without the filter, in the language searched.
        languages: number of entries in each language.
        also_near: entries that hold some of the words, after a short list of those that hold all.

    """

    understanding: Understanding
    near: bool
    total: int
    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    page: int
    entries: list[IndexEntry]
    also_near: list[IndexEntry]


def find(*, query: str, user: Reader, language: str, kind: str = "", page: int = 1) -> Findings:
    """Find what answers ``query`` among what ``user`` may read.

    An empty query lists everything, the newest first. The number of database queries does not
    depend on what is found.
    """
    engine = get_engine()
    understanding = understand(query, language)
    question = Question(user=user, concepts=understanding.telling, language=language, kind=kind)
    near = False
    tally = engine.tally(question)
    several = len(question.concepts) > 1
    if several and not _of_language(tally, language):
        looser = replace(question, match=Match.ANY)
        if loose := engine.tally(looser):
            question, tally, near = looser, loose, True
    kinds = _of_language(tally, language)
    total = kinds.get(kind, 0) if kind else sum(kinds.values())
    page = max(1, min(page, -(-total // PAGE_SIZE)))
    ids = engine.hits(question, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE) if total else []
    also: list[int] = []
    if several and not near and 0 < total < PAGE_SIZE:
        also = engine.hits(
            replace(question, match=Match.ANY, leave_out=tuple(ids)), limit=PAGE_SIZE - total
        )
    # Read again with the reader's rights: an engine elsewhere might lag behind.
    found = IndexEntry.objects.visible_to(user).in_bulk([*ids, *also])
    return Findings(
        understanding=understanding,
        near=near,
        total=total,
        kinds=kinds,
        languages=_languages(tally),
        page=page,
        entries=[found[pk] for pk in ids if pk in found],
        also_near=[found[pk] for pk in also if pk in found],
    )


def suggestions(
    understanding: Understanding, *, user: Reader, language: str, limit: int = 3
) -> list[str]:
    """Return near ways to write the query, for the words the corpus does not know.

    Only those by which this reader finds something: a word must not betray a closed page.
    """
    engine = get_engine()
    kept: list[str] = []
    for concept in understanding.unknown[:2]:
        for form in near_terms(concept.terms[0], language):
            question = Question(
                user=user, concepts=understand(form, language).concepts, language=language
            )
            if form not in kept and _of_language(engine.tally(question), language):
                kept.append(form)
    return kept[:limit]


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
    found = find(query=word, user=user, language=language, kind="page")
    return found.entries[0] if found.entries and not found.near else None


def search_is_ready() -> bool:
    """Say whether the engine answers, and whether it holds the content as this version reads it."""
    if not get_engine().is_ready() or IndexEntry.objects.exclude(version=text.VERSION).exists():
        return False
    if IndexEntry.objects.exists():
        return Term.objects.exists()
    pages = (model for model in searchable_models() if is_page(model))
    return not any(page._default_manager.filter(live=True).exists() for page in pages)


def _of_language(tally: Tally, language: str) -> dict[str, int]:
    return {kind: count for (spoken, kind), count in tally.items() if spoken == language}


def _languages(tally: Tally) -> dict[str, int]:
    counts: dict[str, int] = {}
    for (spoken, _kind), count in tally.items():
        counts[spoken] = counts.get(spoken, 0) + count
    return counts

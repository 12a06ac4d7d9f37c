"""What to propose while someone types: pages and topics whose names begin like it.

The index is asked what holds terms that begin so, with the reader's rights: a name that they may
not read is never proposed, nor a topic that only closed pages carry.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import Q

from portal.core.visibility import Reader
from search import text
from search.backends import Question, get_engine
from search.models import IndexEntry, Term
from search.state import current_state
from search.stopwords import stopwords
from search.understanding import Concept, Origin, Way, tidy

MIN_LENGTH = 3
LIMIT = 8
_TOPICS = 3
_WORDS = 6
# How many terms are read for one beginning, and entries looked at.
_TERMS = 12
_ENTRIES = 40
_WEIGHT = 0.9


class Proposal(Enum):
    """What is proposed."""

    PAGE = "page"
    TOPIC = "tag"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposal: an entry of the index, or a topic and how many entries carry it."""

    proposal: Proposal
    label: str
    entry: IndexEntry | None = None
    count: int = 0


def suggest(*, query: str, user: Reader, language: str, limit: int = LIMIT) -> list[Suggestion]:
    """Return what ``user`` may be looking for who has begun to type ``query`` (few queries)."""
    query = tidy(query)
    typed = _typed(query, language)
    if len(query) < MIN_LENGTH or not typed:
        return []
    concepts = _concepts(typed, language)
    if not concepts:
        return []
    answer = get_engine().search(
        Question(
            user=user,
            language=language,
            token=current_state().token,
            concepts=concepts,
            limit=_ENTRIES,
        )
    )
    if not answer.total:
        return []
    pages = _pages(answer.entries[: answer.total], typed, user)
    topics = sorted(
        (-count, tag) for tag, count in answer.facets.get("tag", {}).items() if _begins(tag, typed)
    )[:_TOPICS]
    room = limit - len(topics)
    return [
        *(Suggestion(Proposal.TOPIC, tag, count=-count) for count, tag in topics),
        *(Suggestion(Proposal.PAGE, page.title, page) for page in pages[:room]),
    ]


def _typed(query: str, language: str) -> list[str]:
    """Return the folded words that were typed, small ones left out unless nothing else is."""
    words = list(dict.fromkeys(text.words(query)))[:_WORDS]
    small = stopwords(language)
    *whole, last = words or [""]
    kept = [word for word in whole if word not in small]
    # The last one may be the beginning of something else.
    return [*kept, last] if last and (last not in small or not kept) else kept


def _concepts(typed: Sequence[str], language: str) -> tuple[Concept, ...]:
    """Return what an entry must hold: for each word, one of the terms that begin like it.

    A compound holds them all at once: « éco ges » begins « écogestes ».
    """
    joined = "".join(typed) if len(typed) > 1 else ""
    wanted = [word for word in (*typed, joined) if word]
    beginning = Q()
    for word in wanted:
        beginning |= Q(text__gte=word, text__lt=f"{word}\U0010ffff") | Q(text=text.stem(word))
    rows = Term.objects.filter(beginning, language=language, documents__gt=0)
    known = list(rows.order_by("-documents", "text").values_list("text", flat=True)[:400])

    def ways(word: str) -> list[str]:
        stem = text.stem(word)
        return [term for term in known if term == stem or term.startswith(word)][:_TERMS]

    compounds = ways(joined) if joined else []
    concepts = []
    for word in typed:
        terms = dict.fromkeys([*ways(word), *compounds])
        if not terms:
            return ()
        concepts.append(
            Concept(
                tuple(
                    Way((term,), 1.0 if term == text.stem(word) else _WEIGHT, Origin.BEGINNING)
                    for term in terms
                ),
                words=(word,),
            )
        )
    return tuple(concepts)


def _pages(numbers: Sequence[int], typed: Sequence[str], user: Reader) -> list[IndexEntry]:
    """Return the entries whose title or topics begin like what was typed; titles first."""
    found = IndexEntry.objects.defer("body").visible_in_bulk(user, numbers)
    entries = [found[number] for number in numbers if number in found]
    titled = [entry for entry in entries if _begins(entry.title, typed)]
    about = [
        entry
        for entry in entries
        if entry not in titled and any(_begins(tag, typed) for tag in entry.tags)
    ]
    return [*titled, *about]


def _begins(name: str, typed: Iterable[str]) -> bool:
    """Say whether each of ``typed`` begins a word of ``name``, or all of them together one."""
    typed = list(typed)
    heads: set[str] = set()
    for chain in text.chains(text.clean(name)):
        heads |= {*chain.words, *chain.terms}
    whole = "".join(typed)
    return all(
        any(head.startswith(word) or head == text.stem(word) for head in heads) for word in typed
    ) or any(head.startswith(whole) for head in heads)

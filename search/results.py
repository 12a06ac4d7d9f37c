"""What a reader is shown of what was found: the same for the page and for the API."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from rapidfuzz import fuzz

from engagements.models import Engagement
from portal.core.visibility import Reader
from search import text
from search.discovery import kind_labels
from search.explaining import Reasons
from search.extracts import Sought, extract, highlight
from search.facets import Names, read_names
from search.finding import Findings, find
from search.models import IndexEntry
from search.selection import Selection
from search.state import State, current_state

if TYPE_CHECKING:
    from portal.core.models import PortalImage

MAX_ENGAGEMENTS = 2
# From how alike a word of the query and one of an engagement are, from 0 to 100, they are close.
_ALIKE = 75
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Result:
    """What the list shows of one entry.

    Attributes:
        language: language of the entry, when it is not the reader's; empty otherwise.
        is_over: whether it took place, and is over.
        pinned: whether it comes first because editors chose it.
        reasons: why it was found, for an editor who asks.

    """

    entry: IndexEntry
    title: SafeString
    url: str
    extract: SafeString
    kind: str
    kind_label: str | Promise
    date: dt.date | None
    language: str
    engagements: list[Engagement]
    score: float = 0.0
    image: "PortalImage | None" = None
    is_over: bool = False
    pinned: bool = False
    reasons: Reasons | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found for a selection, and the names of all that it can be filtered by."""

    selection: Selection
    found: Findings
    names: Names


def look_up(selection: Selection, user: Reader, *, lenient: bool) -> Outcome:
    """Find what ``selection`` asks for.

    With ``lenient``, values that nothing goes by filter nothing, rather than leave nothing.
    """
    state = current_state()
    names = state.remember("names", read_names)
    if lenient:
        kept = {
            facet: tuple(value for value in values if facet == "kind" or names.of(facet, value))
            for facet, values in selection.filters.items()
        }
        selection = replace(
            selection, filters={facet: values for facet, values in kept.items() if values}
        )
    found = _find(selection, user, state)
    if lenient:
        known = kind_labels().keys() | found.facets.get("kind", {}).keys()
        kinds = selection.filters.get("kind", ())
        for stranger in set(kinds) - known:
            selection = replace(selection.toggled("kind", stranger), page=selection.page)
        if selection.filters.get("kind", ()) != kinds:
            found = _find(selection, user, state)
    return Outcome(selection, found, names)


def _find(selection: Selection, user: Reader, state: State) -> Findings:
    return find(
        query=selection.query,
        user=user,
        language=selection.language,
        filters=selection.wanted,
        sort=selection.sort,
        page=selection.page,
        state=state,
    )


def shown(
    outcome: Outcome,
    entries: Iterable[IndexEntry],
    reader_language: str,
    reasons: Mapping[int, Reasons] | None = None,
) -> list[Result]:
    """Return what the reader is shown of ``entries``, with the ``reasons`` for each, if given."""
    reasons = reasons or {}
    sought = Sought(outcome.found.understanding.concepts)
    numbered = outcome.names.engagements
    today = timezone.localdate()
    return [
        Result(
            entry=entry,
            title=highlight(entry.title, sought),
            url=entry.url,
            extract=extract(entry.summary, entry.opening, sought),
            kind=entry.kind,
            kind_label=capfirst(str(kind_labels().get(entry.kind, entry.kind_label))),
            date=entry.date,
            language=entry.language if entry.language != reader_language else "",
            engagements=[
                numbered[number] for number in entry.engagement_numbers if number in numbered
            ],
            score=round(outcome.found.scores.get(entry.pk, 0.0), 4),
            image=entry.image,
            is_over=entry.last_day is not None and entry.last_day < today,
            pinned=entry.pk in outcome.found.pinned,
            reasons=reasons.get(entry.pk),
            note=entry.note,
        )
        for entry in entries
    ]


def closest_engagement(outcome: Outcome) -> Engagement | None:
    """Return the engagement that a query without answer comes closest to.

    The one that the nearest entries speak of most; else the one whose words are most like those
    that were typed.
    """
    numbered = outcome.names.engagements
    votes: dict[int, float] = {}
    for place, entry in enumerate(outcome.found.entries, start=1):
        for number in entry.engagement_numbers:
            if number in numbered:
                votes[number] = votes.get(number, 0.0) + 1 / place
    if votes:
        return numbered[max(votes, key=lambda number: (votes[number], -number))]
    typed = [word for word in _words(outcome.selection.query) if len(word) >= _SHORTEST]
    if not typed:
        return None
    best = max(
        (
            (_likeness(typed, engagement), -number, engagement)
            for number, engagement in numbered.items()
        ),
        key=lambda item: item[:2],
        default=None,
    )
    return best[2] if best and best[0] >= _ALIKE else None


def _likeness(typed: list[str], engagement: Engagement) -> float:
    words = _words(f"{engagement.theme} {engagement.statement}")
    spoken = [word for word in words if len(word) >= _SHORTEST]
    return max((fuzz.ratio(word, other) for word in typed for other in spoken), default=0.0)


def _words(content: str) -> list[str]:
    """Return the folded words of a text, and its neighbours written as one."""
    words = text.words(content)
    return [*words, *(text.join(pair) for pair in pairwise(words))]

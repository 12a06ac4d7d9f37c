"""The search page."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from engagements.models import Engagement
from portal.core.visibility import Reader
from search.discovery import kind_labels
from search.extracts import extract, highlight
from search.finding import PAGE_SIZE, Findings, find, frequent_tags, help_page, suggestions
from search.models import IndexEntry
from search.understanding import Concept, tidy

# A kind is a machine name; anything else filters nothing.
_KIND = re.compile(r"[a-z][a-z_-]{0,29}")


@dataclass(frozen=True, slots=True)
class Result:
    """What the list shows of one entry.

    Attributes:
        language: language of the entry, when it is not the reader's; empty otherwise.

    """

    title: SafeString
    url: str
    extract: SafeString
    kind: str
    kind_label: str | Promise
    date: object
    language: str
    engagements: list[Engagement]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: where it leads, and how many results wait there."""

    label: str | Promise
    url: str
    count: int
    active: bool
    language: str = ""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what answers the reader's query; without one, where to begin."""
    context = _context(request)
    response = render(request, "search/search.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-cache"
    return response


def _context(request: HttpRequest) -> dict[str, Any]:
    reader_language = (get_language() or settings.LANGUAGE_CODE)[:2]
    query = tidy(request.GET.get("q", ""))
    language = _known(request.GET.get("lang", ""), dict(settings.LANGUAGES)) or reader_language
    kind = request.GET.get("kind", "")
    kind = kind if _KIND.fullmatch(kind) else ""
    found = find(
        query=query,
        user=request.user,
        language=language,
        filters={"kind": frozenset({kind})} if kind else {},
        page=_number(request.GET.get("page", "")),
    )
    if kind and kind not in found.kinds and kind not in kind_labels():
        kind = ""
        found = find(query=query, user=request.user, language=language)
    state = {"q": query, "kind": kind, "lang": language if language != reader_language else ""}
    listed = bool(query or kind)
    engagements = _engagements([*found.entries, *found.also_near]) if listed else {}
    concepts = found.understanding.concepts

    def results(entries: Iterable[IndexEntry]) -> list[Result]:
        return [_result(entry, concepts, reader_language, engagements) for entry in entries]

    pages = Paginator(range(found.total), PAGE_SIZE)
    return {
        "query": query,
        "listed": listed,
        "found": found,
        "total": found.total,
        "near": found.near,
        "results": results(found.entries) if listed else [],
        "also_near": results(found.also_near) if listed else [],
        "kinds": _kinds(found, state),
        "all_kinds": Choice("", _address(state, kind=""), sum(found.kinds.values()), not kind),
        "languages": _languages(found, state, language, reader_language),
        "language": language,
        "suggestions": [
            Choice(form, _address(state, q=form, kind=""), 0, active=False)
            for form in suggestions(found.understanding, user=request.user, language=language)
        ],
        "tags": [
            Choice(tag, _address(state, q=tag, kind=""), 0, active=False)
            for tag in frequent_tags(user=request.user, language=language)
        ]
        if not query or not found.total
        else [],
        "actions": [] if found.total else _ways_on(request.user, reader_language),
        "page_obj": pages.get_page(found.page),
        "base_query": urlencode({key: value for key, value in state.items() if value}),
        "search_url": reverse("search"),
    }


def _ways_on(user: Reader, language: str) -> list[tuple[str, str]]:
    """Return where to go when nothing is found: to those who can answer, or to everything."""
    languages = dict.fromkeys((language, settings.LANGUAGE_CODE))
    pages = (help_page(user=user, language=code) for code in languages)
    page = next((page for page in pages if page), None)
    helped = [(gettext("Ask the programme team"), page.url)] if page else []
    return [*helped, (gettext("See all there is"), reverse("search"))]


def _known(value: str, values: Mapping[str, object]) -> str:
    return value if value in values else ""


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def _address(state: Mapping[str, str], **changes: str) -> str:
    values = {key: value for key, value in {**state, **changes}.items() if value}
    return f"{reverse('search')}?{urlencode(values)}" if values else reverse("search")


def _kinds(found: Findings, state: Mapping[str, str]) -> list[Choice]:
    """Return the kinds that have results, the most frequent first, and the one chosen."""
    counts = dict(found.kinds)
    if state["kind"]:
        counts.setdefault(state["kind"], 0)
    labels = kind_labels()
    return [
        Choice(
            label=capfirst(str(labels.get(kind, kind))),
            url=_address(state, kind="" if kind == state["kind"] else kind),
            count=count,
            active=kind == state["kind"],
        )
        for kind, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _languages(
    found: Findings, state: Mapping[str, str], language: str, reader_language: str
) -> list[Choice]:
    """Return the other languages that have results."""
    return [
        Choice(
            label=name,
            url=_address(state, lang="" if code == reader_language else code),
            count=found.languages.get(code, 0),
            active=False,
            language=code,
        )
        for code, name in settings.LANGUAGES
        if code != language and found.languages.get(code)
    ]


def _engagements(entries: Iterable[IndexEntry]) -> dict[int, Engagement]:
    numbers = {number for entry in entries for number in entry.engagement_numbers}
    return Engagement.objects.select_related("axis").in_bulk(numbers, field_name="number")


def _result(
    entry: IndexEntry,
    concepts: tuple[Concept, ...],
    reader_language: str,
    engagements: Mapping[int, Engagement],
) -> Result:
    return Result(
        title=highlight(entry.title, concepts),
        url=entry.url,
        extract=extract(entry.summary, entry.body, concepts),
        kind=entry.kind,
        kind_label=capfirst(str(kind_labels().get(entry.kind, entry.kind_label))),
        date=entry.date,
        language=entry.language if entry.language != reader_language else "",
        engagements=[
            engagements[number] for number in entry.engagement_numbers if number in engagements
        ][:2],
    )

"""Search for programs: JSON, described at ``/api/openapi.json``.

The same findings as the page, with the same rights. Like everything that does not say otherwise,
it is for signed-in readers: a visitor is answered 401.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from search.backends import get_engine
from search.discovery import kind_labels
from search.facets import counted
from search.finding import PAGE_SIZE, suggestions
from search.openapi import document
from search.results import Outcome, Result, look_up, shown
from search.selection import Problem, Selection, read_selection
from search.suggesting import Suggestion, suggest
from search.views import reader_language, search_address


@require_safe
def search(request: HttpRequest) -> JsonResponse:
    """Answer a query: results, counts, and another way to write it."""
    selection, problems = read_selection(request.GET, reader_language())
    if problems:
        return _refused(problems)
    with translation.override(selection.language):
        outcome = look_up(selection, request.user, lenient=False)
        found = outcome.found
        others = suggestions(
            found.understanding,
            user=request.user,
            language=selection.language,
            found=found.entries,
        )
        return _answer(
            {
                "query": selection.query,
                "total": found.total,
                "near": found.near,
                "results": [
                    _result(result) for result in shown(outcome, found.entries, selection.language)
                ],
                "facets": _facets(outcome),
                "languages": dict(found.languages),
                "suggestion": others[0] if others else None,
                "engine": getattr(found, "engine", "") or get_engine().name,
                "degraded": bool(getattr(found, "degraded", False)),
                "page": found.page,
                "pages": max(1, -(-found.total // PAGE_SIZE)),
            }
        )


@require_safe
def suggestion_list(request: HttpRequest) -> JsonResponse:
    """Propose what begins like what is being typed."""
    selection, problems = read_selection(request.GET, reader_language())
    if problems:
        return _refused(problems)
    with translation.override(selection.language):
        found = suggest(query=selection.query, user=request.user, language=selection.language)
        return _answer(
            {
                "query": selection.query,
                "suggestions": [_suggestion(item, selection.language) for item in found],
            }
        )


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """Describe the API, for programs."""
    return _answer(document())


def _answer(content: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _refused(problems: Sequence[Problem]) -> JsonResponse:
    first = problems[0]
    return _answer(
        {
            "error": "invalid_parameter",
            "detail": f"{first.parameter}: {first.detail}",
            "parameters": {problem.parameter: problem.detail for problem in problems},
        },
        status=400,
    )


def _result(result: Result) -> dict[str, Any]:
    entry = result.entry
    return {
        "slug": slug_of(entry.url),
        "url": entry.url,
        "title": entry.title,
        "kind": entry.kind,
        "kind_label": str(result.kind_label),
        "language": entry.language,
        "published_on": entry.date.isoformat() if entry.date else None,
        "extract": str(result.extract),
        "engagements": entry.engagement_numbers,
        "sdgs": entry.sdg_numbers,
        "tags": entry.tags,
        "score": result.score,
        "pinned": result.pinned,
    }


def slug_of(url: str) -> str:
    """Return the last segment of an address.

    >>> slug_of("/fr/actualites/dix-eco-gestes/"), slug_of("/fr/"), slug_of("")
    ('dix-eco-gestes', 'fr', '')
    """
    path = url.partition("?")[0].partition("#")[0]
    return path.rstrip("/").rpartition("/")[2]


def _facets(outcome: Outcome) -> dict[str, list[dict[str, Any]]]:
    values = counted(outcome.found.facets, outcome.selection, outcome.names)
    return {
        facet: [
            {
                "value": value,
                "label": label,
                "count": count,
                "active": outcome.selection.has(facet, value),
            }
            for value, label, count in found
        ]
        for facet, found in values.items()
    }


def _suggestion(item: Suggestion, language: str) -> dict[str, Any]:
    entry = item.entry
    if entry is None:
        topic = Selection(query="", language=language, filters={"tag": (item.label,)})
        return {
            "type": item.proposal.value,
            "label": item.label,
            "language": settings.LANGUAGE_CODE,
            "kind": None,
            "kind_label": None,
            "count": item.count,
            "url": search_address(topic, language),
        }
    return {
        "type": item.proposal.value,
        "label": item.label,
        "language": entry.language,
        "kind": entry.kind,
        "kind_label": str(capfirst(str(kind_labels().get(entry.kind, entry.kind_label)))),
        "count": None,
        "url": entry.url,
    }

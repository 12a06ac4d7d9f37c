"""The search page."""

from collections.abc import Iterable
from copy import copy
from functools import partial
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from engagements.links import addresses
from engagements.models import Engagement
from portal.core.caching import on_demand
from portal.core.contact import way_to_ask
from portal.core.context_processors import Shell
from search.backends import Sort
from search.discovery import kind_labels
from search.editing.curations import choosing_address
from search.explaining import explain_query, explain_results
from search.facets import Address, Choice, chips, groups
from search.finding import PAGE_SIZE, Findings, frequent_tags, help_page, suggestions
from search.journal import is_deliberate, line_of, note_click, note_question, read_ticket, ticket_of
from search.permissions import can_choose_results
from search.results import Outcome, closest_engagement, look_up, shown
from search.selection import Selection, read_selection


@csrf_exempt
@require_POST
def click(request: HttpRequest) -> HttpResponse:
    """Count a click on a result.

    The ticket of the page stands for the token of a form, which a beacon cannot send: it is signed,
    and another site has none.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return HttpResponse(status=403)
    entry = request.POST.get("entry", "")
    known = entry.isascii() and entry.isdigit() and len(entry) < 20
    line = read_ticket(request.POST.get("ticket", ""), int(entry)) if known else None
    if line is None:
        return HttpResponse(status=400)
    note_click(line)
    return HttpResponse(status=204)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what answers the reader's query; without one, where to begin."""
    response = render(request, "search/search.html", _context(request))
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-cache"
    return response


def reader_language() -> str:
    """Return the code of the language in which the portal speaks to the reader."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def search_address(selection: Selection, language: str) -> str:
    """Return the address of the page that shows ``selection`` to a reader of ``language``."""
    return _address(reverse("search"), selection, language)


def _address(page: str, selection: Selection, language: str) -> str:
    query_string = selection.query_string(language)
    return f"{page}?{query_string}" if query_string else page


# What the page says of what was found: made only where its HTML is not remembered.
_ANSWER = (
    "results",
    "also_near",
    "understood",
    "why_url",
    "plain_url",
    "choose_url",
    "kinds",
    "groups",
    "chips",
    "clear_url",
    "sorts",
    "languages",
    "suggestions",
    "tags",
    "engagement",
    "ask",
    "actions",
    "page_obj",
    "base_query",
    "search_url",
)


def _context(request: HttpRequest) -> dict[str, Any]:
    mine = reader_language()
    asked, _problems = read_selection(request.GET, mine)
    outcome = look_up(asked, request.user, lenient=True)
    selection, found = outcome.selection, outcome.found
    may_explain = bool(selection.query) and _may_explain(request)
    explained = may_explain and request.GET.get("why") == "1"
    make = partial(_answer, request, outcome, may_explain=may_explain, explained=explained)
    return {
        "query": selection.query,
        "listed": bool(selection.query or selection.filters),
        "language": selection.language,
        "ticket": _counted(request, selection, found),
        "total": found.total,
        "near": found.near,
        "degraded": found.degraded,
        # Whatever the engine did not say depends on this alone, and on what the portal holds.
        "about": repr(
            (
                selection,
                found.question.first,
                found.answer,
                found.question.token,
                timezone.localdate(),
                may_explain,
                explained,
            )
        ),
        **on_demand(make, *_ANSWER),
    }


def _answer(
    request: HttpRequest, outcome: Outcome, *, may_explain: bool, explained: bool
) -> dict[str, Any]:
    mine = reader_language()
    selection, found = outcome.selection, outcome.found
    listed = bool(selection.query or selection.filters)
    nothing = not found.total
    reasons = explain_results(found, [*found.entries, *found.also_near]) if explained else None

    page = reverse("search")  # once: a page has a hundred addresses

    def address(to: Selection) -> str:
        return _address(page, to, mine)

    return {
        "results": shown(outcome, found.entries, mine, reasons) if listed else [],
        "also_near": shown(outcome, found.also_near, mine, reasons) if listed else [],
        "understood": explain_query(found) if explained else None,
        "why_url": _why_address(selection, mine) if may_explain and not explained else "",
        "plain_url": address(selection),
        "choose_url": choosing_address(selection.query, selection.language) if explained else "",
        "kinds": [] if listed else _kinds(found, selection, address),
        "groups": groups(found.facets, found.total, selection, outcome.names, address)
        if listed
        else [],
        "chips": chips(selection, outcome.names, address),
        "clear_url": address(selection.without_filters()),
        "sorts": _sorts(selection, address) if selection.query and found.total > 1 else [],
        "languages": _languages(found, selection, address),
        "suggestions": [
            Choice(form, address(_again(selection, form)))
            for form in suggestions(
                found.understanding,
                user=request.user,
                language=selection.language,
                found=found.entries,
            )
        ],
        "tags": [
            Choice(tag, address(_again(selection, tag)))
            for tag in frequent_tags(user=request.user, language=selection.language)
        ]
        if not listed or nothing
        else [],
        "engagement": _closest(request, outcome) if selection.query and _missed(found) else None,
        "ask": way_to_ask(request, selection.query) if found.near else None,
        "actions": _ways_on(request, selection.query, mine) if nothing else [],
        "page_obj": Paginator(range(found.total), PAGE_SIZE).get_page(found.page),
        "base_query": selection.query_string(mine) + ("&why=1" if explained else ""),
        "search_url": page,
    }


def _may_explain(request: HttpRequest) -> bool:
    """Say whether the reader is an editor of search; those who never edit cost no query."""
    return Shell(request).is_editor and can_choose_results(request.user)


def _why_address(selection: Selection, language: str) -> str:
    query_string = selection.query_string(language)
    page = f"&page={selection.page}" if selection.page > 1 else ""
    return f"{reverse('search')}?{query_string}{page}&why=1"


def _counted(request: HttpRequest, selection: Selection, found: Findings) -> str:
    """Count the question, if it is one; return the ticket for clicks on what is shown."""
    line = line_of(selection)
    if line is None:
        return ""
    if is_deliberate(request):
        exact, near = (0, found.total) if found.near else (found.total, 0)
        note_question(line, query=selection.query, found=exact, near=near)
    return ticket_of(line, found.numbers)


def _missed(found: Findings) -> bool:
    return found.near or not found.total


def _again(selection: Selection, query: str) -> Selection:
    """Return the selection that asks for ``query`` among everything."""
    return Selection(query=query, language=selection.language)


def _closest(request: HttpRequest, outcome: Outcome) -> Engagement | None:
    """Return the closest engagement, with an address; None when its page is not this reader's."""
    closest = closest_engagement(outcome)
    if closest is None:
        return None
    engagement = copy(closest)  # the names are everybody's
    addresses(request, request.user, reader_language()).give([engagement])
    return engagement if engagement.url else None


def _ways_on(request: HttpRequest, query: str, language: str) -> list[tuple[str, str]]:
    """Return where to go when nothing is found: to those who can answer, or to everything."""
    asking = way_to_ask(request, query)
    if asking is None:  # nobody said who answers: the help page may
        languages = dict.fromkeys((language, settings.LANGUAGE_CODE))
        pages = (help_page(user=request.user, language=code) for code in languages)
        page = next((page for page in pages if page), None)
        asking = (gettext("Ask the programme team"), page.url) if page else None
    return [*([asking] if asking else []), (gettext("See all there is"), reverse("search"))]


def _kinds(found: Findings, selection: Selection, address: Address) -> list[Choice]:
    """Return the kinds that there are, the most frequent first."""
    labels = kind_labels()
    return [
        Choice(
            label=capfirst(str(labels.get(kind, kind))),
            url=address(selection.toggled("kind", kind)),
            count=count,
        )
        for kind, count in sorted(found.kinds.items(), key=lambda item: (-item[1], item[0]))
    ]


def _sorts(selection: Selection, address: Address) -> Iterable[Choice]:
    names = {Sort.RELEVANCE: gettext("Relevance"), Sort.DATE: gettext("Date")}
    return [
        Choice(
            label=names[sort],
            url=address(_sorted_by(selection, sort)),
            active=selection.sort is sort,
        )
        for sort in Sort
    ]


def _sorted_by(selection: Selection, sort: Sort) -> Selection:
    return Selection(selection.query, selection.language, selection.filters, sort)


def _languages(found: Findings, selection: Selection, address: Address) -> list[Choice]:
    """Return the other languages that have results."""
    return [
        Choice(
            label=name,
            url=address(Selection(selection.query, code, selection.filters, selection.sort)),
            count=found.languages.get(code, 0),
            language=code,
        )
        for code, name in settings.LANGUAGES
        if code != selection.language and found.languages.get(code)
    ]

"""The way from an address to its page: walked once by Wagtail's routing, then remembered.

Wagtail asks for each step of the way, twice: seven queries for a post. What is remembered is only
which page to ask for; the page itself is read afresh, and must still be live at that address.
"""

import hashlib
from typing import cast

from django.apps import apps
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from .caching import DAY, generation
from .models import BasePage

Step = tuple[str, int, str]


def route(request: HttpRequest, path: str) -> RouteResult | None:
    """Return the page of ``path``, where Wagtail's own view will find it too; None without one."""
    if not hasattr(request, "_wagtail_route_for_request"):
        key = _key(request, path)
        known: Step | None = cache.get(key)
        page = _read(known) if known else None
        if page is not None:
            setattr(request, "_wagtail_route_for_request", RouteResult(page))  # noqa: B010
        else:
            _remember(key, path, Page.route_for_request(request, path))
    return Page.route_for_request(request, path)


def _key(request: HttpRequest, path: str) -> str:
    about = f"{request.get_host()}|{get_language()}|{path}"
    return f"route:{generation(request)}:{hashlib.sha256(about.encode()).hexdigest()}"


def _read(known: Step) -> BasePage | None:
    label, pk, url_path = known
    model = cast("type[BasePage]", apps.get_model(label))
    pages = model.objects.filter(pk=pk, url_path=url_path, live=True)
    return cast("BasePage | None", pages.select_related(*model.read_along).first())


def _remember(key: str, path: str, found: RouteResult | None) -> None:
    """Remember a page under its own address only: the others have no end."""
    if found is None or found[1] or found[2]:
        return
    page = found[0]
    if isinstance(page, BasePage) and page.url_path.endswith(f"/{path}"):
        cache.set(key, (page._meta.label, page.pk, page.url_path), DAY)

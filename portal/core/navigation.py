"""What the frame of every page leads to: the main menu, the foot, the other languages.

The menu holds the pages under the home page that editors put in menus, in the order of the tree,
and the views that the layers above register. The foot holds the others that have a short title for
menus or are open to all: accessibility statement, legal notice, listening cell, help.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import Promise
from django.utils.translation import get_language
from wagtail.models import Locale, Page, Site

from portal.users.models import Collectivity

from .caching import remember
from .models import BasePage
from .visibility import Reader, closed_paths


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A view that stands in the main menu; pages have the ranks 10, 20, 30..."""

    url_name: str
    label: str | Promise
    rank: int


@dataclass(frozen=True, slots=True)
class Item:
    """A link of the menu or of the foot.

    Attributes:
        path: tree path of a page, to apply page privacy; empty for a view.
        language: language of the label, when it is not the reader's.
        current: value of ``aria-current``, empty elsewhere than on this page or below it.

    """

    label: str
    url: str
    axis: int = 0
    language: str = ""
    path: str = ""
    open_to_all: bool = False
    in_menu: bool = False
    in_foot: bool = False
    current: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What does not depend on the reader, for one language.

    Attributes:
        home_urls: address of the home page, by language.

    """

    items: Sequence[Item]
    organisations: str
    home_urls: dict[str, str]


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in one language."""

    code: str
    name: str
    url: str
    current: bool


_entries: dict[str, MenuEntry] = {}


def register(entry: MenuEntry) -> None:
    """Put a view in the main menu."""
    _entries[entry.url_name] = entry


def language() -> str:
    """Return the code of the reader's language."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def frame(request: HttpRequest) -> Frame:
    """Return the frame of the portal in the reader's language, remembered while nothing changes."""
    return remember(request, f"frame:{language()}", _make_frame)


def menu(request: HttpRequest, user: Reader) -> list[Item]:
    """Return the main menu as ``user`` may see it, where they stand marked."""
    if not user.is_authenticated:
        return []
    return [
        replace(item, current=_standing(item.url, request.path))
        for item in _visible(frame(request).items, user)
        if item.in_menu
    ]


def foot(request: HttpRequest, user: Reader) -> list[Item]:
    """Return the links of the foot as ``user`` may see them."""
    return [
        item
        for item in _visible(frame(request).items, user)
        if item.in_foot and (item.open_to_all or user.is_authenticated)
    ]


def routed_page(request: HttpRequest) -> Page | None:
    """Return the page that answers ``request``, if it is one."""
    route = getattr(request, "_wagtail_route_for_request", None)
    return route[0] if route else None


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """Return the same page in each language; the home page where there is none."""
    page = routed_page(request)
    homes = frame(request).home_urls
    match = request.resolver_match
    urls: dict[str, str] = {}
    if page is not None:
        urls = remember(
            request, f"translations:{page.translation_key}", lambda: _translations(page)
        )
    elif match is not None and match.url_name != "wagtail_serve":
        urls = {
            code: translate_url(request.get_full_path(), code) for code, _name in settings.LANGUAGES
        }
    return [
        LanguageLink(
            code=code,
            name=NAMES.get(code, str(name)),
            url=urls.get(code) or homes.get(code, "/"),
            current=code == language(),
        )
        for code, name in settings.LANGUAGES
    ]


# Each language is named in itself.
NAMES = {"fr": "Français", "en": "English"}


def _visible(items: Sequence[Item], user: Reader) -> list[Item]:
    closed = closed_paths(user)
    return [item for item in items if not (item.path and item.path.startswith(closed))]


def _standing(url: str, path: str) -> str:
    if url == path:
        return "page"
    return "true" if path.startswith(url) else ""


def _translations(page: Page) -> dict[str, str]:
    pages = page.get_translations(inclusive=True).live().select_related("locale")
    return {found.locale.language_code: found.get_url() or "" for found in pages}


def _make_frame() -> Frame:
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    code = language()
    locale = Locale.objects.filter(language_code=code).first()
    roots = (
        {root.locale_id: root for root in site.root_page.get_translations(inclusive=True)}
        if site
        else {}
    )
    root = roots.get(locale.pk) if locale else None
    ranked: list[tuple[int, Item]] = []
    if root is not None:
        children = root.get_children().live().specific()
        ranked = [
            (rank * 10, _page_item(page))
            for rank, page in enumerate(children, start=1)
            if isinstance(page, BasePage)
        ]
    ranked += [(entry.rank, _view_item(entry)) for entry in _entries.values()]
    return Frame(
        items=[item for _rank, item in sorted(ranked, key=lambda pair: pair[0])],
        organisations=" · ".join(row.name for row in Collectivity.objects.order_by("pk")),
        home_urls={
            page.locale.language_code: page.get_url() or "" for page in roots.values() if page.live
        },
    )


def _page_item(page: BasePage) -> Item:
    card = page.as_card()
    return Item(
        label=page.menu_label or card.title,
        url=card.url,
        axis=card.axis if page.kind == "axis" else 0,
        language=card.language,
        path=page.path,
        in_menu=page.show_in_menus,
        open_to_all=page.open_to_all,
        in_foot=not page.show_in_menus and bool(page.menu_label or page.open_to_all),
    )


def _view_item(entry: MenuEntry) -> Item:
    return Item(label=str(entry.label), url=reverse(entry.url_name), in_menu=True)

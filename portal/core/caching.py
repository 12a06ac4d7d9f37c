"""What is remembered of published content, and when it is forgotten.

The memory of each process is its own, so nothing can be deleted from it everywhere at once. Keys
carry a number kept in the database instead: it grows with each change of what is published.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache as cache_of
from functools import partial
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db.models import F
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from taggit.models import Tag
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move
from wagtail.snippets.models import get_snippet_models

from .models import (
    ContentGeneration,
    PortalDocument,
    PortalImage,
    PortalMedia,
    ProgrammeContact,
)
from .visibility import Reader, group_ids, reader_of

ROW = 1
DAY = 24 * 60 * 60
# Rows that pages show or that rule who sees them, besides the facts, which editors know as snippets.
FRAME_MODELS: tuple[type, ...] = (
    Group,
    Locale,
    PageViewRestriction,
    PortalDocument,
    PortalImage,
    PortalMedia,
    ProgrammeContact,
    Site,
    Tag,
)

T = TypeVar("T")


def generation(request: HttpRequest | None) -> int:
    """Return the number of the present generation of content, read once per request."""
    known: int | None = getattr(request, "_portal_generation", None)
    if known is not None:
        return known
    numbers = ContentGeneration.objects.filter(pk=ROW).values_list("number", flat=True)
    number = next(iter(numbers), 0)
    if request is not None:
        setattr(request, "_portal_generation", number)  # noqa: B010
    return number


def bump_generation() -> None:
    """Begin a new generation: what was remembered of the one before is not read any more."""
    if not ContentGeneration.objects.filter(pk=ROW).update(number=F("number") + 1):
        ContentGeneration.objects.get_or_create(pk=ROW, defaults={"number": 1})


def remember(
    request: HttpRequest | None,
    key: str,
    make: Callable[[], T],
    seconds: int = DAY,
    store: str = "default",
) -> T:
    """Return what ``make`` gave for ``key`` in this generation of content.

    What readers make by typing has a ``store`` of its own, so that it crowds nothing else out.
    """
    cache = caches[store]
    full_key = f"portal:{generation(request)}:{key}"
    missing = object()
    value: Any = cache.get(full_key, missing)
    if value is missing:
        value = make()
        cache.set(full_key, value, seconds)
    return value


def remember_for_reader(
    request: HttpRequest | None,
    key: str,
    make: Callable[[], T],
    seconds: int = DAY,
    store: str = "default",
) -> T:
    """Return what ``make`` gave for ``key``, the reader's rights and language.

    A preview is always made anew, and leaves nothing behind.
    """
    if request is None or getattr(request, "is_preview", False):
        return make()
    user = reader_of(request)
    digest = hashlib.sha256(f"{key}|{rights(user)}|{get_language()}".encode()).hexdigest()
    return remember(request, digest, make, seconds, store)


def on_demand(make: Callable[[], Mapping[str, Any]], *names: str) -> dict[str, Any]:
    """Return a context whose values are made, all at once, when a template asks for one of them.

    A template that finds its HTML remembered asks for none. ``names`` are those of the values.
    """

    @cache_of
    def made() -> Mapping[str, Any]:
        values = make()
        if set(values) != set(names):
            raise ValueError(f"named {sorted(names)}, made {sorted(values)}")
        return values

    def value(name: str) -> Any:
        return made()[name]

    return {name: SimpleLazyObject(partial(value, name)) for name in names}


def rights(user: Reader) -> str:
    """Return what decides what ``user`` may read: equal for two readers who see the same."""
    if not user.is_authenticated:
        return "signed out"
    return "all" if user.is_superuser else repr(sorted(group_ids(user)))


def _on_page(**_kwargs: Any) -> None:
    bump_generation()


def _on_row(*, sender: type, **_kwargs: Any) -> None:
    if issubclass(sender, FRAME_MODELS) or sender in get_snippet_models():
        bump_generation()


def _on_row_saved(
    *, sender: type, instance: Any, update_fields: Any = None, **_kwargs: Any
) -> None:
    # A draft is saved field by field, or as a revision: it changes nothing of what is published.
    if issubclass(sender, Page):
        if instance.live and update_fields is None:
            bump_generation()
    else:
        _on_row(sender=sender)


def _on_row_deleted(*, sender: type, **_kwargs: Any) -> None:
    if issubclass(sender, Page):
        bump_generation()
    else:
        _on_row(sender=sender)


def connect() -> None:
    """Connect the receivers: pages, facts (which editors know as snippets), groups, privacy."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(_on_page, dispatch_uid="portal.core.caching")
    post_save.connect(_on_row_saved, dispatch_uid="portal.core.caching")
    post_delete.connect(_on_row_deleted, dispatch_uid="portal.core.caching")
    for through in (Group.permissions.through, PageViewRestriction.groups.through):
        m2m_changed.connect(_on_page, sender=through, dispatch_uid="portal.core.caching")

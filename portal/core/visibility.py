"""Who may see what: the one rule behind pages, lists, search, feeds, counts and files."""

import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from portal.users.models import User

Reader = User | AnonymousUser


def reader_of(request: HttpRequest | None) -> Reader:
    """Return who reads: nobody in particular when there is no request (a preview)."""
    return getattr(request, "user", None) or AnonymousUser()


class _Branch(NamedTuple):
    """A page at the top of a restricted branch."""

    page_id: int
    path: str
    translation_key: uuid.UUID


def group_ids(user: Reader) -> frozenset[int]:
    """Return the ids of the groups of ``user``, read once per user object (one query)."""
    if not user.is_authenticated:
        return frozenset()
    cached: frozenset[int] | None = getattr(user, "_portal_group_ids", None)
    if cached is None:
        cached = frozenset(user.groups.values_list("id", flat=True))
        setattr(user, "_portal_group_ids", cached)  # noqa: B010
    return cached


def closed_paths(user: Reader) -> tuple[str, ...]:
    """Return the tree paths of the restricted branches that ``user`` may not enter.

    Restrictions are Wagtail's own (page privacy), read once per user object: one query when there
    are none. Privacy has no language: what is restricted is so in every translation, and wherever
    an alias shows it.
    """
    cached: tuple[str, ...] | None = getattr(user, "_portal_closed_paths", None)
    if cached is None:
        cached = _closed_paths(user)
        setattr(user, "_portal_closed_paths", cached)  # noqa: B010
    return cached


def rights_of(user: Reader) -> tuple[object, ...]:
    """Return all that decides what ``user`` may read: whoever has the same rights reads the same."""
    if user.is_authenticated and user.is_superuser:
        return ("superuser",)
    return user.is_authenticated, group_ids(user), closed_paths(user)


def _closed_paths(user: Reader) -> tuple[str, ...]:
    if user.is_superuser:
        return ()
    admitted: dict[int, bool] = {}
    pages: dict[int, int] = {}
    # Without the pages, which SQLite would read through when nothing is restricted.
    for pk, kind, group_id, page_id in PageViewRestriction.objects.values_list(
        "pk", "restriction_type", "groups", "page_id"
    ):
        if kind == PageViewRestriction.GROUPS:
            admits = group_id is not None and group_id in group_ids(user)
        else:  # a shared password admits nobody: the portal knows its readers
            admits = kind == PageViewRestriction.LOGIN and user.is_authenticated
        # One row per group of the restriction: any of them is enough.
        admitted[pk] = admitted.get(pk, False) or admits
        pages[pk] = page_id
    closed = {page_id for pk, page_id in pages.items() if not admitted[pk]}
    if not closed:
        return ()
    return branch_paths(Page.objects.filter(pk__in=closed))


def branch_paths(pages: models.QuerySet[Page]) -> tuple[str, ...]:
    """Return the paths of ``pages`` and of all that shares their privacy."""
    rows = pages.values_list("pk", "path", "translation_key")
    return _paths_with_copies({_Branch(*row) for row in rows})


def _paths_with_copies(branches: set[_Branch]) -> tuple[str, ...]:
    """Return the paths of these pages, of their translations, and of the aliases of all these."""
    found = new = branches
    while new:
        copies = Page.objects.filter(
            Q(translation_key__in={branch.translation_key for branch in new})
            | Q(alias_of__in=[branch.page_id for branch in new])
        ).exclude(pk__in=[branch.page_id for branch in found])
        new = {_Branch(*row) for row in copies.values_list("pk", "path", "translation_key")}
        found = found | new
    return tuple(sorted(branch.path for branch in found))


def can_view_page(user: Reader, page: Page) -> bool:
    """Say whether ``user`` may read the live page ``page``.

    « Open to all » is a matter of each page, never of what lies below it.
    """
    if not user.is_authenticated and not getattr(page, "open_to_all", False):
        return False
    return not page.path.startswith(closed_paths(user))


class VisiblePageQuerySet(PageQuerySet):
    """Pages, with the reader's rights."""

    def outside(self, paths: Iterable[str]) -> "VisiblePageQuerySet":
        """Leave out the branches that begin at ``paths``."""
        branches = Q()
        for path in paths:
            branches |= Q(path__startswith=path)
        return self.exclude(branches) if branches else self

    def visible_to(self, user: Reader) -> "VisiblePageQuerySet":
        """Keep the live pages that ``user`` may read, with what their cards need."""
        pages = self.live().outside(closed_paths(user))
        if not user.is_authenticated:
            pages = pages.filter(open_to_all=True) if _has_open_flag(self.model) else pages.none()
        # Spares a query per alias when its language is asked for.
        return pages.annotate(source_locale_id=F("alias_of__locale_id"))


def _has_open_flag(model: type[models.Model]) -> bool:
    return any(field.name == "open_to_all" for field in model._meta.get_fields())


class VisibleFactQuerySet(models.QuerySet[Any]):
    """Facts that have a public view, with the reader's rights."""

    def visible_to(self, user: Reader) -> "VisibleFactQuerySet":
        """Keep the published facts that ``user`` may read."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self.filter(live=True)
        through: Any = self.model._meta.get_field("restricted_to").remote_field.through
        restricted = through.objects.filter(**{self.model._meta.model_name: models.OuterRef("pk")})
        return self.filter(
            ~models.Exists(restricted)
            | models.Exists(restricted.filter(group_id__in=group_ids(user))),
            live=True,
        )

"""Who may see what: the one rule behind pages, lists, search, feeds, counts and files."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from portal.users.models import User

Reader = User | AnonymousUser


def group_ids(user: Reader) -> frozenset[int]:
    """Return the ids of the groups of ``user``, read once per user object (one query)."""
    if not user.is_authenticated:
        return frozenset()
    cached: frozenset[int] | None = getattr(user, "_portal_group_ids", None)
    if cached is None:
        cached = frozenset(user.groups.values_list("id", flat=True))
        user._portal_group_ids = cached
    return cached


def closed_paths(user: Reader) -> tuple[str, ...]:
    """Return the tree paths of the restricted branches that ``user`` may not enter.

    Restrictions are Wagtail's own (page privacy); read once per user object (one query).
    """
    cached: tuple[str, ...] | None = getattr(user, "_portal_closed_paths", None)
    if cached is None:
        cached = _closed_paths(user)
        user._portal_closed_paths = cached
    return cached


def _closed_paths(user: Reader) -> tuple[str, ...]:
    if user.is_superuser:
        return ()
    restrictions = PageViewRestriction.objects.select_related("page").prefetch_related("groups")
    closed = []
    for restriction in restrictions:
        if restriction.restriction_type == PageViewRestriction.GROUPS:
            allowed = bool(group_ids(user) & {group.id for group in restriction.groups.all()})
        elif restriction.restriction_type == PageViewRestriction.LOGIN:
            allowed = user.is_authenticated
        else:
            allowed = False
        if not allowed:
            closed.append(restriction.page.path)
    return tuple(closed)


def can_view_page(user: Reader, page: Page) -> bool:
    """Say whether ``user`` may read the live page ``page``."""
    if not user.is_authenticated and not getattr(page, "open_to_all", False):
        return False
    return not page.path.startswith(closed_paths(user))


class VisiblePageQuerySet(PageQuerySet):  # type: ignore[type-arg]
    """Pages, with the reader's rights."""

    def visible_to(self, user: Reader) -> "VisiblePageQuerySet":
        """Keep the live pages that ``user`` may read."""
        pages = self.live()
        for path in closed_paths(user):
            pages = pages.exclude(path__startswith=path)
        if not user.is_authenticated:
            pages = pages.filter(open_to_all=True) if _has_open_flag(self.model) else pages.none()
        return pages


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
        allowed = Q(restricted_to=None) | Q(restricted_to__in=group_ids(user))
        return self.filter(allowed, live=True).distinct()



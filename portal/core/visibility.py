"""Who may see what: the one rule behind pages, lists, search, feeds, counts and files."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
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


def _closed_paths(user: Reader) -> tuple[str, ...]:
    if user.is_superuser:
        return ()
    admitted: dict[tuple[int, int], bool] = {}
    for restriction_id, page_id, kind, group_id in PageViewRestriction.objects.values_list(
        "pk", "page_id", "restriction_type", "groups"
    ):
        if kind == PageViewRestriction.GROUPS:
            admits = group_id is not None and group_id in group_ids(user)
        else:  # a shared password admits nobody: the portal knows its readers
            admits = kind == PageViewRestriction.LOGIN and user.is_authenticated
        # One row per group of the restriction: any of them is enough.
        key = (restriction_id, page_id)
        admitted[key] = admitted.get(key, False) or admits
    return _paths_of_copies(page_id for (_pk, page_id), admits in admitted.items() if not admits)


def _paths_of_copies(page_ids: Iterable[int]) -> tuple[str, ...]:
    """Return the paths of these pages, of their translations, and of the aliases of all these."""
    found: dict[int, tuple[str, Any]] = {}
    wanted = Q(pk__in=list(page_ids))
    while True:
        rows = Page.objects.filter(wanted).values_list("pk", "path", "translation_key")
        new = {pk: (path, key) for pk, path, key in rows}
        if not new:
            return tuple(sorted(path for path, _key in found.values()))
        found |= new
        keys = {key for _path, key in new.values()}
        wanted = Q(translation_key__in=keys) | Q(alias_of__in=list(new))
        wanted &= ~Q(pk__in=list(found))


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

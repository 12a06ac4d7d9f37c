"""Where documents are shown, and who may have them: the rule of ``portal.core.files``, as rows.

A document is as visible as the published pages that refer to it, within the privacy of its
collection. Search goes by one page: the most open of those that show the document in a language.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Page, ReferenceIndex

from .visibility import closed_paths


@dataclass(frozen=True, slots=True)
class Place:
    """A published page that shows a document."""

    page_id: int
    path: str
    language: str
    open_to_all: bool


def places_of(document: Any) -> list[Place]:
    """Return the page by which readers of each language come to ``document``.

    A page that only shows another for want of a translation is not one.
    """
    page_ids = _references().filter(to_object_id=str(document.pk)).values_list("object_id")
    pages = Page.objects.filter(pk__in={int(pk) for (pk,) in page_ids}, live=True, alias_of=None)
    closed = closed_paths(AnonymousUser())
    found: dict[str, tuple[tuple[bool, bool, str], Place]] = {}
    for page in pages.select_related("locale").specific():
        is_open = bool(getattr(page, "open_to_all", False))
        place = Place(page.pk, page.path, page.locale.language_code, is_open)
        rank = (bool(closed) and page.path.startswith(closed), not is_open, page.path)
        if place.language not in found or rank < found[place.language][0]:
            found[place.language] = (rank, place)
    return [place for _rank, place in found.values()]


def admitted_groups(collection: Collection) -> frozenset[int] | None:
    """Return the groups that the privacy of ``collection`` admits; None when it asks for none.

    With several restrictions, only groups that each of them names: who enters by two groups, one
    for each, has the file but does not find it by search.
    """
    admitted: frozenset[int] | None = None
    for restriction in restrictions_of(collection).prefetch_related("groups"):
        if restriction.restriction_type == CollectionViewRestriction.GROUPS:
            groups = frozenset(group.pk for group in restriction.groups.all())
        elif restriction.restriction_type == CollectionViewRestriction.LOGIN:
            continue
        else:  # a shared password admits nobody: the portal knows its readers
            groups = frozenset()
        admitted = groups if admitted is None else admitted & groups
    return admitted


def restrictions_of(collection: Collection) -> QuerySet[CollectionViewRestriction]:
    """Return what restricts ``collection``, itself or from above."""
    steps = range(Collection.steplen, len(collection.path) + 1, Collection.steplen)
    return CollectionViewRestriction.objects.filter(
        collection__path__in=[collection.path[:length] for length in steps]
    )


def documents_on(pages: QuerySet[Page]) -> set[int]:
    """Return the numbers of the documents that ``pages`` refer to."""
    rows = _references().filter(object_id__in=pages.values_list(Cast("pk", CharField())))
    return {int(pk) for pk in rows.values_list("to_object_id", flat=True)}


def documents_under(paths: Iterable[str]) -> set[int]:
    """Return the numbers of the documents that the pages below ``paths``, included, refer to."""
    branches = Q(pk=None)
    for path in paths:
        branches |= Q(path__startswith=path)
    return documents_on(Page.objects.filter(branches))


def _references() -> QuerySet[ReferenceIndex]:
    """Return what pages refer to documents by."""
    content_types = ContentType.objects
    return ReferenceIndex.objects.filter(
        base_content_type=content_types.get_for_model(Page),
        to_content_type=content_types.get_for_model(get_document_model()),
    )

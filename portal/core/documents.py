"""Keeping the text of documents, and telling search when what it says of them has changed.

A file is read as soon as it is uploaded, in a moment; one that needs longer is left to the clock.
Whatever the file, the upload itself stands.
"""

import datetime as dt
import logging
import time
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction, ReferenceIndex
from wagtail.signals import page_unpublished

from .document_places import documents_on, documents_under
from .document_text import Outcome, Reading, read_text
from .models import READABLE_EXTENSIONS, DocumentText, PortalDocument
from .searchable import entries_changed, entries_wanted
from .visibility import branch_paths

AT_ONCE = 3.0
BY_THE_CLOCK = 20.0
# The clock has other work each minute: it begins no further file once this is spent.
BUDGET = 30.0

logger = logging.getLogger(__name__)


def read_document(*, document: PortalDocument, seconds: float) -> Outcome:
    """Keep the text of the document's file, read in at most ``seconds``; say how it went."""
    try:
        with document.file.storage.open(document.file.name) as file:
            reading = read_text(file.file, seconds=seconds)
    except OSError:
        reading = Reading(Outcome.UNREADABLE)
    if reading.outcome is not Outcome.READ:
        logger.warning(
            "Document %s (%s): %s; it is found by its title only",
            document.pk,
            document.filename,
            reading.outcome.value,
        )
    if reading.outcome is Outcome.TOO_LONG and seconds < BY_THE_CLOCK:
        return reading.outcome
    DocumentText.objects.update_or_create(
        document=document,
        defaults={
            "file": document.file.name,
            "outcome": reading.outcome.value,
            "content": reading.text,
        },
    )
    return reading.outcome


def read_waiting_documents(_at: dt.datetime) -> None:
    """Read files that have not been read yet, for as long as a job of the clock may take."""
    end = time.monotonic() + BUDGET
    for document in _waiting():
        if time.monotonic() > end:
            return
        read_document(document=document, seconds=BY_THE_CLOCK)


def read_all_documents(**_kwargs: Any) -> None:
    """Read every file that has not been read yet."""
    for document in _waiting():
        read_document(document=document, seconds=BY_THE_CLOCK)


def _waiting() -> Iterator[PortalDocument]:
    endings = Q(pk=None)
    for extension in READABLE_EXTENSIONS:
        endings |= Q(file__iendswith=f".{extension}")
    waiting = PortalDocument.objects.filter(endings).filter(Q(text=None) | ~Q(text__file=F("file")))
    return waiting.order_by("-pk").iterator()


def connect() -> None:
    """Listen to what changes the text of documents, their places and their readers."""
    uid = "portal.core.documents"
    post_save.connect(_on_document_saved, sender=PortalDocument, dispatch_uid=uid)
    post_save.connect(_on_page_saved, dispatch_uid=uid)
    page_unpublished.connect(_on_page_unpublished, dispatch_uid=uid)
    post_delete.connect(_on_reference_deleted, sender=ReferenceIndex, dispatch_uid=uid)
    entries_wanted.connect(read_all_documents, dispatch_uid=uid)
    groups = CollectionViewRestriction.groups.through
    m2m_changed.connect(_on_collection_privacy, sender=groups, dispatch_uid=uid)
    for signal in (post_save, post_delete):
        signal.connect(_on_collection_privacy, sender=CollectionViewRestriction, dispatch_uid=uid)
        signal.connect(_on_page_privacy, sender=PageViewRestriction, dispatch_uid=uid)


def _on_document_saved(instance: PortalDocument, raw: bool = False, **_kwargs: Any) -> None:
    if not raw and instance.is_readable:
        transaction.on_commit(partial(_read_at_once, instance.pk), robust=True)


def _read_at_once(pk: int) -> None:
    document = PortalDocument.objects.select_related("text").filter(pk=pk).first()
    if document is not None and document.kept_text is None:
        read_document(document=document, seconds=AT_ONCE)


def _on_page_saved(
    sender: type, instance: Any, raw: bool = False, update_fields: Any = None, **_kwargs: Any
) -> None:
    # A draft is saved field by field, or as a revision: it changes nothing of what is published.
    if issubclass(sender, Page) and instance.live and not raw and update_fields is None:
        _after_commit(partial(documents_on, Page.objects.filter(pk=instance.pk)))


def _on_page_unpublished(instance: Page, **_kwargs: Any) -> None:
    _after_commit(partial(documents_on, Page.objects.filter(pk=instance.pk)))


def _on_reference_deleted(instance: ReferenceIndex, **_kwargs: Any) -> None:
    """Follow a page that shows a document no more, or that is no more."""
    if instance.to_content_type.model_class() is get_document_model():
        _after_commit(partial(list, [int(instance.to_object_id)]))


def _on_page_privacy(instance: PageViewRestriction, **_kwargs: Any) -> None:
    _after_commit(partial(_below, instance.page_id))


def _below(page_id: int) -> Iterable[int]:
    return documents_under(branch_paths(Page.objects.filter(pk=page_id)))


def _on_collection_privacy(instance: Any, **_kwargs: Any) -> None:
    if isinstance(instance, CollectionViewRestriction):
        path = instance.collection.path
        documents = PortalDocument.objects.filter(collection__path__startswith=path)
        _after_commit(partial(documents.values_list, "pk", flat=True))


def _after_commit(find: Any) -> None:
    """Tell search of the documents that ``find`` gives, once the transaction is over."""
    transaction.on_commit(
        lambda: entries_changed.send(sender=PortalDocument, pks=list(find())), robust=True
    )

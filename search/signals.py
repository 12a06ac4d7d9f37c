"""What tells search that something changed.

Nothing is read from the object in memory, which may be a draft: once the transaction is over, the
object is read again and the index follows. Should that fail, the change itself stands, the
failure is logged, and ``manage.py update_index`` repairs.
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save
from taggit.models import ItemBase, TagBase
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move
from wagtail.snippets.models import get_snippet_models

from engagements.models import Axis, Engagement, Sdg
from portal.core.searchable import entries_changed, many_published
from portal.users.models import Service
from search import services
from search.backends import get_engine
from search.discovery import (
    child_keys,
    is_page,
    link_fields,
    link_tables,
    searchable_models,
    subject_models,
)
from search.models import CuratedResult, Curation, IndexEntry, SynonymGroup
from search.state import touch_index

logger = logging.getLogger(__name__)

# How far back to look, in what waits for the end of the transaction, for the same work.
_LOOK_BACK = 50


def connect() -> None:
    """Listen to everything that search speaks of."""
    post_migrate.connect(on_migrated, sender=apps.get_app_config("search"), dispatch_uid="search")
    post_delete.connect(on_entry_deleted, sender=IndexEntry, dispatch_uid="search")
    for signal in (post_save, post_delete):
        for kept in (SynonymGroup, Curation, CuratedResult, Axis, Engagement, Sdg, Service):
            signal.connect(on_words_changed, sender=kept, dispatch_uid="search:words")
    page_published.connect(on_page_changed, dispatch_uid="search")
    page_unpublished.connect(on_page_changed, dispatch_uid="search")
    entries_changed.connect(on_entries_changed, dispatch_uid="search")
    many_published.connect(on_many_published, dispatch_uid="search")
    post_page_move.connect(on_page_moved, dispatch_uid="search")
    page_slug_changed.connect(on_page_moved, dispatch_uid="search")
    for model in searchable_models():
        post_save.connect(on_saved, sender=model, dispatch_uid="search")
        if not is_page(model):
            post_delete.connect(on_saved, sender=model, dispatch_uid="search")
            _connect_links(model)
        _connect_parts(model)
    post_save.connect(on_linked_saved, dispatch_uid="search:links")
    for model in subject_models():
        post_save.connect(on_subject_changed, sender=model, dispatch_uid="search")
        post_delete.connect(on_subject_changed, sender=model, dispatch_uid="search")


def _connect_links(model: type[models.Model]) -> None:
    """Listen to the many-to-many fields of a fact."""
    for table in link_tables(model):
        m2m_changed.connect(on_links_changed, sender=table, dispatch_uid="search")
        if issubclass(table, ItemBase):  # tags, which no cascade of Django's tells of
            post_delete.connect(on_tagging_deleted, sender=table, dispatch_uid="search")


def _connect_parts(model: type[models.Model]) -> None:
    """Listen to what hangs on ``model`` by a parental key, and to the names it goes by there."""
    for key in child_keys(model):
        part = key.model
        # Pages are published whole; only a part that goes away by itself has to be noticed.
        post_delete.connect(on_part_changed, sender=part, dispatch_uid=f"search:{key}")
        if not is_page(model):
            post_save.connect(on_part_changed, sender=part, dispatch_uid=f"search:{key}")
        for field in part._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field is not key:
                named = field.remote_field.model
                post_save.connect(
                    on_name_changed, sender=named, dispatch_uid=f"search:{key}:{field.name}"
                )


def request_indexing(model: type[models.Model], pk: Any) -> None:
    """Bring an object's entries up to date when the transaction is over, once."""
    after_commit(
        ("index", model._meta.label, pk), partial(services.index_object, model=model, pk=pk)
    )


class AfterCommit:
    """Work for the end of a transaction, recognised by its key, which never raises.

    Each request for the same work may add something to work on.
    """

    def __init__(self, key: tuple[Any, ...], work: Callable[..., object]) -> None:
        self.key = key
        self.work = work
        self.items: list[Any] = []
        self.done = False

    def __call__(self) -> None:
        """Do the work; log what goes wrong."""
        self.done = True
        try:
            self.work(*[self.items] if self.items else [])
        except Exception:
            logger.exception("Search could not follow %s; manage.py update_index repairs", self.key)


def after_commit(key: tuple[Any, ...], work: Callable[..., object], *items: Any) -> None:
    """Do ``work`` when the transaction is over, once, on all the ``items`` asked for."""
    if connection.in_atomic_block:
        for waiting in connection.run_on_commit[-_LOOK_BACK:]:
            same = waiting[1]
            if isinstance(same, AfterCommit) and same.key == key and not same.done:
                same.items += items
                return
    later = AfterCommit(key, work)
    later.items += items
    transaction.on_commit(later)


def on_migrated(using: str, **kwargs: Any) -> None:
    """Create the engine's table."""
    if using == connection.alias:
        get_engine().install(connection)


def on_page_changed(instance: Page, **kwargs: Any) -> None:
    """Follow a publication or its end."""
    request_indexing(instance.specific_class or type(instance), instance.pk)


def on_page_moved(instance: Page, **kwargs: Any) -> None:
    """Follow a branch to its new place."""
    after_commit(("place", instance.pk), partial(services.refresh_places, root=instance))


def on_saved(
    sender: type[models.Model],
    instance: models.Model,
    raw: bool = False,
    update_fields: Any = None,
    **kwargs: Any,
) -> None:
    """Follow an object that is saved or deleted.

    Wagtail saves a few fields of a page with each draft: that is no publication.
    """
    if not raw and not (update_fields is not None and is_page(sender)):
        request_indexing(sender, instance.pk)


def on_links_changed(instance: models.Model, reverse: bool, **kwargs: Any) -> None:
    """Follow the many-to-many links of a fact."""
    if not reverse and type(instance) in searchable_models():
        request_indexing(type(instance), instance.pk)


def on_tagging_deleted(instance: Any, **kwargs: Any) -> None:
    """Follow a fact that loses a tag because the tag is no more."""
    model = instance.content_type.model_class()
    if model in searchable_models():
        request_indexing(model, instance.object_id)


def on_linked_saved(
    sender: type[models.Model], instance: models.Model, created: bool, **kwargs: Any
) -> None:
    """Follow what pages and facts are about: a service that is renamed, an engagement, a tag."""
    if created or not (issubclass(sender, TagBase) or sender in get_snippet_models()):
        return
    for model in searchable_models():
        for field in link_fields(model, sender):
            owners = model._default_manager.filter(**{field.name: instance.pk})
            for pk in owners.values_list("pk", flat=True):
                request_indexing(model, pk)


def on_entries_changed(sender: type[models.Model], pks: Iterable[Any], **kwargs: Any) -> None:
    """Follow things that say something else of themselves, because of others."""
    for pk in pks:
        request_indexing(sender, pk)


def on_many_published(**kwargs: Any) -> None:
    """Learn what one publication after the other could not tell."""
    after_commit(("acronyms",), services.learn_acronyms)


def on_part_changed(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    """Follow a part of an object: a tag on a page, a link of a fact."""
    for key in _keys_of(sender):
        _request_owner(key.remote_field.model, getattr(instance, key.attname))


def on_name_changed(
    sender: type[models.Model], instance: models.Model, created: bool, **kwargs: Any
) -> None:
    """Follow what parts of objects refer to: a tag that is renamed."""
    if created:
        return
    for key in {key for model in searchable_models() for key in child_keys(model)}:
        for field in key.model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.remote_field.model is sender:
                owners = key.model._default_manager.filter(**{field.name: instance.pk})
                for pk in owners.values_list(key.attname, flat=True):
                    _request_owner(key.remote_field.model, pk)


def on_subject_changed(instance: Any, **kwargs: Any) -> None:
    """Follow an object that speaks through others."""
    for subject in instance.search_subjects():
        request_indexing(type(subject), subject.pk)


def on_words_changed(**kwargs: Any) -> None:
    """Use synonyms, chosen results and names of filters as they are from the next query on."""
    touch_index()


def on_entry_deleted(instance: IndexEntry, **kwargs: Any) -> None:
    """Forget an entry that goes with its page; until then nobody finds it any more."""
    # Django takes the number away once the deletion is done.
    after_commit(("forget",), _forget, (instance.pk, instance))


def _forget(deleted: list[tuple[int, IndexEntry]]) -> None:
    services.forget_entries(entries=dict(deleted))


def _keys_of(part: type[models.Model]) -> list[Any]:
    return [
        key
        for key in {key for model in searchable_models() for key in child_keys(model)}
        if key.model is part
    ]


def _request_owner(owner: type[models.Model], pk: Any) -> None:
    if pk is None:
        return
    if owner is Page:
        page = Page.objects.filter(pk=pk).first()
        if page is None or page.specific_class not in searchable_models():
            return
        owner = page.specific_class
    request_indexing(owner, pk)

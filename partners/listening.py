"""What tells search that entries of the directory are not what they were, though nobody saved them."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_published, page_unpublished

from partners.models import CharterPage, DirectoryEntry, Signature
from portal.core.searchable import entries_changed
from portal.users.models import Place, Service, User


def connect() -> None:
    """Listen to accounts, to the services and places that entries show, to the charters' pages."""
    post_save.connect(on_account_saved, sender=User, dispatch_uid="partners.directory")
    post_save.connect(on_signature_saved, sender=Signature, dispatch_uid="partners.directory")
    post_save.connect(on_service_saved, sender=Service, dispatch_uid="partners.directory")
    post_save.connect(on_place_saved, sender=Place, dispatch_uid="partners.directory")
    for signal in (page_published, page_unpublished, post_delete):
        signal.connect(on_page_changed, sender=CharterPage, dispatch_uid="partners.directory")


def on_account_saved(
    instance: User, created: bool, update_fields: Any = None, **_kwargs: Any
) -> None:
    """Follow an account that changes its name or its service, or that goes out of use."""
    if not created and set(update_fields or ()) != {"last_login"}:
        _changed(DirectoryEntry.objects.filter(person=instance))


def on_signature_saved(instance: Signature, created: bool, **_kwargs: Any) -> None:
    """Follow a signature that ends, whoever ends it."""
    if not created:
        _changed(
            DirectoryEntry.objects.filter(person=instance.person_id, charter=instance.charter_id)
        )


def on_service_saved(instance: Service, created: bool, **_kwargs: Any) -> None:
    """Follow a service that is renamed."""
    if not created:
        _changed(DirectoryEntry.objects.filter(shows_service=True, person__service=instance))


def on_place_saved(instance: Place, created: bool, **_kwargs: Any) -> None:
    """Follow a place that is renamed."""
    if not created:
        _changed(DirectoryEntry.objects.filter(shows_place=True, person__place=instance))


def on_page_changed(instance: CharterPage, **_kwargs: Any) -> None:
    """Follow the page on which a charter is read: without one, its directory is closed."""
    _changed(DirectoryEntry.objects.filter(charter=instance.charter_id))


def _changed(entries: QuerySet[DirectoryEntry]) -> None:
    pks = list(entries.values_list("pk", flat=True))
    if pks:
        entries_changed.send(sender=DirectoryEntry, pks=pks)

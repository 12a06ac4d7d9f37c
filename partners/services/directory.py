"""Joining the directory of partners, changing what is shown there, leaving it."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners.models import Charter, DirectoryEntry, DirectoryPhoto, Signature
from partners.photos import Picture
from portal.users.models import User


@dataclass(frozen=True, slots=True)
class Choices:
    """What someone chose to show; nothing of it unless they say so.

    Attributes:
        photo: a new photo, None to leave it as it is.
        drops_photo: whether the photo goes.

    """

    shows_service: bool = False
    shows_place: bool = False
    role: str = ""
    reason: str = ""
    photo: Picture | None = None
    description: str = ""
    drops_photo: bool = False


@transaction.atomic
def appear(*, person: User, charter: Charter, choices: Choices, at: dt.datetime) -> DirectoryEntry:
    """Show a partner in the directory as they chose, or change what is shown.

    Raises:
        ValidationError: they have no active signature of ``charter``.

    """
    # Whoever withdraws at this moment waits, or has withdrawn.
    signed = Signature.objects.active().filter(person=person, charter=charter)
    if signed.select_for_update(of=("self",)).first() is None:
        raise ValidationError(_("Only who has signed the charter appears in the directory."))
    told = {
        "shows_service": choices.shows_service,
        "shows_place": choices.shows_place,
        "role": choices.role,
        "reason": choices.reason,
    }
    entry, _created = DirectoryEntry.objects.update_or_create(
        person=person, charter=charter, defaults=told, create_defaults={**told, "joined_at": at}
    )
    photos = DirectoryPhoto.objects.filter(entry=entry)
    if choices.photo is not None:
        photos.delete()
        DirectoryPhoto.objects.create(
            entry=entry, picture=choices.photo, description=choices.description
        )
    elif choices.drops_photo:
        photos.delete()
    else:
        photos.update(description=choices.description)
    return entry


@transaction.atomic
def leave(*, person: User, charter: Charter) -> bool:
    """Take a partner out of the directory, with all that they had shown; say whether they were in."""
    _count, deleted = DirectoryEntry.objects.filter(person=person, charter=charter).delete()
    return bool(deleted)

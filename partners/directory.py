"""The list of the directory: by name as a dictionary orders it, narrowed by a name or a service."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.core.folding import fold
from portal.users.models import Service

if TYPE_CHECKING:
    from partners.models import DirectoryEntry
    from partners.models.directory import DirectoryEntryQuerySet


@dataclass(frozen=True, slots=True)
class Listing:
    """Numbers of the entries that answer, in order, and the services that partners show, by slug."""

    entries: list[int]
    services: dict[str, str]


def listing(visible: "DirectoryEntryQuerySet", *, name: str, service: str) -> Listing:
    """Return which of the ``visible`` entries answer (two queries, however many there are).

    ``name`` is looked for in names and in roles, as it sounds on the keyboard: without accents; a
    ``service`` that nobody shows filters nothing.
    """
    shown = visible.select_related("person").only(
        "role",
        "shows_service",
        "person__first_name",
        "person__last_name",
        "person__username",
        "person__service_id",
    )
    entries: list[DirectoryEntry] = list(shown)
    services = _services_of(entries)
    wanted = next((pk for pk, one in services.items() if one.slug == service), None)
    words = fold(name).split()
    kept = [
        entry
        for entry in entries
        if (wanted is None or (entry.shows_service and entry.person.service_id == wanted))
        and all(word in fold(f"{entry.name} {entry.role}") for word in words)
    ]
    kept.sort(key=lambda entry: (fold(entry.person.last_name or entry.name), fold(entry.name)))
    names = sorted(
        ((one.slug, one.name) for one in services.values()), key=lambda one: fold(one[1])
    )
    return Listing([entry.pk for entry in kept], dict(names))


def _services_of(entries: "list[DirectoryEntry]") -> dict[int, Service]:
    shown = {entry.person.service_id for entry in entries if entry.shows_service}
    return Service.objects.in_bulk(shown - {None})

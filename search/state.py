"""The state of the index: a token that changes with it, and what is remembered by that token."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from search.models import IndexEntry, IndexState, SynonymGroup
from search.synonyms import Synonyms, read_groups


def touch_index() -> None:
    """Say that the index has changed."""
    IndexState.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})


@dataclass(frozen=True, slots=True)
class State:
    """The index at one moment.

    Attributes:
        token: changes with the index.
        sizes: number of entries in each language.
        synonyms: those that editors keep, by language.

    """

    token: uuid.UUID | None
    sizes: Mapping[str, int]
    synonyms: Mapping[str, Synonyms]

    @property
    def total(self) -> int:
        """Number of entries."""
        return sum(self.sizes.values())


_known: list[State] = []


def current_state() -> State:
    """Return the state of the index as it is (one query when nothing changed)."""
    token = IndexState.objects.values_list("token", flat=True).first()
    for state in _known:
        if token is not None and state.token == token:
            return state
    counted = IndexEntry.objects.order_by().values_list("language").annotate(Count("pk"))
    groups: dict[str, list[list[str]]] = {}
    for group in SynonymGroup.objects.all():
        groups.setdefault(group.language, []).append(group.members)
    synonyms = {language: read_groups(members, language) for language, members in groups.items()}
    state = State(token, dict(counted), synonyms)
    _known[:] = [state]
    return state

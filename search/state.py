"""The state of the index: a token that changes with it, and what is remembered by that token."""

import uuid
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Count

from search.models import IndexEntry, IndexState, SynonymGroup
from search.synonyms import Synonyms, read_groups

# How many things are remembered of one state.
_MOST = 2_000

T = TypeVar("T")


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
    _memory: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` gave for ``key`` in this state; it is shared: only complete it."""
        missing = object()
        found: Any = self._memory.get(key, missing)
        if found is not missing:
            return found
        made = make()
        if len(self._memory) >= _MOST:
            self._memory.clear()
        self._memory[key] = made
        return made

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

"""The small protocol by which things describe themselves to search."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from django.db import models
from django.dispatch import Signal
from django.utils.functional import Promise

# Things whose entries are not what they were, though they were not saved themselves. Sent with
# their model as ``sender``, and their numbers as ``pks``.
entries_changed = Signal()

# Sent after many things were published one by one: what only all of them together tell may be learnt.
many_published = Signal()

# Sent before everything is asked for its entries, for what these are made of to be made ready.
entries_wanted = Signal()


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What search keeps of one published thing, in one language.

    Attributes:
        kind: machine name of the kind, which is also a filter.
        body: plain text, without markup.
        note: a few words shown beside the kind, such as the size of a file.
        page_id: number of the page that it is, or that it is read on; none for a fact.
        path: tree path of that page, to apply page privacy.
        last_day: last day of what takes place; it is over from the next one on.
        group_ids: groups that may read a fact; empty when every signed-in reader may.
        names: what else it is called, as good as its title.
        tags: what it speaks of, which readers can choose from.
        marks: tags by which it is found too, that are no topic (``portal.core.tags``).
        services: slugs of the services that it speaks of.
        image_id: number of its picture, when it has one.

    """

    kind: str
    kind_label: str | Promise
    language: str
    title: str
    summary: str
    body: str
    url: str
    date: dt.date | None = None
    last_day: dt.date | None = None
    note: str | Promise = ""
    page_id: int | None = None
    path: str = ""
    open_to_all: bool = False
    group_ids: tuple[int, ...] = ()
    engagement_numbers: tuple[int, ...] = ()
    sdg_numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    tags: tuple[str, ...] = field(default_factory=tuple)
    marks: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    image_id: int | None = None


@runtime_checkable
class Searchable(Protocol):
    """A model whose published rows are found by search."""

    def search_entries(self) -> list[SearchEntry]:
        """Return one entry per language of the thing; none when it is not published."""


@runtime_checkable
class SpeaksThrough(Protocol):
    """A model that search shows only inside others: a change of it is a change of them."""

    def search_subjects(self) -> Iterable[models.Model]:
        """Return the searchable objects whose entries depend on this one."""

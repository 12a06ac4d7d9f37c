"""The small protocol by which things describe themselves to search."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from django.db import models
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What search keeps of one published thing, in one language.

    Attributes:
        kind: machine name of the kind, which is also a filter.
        body: plain text, without markup.
        path: tree path of a page, to apply page privacy; empty for a fact.
        last_day: last day of what takes place; it is over from the next one on.
        group_ids: groups that may read a fact; empty when every signed-in reader may.
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
    path: str = ""
    open_to_all: bool = False
    group_ids: tuple[int, ...] = ()
    engagement_numbers: tuple[int, ...] = ()
    sdg_numbers: tuple[int, ...] = ()
    tags: tuple[str, ...] = field(default_factory=tuple)
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

"""Which models search speaks of: those that follow the protocol, whatever application they are in."""

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.fields.related import RelatedField
from django.utils.functional import Promise
from modelcluster.fields import ParentalKey
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.models import Page

Model = type[models.Model]


@cache
def searchable_models() -> tuple[Model, ...]:
    """Return the concrete models that have ``search_entries``."""
    return tuple(
        model
        for model in apps.get_models()
        if callable(getattr(model, "search_entries", None)) and not model._meta.proxy
    )


@cache
def subject_models() -> tuple[Model, ...]:
    """Return the models whose rows speak through others (``search_subjects``)."""
    return tuple(
        model
        for model in apps.get_models()
        if callable(getattr(model, "search_subjects", None)) and not model._meta.proxy
    )


def is_page(model: Model) -> bool:
    """Say whether ``model`` is a page type."""
    return issubclass(model, Page)


def child_keys(model: Model) -> Iterator[ParentalKey]:
    """Yield the keys by which parts of ``model`` (tags, links) hang on it or on its parents."""
    owners = {model, *model._meta.get_parent_list()}
    for other in apps.get_models():
        for field in other._meta.local_fields:
            if isinstance(field, ParentalKey) and field.remote_field.model in owners:
                yield field


def link_fields(model: Model, target: Model) -> list[Any]:
    """Return the fields by which ``model`` refers to ``target``.

    The tags of a page are parts of it (``child_keys``).
    """
    return [
        field
        for field in model._meta.get_fields()
        if isinstance(field, RelatedField)
        and (field.many_to_one or field.many_to_many)
        and field.related_model is target
        and not (is_page(model) and isinstance(field, TaggableManager))
    ]


def link_tables(model: Model) -> Iterator[Model]:
    """Yield the tables behind the many-to-many fields of ``model``."""
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        if through is not None and (through._meta.auto_created or issubclass(through, ItemBase)):
            yield through


@cache
def kind_labels() -> dict[str, str | Promise]:
    """Return the labels of the kinds, from the models that define them."""
    classes = itertools.chain.from_iterable(model.__mro__ for model in searchable_models())
    labels: dict[str, str | Promise] = {}
    for owner in classes:
        own = vars(owner)
        if isinstance(own.get("kind"), str) and "kind_label" in own:
            labels.setdefault(own["kind"], own["kind_label"])
    return labels

"""The words of the admin's search on a database: those of ``search.text``, in the index and asked.

Wagtail's backends for SQLite and PostgreSQL keep words as they are written, and know no French:
« velo » does not find « Vélo », nor « eco gestes » « éco-gestes ». Here they are given terms.
"""

from collections.abc import Iterable
from copy import copy
from functools import partial
from typing import Any

from django.db import models
from modelsearch.index import AutocompleteField, RelatedFields
from modelsearch.query import And, Boost, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from search import text

# Further words of a query are not read.
_MOST_WORDS = 32
NOTHING = Not(MatchAll())


class Worded:
    """An object as the index sees it: each of its fields gives terms."""

    def __init__(self, thing: models.Model) -> None:
        """See ``thing`` so."""
        self.thing = thing
        self.pk = thing.pk

    def get_search_fields(self) -> list[Any]:
        """Return the fields of the object, each giving its terms."""
        fields: Iterable[Any] = type(self.thing).get_search_fields()  # type: ignore[attr-defined]
        return [_worded(field) for field in fields]


def _worded(field: Any) -> Any:
    worded = copy(field)
    worded.get_value = partial(_value, field)
    if isinstance(field, RelatedFields):
        worded.fields = [_worded(part) for part in field.fields]
    return worded


def _value(field: Any, thing: Any) -> Any:
    value = field.get_value(thing.thing if isinstance(thing, Worded) else thing)
    if isinstance(field, RelatedFields):
        return value
    written = _written(value)
    terms = text.terms(written)
    if isinstance(field, AutocompleteField):  # « journau » begins « journaux », not « journal »
        terms += text.words(written)
    return " ".join(terms)


def _written(value: Any) -> str:
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "\n".join(_written(part) for part in value)
    return "" if value is None else str(value)


def asked(query: SearchQuery) -> SearchQuery:
    """Return ``query`` in terms; what holds no word finds nothing."""
    match query:
        case PlainText():
            terms = " ".join(_terms(query.query_string))
            return PlainText(terms, operator=query.operator) if terms else NOTHING
        case Phrase():
            terms = " ".join(text.terms(query.query_string)[:_MOST_WORDS])
            return Phrase(terms) if terms else NOTHING
        case And() | Or():
            parts = [part for part in map(asked, query.subqueries) if part is not NOTHING]
            return type(query)(parts) if parts else NOTHING
        case Not() if query is not NOTHING and not isinstance(query.subquery, MatchAll):
            inner = asked(query.subquery)
            return MatchAll() if inner is NOTHING else Not(inner)
        case Boost():
            inner = asked(query.subquery)
            return inner if inner is NOTHING else Boost(inner, query.boost)
    return query


def _terms(written: str) -> list[str]:
    """Return the terms of what was typed: a compound by its parts, as they also stand alone."""
    return [text.stem(word)[: text.MAX_TERM] for word in text.words(written[:2_000])][:_MOST_WORDS]


class AskedInTerms:
    """A query compiler of Wagtail's that asks in terms, of every field at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Read the query."""
        super().__init__(*args, **kwargs)
        self.query: SearchQuery = asked(self.query)
        # The index keeps an object's fields together; the columns of the table hold no terms.
        self.fields = None

"""The admin's search on PostgreSQL."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from modelsearch.backends.database.postgres import postgres

from .admin_words import AskedInTerms, Worded


class FrenchPostgresqlIndex(postgres.PostgresIndex):
    """Keeps terms."""

    def add_items(self, model: type[models.Model], objs: Iterable[models.Model]) -> None:
        """Put objects in the index."""
        super().add_items(model, [Worded(thing) for thing in objs])


class _Compiler(AskedInTerms, postgres.PostgresSearchQueryCompiler):
    pass


class _AutocompleteCompiler(AskedInTerms, postgres.PostgresAutocompleteQueryCompiler):
    pass


class FrenchPostgresqlBackend(postgres.PostgresSearchBackend):
    """Wagtail's backend for PostgreSQL, in French."""

    index_class = FrenchPostgresqlIndex
    query_compiler_class = _Compiler
    autocomplete_query_compiler_class = _AutocompleteCompiler

    def __init__(self, params: dict[str, Any]) -> None:
        """Let PostgreSQL take terms as they are: it has nothing to stem."""
        super().__init__({"SEARCH_CONFIG": "simple", **params})

"""The admin's search on SQLite."""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from django.db import models
from modelsearch.backends.database.sqlite import sqlite
from modelsearch.backends.database.sqlite.query import MatchExpression
from modelsearch.query import Phrase, PlainText
from modelsearch.utils import get_descendants_content_types_pks

from .admin_words import AskedInTerms, Worded


class FrenchSqliteIndex(sqlite.SQLiteIndex):
    """Keeps terms."""

    def add_items(self, model: type[models.Model], objs: Iterable[models.Model]) -> None:
        """Put objects in the index."""
        super().add_items(model, [Worded(thing) for thing in objs])


class _Compiler(AskedInTerms, sqlite.SQLiteSearchQueryCompiler):
    pass


class _AutocompleteCompiler(AskedInTerms, sqlite.SQLiteAutocompleteQueryCompiler):
    pass


class FrenchSqliteResults(sqlite.SQLiteSearchResults):
    """Asks for all scores at once, where Wagtail's asks again for that of each row."""

    def _do_search(self) -> Sequence[Any]:
        compiler = self.query_compiler
        if not compiler.order_by_relevance or not isinstance(compiler.query, PlainText | Phrase):
            found: Sequence[Any] = super()._do_search()
            return found
        config = compiler.get_config(self.backend)
        scores = self._scores(config)
        unsorted = copy(compiler)
        unsorted.order_by_relevance = False
        pks = unsorted.search(config, None, None).order_by("-pk").values_list("pk", flat=True)
        best = sorted(pks, key=lambda pk: scores.get(str(pk), 0.0))[self.start : self.stop]
        things = {thing.pk: thing for thing in compiler.queryset.filter(pk__in=best)}
        if self._score_field:
            for pk, thing in things.items():
                setattr(thing, self._score_field, scores.get(str(pk)))
        return [things[pk] for pk in best if pk in things]

    def _scores(self, config: Any) -> dict[str, float]:
        """Return the scores of all that holds the words, the lowest the best."""
        compiler = self.query_compiler
        words = compiler.build_search_query(compiler.query, config=config)
        rows = sqlite.SQLiteFTSIndexEntry.objects.filter(
            MatchExpression(compiler.FTS_TABLE_FIELDS, words),
            index_entry__content_type__in=get_descendants_content_types_pks(
                compiler.queryset.model
            ),
        ).annotate(score=compiler._build_rank_expression(compiler.get_search_vectors(), config))
        return dict(rows.values_list("index_entry__object_id", "score"))


class FrenchSqliteBackend(sqlite.SQLiteSearchBackend):
    """Wagtail's backend for SQLite, in French."""

    index_class = FrenchSqliteIndex
    query_compiler_class = _Compiler
    autocomplete_query_compiler_class = _AutocompleteCompiler
    results_class = FrenchSqliteResults

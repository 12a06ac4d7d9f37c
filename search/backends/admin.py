"""The admin's own search and choosers on a cluster: Wagtail's backends, with French added.

Stock analysis has no French (« énergie » does not find « l’énergie »), and stock autocomplete folds
accents in the index but not in the query (« éc » finds nothing). While the cluster is down, or has
no index yet, the admin searches the database; what the cluster missed is mended by the clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from typing import Any

from django.core.management import call_command
from django.db import models
from modelsearch.backends.elasticsearch8 import Elasticsearch8Mapping, Elasticsearch8SearchBackend
from modelsearch.utils import deep_update

from search import text
from search.models import PendingWrite

from . import admin_database
from .cluster import Cluster, ClusterError, MissingIndexError, connect, split_address

# The longest beginning of a word that is indexed.
_LONGEST = 15
_LONGEST_QUERY = 500
_WORDS = ["elision", "lowercase", "asciifolding"]

FRENCH: dict[str, Any] = {
    "settings": {
        "analysis": {
            "analyzer": {
                "default": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": [*_WORDS, "light_stems"],
                },
                "edgengram_analyzer": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": [*_WORDS, "edgengram"],
                },
                "beginnings": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": [*_WORDS, "longest"],
                },
            },
            "filter": {
                "elision": {
                    "type": "elision",
                    "articles_case": True,
                    "articles": [
                        "l",
                        "m",
                        "t",
                        "qu",
                        "n",
                        "s",
                        "j",
                        "d",
                        "c",
                        "jusqu",
                        "quoiqu",
                        "lorsqu",
                        "puisqu",
                    ],
                },
                "light_stems": {"type": "stemmer", "language": "light_french"},
                "longest": {"type": "truncate", "length": _LONGEST},
            },
        },
    }
}
_BEGINNINGS = {"analyzer": "edgengram_analyzer", "search_analyzer": "beginnings"}


class _Careful:
    """Remembers that the index of the admin missed something; asks nothing that cannot be written."""

    def search(self, query: Any, *args: Any, operator: str | None = None, **kwargs: Any) -> Any:
        """Search for whole words, all of them, as on a database."""
        return super().search(  # type: ignore[misc]
            _clean(query), *args, operator=operator or "and", **kwargs
        )

    def autocomplete(
        self, query: Any, *args: Any, operator: str | None = None, **kwargs: Any
    ) -> Any:
        """Search for beginnings of words, all of them, as on a database."""
        return super().autocomplete(  # type: ignore[misc]
            _clean(query), *args, operator=operator or "and", **kwargs
        )

    def add(self, obj: models.Model) -> None:
        """Put ``obj`` in the index."""
        with _noting():
            super().add(obj)  # type: ignore[misc]

    def add_bulk(self, model: type[models.Model], obj_list: Any) -> None:
        """Put several objects in the index."""
        with _noting():
            super().add_bulk(model, obj_list)  # type: ignore[misc]

    def delete(self, obj: models.Model) -> None:
        """Take ``obj`` out of the index."""
        with _noting():
            super().delete(obj)  # type: ignore[misc]


def _clean(query: Any) -> Any:
    return text.clean(query)[:_LONGEST_QUERY] if isinstance(query, str) else query


class FrenchElasticsearchMapping(Elasticsearch8Mapping):
    """Beginnings of words are folded in the query as in the index."""

    edgengram_analyzer_config = _BEGINNINGS


class FrenchElasticsearchBackend(_Careful, Elasticsearch8SearchBackend):
    """Wagtail's backend for Elasticsearch, in French."""

    mapping_class = FrenchElasticsearchMapping
    settings = deep_update(deepcopy(Elasticsearch8SearchBackend.settings), FRENCH)


def _opensearch_backend() -> Any:
    from modelsearch.backends.opensearch3 import OpenSearch3Mapping, OpenSearch3SearchBackend

    class FrenchOpensearchMapping(OpenSearch3Mapping):
        edgengram_analyzer_config = _BEGINNINGS

    class FrenchOpensearchBackend(_Careful, OpenSearch3SearchBackend):
        mapping_class = FrenchOpensearchMapping
        settings = deep_update(deepcopy(OpenSearch3SearchBackend.settings), FRENCH)

    return FrenchOpensearchBackend


_filling = ContextVar("filling", default=False)


@contextmanager
def filling() -> Iterator[None]:
    """Let the backend be that of the cluster, though its index may not be there yet."""
    token = _filling.set(True)
    try:
        yield
    finally:
        _filling.reset(token)


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that modelsearch looks for
    """Return the backend of the cluster at ``params["URL"]``, or the database's for want of it."""
    url, prefix = params["URL"], params["INDEX_PREFIX"]
    try:
        cluster = connect(url)
        if not _is_complete(cluster, prefix) and not _filling.get():
            raise MissingIndexError("manage.py update_index has not been run")
    except ClusterError:
        _note()
        return admin_database.SearchBackend({})
    host, user = split_address(url)
    if cluster.name == "opensearch":
        kind, option = _opensearch_backend(), "http_auth"
    else:
        kind, option = FrenchElasticsearchBackend, "basic_auth"
    options = {option: user, "max_retries": 0}
    return kind({"HOSTS": [host], "INDEX_PREFIX": prefix, "TIMEOUT": 10, "OPTIONS": options})


def _is_complete(cluster: Cluster, prefix: str) -> bool:
    held = cluster.aliases(f"{prefix}*")
    return any(f"{prefix}wagtailcore_page" in aliases for aliases in held.values())


def _note() -> None:
    if not PendingWrite.objects.filter(entry_id=None).exists():
        PendingWrite.objects.create(entry_id=None)


@contextmanager
def _noting() -> Iterator[None]:
    try:
        yield
    except Exception:
        _note()
        raise


def mend() -> None:
    """Make the admin's index again, if it missed something."""
    marks = list(PendingWrite.objects.filter(entry_id=None).values_list("pk", flat=True))
    if marks:
        call_command("update_index", backend_name="default", verbosity=0)
        PendingWrite.objects.filter(pk__in=marks).delete()

"""Elasticsearch, or OpenSearch: beside the engine of the database, which is always kept too.

Reading: the cluster answers; when it is down, slow, or behind, the database does, and says so. One
reader tries again from time to time, and all goes back to the cluster by itself.

Writing: a change leaves a ``PendingWrite`` in its own transaction. Once that is over, the entry is
read as it then is and sent; its mark goes when the cluster has it. What could not be sent waits for
the next try: at the next publication, at the first search after the failure, or within a minute
(``portal.core.clock``). Numbers of marks are versions of documents, so that of two writers who
cross, the later change wins.

Filling (``update_index``, or an index that is not there): a new index is filled from the database
while the old one serves; publications go to both; then the alias is moved, at one instant.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from search.models import EntryFacet, IndexEntry, PendingWrite
from search.understanding import Concept

from .base import Answer, Document, Engine, Question
from .cluster import (
    FILLING_PATIENCE,
    WRITING_PATIENCE,
    Breaker,
    Cluster,
    ClusterError,
    MissingIndexError,
    connect,
)
from .cluster_index import (
    DEEPEST,
    INDEX,
    SCHEMA,
    Asked,
    Counts,
    bounded,
    counting,
    document_of,
    is_plain,
    read_counts,
    read_entry,
    read_facets,
)

logger = logging.getLogger(__name__)

_BATCH = 200
# A change that waits longer than this is missing: the database, which has it, answers.
_LATE = dt.timedelta(seconds=5)
# How much of that a reader sends; the clock sends the rest.
_READERS_BATCHES = 2
# How many sets of concepts are remembered with their counts.
_MAX_KNOWN = 1_000


class ElasticsearchEngine(Engine):
    """Full-text search of a cluster, with the engine of the database behind it."""

    def __init__(self, url: str, prefix: str, database: Engine) -> None:
        self.url = url
        self.prefix = prefix
        self.database = database
        self.breaker = Breaker()
        self.alias = f"{prefix}-search-{SCHEMA}"
        self._counts: tuple[uuid.UUID | None, dict[tuple[Concept, ...], Counts]] = (None, {})

    @property
    def name(self) -> str:  # type: ignore[override]
        """Name of what answers when all is well."""
        return self.cluster.name

    @property
    def cluster(self) -> Cluster:
        """The cluster.

        Raises:
            ClusterError: it is down, and was never reached by this process.

        """
        return connect(self.url)

    # Writing

    def install(self, target: BaseDatabaseWrapper) -> None:
        """Create what the database needs; the cluster's index comes with what fills it."""
        self.database.install(target)

    def write(self, documents: Sequence[Document]) -> None:
        """Put ``documents`` in the database's index; mark them for the cluster."""
        self.database.write(documents)
        self._mark(document.row.pk for document in documents)

    def remove(self, entry_ids: Iterable[int]) -> None:
        """Take documents out of the database's index; mark them for the cluster."""
        entry_ids = list(entry_ids)
        self.database.remove(entry_ids)
        self._mark(entry_ids)

    def follow(self, entry_ids: Iterable[int]) -> None:
        """Mark entries whose place has changed."""
        self._mark(entry_ids)

    def purge(self) -> None:
        """Take out what belongs to no entry any more: the cluster's index is made anew."""
        self.database.purge()
        transaction.on_commit(self._refill, robust=True)

    def _mark(self, entry_ids: Iterable[int]) -> None:
        marks = [PendingWrite(entry_id=entry_id) for entry_id in entry_ids]
        if marks:
            PendingWrite.objects.bulk_create(marks, batch_size=500)
            transaction.on_commit(self._send_now, robust=True)

    def _send_now(self) -> None:
        if self.breaker.allows():
            self._trying(self.send)

    def _refill(self) -> None:
        def fill() -> None:
            self.refill()
            self.send()

        self._trying(fill)

    def catch_up(self) -> None:
        """Send what the cluster missed; fill its index if it is not there."""

        def mend() -> None:
            if not self._serving():
                self.refill()
            self.send()

        self._trying(mend)

    def _trying(self, work: Callable[[], None]) -> bool:
        """Do ``work`` on the cluster; say whether it could be done, log the first failure."""
        try:
            work()
        except ClusterError as error:
            if self.breaker.failed():
                logger.warning("The search cluster fails, the database answers: %s", error)
            return False
        if self.breaker.succeeded():
            logger.warning("The search cluster is back")
        return True

    def _indices(self) -> dict[str, set[str]]:
        return self.cluster.aliases(f"{self.prefix}-entries-*")

    def _serving(self) -> list[str]:
        return sorted(name for name, aliases in self._indices().items() if self.alias in aliases)

    def send(self, batches: int | None = None) -> None:
        """Send what is marked, as it is now, to every index there is.

        Args:
            batches: the most to send, in the time of a reader who waits.

        Raises:
            ClusterError: some of it could not be sent, and stays marked.

        """
        sent = 0
        while marks := dict(
            PendingWrite.objects.filter(entry_id__isnull=False)
            .order_by("pk")
            .values_list("pk", "entry_id")[:_BATCH]
        ):
            if sent == batches:
                raise ClusterError("it has much to catch up with")
            sent += 1
            indices = self._indices()
            if not any(self.alias in aliases for aliases in indices.values()):
                raise MissingIndexError(f"{self.alias} is not there yet")
            versions = {entry_id: pk for pk, entry_id in marks.items()}
            rows = IndexEntry.objects.filter(pk__in=versions).order_by("pk")
            documents = {item.row.pk: item for item in _documents(list(rows))}
            operations: list[dict[str, Any]] = []
            for index in indices:
                for entry_id, version in versions.items():
                    where = {
                        "_index": _entrance(index),
                        "_id": str(entry_id),
                        "version": version,
                        "version_type": "external_gte",
                    }
                    if entry_id in documents:
                        operations += [{"index": where}, document_of(documents[entry_id])]
                    else:
                        operations.append({"delete": where})
            self._write(operations, refresh=True, patience=WRITING_PATIENCE)
            PendingWrite.objects.filter(pk__in=marks).delete()

    def refill(self) -> None:
        """Fill a new index from the database, then let it serve in place of the old one.

        Raises:
            ClusterError: it could not be done; what served goes on serving.

        """
        cluster = self.cluster
        # Names are in the order of time: of two who fill at once, the later wins.
        stamp = timezone.now().astimezone(dt.UTC).strftime("%Y%m%d%H%M%S%f")
        name = f"{self.prefix}-entries-{SCHEMA}-{stamp}"
        cluster.create(name, {**INDEX, "aliases": {_entrance(name): {}}})
        try:
            for documents in _all_documents():
                operations: list[dict[str, Any]] = []
                for document in documents:
                    where = {
                        "_index": _entrance(name),
                        "_id": str(document.row.pk),
                        "version": 0,  # whatever was published meanwhile is later
                        "version_type": "external",
                    }
                    operations += [{"index": where}, document_of(document)]
                self._write(operations, refresh=False, patience=FILLING_PATIENCE)
            cluster.settle(name)
            indices = self._indices()
            serving = [index for index, aliases in indices.items() if self.alias in aliases]
            if any(index > name for index in serving):
                cluster.delete([name])
                return
            cluster.update_aliases(
                [
                    *({"remove": {"index": index, "alias": self.alias}} for index in serving),
                    {"add": {"index": name, "alias": self.alias}},
                ]
            )
        except BaseException as error:
            with suppress(ClusterError):
                cluster.delete([name])
            if isinstance(error, MissingIndexError) and any(i > name for i in self._serving()):
                return  # a later one came first, and took this one away
            raise
        cluster.delete([index for index in indices if index < name])

    def _write(self, operations: list[dict[str, Any]], *, refresh: bool, patience: float) -> None:
        """Write, and read what became of each document."""
        if not operations:
            return
        for item in self.cluster.bulk(operations, refresh=refresh, patience=patience):
            status = item["status"]
            # 404: to delete what is not there, or an index that another has just replaced.
            if status < 300 or status in {404, 409}:
                continue
            if status == 429 or status >= 500:
                raise ClusterError(str(item.get("error"))[:500])
            # The same again tomorrow would fail the same: the others must not wait for it.
            logger.error("The search cluster refuses entry %s: %s", item["_id"], item.get("error"))

    # Reading

    def is_ready(self) -> bool:
        """Say whether there is an answer to expect, be it from the database."""
        return self.database.is_ready()

    def search(self, question: Question) -> Answer:
        """Answer ``question``: the cluster, or else the database."""
        if question.offset + question.limit > DEEPEST:
            return self.database.search(question)
        answers: list[Answer] = []

        def ask() -> None:
            if self.breaker.is_open or self._is_behind():
                self.send(_READERS_BATCHES)
            answers.append(self._ask(question))

        if self.breaker.allows() and self._trying(ask):
            return answers[0]
        return replace(self.database.search(question), degraded=True)

    @staticmethod
    def _is_behind() -> bool:
        late = timezone.now() - _LATE
        return PendingWrite.objects.filter(entry_id__isnull=False, since__lt=late).exists()

    def _ask(self, question: Question) -> Answer:
        cluster = self.cluster
        question = replace(
            question, concepts=bounded(question.concepts), feedback=bounded(question.feedback)
        )
        asked = Asked(question, self._counts_of(question), cluster.ceiling)
        if not question.concepts:
            (whole,) = cluster.search(self.alias, [asked.strict()])
            return self._answer(question, whole)
        whole, near = cluster.search(self.alias, [asked.strict(), asked.near()])
        if whole["aggregations"]["spoken"]["doc_count"] or not question.counted:
            return self._answer(question, whole, near)
        (counted,) = cluster.search(self.alias, [asked.near_facets()])
        return self._answer(question, whole, near, counted)

    def _answer(
        self, question: Question, whole: Any, near: Any = None, counted: Any = None
    ) -> Answer:
        total = whole["hits"]["total"]["value"]
        hits = list(whole["hits"]["hits"])
        if near is not None:
            start = max(0, question.offset - total)
            hits += near["hits"]["hits"][start : start + question.limit - len(hits)]
        languages = whole["aggregations"]["languages"]["values"]["buckets"]
        return Answer(
            entries=[read_entry(hit) for hit in hits],
            scores=[float(hit["_score"] or 0.0) if question.concepts else 0.0 for hit in hits],
            total=total,
            near=near["hits"]["total"]["value"] if near is not None else 0,
            facets=read_facets(counted or whole),
            languages={bucket["key"]: bucket["doc_count"] for bucket in languages},
            engine=self.cluster.name,
        )

    def _counts_of(self, question: Question) -> Counts:
        """Return how many entries hold what is asked: asked once while the index is the same."""
        several = (*question.concepts, *question.feedback)
        concepts = tuple(concept for concept in several if not is_plain(concept))
        token, known = self._counts
        if token != question.token or token is None or len(known) > _MAX_KNOWN:
            known = {}
            self._counts = (question.token, known)
        if concepts and concepts not in known:
            (answer,) = self.cluster.search(self.alias, [counting(concepts)])
            known[concepts] = read_counts(concepts, answer)
        return known.get(concepts, Counts())


def _entrance(index: str) -> str:
    """Return the alias by which an index is written to: with it goes what creates it by mistake."""
    return f"{index}-in"


def _documents(rows: Sequence[IndexEntry]) -> list[Document]:
    """Return the documents of some entries, from the database alone."""
    facets: dict[int, dict[str, list[str]]] = {}
    for entry, facet, value in EntryFacet.objects.filter(entry__in=rows).values_list(
        "entry_id", "facet", "value"
    ):
        facets.setdefault(entry, {}).setdefault(facet, []).append(value)
    groups: dict[int, list[int]] = {}
    readers = IndexEntry.readers.through.objects.filter(indexentry__in=rows)
    for entry, group in readers.values_list("indexentry_id", "group_id"):
        groups.setdefault(entry, []).append(group)
    return [Document.of(row, facets.get(row.pk, {}), groups.get(row.pk, [])) for row in rows]


def _all_documents() -> Iterator[list[Document]]:
    last = 0
    while rows := list(IndexEntry.objects.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield _documents(rows)
        last = rows[-1].pk

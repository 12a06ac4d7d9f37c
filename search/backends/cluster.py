"""A search cluster, Elasticsearch or OpenSearch: what the portal asks of either, by its own client.

Both speak the same language; their clients take it in slightly different words. Whatever goes
wrong is one of two errors here: the cluster does not serve, or it lacks an index.
"""

import base64
import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from elastic_transport import NodeConfig, Transport, TransportError

Json = dict[str, Any]

# What fails is raised, and the engine logs it once per failure: not once per request.
for _name in ("elastic_transport", "opensearch", "opensearchpy.trace"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

# A reader waits no longer than this for the cluster, a writer no longer than that (seconds).
_PATIENCE = 2.0
WRITING_PATIENCE = 5.0
FILLING_PATIENCE = 60.0


class ClusterError(Exception):
    """The cluster does not serve: unreachable, slow, overloaded, or it refuses."""


class MissingIndexError(ClusterError):
    """The cluster serves, but does not hold the index."""


class Cluster(ABC):
    """What the portal asks of a cluster.

    Attributes:
        name: what kind of cluster it is.
        ceiling: what a term found over and over tends to, times its rarity. (BM25 multiplies by
            ``k1 + 1`` in Elasticsearch, and by nothing in OpenSearch 3; the order is the same.)

    """

    name: str
    ceiling: float

    def __init__(self, client: Any, errors: tuple[type[Exception], ...]) -> None:
        self.client = client
        self._errors = errors

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            if _status(error) == 404:
                raise MissingIndexError(str(error)) from error
            raise ClusterError(f"{type(error).__name__}: {error}"[:500]) from error

    @abstractmethod
    def _create(self, index: str, body: Json) -> None: ...

    @abstractmethod
    def _search(self, searches: list[Json]) -> Json: ...

    @abstractmethod
    def _bulk(self, operations: list[Json], refresh: bool, patience: float) -> Json: ...

    @abstractmethod
    def _merge(self, index: str) -> None: ...

    @abstractmethod
    def _update_aliases(self, actions: list[Json]) -> None: ...

    def create(self, index: str, body: Json) -> None:
        """Create an index."""
        with self._asking():
            self._create(index, body)

    def delete(self, indices: Sequence[str]) -> None:
        """Delete indices; those that are gone are no error."""
        with self._asking():
            for index in indices:
                self.client.indices.delete(index=index, ignore_unavailable=True)

    def settle(self, index: str) -> None:
        """Let what was written be found, and in one piece if that is soon done: it is read faster."""
        with suppress(ClusterError), self._asking():
            self._merge(index)
        with self._asking():
            self.client.indices.refresh(index=index)

    def aliases(self, pattern: str) -> dict[str, set[str]]:
        """Return the indices whose names follow ``pattern``, each with its aliases."""
        with self._asking():
            found = self.client.indices.get_alias(index=pattern, allow_no_indices=True)
            return {index: set(held["aliases"]) for index, held in dict(found).items()}

    def update_aliases(self, actions: list[Json]) -> None:
        """Change several aliases at one instant."""
        with self._asking():
            self._update_aliases(actions)

    def bulk(
        self, operations: list[Json], *, refresh: bool, patience: float = WRITING_PATIENCE
    ) -> list[Json]:
        """Write documents; return what became of each."""
        with self._asking():
            answer = self._bulk(operations, refresh, patience)
        return [next(iter(item.values())) for item in answer["items"]]

    def search(self, alias: str, bodies: Sequence[Json]) -> list[Json]:
        """Ask several questions in one request.

        The cluster remembers what it answers until its index changes, results included: by itself
        it would remember counts alone.

        Raises:
            ClusterError: one of them has no answer, or the answer is not whole.

        """
        searches: list[Json] = []
        for body in bodies:
            searches += [{"index": alias, "request_cache": True}, body]
        with self._asking():
            answers = list(self._search(searches)["responses"])
        for answer in answers:
            if "error" in answer:
                problem = MissingIndexError if answer.get("status") == 404 else ClusterError
                raise problem(str(answer["error"])[:500])
            if answer["timed_out"] or answer["_shards"]["failed"]:
                raise ClusterError("it answered in part only")
        return answers


def _status(error: Exception) -> object:
    status = getattr(error, "status_code", None)
    return getattr(getattr(error, "meta", None), "status", None) if status is None else status


class ElasticsearchCluster(Cluster):
    """Elasticsearch, by its official client."""

    name = "elasticsearch"
    ceiling = 3.0

    def __init__(self, url: str) -> None:
        from elasticsearch import ApiError, Elasticsearch
        from elasticsearch import TransportError as ClientError

        address, user = split_address(url)
        client = Elasticsearch(
            address,
            basic_auth=user,
            request_timeout=_PATIENCE,
            max_retries=0,
            retry_on_timeout=False,
        )
        super().__init__(client, (ApiError, ClientError))

    def _create(self, index: str, body: Json) -> None:
        self.client.options(request_timeout=FILLING_PATIENCE).indices.create(index=index, **body)

    def _search(self, searches: list[Json]) -> Json:
        return dict(self.client.msearch(searches=searches))

    def _bulk(self, operations: list[Json], refresh: bool, patience: float) -> Json:
        return dict(
            self.client.options(request_timeout=patience).bulk(
                operations=operations, refresh=refresh, require_alias=True
            )
        )

    def _merge(self, index: str) -> None:
        patient = self.client.options(request_timeout=FILLING_PATIENCE)
        patient.indices.forcemerge(index=index, max_num_segments=1)

    def _update_aliases(self, actions: list[Json]) -> None:
        self.client.indices.update_aliases(actions=actions)


class OpensearchCluster(Cluster):
    """OpenSearch, by its own client, which an installation that uses it adds."""

    name = "opensearch"
    ceiling = 1.0

    def __init__(self, url: str) -> None:
        from opensearchpy import OpenSearch
        from opensearchpy.exceptions import OpenSearchException

        address, user = split_address(url)
        client = OpenSearch(
            [address],
            http_auth=user,
            timeout=_PATIENCE,
            max_retries=0,
            retry_on_timeout=False,
        )
        super().__init__(client, (OpenSearchException,))

    def _create(self, index: str, body: Json) -> None:
        self.client.indices.create(index=index, body=body, request_timeout=FILLING_PATIENCE)

    def _search(self, searches: list[Json]) -> Json:
        return dict(self.client.msearch(body=searches))

    def _bulk(self, operations: list[Json], refresh: bool, patience: float) -> Json:
        return dict(
            self.client.bulk(
                body=operations,
                refresh="true" if refresh else "false",
                require_alias="true",
                request_timeout=patience,
            )
        )

    def _merge(self, index: str) -> None:
        self.client.indices.forcemerge(
            index=index, max_num_segments=1, request_timeout=FILLING_PATIENCE
        )

    def _update_aliases(self, actions: list[Json]) -> None:
        self.client.indices.update_aliases(body={"actions": actions})


def split_address(url: str) -> tuple[str, tuple[str, str] | None]:
    """Return the address without its user but with its port, and the user with their password."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 9200)
    user = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return f"{parts.scheme}://{host}:{port}{parts.path.rstrip('/')}", user


_known: dict[str, Cluster] = {}


def connect(url: str) -> Cluster:
    """Return the cluster at ``url``, asked once per process what it is.

    Raises:
        ClusterError: it does not answer, or what it needs is not installed here.

    """
    known = _known.get(url)
    if known is None:
        try:
            kind = OpensearchCluster if _is_opensearch(url) else ElasticsearchCluster
            known = _known[url] = kind(url)
        except ImportError as error:
            raise ClusterError(
                "This cluster is OpenSearch: install opensearch-py>=3,<4 beside the portal"
            ) from error
    return known


def _is_opensearch(url: str) -> bool:
    """Ask a cluster what it is; either client would refuse the other's."""
    host, user = split_address(url)
    address = urlsplit(host)
    headers = {"accept": "application/json"}
    if user:
        headers["authorization"] = f"Basic {base64.b64encode(':'.join(user).encode()).decode()}"
    node = NodeConfig(
        scheme=address.scheme,
        host=address.hostname or "",
        port=address.port or 9200,
        path_prefix=address.path,
        request_timeout=_PATIENCE,
    )
    with closing(Transport([node], max_retries=0)) as transport:
        try:
            answer = transport.perform_request("GET", "/", headers=headers)
        except TransportError as error:
            raise ClusterError(f"{type(error).__name__}: {error}"[:500]) from error
    body = answer.body
    if answer.meta.status != 200 or not isinstance(body, Mapping) or "version" not in body:
        raise ClusterError(f"It answers {answer.meta.status} at its root, like no search cluster")
    return body["version"].get("distribution") == "opensearch"


# How long a cluster that failed is left alone: at first, and at most (seconds).
_FIRST_REST = 5.0
_LONGEST_REST = 60.0


class Breaker:
    """Spares readers the wait for a cluster that is down: one try from time to time, by one reader.

    It is of one process: each finds out for itself.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = 0.0
        self._rest = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the last try failed."""
        return self._rest > 0

    def allows(self) -> bool:
        """Say whether to try; of those who ask during a failure, one now and then is told so."""
        with self._lock:
            if not self._rest:
                return True
            now = self._clock()
            if now < self._until:
                return False
            self._until = now + self._rest  # the others wait for what this try gives
            return True

    def failed(self) -> bool:
        """Note a failure; say whether it is the first since all was well."""
        with self._lock:
            first = not self._rest
            self._rest = min(self._rest * 2 or _FIRST_REST, _LONGEST_REST)
            self._until = self._clock() + self._rest
            return first

    def succeeded(self) -> bool:
        """Note a success; say whether it is the first after failures."""
        with self._lock:
            first = self._rest > 0
            self._rest = 0.0
            return first

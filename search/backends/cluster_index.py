"""What a cluster keeps of an entry, and how a question is put to it. Pure functions, no request.

One document per entry. Its terms, made by ``search.text`` like those of the query, are in one
field, where the cluster only cuts at spaces: those of the title stand there as often as the title
weighs (``WEIGHTS``), and so on, for a term must weigh the same wherever it stands. A gap between
the parts lets no phrase run from one into the next.

The score is that of ``search.scoring``: a concept is worth its best way, a little for the others,
times its rarity; an entry, the sum of its concepts. A ``dis_max`` with ``tie_breaker`` is just
that. What BM25 gives a way is ``ceiling × idf(way) × strength``, with a strength from 0 to 1 and,
for several terms side by side, the sum of their idf. So each way is boosted by::

    weight(way) × rarity(concept) / (ceiling × idf(way))

and what remains is ``weight × rarity × strength``, as on the engines of the database. How many
entries hold each term, and each concept, is asked of the cluster first (``counting``), but for a
concept of one term, where both rarities are one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from portal.core.visibility import Reader, closed_paths, group_ids
from search import scoring
from search.models import Facet
from search.understanding import Concept, Way

from .base import WEIGHTS, Document, Question, Sort

Json = dict[str, Any]

# Changes with what is below: an index made otherwise is made again.
SCHEMA = 2
# A result further down than this is not the cluster's to find.
DEEPEST = 10_000
# A cluster refuses a query of more than 1,024 parts, and what is asked stands twice in one.
_MAX_TERMS = 300

# By facet, the most values that are counted.
_FACETS = {
    "kind": 100,
    "year": 200,
    **{facet.value: 1_000 for facet in Facet},
}
_LANGUAGES = 50
_NOTHING: Json = {"match_none": {}}

INDEX: Json = {
    "settings": {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "1s",
        # How long the number of a removed document is remembered: longer than a writer takes.
        "gc_deletes": "10m",
        "analysis": {"analyzer": {"terms": {"type": "custom", "tokenizer": "whitespace"}}},
        # Chosen on judged queries.
        "similarity": {"terms": {"type": "BM25", "k1": 2.0, "b": 0.4}},
    },
    "mappings": {
        "dynamic": False,
        # The database has everything; what is found here are numbers of entries.
        "_source": {"enabled": False},
        "properties": {
            "terms": {
                "type": "text",
                "analyzer": "terms",
                "similarity": "terms",
                "position_increment_gap": 100,
            },
            "entry": {"type": "long"},
            "day": {"type": "integer"},
            "language": {"type": "keyword"},
            "path": {"type": "keyword"},
            "open_to_all": {"type": "boolean"},
            "restricted": {"type": "boolean"},
            "groups": {"type": "long"},
            **{facet: {"type": "keyword"} for facet in _FACETS},
        },
    },
}


def document_of(document: Document) -> Json:
    """Return what the cluster keeps of a document."""
    row = document.row
    parts = (document.title, document.tags, document.summary, document.body)
    return {
        "terms": [
            " ".join(terms)
            for weight, terms in zip(WEIGHTS, parts, strict=True)
            for _time in range(weight)
            if terms
        ],
        "entry": row.pk,
        "day": row.date.toordinal() if row.date else 0,
        "language": row.language,
        "path": row.path,
        "open_to_all": row.open_to_all,
        "restricted": row.restricted,
        "groups": list(document.group_ids),
        "kind": row.kind,
        "year": [str(row.date.year)] if row.date else [],
        **{str(facet): list(values) for facet, values in document.facets.items()},
    }


def bounded(concepts: Sequence[Concept]) -> tuple[Concept, ...]:
    """Return ``concepts``, with no more ways than a cluster takes."""
    left = _MAX_TERMS
    kept = []
    for concept in concepts:
        ways = []
        for way in concept.ways:
            left -= len(way.terms)
            if left >= 0:
                ways.append(way)
        kept.append(replace(concept, ways=tuple(ways)))
    return tuple(kept)


def _match(way: Way, boost: float | None = None) -> Json:
    """Return the query for one way; its words are data, no operator can come from a reader."""
    boosted = {} if boost is None else {"boost": boost}
    if len(way.terms) == 1:
        return {"term": {"terms": {"value": way.terms[0], **boosted}}}
    return {"match_phrase": {"terms": {"query": " ".join(way.terms), **boosted}}}


def _any(queries: Sequence[Json]) -> Json:
    return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else _NOTHING


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries hold each term, and each concept by its proper ways."""

    total: int = 0
    terms: Mapping[str, int] = field(default_factory=dict)
    concepts: Mapping[tuple[Way, ...], int] = field(default_factory=dict)


def is_plain(concept: Concept) -> bool:
    """Say whether ``concept`` is one term at most: the cluster's own idf is its rarity already."""
    return sum(len(way.terms) for way in concept.ways) <= 1


def counting(concepts: Iterable[Concept]) -> Json:
    """Return the question that gives ``Counts``."""
    filters: Json = {}
    for concept in concepts:
        for way in concept.ways:
            for term in way.terms:
                filters[f"t {term}"] = {"term": {"terms": term}}
        for ways in (scoring.proper_ways(concept), concept.ways):
            filters[_key(ways)] = _any([_match(way) for way in ways])
    return {
        "size": 0,
        "track_total_hits": True,
        "aggs": {"held": {"filters": {"filters": filters}}},
    }


def _key(ways: Sequence[Way]) -> str:
    return "c " + "/".join(" ".join(way.terms) for way in ways)


def read_counts(concepts: Iterable[Concept], answer: Json) -> Counts:
    """Read the answer to ``counting``."""
    buckets = answer["aggregations"]["held"]["buckets"]
    held = {key: bucket["doc_count"] for key, bucket in buckets.items()}
    return Counts(
        total=answer["hits"]["total"]["value"],
        terms={key[2:]: count for key, count in held.items() if key.startswith("t ")},
        concepts={
            concept.ways: held[_key(scoring.proper_ways(concept))] or held[_key(concept.ways)]
            for concept in concepts
        },
    )


def _scored(concept: Concept, counts: Counts, ceiling: float) -> Json:
    """Return the query whose score is what ``concept`` brings to an entry."""
    if not concept.ways:
        return _NOTHING
    if is_plain(concept):
        (way,) = concept.ways
        return _match(way, round(way.weight / ceiling, 9))
    rare = scoring.rarity(counts.concepts.get(concept.ways, 0), counts.total)
    queries = []
    for way in concept.ways:
        idf = sum(scoring.rarity(counts.terms.get(term, 0), counts.total) for term in way.terms)
        queries.append(_match(way, round(way.weight * rare / (ceiling * idf), 9)))
    return {"dis_max": {"queries": queries, "tie_breaker": scoring.TIE}}


def _visible_to(user: Reader) -> Json:
    """Return the rule of ``IndexEntry.objects.visible_to``."""
    if user.is_authenticated and user.is_superuser:
        return {}
    closed: list[str] = []
    for path in sorted(closed_paths(user)):
        if not closed or not path.startswith(closed[-1]):
            closed.append(path)
    rule: Json = {"must_not": [{"prefix": {"path": path}} for path in closed]}
    if not user.is_authenticated:
        rule["filter"] = [{"term": {"open_to_all": True}}, {"term": {"restricted": False}}]
        return rule
    groups = sorted(group_ids(user))
    rule["filter"] = [_any([{"term": {"restricted": False}}, {"terms": {"groups": groups}}])]
    return rule


def _numbered(entries: Iterable[int]) -> Json:
    return {"terms": {"entry": sorted(entries)}}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, as a cluster is asked it."""

    question: Question
    counts: Counts
    ceiling: float

    def _listed(self, *, but: str = "", spoken: bool = True) -> list[Json]:
        """Return the filters of the reader, all but that of one facet."""
        filters = [
            {"terms": {facet: sorted(values)}}
            for facet, values in self.question.filters.items()
            if values and facet != but
        ]
        return [*filters, {"term": {"language": self.question.language}}] if spoken else filters

    def _facets(self) -> Json:
        """Return how to count the facets: under one filter, but for those that are filtered by."""
        if not self.question.counted:
            return {}
        used = [facet for facet in _FACETS if self.question.filters.get(facet)]
        groups = {
            "unused": (self._listed(), [facet for facet in _FACETS if facet not in used]),
            **{facet: (self._listed(but=facet), [facet]) for facet in used},
        }
        return {
            name: {
                "filter": {"bool": {"filter": filters}},
                "aggs": {
                    facet: {"terms": {"field": facet, "size": _FACETS[facet]}} for facet in facets
                },
            }
            for name, (filters, facets) in groups.items()
        }

    def _score(self, concept: Concept) -> Json:
        return _scored(concept, self.counts, self.ceiling)

    def _in_order(self, offset: int, limit: int) -> Json:
        newest = [{"day": "desc"}, {"entry": "asc"}]
        by_score = self.question.concepts and self.question.sort is Sort.RELEVANCE
        return {
            "from": offset,
            "size": limit,
            # What orders an entry has its number: nothing that is stored need be read.
            "stored_fields": "_none_",
            "track_total_hits": True,
            "track_scores": True,
            "sort": [{"_score": "desc"}, *newest] if by_score else newest,
        }

    def _chosen(self, rule: Json) -> Json:
        """Return the query for ``rule``, with what editors put first and without what they hide."""
        question = self.question
        if question.without:
            rule["must_not"] = [*rule.get("must_not", []), _numbered(question.without)]
        if not question.first:
            return {"bool": rule}
        readable = _visible_to(question.user)
        first = [
            {
                "constant_score": {
                    "filter": {
                        "bool": {
                            **readable,
                            "filter": [*readable.get("filter", []), _numbered([entry])],
                        }
                    },
                    "boost": score,
                }
            }
            for entry, score in question.first_scores.items()
        ]
        return {"dis_max": {"queries": [*first, {"bool": rule}]}}

    def strict(self) -> Json:
        """Return the question for the entries that hold all that is asked, with all counts."""
        question = self.question
        rule = _visible_to(question.user)
        rule.setdefault("filter", [])
        required = [concept for concept in question.concepts if concept.required]
        others = [concept for concept in question.concepts if not concept.required]
        if required:
            rule["must"] = [self._score(concept) for concept in required]
            rule["should"] = [self._score(concept) for concept in [*others, *question.feedback]]
        elif others:
            rule["must"] = [_any([self._score(concept) for concept in others])]
            rule["should"] = [self._score(concept) for concept in question.feedback]
        return {
            **self._in_order(question.offset, question.limit),
            "query": self._chosen(rule),
            "post_filter": {"bool": {"filter": self._listed()}},
            "aggs": {
                **self._facets(),
                "spoken": {"filter": {"term": {"language": question.language}}},
                "languages": {
                    "filter": {"bool": {"filter": self._listed(spoken=False)}},
                    "aggs": {"values": {"terms": {"field": "language", "size": _LANGUAGES}}},
                },
            },
        }

    def _near_query(self) -> Json:
        """Return the query for the entries that hold some of what is asked, but not all."""
        question = self.question
        rule = _visible_to(question.user)
        required = [concept for concept in question.concepts if concept.required]
        if not required:
            required = [Concept(tuple(way for item in question.concepts for way in item.ways))]
        rule["must"] = [
            _any([self._score(concept) for concept in [*question.concepts, *question.feedback]])
        ]
        whole = [_any([_match(way) for way in concept.ways]) for concept in required]
        chosen = [_numbered({*question.first, *question.without})]
        rule["must_not"] = [*rule.get("must_not", []), {"bool": {"filter": whole}}, *chosen]
        return {"bool": rule}

    def near(self) -> Json:
        """Return the question for the entries that come after those."""
        question = self.question
        rule = self._near_query()
        rule["bool"]["filter"] = [*rule["bool"].get("filter", []), *self._listed()]
        return {**self._in_order(0, min(question.offset + question.limit, DEEPEST)), "query": rule}

    def near_facets(self) -> Json:
        """Return the question for the counts of those entries."""
        return {"size": 0, "query": self._near_query(), "aggs": self._facets()}


def read_facets(answer: Json) -> dict[str, dict[str, int]]:
    """Read the counts of an answer, for each facet."""
    groups = answer["aggregations"].values()
    counted = {facet: group[facet] for group in groups for facet in _FACETS if facet in group}
    return {
        facet: {bucket["key"]: bucket["doc_count"] for bucket in values["buckets"]}
        for facet, values in counted.items()
    }


def read_entry(hit: Json) -> int:
    """Read the number of an entry that was found: what orders it last."""
    return int(hit["sort"][-1])

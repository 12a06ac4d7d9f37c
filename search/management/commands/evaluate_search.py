"""Say how well search ranks, on queries whose answers were judged."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.users.models import User
from search import evaluation
from search.backends import get_engine
from search.evaluation import Judged
from search.finding import rank
from search.models import IndexEntry
from search.synonyms import Synonyms, read_groups

# How far down the answers of the collection are looked for, among all that the portal holds.
_DEPTH = 2_000


class Command(BaseCommand):
    """Ask each query as a superuser, and compare what comes with what was judged.

    Only entries of the collection count: those whose address ends with one of its slugs.
    """

    help = "Print nDCG@10, recall@10 and MRR on judged queries, for the engine in use"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--queries", type=Path, required=True, help="CSV: qid, query, category")
        parser.add_argument("--qrels", type=Path, required=True, help="CSV: qid, slug, grade")
        parser.add_argument(
            "--synonyms", type=Path, help="a group a line, instead of the kept ones"
        )
        parser.add_argument(
            "--collection",
            type=Path,
            help="CSV whose slugs count; posts.csv beside the judgments when there is one",
        )
        parser.add_argument("--language", default=settings.LANGUAGE_CODE)
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Evaluate, and print."""
        grades: dict[str, dict[str, int]] = {}
        for row in _rows(options["qrels"], "qid", "slug", "grade"):
            try:
                grades.setdefault(row["qid"], {})[row["slug"]] = int(row["grade"])
            except ValueError as error:
                raise CommandError(f"{options['qrels']}: not a grade: {row['grade']}") from error
        collection = {slug for graded in grades.values() for slug in graded}
        beside = options["qrels"].with_name("posts.csv")
        posts = options["collection"] or (beside if beside.exists() else None)
        if posts:
            collection |= {row["slug"] for row in _rows(posts, "slug")}
        slugs = _slugs(collection)
        if not slugs:
            raise CommandError("Nothing of this collection is in the index: import its posts first")
        synonyms = None
        if options["synonyms"]:
            lines = _read(options["synonyms"]).splitlines()
            groups = [line.split(",") for line in lines if line.strip() and line[0] != "#"]
            synonyms = read_groups(groups, options["language"])
        judged = [
            _judge(row, grades.get(row["qid"], {}), slugs, synonyms, options["language"])
            for row in _rows(options["queries"], "qid", "query", "category")
        ]
        missing = collection - set(slugs.values())
        report = {**_report(judged, missing), "whole_collection": posts is not None}
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self._print(report)

    def _print(self, report: Mapping[str, Any]) -> None:
        for line in (report, *report["categories"]):
            label = line.get("category", f"all ({report['engine']})")
            self.stdout.write(
                f"{label:<20} {line['queries']:>3} queries  nDCG@10 {_shown(line['ndcg@10'])}  "
                f"recall@10 {_shown(line['recall@10'])}  MRR {_shown(line['mrr'])}"
            )
        for row in report["without_answer"]:
            self.stdout.write(
                f"no answer judged: “{row['query']}”: {row['answers']} answers, {row['near']} near"
            )
        if not report["whole_collection"]:
            self.stdout.write(
                "Only judged posts counted, which flatters: give the posts by --collection"
            )
        if report["missing"]:
            self.stdout.write(f"not in the index: {', '.join(report['missing'])}")


def _judge(
    row: Mapping[str, str],
    graded: Mapping[str, int],
    slugs: Mapping[int, str],
    synonyms: Synonyms | None,
    language: str,
) -> Judged:
    superuser = User(username="", is_active=True, is_superuser=True)
    answer = rank(
        query=row["query"], user=superuser, language=language, limit=_DEPTH, synonyms=synonyms
    ).answer
    # Another page may have a slug of the collection: the first one found stands for it.
    first: dict[str, int] = {}
    for place, entry in enumerate(answer.entries):
        if entry in slugs:
            first.setdefault(slugs[entry], place)
    ranked, places = list(first), list(first.values())
    answers = sum(place < answer.total for place in places)
    return Judged(
        qid=row["qid"],
        query=row["query"],
        category=row["category"],
        ndcg=evaluation.ndcg(ranked, graded),
        recall=evaluation.recall(ranked, graded),
        reciprocal_rank=evaluation.reciprocal_rank(ranked, graded),
        answers=answers,
        near=len(places) - answers,
    )


def _report(judged: list[Judged], missing: set[str]) -> dict[str, Any]:
    categories = dict.fromkeys(row.category for row in judged if row.ndcg is not None)
    return {
        "engine": get_engine().name,
        **_summary([row for row in judged if row.ndcg is not None]),
        "categories": [
            {
                "category": category,
                **_summary(
                    [row for row in judged if row.category == category and row.ndcg is not None]
                ),
            }
            for category in categories
        ],
        "without_answer": [
            {"qid": row.qid, "query": row.query, "answers": row.answers, "near": row.near}
            for row in judged
            if row.ndcg is None
        ],
        "by_query": [
            {"qid": row.qid, "query": row.query, "ndcg@10": row.ndcg, "answers": row.answers}
            for row in judged
        ],
        "missing": sorted(missing),
    }


def _summary(rows: list[Judged]) -> dict[str, Any]:
    return {
        "queries": len(rows),
        "ndcg@10": evaluation.mean([row.ndcg for row in rows]),
        "recall@10": evaluation.mean([row.recall for row in rows]),
        "mrr": evaluation.mean([row.reciprocal_rank for row in rows]),
    }


def _slugs(collection: set[str]) -> dict[int, str]:
    """Return the entries of the collection, by number."""
    ends = ((pk, url.rstrip("/").rpartition("/")[2]) for pk, url in _urls())
    return {pk: slug for pk, slug in ends if slug in collection}


def _urls() -> Iterator[tuple[int, str]]:
    yield from IndexEntry.objects.values_list("pk", "url").iterator()


def _rows(path: Path, *columns: str) -> list[dict[str, str]]:
    reader = csv.DictReader(_read(path).splitlines(keepends=True))
    absent = set(columns) - set(reader.fieldnames or ())
    if absent:
        raise CommandError(f"{path}: no column {', '.join(sorted(absent))}")
    return list(reader)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from error


def _shown(value: float | None) -> str:
    return "  –  " if value is None else f"{value:.3f}"

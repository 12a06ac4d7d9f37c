"""What the measures say: a table, ratios, and whether each goal is reached."""

import gzip
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import brotli

POST_TIMES_BARE = 2.0
POST_QUERIES = 18
HOME_TIMES_BARE = 3.0
GROWTH = 1.2


@dataclass(slots=True)
class Series:
    """All the answers of one page of one server."""

    first_queries: int = 0
    milliseconds: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    body: bytes = b""

    @property
    def p50(self) -> float:
        """Median time in milliseconds."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """Time in milliseconds that 95 requests of 100 do not exceed."""
        return statistics.quantiles(self.milliseconds, n=20, method="inclusive")[-1]

    @property
    def most_queries(self) -> int:
        """Queries of the request that made most, once warm."""
        return max(self.queries)


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal and what was measured."""

    text: str
    measured: str
    reached: bool


def table(rows: Mapping[str, Series], reference: Series) -> Iterator[str]:
    """Yield the lines of the table of all series, with their ratio to the reference."""
    head = ("page", "p50 ms", "p95 ms", "x bare", "queries", "cold", "KB", "gzip", "brotli")
    line = "{:<24}{:>8}{:>8}{:>8}{:>9}{:>6}{:>8}{:>7}{:>8}"
    yield line.format(*head)
    for name, series in rows.items():
        yield line.format(
            name,
            f"{series.p50:.1f}",
            f"{series.p95:.1f}",
            f"{series.p50 / reference.p50:.2f}",
            series.most_queries,
            series.first_queries,
            f"{len(series.body) / 1024:.1f}",
            f"{len(gzip.compress(series.body, 6)) / 1024:.1f}",
            f"{len(brotli.compress(series.body, quality=5)) / 1024:.1f}",
        )


def signatures(measured: Mapping[str, Any]) -> Iterator[str]:
    """Yield what signing many times took: the rate, the slow ones, and whether it slows down."""
    signing = Series(milliseconds=measured["signing"])
    quarter = len(signing.milliseconds) // 4
    first, last = (
        statistics.median(part)
        for part in (signing.milliseconds[:quarter], signing.milliseconds[-quarter:])
    )
    rate = 1000 / statistics.mean(signing.milliseconds)
    yield (
        f"{len(signing.milliseconds):,} signatures: {rate:.0f} a second, p50 {signing.p50:.1f} ms, "
        f"p95 {signing.p95:.1f} ms, {signing.p95 / signing.p50:.1f} x p50; "
        f"the last quarter takes {last / first:.2f} times the first"
    )
    if sealing := measured["sealing"]:
        receipt = statistics.median(sealing)
        yield f"a receipt: {receipt:.0f} ms, {receipt / signing.p50:.0f} signatures"
    found = "nothing wrong" if not measured["problems"] else f"{measured['problems']} PROBLEMS"
    yield f"verifying all: {measured['verifying']:.1f} s, {found}"


def goals(
    bare: Series, few: Mapping[str, Series], many: Mapping[str, Series], growth: tuple[int, int]
) -> Iterator[Goal]:
    """Yield each goal; where both sizes were measured, the worse one counts."""
    for page, times in (("post", POST_TIMES_BARE), ("home", HOME_TIMES_BARE)):
        ratio = max(series[page].p50 for series in (few, many)) / bare.p50
        text = f"{page}: at most {times:g} times the bare page"
        yield Goal(text, f"{ratio:.2f} times", ratio <= times)
    count = max(series["post"].most_queries for series in (few, many))
    yield Goal(f"post: at most {POST_QUERIES} queries", str(count), count <= POST_QUERIES)
    for page in few:
        if page == "search":
            continue
        before, after = few[page].most_queries, many[page].most_queries
        text = f"{page}: as many queries with {growth[1]:,} posts as with {growth[0]:,}"
        yield Goal(text, f"{before} and {after}", before == after)
        ratio = many[page].p50 / few[page].p50
        text = f"{page}: at most {GROWTH:g} times the time with {growth[1]:,} posts"
        yield Goal(text, f"{ratio:.2f} times", ratio <= GROWTH)

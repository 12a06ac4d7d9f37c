"""Measures search on each engine at each size and prints what it found; ``make bench-search``."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.__main__ import ROOT, portal_environment, say
from tests.bench.report import Series
from tests.bench.server import Server

from .corpus import Corpus
from .queries import NEW, addresses, new_addresses

HOME = "/fr/"
SIZES = (1_000, 10_000, 100_000)
ENGINES = ("sqlite", "postgresql", "elasticsearch", "opensearch")
CLUSTERS = ENGINES[2:]
PAGE_TIMES_HOME = 3.0
CLUSTER_GROWTH = 1.5
UNDERSTANDING_MS = 5.0
_WARM_UP, _BLOCK = 6, 4
_UNDERSTANDINGS = 20
_FIRST_HOMES = 5
# A cluster that has just started is slow: so many searches of each query before it is measured.
_CLUSTER_WARM_UP = 1_000


@dataclass(slots=True)
class Measured:
    """What was measured of one engine at one size.

    Attributes:
        rate: entries indexed in a second.
        first: milliseconds of the first search of a worker after a publication.
        first_home: milliseconds of the home page when it is read for the first time after one.
        understanding: milliseconds, by query.

    """

    engine: str
    entries: int
    rate: float
    megabytes: float
    pages: dict[str, Series] = field(default_factory=dict)
    first: float = 0.0
    understanding: dict[str, float] = field(default_factory=dict)
    worker_megabytes: float = 0.0
    first_home: Series = field(default_factory=Series)

    def times_home(self, page: str) -> float:
        """Return how many times the home page's time ``page`` takes."""
        return self.pages[page].p50 / self.pages["home"].p50


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal to measure: its environment."""

    env: dict[str, str]

    def run(self, *arguments: str) -> dict[str, Any]:
        """Run Python in the portal; return the JSON of its last line.

        Raises:
            RuntimeError: it failed, with what it said.

        """
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2_000:])
        last = done.stdout.strip().splitlines()[-1:]
        return dict(json.loads(last[0])) if last and last[0][:1] == "{" else {}

    def step(self, name: str, number: int = 0) -> dict[str, Any]:
        """Run one step of ``tests.bench.search.portal``."""
        return self.run("-m", "tests.bench.search.portal", name, str(number))


@contextmanager
def started(
    *command: str, stop: tuple[str, ...], env: dict[str, str] | None = None
) -> Iterator[str]:
    """Start a server by the project's own script; give the address that it prints."""
    environment = {**os.environ, **(env or {})}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE, text=True
    )
    try:
        yield done.stdout.strip() if done.returncode == 0 else ""
    finally:
        subprocess.run(stop, cwd=ROOT, env=environment, check=False)


def measure(portal: Portal, engine: str, filled: dict[str, Any], options: Any) -> Measured:
    """Read the pages of ``portal`` in turns, the home page among them, a few requests each."""
    bytes_held = portal.step("size")["bytes"]
    found = Measured(
        engine,
        filled["entries"],
        filled["entries"] / filled["seconds"],
        bytes_held / 1_000_000,
        understanding=portal.step("understanding", _UNDERSTANDINGS),
    )
    if engine in CLUSTERS:
        portal.step("warm", _CLUSTER_WARM_UP)
    paths = {"home": HOME, **addresses()}
    cookie = portal.step("cookie")["cookie"]
    with Server(
        wsgi="portal.wsgi", folder=ROOT, env=portal.env, port=options.port, cookie=cookie
    ) as server:
        for path in paths.values():
            for _time in range(_WARM_UP):
                answer = server.get(path)
                if answer.status != 200:
                    raise RuntimeError(f"{path} answers {answer.status}")
        found.pages = {name: Series() for name in [*paths, NEW]}
        unasked = iter(new_addresses(Corpus(), options.requests + _BLOCK))
        for _turn in range(-(-options.requests // _BLOCK)):
            for name, path in paths.items():
                for _time in range(_BLOCK):
                    answer = server.get(path)
                    found.pages[name].milliseconds.append(answer.milliseconds)
                    found.pages[name].queries.append(answer.queries)
                    found.pages[name].body = answer.body
            for _time in range(_BLOCK):
                answer = server.get(next(unasked))
                found.pages[NEW].milliseconds.append(answer.milliseconds)
                found.pages[NEW].queries.append(answer.queries)
        answered = re.search(
            r'"engine": *"(\w+)", *"degraded": *(\w+)',
            server.get("/api/search/?q=agent").body.decode(),
        )
        if not answered or answered.groups() != (engine, "false"):
            raise RuntimeError(f"{engine} does not answer: {answered and answered.group()}")
        for _time in range(_FIRST_HOMES):
            portal.step("forget")
            found.first_home.milliseconds.append(server.get(HOME).milliseconds)
        portal.step("touch")
        found.first = server.get(paths["four words"]).milliseconds
        found.worker_megabytes = server.worker_megabytes()
    return found


def report(found: list[Measured]) -> Iterator[str]:
    """Yield the table of ratios, then whether each goal is reached."""
    pages = [*addresses(), NEW]
    yield f"{'engine, entries':<25}{'entries/s':>10}{'MB':>7}{'worker':>8}{'home ms':>9}" + "".join(
        f"{page:>17}" for page in [*pages, "after publishing"]
    )
    yield " " * 59 + f"{'p50 (p95) in times the home page':>40}"
    for item in found:
        home = item.pages["home"].p50
        cells = [
            f"{item.times_home(page):.2f} ({item.pages[page].p95 / home:.2f})" for page in pages
        ]
        yield (
            f"{item.engine + f', {item.entries:,}':<25}{item.rate:>10.0f}{item.megabytes:>7.0f}"
            f"{item.worker_megabytes:>8.0f}{home:>9.1f}"
            + "".join(f"{cell:>17}" for cell in [*cells, f"{item.first / home:.1f}"])
        )
    yield ""
    for item in found:
        first = item.first_home.p50
        yield (
            f"{item.engine + f', {item.entries:,}':<25}{NEW} take {item.pages[NEW].p50 / first:.2f} "
            f"times the home page when nothing of that is remembered either ({first:.0f} ms)"
        )
        slowest, spent = max(item.understanding.items(), key=lambda pair: pair[1])
        queries = {
            max(series.queries) for name, series in item.pages.items() if name in [*pages[:5], NEW]
        }
        yield (
            f"{item.engine + f', {item.entries:,}':<25}understanding at most {spent:.1f} ms "
            f"({slowest}); at most {max(queries)} database queries a page"
        )
    yield ""
    yield from goals(found)


def goals(found: list[Measured]) -> Iterator[str]:
    """Yield each goal, and whether it is reached."""
    pages = list(addresses())
    for item in found:
        if 10_000 <= item.entries < 100_000:
            for worst in (max(pages, key=item.times_home), NEW):
                yield _goal(
                    f"{item.engine}: under {PAGE_TIMES_HOME:g} times the home page at 10,000",
                    f"{item.times_home(worst):.2f} ({worst})",
                    reached=item.times_home(worst) < PAGE_TIMES_HOME,
                )
    for engine in CLUSTERS:
        sizes = {len(str(item.entries)): item for item in found if item.engine == engine}
        few, many = sizes.get(5), sizes.get(6)
        if few and many:
            growth = {page: many.pages[page].p50 / few.pages[page].p50 for page in pages}
            worst = max(pages, key=lambda page: growth[page])
            yield _goal(
                f"{engine}: at most {CLUSTER_GROWTH:g} times from 10,000 to 100,000",
                f"{growth[worst]:.2f} ({worst})",
                reached=growth[worst] <= CLUSTER_GROWTH,
            )
    slowest = max(spent for item in found for spent in item.understanding.values())
    yield _goal(
        f"understanding a query: at most {UNDERSTANDING_MS:g} ms",
        f"{slowest:.1f} ms",
        reached=slowest <= UNDERSTANDING_MS,
    )


def _goal(text: str, measured: str, *, reached: bool) -> str:
    return f"{'reached' if reached else 'NOT REACHED':<13}{text}: {measured}"


def main() -> int:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--engines", nargs="+", default=ENGINES, choices=ENGINES)
    parser.add_argument("--requests", type=int, default=40, help="timed requests per page")
    parser.add_argument("--port", type=int, default=8114, help="first of four ports")
    parser.add_argument("--keep", type=Path, help="keep the data here, and use them again")
    options = parser.parse_args()
    found: list[Measured] = []
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for database in ("sqlite", "postgresql"):
            # Clusters stand beside SQLite, whose index is then already made.
            engines = [
                engine
                for engine in options.engines
                if engine == database or (engine in CLUSTERS and database == "sqlite")
            ]
            if engines:
                found += measure_all(engines, folder / database, options, stack)
    say()
    for line in report(sorted(found, key=lambda item: ENGINES.index(item.engine))):
        say(line)
    return 0


def measure_all(
    engines: list[str], data: Path, options: Any, stack: ExitStack
) -> Iterator[Measured]:
    """Measure one database, and the clusters beside it, at each size."""
    env = {
        **portal_environment(data, options.port),
        "DJANGO_SETTINGS_MODULE": "tests.bench.search.settings",
        "PORTAL_DEMONSTRATION_CONTENT": "true",
    }
    script = ROOT / "bin"
    if engines == ["postgresql"]:
        port = str(options.port + 1)
        url = stack.enter_context(
            started(
                str(script / "postgresql-server"),
                "start",
                stop=(str(script / "postgresql-server"), "stop"),
                env={"TEST_POSTGRESQL_PORT": port},
            )
        )
        if not url:
            say("  no PostgreSQL here: not measured")
            return
        env["DATABASE_URL"] = url
    clusters = {}
    for number, engine in enumerate(engine for engine in engines if engine in CLUSTERS):
        port = str(options.port + 2 + number)
        server = (str(script / "search-server"), engine)
        clusters[engine] = stack.enter_context(
            started(*server, "start", port, stop=(*server, "stop", port))
        )
    portal = Portal(env)
    data.mkdir(parents=True, exist_ok=True)
    portal.run("manage.py", "prepare")
    for size in sorted(options.sizes):
        filled = portal.step("fill", size)
        say(f"  {data.name}: {filled['entries']:,} entries in {filled['seconds']:.0f} s")
        for engine in engines:
            if engine not in CLUSTERS:
                yield measure(portal, engine, filled, options)
            elif clusters[engine]:
                beside = Portal({**env, "ELASTICSEARCH_URL": clusters[engine]})
                copied = beside.step("refill")
                say(f"  {engine}: {copied['entries']:,} entries in {copied['seconds']:.0f} s")
                yield measure(beside, engine, copied, options)
            else:
                say(f"  no {engine} here: not measured")


if __name__ == "__main__":
    sys.exit(main())

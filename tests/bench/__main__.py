"""Measures pages and prints what it found; ``make bench``."""

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from . import bare
from .query_counter import LOG_VARIABLE
from .report import Series, goals, signatures, table
from .server import Server

ROOT = Path(__file__).resolve().parents[2]
WARM_UP = 10
BLOCK = 5
SIGNATURES, RECEIPTS = 1_000, 20


def say(text: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def portal_environment(data: Path, port: int) -> dict[str, str]:
    """Return the environment of a portal whose data are in ``data``, as ``make run`` serves it."""
    removed = ("PORTAL_", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(removed)}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "tests.bench.portal_settings",
        "PORTAL_MODE": "demonstration",
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_DATA_DIR": str(data),
    }


def run_portal(data: Path, port: int, *arguments: str) -> str:
    """Run Python with ``arguments`` on the portal of ``data``; return what it printed."""
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=portal_environment(data, port),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return result.stdout


def build_portals(folder: Path, sizes: tuple[int, int], port: int) -> list[dict[str, Any]]:
    """Make one portal per size; return the pages and the cookie of each."""
    described = []
    previous: Path | None = None
    for number, size in enumerate(sizes):
        data = folder / f"portal-{size}"
        if not data.exists() and previous:
            shutil.copytree(previous, data)
        started = time.monotonic()
        run_portal(data, port + number, "manage.py", "prepare")
        printed = run_portal(data, port + number, "-m", "tests.bench.portal_posts", str(size))
        described.append(json.loads(printed.splitlines()[-1]))
        say(f"  portal with {size:,} posts made in {time.monotonic() - started:.0f} s")
        previous = data
    return described


def read(server: Server, path: str, series: Series) -> None:
    """Read one page and note it.

    Raises:
        RuntimeError: the page is not what a reader would get.

    """
    answer = server.get(path)
    if answer.status != 200 or b"</html>" not in answer.body or answer.queries < 0:
        raise RuntimeError(f"{path} answers {answer.status}, {len(answer.body)} bytes")
    series.milliseconds.append(answer.milliseconds)
    series.queries.append(answer.queries)
    series.body = answer.body


def measure(targets: Mapping[str, tuple[Server, str]], requests: int) -> dict[str, Series]:
    """Read all targets in turns, a few requests each, so that the machine's noise is shared."""
    measured: dict[str, Series] = {}
    for name, (server, path) in targets.items():
        cold = Series()
        for _ in range(WARM_UP):
            read(server, path, cold)
        measured[name] = Series(first_queries=cold.queries[0])
    for _ in range(-(-requests // BLOCK)):
        for name, (server, path) in targets.items():
            for _ in range(BLOCK):
                read(server, path, measured[name])
    return measured


def list_queries(log: Path, targets: Mapping[str, tuple[Server, str]]) -> Iterator[str]:
    """Yield the queries of each page once warm, the repeated ones first named."""
    for name, (server, path) in targets.items():
        for _ in range(3):
            server.get(path)
        queries = json.loads(log.read_text().splitlines()[-1])["queries"]
        yield f"\n{name}: {len(queries)} queries, {sum(q['ms'] for q in queries):.1f} ms ({path})"
        for (sql, places), group in itertools.groupby(
            queries, key=lambda query: (query["sql"], query["from"])
        ):
            same = list(group)
            times = f"{len(same)} x " if len(same) > 1 else ""
            yield f"  {sum(q['ms'] for q in same):5.1f} ms  {times}{_short(sql)}"
            yield f"            {' < '.join(places)}"
        repeated = Counter(query["sql"] for query in queries)
        yield from (f"  repeated {n} times: {_short(sql)}" for sql, n in repeated.items() if n > 1)


def _short(sql: str) -> str:
    kept, _, rest = sql.partition(" FROM ")
    return f"{kept[:60]}… FROM {rest[:160]}" if rest else sql[:220]


def main() -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--requests", type=int, default=250, help="timed requests per page")
    parser.add_argument("--posts", type=int, nargs=2, default=(100, 10_000), metavar="N")
    parser.add_argument("--port", type=int, default=8110, help="first of three ports")
    parser.add_argument(
        "--keep", type=Path, help="keep the data in this folder, and use them again"
    )
    parser.add_argument("--queries", action="store_true", help="list the queries, measure nothing")
    options = parser.parse_args()
    sizes = (options.posts[0], options.posts[1])

    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        say("Building")
        started = time.monotonic()
        bare_folder = folder / "bare"
        described = [bare.build(bare_folder)]
        say(f"  bare project made in {time.monotonic() - started:.0f} s")
        described += build_portals(folder, sizes, options.port + 1)

        names = ["bare", *(f"{size:,} posts" for size in sizes)]
        log = folder / "queries.jsonl"
        log.unlink(missing_ok=True)
        logged = {LOG_VARIABLE: str(log)} if options.queries else {}
        servers = [
            stack.enter_context(
                Server(
                    wsgi="bare.wsgi" if number == 0 else "portal.wsgi",
                    folder=bare_folder if number == 0 else ROOT,
                    env={
                        **(
                            bare.environment()
                            if number == 0
                            else portal_environment(
                                folder / f"portal-{sizes[number - 1]}", options.port + number
                            )
                        ),
                        **logged,
                    },
                    port=options.port + number,
                    cookie=description["cookie"],
                )
            )
            for number, description in enumerate(described)
        ]
        targets = {
            page if number == 0 else f"{page}, {names[number]}": (servers[number], path)
            for number, description in enumerate(described)
            for page, path in description["pages"].items()
        }
        if options.queries:
            for line in list_queries(log, targets):
                say(line)
            return 0
        say(f"Measuring: {options.requests} requests a page, in turns")
        measured = measure(targets, options.requests)
        memory = [server.worker_megabytes() for server in servers]
        say(f"Signing: {SIGNATURES:,} people, {RECEIPTS} receipts")
        signed = run_portal(
            folder / f"portal-{sizes[0]}",
            options.port + 1,
            *("-m", "tests.bench.signatures", str(SIGNATURES), str(RECEIPTS)),
        )

    report(measured, names, memory, sizes)
    say()
    for line in signatures(json.loads(signed.splitlines()[-1])):
        say(line)
    return 0


def report(
    measured: Mapping[str, Series], names: list[str], memory: list[float], sizes: tuple[int, int]
) -> None:
    """Print the table, the growth, the memory and the goals."""
    reference = measured["bare"]
    few, many = (
        {
            name.removesuffix(f", {size}"): series
            for name, series in measured.items()
            if name.endswith(f", {size}")
        }
        for size in names[1:]
    )
    say()
    for line in table(measured, reference):
        say(line)
    say()
    for page, series in few.items():
        say(f"{page + ', growth':<24}{many[page].p50 / series.p50:.2f} times")
    say()
    for name, megabytes in zip(names, memory, strict=True):
        say(f"{'worker, ' + name:<24}{megabytes:.0f} MB, {megabytes / memory[0]:.2f} x bare")
    say()
    for goal in goals(reference, few, many, sizes):
        say(f"{'reached' if goal.reached else 'NOT REACHED':<13}{goal.text}: {goal.measured}")


if __name__ == "__main__":
    sys.exit(main())

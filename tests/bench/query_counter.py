"""The one instrument that the bare project and the portal share.

This file imports nothing but Django: it is copied as it is into the bare project.
"""

import json
import os
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

LOG_VARIABLE = "BENCH_QUERY_LOG"
OUTSIDE = ("/django/", "/bench_query_counter", "/tests/bench/", "/gunicorn/", "/importlib/")


class QueryCounterMiddleware:
    """Count the queries of each request in the header ``X-Queries``.

    When ``BENCH_QUERY_LOG`` names a file, each request adds a line to it: its path and its
    queries, with the place in the code that asked for each.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = os.environ.get(LOG_VARIABLE, "")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count = 0
        queries: list[dict[str, Any]] = []

        def counter(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal count
            count += 1
            if not self.log:
                return execute(sql, params, many, context)
            started = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                elapsed = time.perf_counter() - started
                queries.append(
                    {"sql": sql, "params": repr(params), "ms": elapsed * 1000, "from": _callers()}
                )

        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(counter))
            response = self.get_response(request)
        response["X-Queries"] = str(count)
        if self.log:
            with Path(self.log).open("a") as log:
                log.write(json.dumps({"path": request.get_full_path(), "queries": queries}) + "\n")
        return response


def _callers() -> list[str]:
    """Return the nearest three callers outside Django, the nearest in front."""
    callers = []
    for frame in reversed(traceback.extract_stack(limit=200)):
        if not any(part in frame.filename for part in OUTSIDE):
            name = frame.filename.split("/site-packages/")[-1]
            callers.append(f"{name}:{frame.lineno} {frame.name}")
        if len(callers) == 3:
            break
    return callers

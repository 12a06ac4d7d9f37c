"""One gunicorn with one sync worker, and a client that reads pages from it one by one."""

import http.client
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered, and how long it took."""

    milliseconds: float
    status: int
    queries: int
    body: bytes


class Server:
    """A project behind one sync worker, on the loopback."""

    def __init__(
        self, *, wsgi: str, folder: Path, env: Mapping[str, str], port: int, cookie: str
    ) -> None:
        self.wsgi = wsgi
        self.folder = folder
        self.env = env
        self.port = port
        self.cookie = cookie

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "gunicorn", self.wsgi, "--chdir", str(self.folder)]
        command += ["--bind", f"127.0.0.1:{self.port}", "--workers", "1"]
        command += ["--worker-class", "sync", "--timeout", "120", "--log-level", "warning"]
        self.process = subprocess.Popen(command, cwd=self.folder, env=dict(self.env))
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connection.connect()
            except ConnectionRefusedError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.process.kill()
                    raise RuntimeError(f"{self.wsgi} does not start in {self.folder}") from None
                time.sleep(0.1)
            else:
                self.connection.close()
                return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def get(self, path: str) -> Answer:
        """Read ``path``, from the first byte sent to the last received."""
        headers = {"Cookie": self.cookie, "Accept-Encoding": "identity", "Accept-Language": "fr"}
        started = time.perf_counter()
        self.connection.request("GET", path, headers=headers)
        response = self.connection.getresponse()
        body = response.read()
        elapsed = time.perf_counter() - started
        queries = int(response.headers.get("X-Queries", "-1"))
        return Answer(elapsed * 1000, response.status, queries, body)

    def worker_megabytes(self) -> float:
        """Return the resident memory of the worker."""
        master = self.process.pid
        worker = Path(f"/proc/{master}/task/{master}/children").read_text().split()[0]
        status = Path(f"/proc/{worker}/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line[:6] == "VmRSS:")
        return int(kilobytes) / 1024

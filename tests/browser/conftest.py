"""A real portal, prepared and served as `make run` does, and a real Chromium."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from portal.users.enums import Role

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "un-mot-de-passe-de-test"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, port: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")}
    for name in ("DATABASE_URL", "CACHE_URL", "EMAIL_URL"):
        kept.pop(name, None)
    return {
        **kept,
        "PORTAL_MODE": "demonstration",
        "PORTAL_DATA_DIR": str(data_dir),
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "DEMO_PASSWORD": PASSWORD,
        "PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }


@dataclass(frozen=True)
class Portal:
    """A served portal."""

    url: str
    data_dir: Path


def serve(data_dir: Path, port: int) -> subprocess.Popen[bytes]:
    with (data_dir / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            ["gunicorn", "--config", "portal/gunicorn_settings.py", "portal.wsgi"],
            cwd=ROOT,
            env=environment(data_dir, port),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    wait_until_ready(process, port, data_dir / f"server-{port}.log")
    return process


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _attempt in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5)
        except OSError:  # nobody answers yet, or says that it is not ready
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.2)
                pytest.fail(f"the server stopped:\n{log.read_text()[-3000:]}")
        else:
            return
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=30)
    pytest.fail(f"the server did not answer:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The portal with the whole programme, prepared once and shared by the workers."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    data_dir = shared / "portal"
    with (shared / "portal.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = shared / "portal.json"
        if not done.exists():
            data_dir.mkdir()
            subprocess.run(
                [sys.executable, "manage.py", "prepare"],
                cwd=ROOT,
                env=environment(data_dir, 8000),
                check=True,
                capture_output=True,
                text=True,
            )
            done.write_text(json.dumps({"prepared": True}))
    port = free_port()
    process = serve(data_dir, port)
    yield Portal(f"http://127.0.0.1:{port}", data_dir)
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=30)


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    browser = playwright_driver.chromium.launch(
        executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS
    )
    yield browser
    browser.close()


def sign_in(page: Page, portal: Portal, username: str) -> None:
    page.goto(f"{portal.url}/fr/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{portal.url}/fr/")


@pytest.fixture(scope="session")
def storage_states(browser: Browser, portal: Portal) -> dict[str, object]:
    """One signed-in session per demonstration account."""
    states: dict[str, object] = {}
    for username in ("agent", "partner", "comms", "rso", "admin"):
        context = browser.new_context()
        sign_in(context.new_page(), portal, username)
        states[username] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def context_for(browser: Browser, storage_states: dict[str, object]) -> Iterator[object]:
    """A factory of browser contexts: ``context_for("agent", width=320)``."""
    opened: list[BrowserContext] = []

    def make(
        username: str | None = None, *, width: int = 1280, **options: object
    ) -> BrowserContext:
        if username:
            options["storage_state"] = storage_states[username]
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


def make_accounts(portal: Portal, role: Role, how_many: int) -> list[str]:
    """Make accounts in the group of a role, and return their logins."""
    usernames = [f"recrue-{uuid.uuid4().hex[:8]}" for _one in range(how_many)]
    joining = f"""
from django.contrib.auth.models import Group
from portal.users.models import User

for name in {usernames!r}:
    person = User.objects.create_user(
        name, name + "@example.org", {PASSWORD!r}, first_name="Recrue", last_name="Récente"
    )
    person.groups.add(Group.objects.get(name={role.value!r}))
"""
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", joining],
        cwd=ROOT,
        env=environment(portal.data_dir, 8000),
        check=True,
        capture_output=True,
    )
    return usernames


@pytest.fixture(scope="session")
def unused_accounts() -> dict[Role, list[str]]:
    """Accounts that no test has taken yet: a command that makes one takes seconds, as for eight."""
    return {}


@pytest.fixture
def join(
    browser: Browser,
    portal: Portal,
    storage_states: dict[str, object],
    unused_accounts: dict[Role, list[str]],
) -> Any:
    """Give a new account, signed in, and return its login: all journeys run on one portal.

    The account is in the group of a role, that of agents unless one is given.
    """

    def make(role: Role = Role.AGENTS) -> str:
        if not unused_accounts.get(role):
            how_many = 8 if role is Role.AGENTS else 1
            unused_accounts[role] = make_accounts(portal, role, how_many)
        username = unused_accounts[role].pop()
        context = browser.new_context()
        sign_in(context.new_page(), portal, username)
        storage_states[username] = context.storage_state()
        context.close()
        return username

    return make


@pytest.fixture
def newcomer(join: Any, context_for: Any) -> Any:
    """A factory of contexts of someone who has just joined."""

    def make(**options: object) -> BrowserContext:
        made: BrowserContext = context_for(join(), **options)
        return made

    return make

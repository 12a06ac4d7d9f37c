"""Bring an installation up to date before it serves: what ``make run`` does between setup and serving."""

import hashlib
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.core.clock import refresh_statistics
from portal.core.health import run_check


class Command(BaseCommand):
    """Migrate, compile the catalogues, collect static files, load the programme, index it.

    Each step is skipped when it has nothing to do, so that a second start takes seconds.
    """

    help = "Bring the installation up to date before it serves"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps in order, then say where to look."""
        call_command("compile_catalogues")
        self._migrate()
        self._collect_static_files()
        password = self._demonstration_password()
        call_command("load_programme", demo_password=password)
        if not run_check("search"):
            self._say("Indexing")
            call_command("update_index", verbosity=0)
        refresh_statistics(timezone.now())
        self._welcome(password)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            self._say(f"Migrating the database ({len(pending)} steps)")
            call_command("migrate", interactive=False, verbosity=0)

    def _collect_static_files(self) -> None:
        if settings.DEBUG:
            return
        stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
        fingerprint = _static_fingerprint()
        if stamp.exists() and stamp.read_text() == fingerprint:
            return
        self._say("Collecting and compressing static files (half a minute the first time)")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(fingerprint)

    def _demonstration_password(self) -> str:
        """Return the password of the demonstration accounts: given, else generated once and kept."""
        if settings.PRODUCTION:
            return ""
        if settings.DEMO_PASSWORD:
            return str(settings.DEMO_PASSWORD)
        kept = Path(settings.DATA_DIR) / "demo-password"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(9))
        return kept.read_text()

    def _welcome(self, password: str) -> None:
        self._say(f"\nThe portal is at {settings.WAGTAILADMIN_BASE_URL}/")
        self._say(f"Its editors work at {settings.WAGTAILADMIN_BASE_URL}/admin/")
        if password:
            self._say(
                "Demonstration accounts: agent, partner, comms, rso, admin – "
                f"password: {password}\n"
            )


def _static_fingerprint() -> str:
    """Return a digest of the static sources: their names, sizes and dates."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            try:
                details = Path(storage.path(name)).stat()
                digest.update(f"{name}:{details.st_size}:{details.st_mtime_ns}\n".encode())
            except NotImplementedError:
                with storage.open(name) as file:
                    digest.update(name.encode() + file.read())
    return digest.hexdigest()

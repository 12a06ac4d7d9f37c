"""Delete what is past its time, or say what would be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partners.services import apply_retention
from partners.services.retention import forecast


class Command(BaseCommand):
    """Do what the clock does each night, and say it."""

    help = "Delete the personal data of partners that is past its time; fail when some cannot be"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the dry run."""
        parser.add_argument(
            "--dry-run", action="store_true", help="say what is due, and delete nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and report by kind of data: never about whom."""
        at = timezone.now()
        if options["dry_run"]:
            for line in forecast(at=at):
                held = " (held for the archives)" if line.is_held else ""
                following = f"; next on {timezone.localdate(line.next_on)}" if line.next_on else ""
                self.stdout.write(f"{line.kind.value}: {line.due} due{held}{following}")
            return
        lines = list(apply_retention(at=at).lines.all())
        for done in lines:
            self.stdout.write(f"{done.kind}: {done.rows} deleted")
        failed = [f"{line.kind} ({line.failure})" for line in lines if line.failure]
        if failed:
            raise CommandError(f"could not be deleted, see the log: {', '.join(failed)}")
        if not lines:
            self.stdout.write("nothing is past its time")

"""Loads the programme's facts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from engagements.services import LoadReport, load_facts


class Command(BaseCommand):
    """Create the programme's facts that were never loaded; change none."""

    help = "Creates the programme's facts that were never loaded; changes none"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--again", action="store_true", help="also create again what an editor deleted"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and print the report."""
        report = LoadReport()
        load_facts(report=report, again=options["again"])
        for line in report.lines():
            self.stdout.write(line)
        if not report.is_clean:
            raise CommandError(f"{len(report.rejections)} rows were rejected")

"""Check that nobody touched the evidence of signatures."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from partners.verification import at_one_instant, check_everything, check_noted, noted_head

SHOWN = 20


class Command(BaseCommand):
    """Compute again the texts' fingerprints, the digests, the chain and the states."""

    help = "Check the evidence of signatures; name what does not match, and fail"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what was noted elsewhere of the chain."""
        parser.add_argument(
            "--noted",
            nargs=2,
            action="append",
            default=[],
            metavar=("RECORDS", "HASH"),
            help="how many records there were one day, and the hash of the last, as kept elsewhere",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and say what was found.

        Raises:
            CommandError: something does not match, or what was noted is no number and a hash.

        """
        try:
            noted = {int(records): last.lower() for records, last in options["noted"]}
        except ValueError as error:
            raise CommandError("--noted takes a number of records, then a hash") from error
        with at_one_instant():
            problems = [*check_everything(), *check_noted(noted)]
            head = noted_head()
        if problems:
            shown = "\n  ".join(str(problem) for problem in problems[:SHOWN])
            raise CommandError(f"{len(problems)} problems in the evidence:\n  {shown}")
        last = f", the last one {head.hash}" if head and head.sequence else ""
        self.stdout.write(f"{head.sequence if head else 0} records of evidence match{last}")

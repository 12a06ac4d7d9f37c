"""Check that nobody touched the evidence of signatures."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partners.verification import check_everything, noted_head

SHOWN = 20


class Command(BaseCommand):
    """Compute again the texts' fingerprints, the digests, the chain and the states."""

    help = "Check the evidence of signatures; name what does not match, and fail"

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and say what was found."""
        problems = list(check_everything())
        head = noted_head()
        if problems:
            shown = "\n  ".join(str(problem) for problem in problems[:SHOWN])
            raise CommandError(f"{len(problems)} problems in the evidence:\n  {shown}")
        last = f", the last one {head.hash}" if head and head.sequence else ""
        self.stdout.write(f"{head.sequence if head else 0} records of evidence match{last}")

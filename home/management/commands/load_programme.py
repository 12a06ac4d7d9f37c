"""Build the programme's site from the data files kept in the project."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from engagements.services import LoadReport, load_facts
from home.services import (
    arrange_front_page,
    load_example_contact,
    load_examples,
    load_pages,
    load_translations,
)
from partners.services import (
    load_agreement_translations,
    load_agreements,
    load_charter,
    load_stories,
    load_story_translations,
)
from portal.core.illustrations import prepare_renditions
from portal.users.services import create_demo_accounts, load_groups


class Command(BaseCommand):
    """Load facts, pages, translations, groups and demonstration accounts.

    Running it again changes nothing that an editor changed.
    """

    help = "Load the programme; run again, it only adds what was never loaded"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--demo-password", default="", help="creates the demonstration accounts with it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load everything, in the order in which things refer to each other."""
        self.verbosity: int = options["verbosity"]
        report = LoadReport()
        load_facts(report=report, progress=self._progress)
        home = load_pages(
            report=report, demonstration=settings.DEMONSTRATION_CONTENT, progress=self._progress
        )
        self._progress("stories and charter")
        load_stories(report=report, home=home)
        load_charter(report=report, home=home)
        if settings.DEMONSTRATION_CONTENT:
            load_agreements(report=report, home=home)
        arrange_front_page(home=home)
        load_translations(report=report, progress=self._progress)
        load_story_translations(report=report, home=home)
        load_agreement_translations(report=report)
        if settings.DEMONSTRATION_CONTENT:
            load_examples(report=report, progress=self._example)
            load_example_contact(home=home)
        self._progress("groups and accounts")
        load_groups(report=report.notes.append)
        if options["demo_password"] and not settings.PRODUCTION:
            create_demo_accounts(password=options["demo_password"])
        prepare_renditions(progress=self._picture)
        self._end(report, options["verbosity"])

    def _progress(self, name: str) -> None:
        if self.verbosity:
            self.stdout.write(f"  {name}")
            self.stdout.flush()

    def _example(self, done: int, total: int) -> None:
        if done % 50 == 0:
            self._progress(f"examples ({done} of {total})")

    def _picture(self, done: int, total: int) -> None:
        if done % 10 == 1:
            self._progress(f"pictures ({done} of {total})")

    def _end(self, report: LoadReport, verbosity: int) -> None:
        if verbosity > 1 or not report.is_clean:
            for line in report.lines():
                self.stdout.write(line)
        created, kept = sum(report.created.values()), sum(report.kept.values())
        self.stdout.write(f"Programme: {created} loaded, {kept} there already")

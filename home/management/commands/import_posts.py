"""Publish the news, events, stories and pages of a table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from home.posts import COLUMNS, REPORT_COLUMNS, PostFile, read_posts
from home.services import ImportReport, Result, import_posts, known_numbers
from portal.core.tables import TableError, write_table
from portal.users.models import User

TOLD = (Result.REJECTED, Result.LEFT_ALONE)
EACH = 25


class Command(BaseCommand):
    """Import posts from a CSV file or an Excel workbook, and account for each row."""

    help = (
        "Publish the news, events, stories and pages of a table (CSV or .xlsx); its columns: "
        + ", ".join(COLUMNS)
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="CSV (UTF-8, with , or ;) or .xlsx")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen and write nothing"
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="also write over what editors changed or deleted, and pages that no import made",
        )
        parser.add_argument(
            "--example", action="store_true", help="tell readers that these are examples"
        )
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE.csv",
            help="write the rejected rows there with their reasons, to mend and import again",
        )
        parser.add_argument("--user", metavar="NAME", help="who imports, for the pages' history")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file; fail when rows were rejected."""
        # Django runs commands in English unless a language is in force: the reader's comes first.
        with override(get_language() or settings.LANGUAGE_CODE):
            self._import(**options)

    def _import(self, **options: Any) -> None:
        self.verbosity: int = options["verbosity"]
        actor = self._actor(options["user"])
        try:
            file = read_posts(options["file"], **known_numbers())
        except TableError as error:
            raise CommandError(f"{options['file'].name}: {error}") from error
        report = import_posts(
            file=file,
            actor=actor,
            is_example=options["example"],
            overwrite=options["overwrite"],
            dry_run=options["dry_run"],
            progress=self._progress,
        )
        self._tell(file, report, options["dry_run"])
        if options["report"] and report.rejected:
            self._write_report(options["report"], file, report)
        if report.rejected:
            count = len(report.rejected)
            raise CommandError(
                ngettext("%(n)d row was rejected.", "%(n)d rows were rejected.", count)
                % {"n": count}
            )

    def _actor(self, username: str | None) -> User | None:
        if not username:
            return None
        try:
            return User.objects.get(username=username)
        except User.DoesNotExist:
            raise CommandError(_("There is no account “%(name)s”.") % {"name": username}) from None

    def _progress(self, done: int, total: int) -> None:
        if self.verbosity and total > EACH and done % EACH == 0:
            self.stdout.write(f"  {done} / {total}")
            self.stdout.flush()

    def _tell(self, file: PostFile, report: ImportReport, dry_run: bool) -> None:
        for note in file.notes:
            self.stdout.write(note)
        for outcome in report.outcomes:
            if outcome.result in TOLD or outcome.remarks or self.verbosity > 1:
                words = [outcome.name, str(outcome.result.label), *outcome.remarks]
                said = " – ".join(word for word in words if word)
                self.stdout.write(
                    _("Line %(line)d: %(said)s") % {"line": outcome.line, "said": said}
                )
        counts = report.counts
        told = ", ".join(
            _("%(result)s: %(n)d") % {"result": result.label, "n": counts[result]}
            for result in Result
            if counts[result]
        )
        intro = _("Nothing was written; it would give: %(told)s") if dry_run else "%(told)s"
        self.stdout.write(intro % {"told": told})

    def _write_report(self, path: Path, file: PostFile, report: ImportReport) -> None:
        columns = [column for column in COLUMNS if column in file.columns]
        rows = [
            [
                str(rejected.row.line),
                rejected.reason,
                *(rejected.row.cells.get(column, "") for column in columns),
            ]
            for rejected in report.rejected
        ]
        try:
            write_table(path, [*REPORT_COLUMNS, *columns], rows, file.delimiter)
        except OSError as error:
            raise CommandError(
                _("The report cannot be written: %(reason)s.") % {"reason": error.strerror}
            ) from error
        self.stdout.write(_("The rejected rows are in %(file)s.") % {"file": path})

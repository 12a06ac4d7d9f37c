"""Say which tables the partner of an agreement reports each year."""

from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partners.models import Agreement
from partners.services import set_report_form_from


class Command(BaseCommand):
    """Set the form of the annual report of an agreement that exists already."""

    help = "Sets the tables of the annual report of an agreement, from a report.yaml."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("agreement", help="slug of the agreement")
        parser.add_argument("file", type=Path, help="report.yaml")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Set it, and say what it has."""
        agreement = Agreement.objects.filter(slug=options["agreement"]).first()
        if agreement is None:
            raise CommandError(f"no agreement has the slug {options['agreement']}")
        try:
            form = set_report_form_from(file=options["file"], agreement=agreement)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (KeyError, OSError, TypeError, ValueError, yaml.YAMLError) as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error
        self.stdout.write(", ".join(table.title for table in form.tables()))

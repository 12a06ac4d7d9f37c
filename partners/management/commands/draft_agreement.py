"""Draft an agreement between organisations from the files of a folder."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from partners.models import AgreementVersion
from partners.services import DraftUnderWayError, draft_agreement_from
from portal.users.models import User


class Command(BaseCommand):
    """Draft an agreement, or one more version of it; it is sent for signature in the admin."""

    help = "Drafts an agreement from agreement.yaml and text.<language>.yaml of a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("folder", type=Path, help="its name is the slug of the agreement")
        parser.add_argument("--author", required=True, help="user name of who drafts it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Draft it, and say where it is looked after."""
        author = User.objects.filter(username=options["author"], is_active=True).first()
        if author is None:
            raise CommandError(f"no active account is called {options['author']}")
        try:
            version = draft_agreement_from(folder=options["folder"].resolve(), actor=author)
        except DraftUnderWayError as error:
            told = f"{error.messages[0]} {_desk(error.draft)}"
            raise CommandError(told) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (KeyError, OSError, TypeError, ValueError, yaml.YAMLError) as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error
        self.stdout.write(f"{version}: {_desk(version)}")


def _desk(version: AgreementVersion) -> str:
    """Return where a version is looked after."""
    return settings.WAGTAILADMIN_BASE_URL + reverse("agreement_desk", args=[version.pk])

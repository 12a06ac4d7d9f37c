"""Compile the interface catalogues without any system tool."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Turn each ``.po`` file into the ``.mo`` file that Django reads."""

    help = "Compile the interface catalogues (no gettext needed)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--check``."""
        parser.add_argument(
            "--check", action="store_true", help="Fail if French lacks a translation; write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile, or check that the French catalogue is complete."""
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                catalogue = polib.pofile(str(source))
                if options["check"]:
                    self._check(source, catalogue)
                    continue
                compiled = source.with_suffix(".mo")
                if not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns:
                    catalogue.save_as_mofile(str(compiled))

    def _check(self, source: Path, catalogue: polib.POFile) -> None:
        language = source.parent.parent.name
        if language != settings.LANGUAGE_CODE:
            return
        missing = [entry.msgid for entry in catalogue if not entry.translated()]
        missing = [msgid for msgid in missing if msgid]
        if missing:
            shown = "\n  ".join(missing[:20])
            raise CommandError(f"{len(missing)} untranslated in {source.name}:\n  {shown}")

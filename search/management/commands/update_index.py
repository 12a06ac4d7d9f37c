"""Bring every index up to date."""

from typing import Any

from modelsearch.management.commands.rebuild_modelsearch_index import Command as ModelsearchCommand

from search.backends.admin import filling
from search.services import load_synonyms, rebuild_search_index


class Command(ModelsearchCommand):
    """Wagtail's command for the indexes of its admin, then the portal's own index."""

    help = "Brings the search indexes of the admin and of the portal up to date"

    def handle(self, **options: Any) -> None:
        """Update the indexes."""
        with filling():
            super().handle(**options)
        if options["schema_only"] or options["backend_name"]:
            return
        if loaded := load_synonyms():
            self.write(f"Loaded {loaded} groups of synonyms")
        self.write("Updating the portal's index")
        count = rebuild_search_index(report=self.write)
        self.write(f"Indexed {count} entries")

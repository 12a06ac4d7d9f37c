"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Configuration of search."""

    name = "search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Listen to changes of content, and say in the health report whether search works."""
        from portal.core.health import register_check
        from search import finding, signals

        signals.connect()
        register_check("search", finding.search_is_ready)

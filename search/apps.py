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
        from portal.core import clock
        from portal.core.health import register_check
        from search import finding, journal, services, signals
        from search.backends import catch_up

        signals.connect()
        clock.register("catch up with the search engine", clock.Every.MINUTE, catch_up)
        clock.register("forget old queries of readers", clock.Every.NIGHT, journal.forget_old)
        clock.register("mend the search indexes", clock.Every.NIGHT, services.mend_indexes)
        register_check("search", finding.search_is_ready)

"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Configuration of portal.core."""

    name = "portal.core"
    label = "core"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Connect the signals, and add the reading of documents to the clock's jobs."""
        from . import caching, clock, documents, signals

        signals.connect()
        caching.connect()
        documents.connect()
        clock.register(
            "read waiting documents", clock.Every.MINUTE, documents.read_waiting_documents
        )

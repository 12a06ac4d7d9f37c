"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Configuration of portal.core."""

    name = "portal.core"
    label = "core"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Connect the signals."""
        from . import caching, signals

        signals.connect()
        caching.connect()

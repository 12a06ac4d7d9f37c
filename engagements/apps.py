"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementsConfig(AppConfig):
    """Configuration of engagements."""

    name = "engagements"
    label = "engagements"
    verbose_name = _("Engagements")

    def ready(self) -> None:
        """Fill the registry of related content."""
        from engagements.related import IndicatorsAbout, register

        register(IndicatorsAbout())

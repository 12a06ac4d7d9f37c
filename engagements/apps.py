"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementsConfig(AppConfig):
    """Configuration of engagements."""

    name = "engagements"
    label = "engagements"
    verbose_name = _("Engagements")

    def ready(self) -> None:
        """Fill the registry of related content, and the main menu."""
        from engagements.related import IndicatorsAbout, register
        from portal.core import navigation

        register(IndicatorsAbout())
        # After the pages of the three axes.
        navigation.register(navigation.MenuEntry("indicator_list", _("Indicators"), rank=44))
        navigation.register(navigation.MenuEntry("sdg_list", _("SDGs"), rank=46))

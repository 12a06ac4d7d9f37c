"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Configuration of home."""

    name = "home"
    label = "home"
    verbose_name = _("Home")

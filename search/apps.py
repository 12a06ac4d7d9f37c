"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Configuration of search."""

    name = "search"
    label = "search"
    verbose_name = _("Search")

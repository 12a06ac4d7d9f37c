"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Configuration of portal.users."""

    name = "portal.users"
    label = "users"
    verbose_name = _("People")

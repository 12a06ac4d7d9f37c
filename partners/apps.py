"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Configuration of partners."""

    name = "partners"
    label = "partners"
    verbose_name = _("Partners")

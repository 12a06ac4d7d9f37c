"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    """Configuration of portal.users."""

    name = "portal.users"
    label = "users"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        """Connect the signals."""
        from . import signals

        signals.connect()


class AdminUsersConfig(WagtailUsersAppConfig):
    """Wagtail's management of users, with the portal's own fields."""

    default = False
    user_viewset = "portal.users.viewsets.UserViewSet"

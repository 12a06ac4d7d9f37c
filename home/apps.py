"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Configuration of home."""

    name = "home"
    label = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        """Tell engagements what home knows about them."""
        from engagements.links import register_list
        from engagements.related import register
        from home.models import EventIndexPage, NewsIndexPage
        from home.related import EventsAbout, NewsAbout

        register(NewsAbout())
        register(EventsAbout())
        register_list("news", NewsIndexPage)
        register_list("events", EventIndexPage)

"""Application configuration."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Configuration of partners."""

    name = "partners"
    label = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        """Fill the registries of the layers below, and watch over the triggers."""
        from engagements import live_figures
        from engagements.links import register_list
        from engagements.related import register
        from partners import jobs, listening, triggers
        from partners.indicators import ActivePartners, GameSessions
        from partners.models import StoryIndexPage
        from partners.receipts.checks import (
            check_certificate,
            check_demonstration,
            check_libraries,
        )
        from partners.related import AgreementsAbout, ChartersAbout, StoriesAbout

        register(StoriesAbout())
        register(ChartersAbout())
        register(AgreementsAbout())
        register_list("stories", StoryIndexPage)
        live_figures.register(ActivePartners())
        live_figures.register(GameSessions())
        jobs.register_jobs()
        listening.connect()
        pre_migrate.connect(triggers.before_migrate, sender=self)
        post_migrate.connect(triggers.after_migrate, sender=self)
        checks.register(triggers.check_triggers, checks.Tags.database)
        checks.register(check_libraries)
        checks.register(check_certificate, checks.Tags.security)
        checks.register(check_demonstration, checks.Tags.security, deploy=True)

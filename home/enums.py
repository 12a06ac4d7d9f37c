"""Vocabulary of news and events."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """Where a publication appeared."""

    INTRANET = "intranet", _("This portal")
    MAGAZINE = "magazine", _("Internal magazine")
    INFOGRAPHIC = "infographic", _("Infographic")
    LINKEDIN = "linkedin", _("LinkedIn")


class EventState(models.TextChoices):
    """Where an event stands at an instant: one of the three, always."""

    UPCOMING = "upcoming", _("Upcoming")
    ONGOING = "ongoing", _("Under way")
    PAST = "past", _("Past")

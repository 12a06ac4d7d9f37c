"""Addresses of the calendars and of the feed."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

urlpatterns = [
    path(_("events.ics"), views.agenda_ics, name="agenda_ics"),
    path(_("events/<uuid:key>.ics"), views.event_ics, name="event_ics"),
    path(_("news.atom"), views.news_feed, name="news_feed"),
]

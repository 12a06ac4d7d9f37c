"""The agenda as iCalendar (RFC 5545).

Only events known to the day or to the instant go in: a calendar cannot say « in October ». The
identity of an event is its translation key, which its translations share: a calendar that takes the
same event in two languages holds it once.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from portal.core.dates import DAY, PARIS, Precision

if TYPE_CHECKING:
    from home.models import EventPage

CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar(events: Iterable["EventPage"], name: str) -> bytes:
    """Return a calendar of the events that are dated to the day."""
    result = Calendar()
    result.add("prodid", "-//mét’ODD//Portail//FR")
    result.add("version", "2.0")
    result.add("calscale", "GREGORIAN")
    result.add("method", "PUBLISH")
    result.add("x-wr-calname", name)
    for event in events:
        if event.is_dated_to_the_day:
            result.add_component(_entry(event))
    result.add_missing_timezones()
    return result.to_ical()


def _entry(page: "EventPage") -> Event:
    published = page.last_published_at or page.first_published_at or timezone.now()
    first = page.first_published_at or published
    entry = Event()
    entry.add("uid", str(page.translation_key))
    entry.add("dtstamp", published.astimezone(dt.UTC).replace(microsecond=0))
    entry.add("last-modified", published.astimezone(dt.UTC).replace(microsecond=0))
    # Grows with each publication, whatever the number of revisions kept.
    entry.add("sequence", int((published - first).total_seconds()))
    entry.add("summary", f"{page.flag} – {page.title}" if page.flag else page.title)
    entry.add("status", "CANCELLED" if page.cancelled else "CONFIRMED")
    address = absolute_url(page)
    entry.add("description", _description(page, address))
    entry.add("url", address)
    if page.where:
        entry.add("location", page.where)
    if page.campaign:
        entry.add("categories", [page.campaign.name])
    _add_dates(entry, page)
    return entry


def _add_dates(entry: Event, page: "EventPage") -> None:
    dates = page.dates
    if dates.precision == Precision.DAY or dates.start_time is None:
        entry.add("dtstart", dates.start_date)
        entry.add("dtend", dates.last_date + DAY)  # exclusive
        entry.add("transp", "TRANSPARENT")  # a week of events does not make the reader busy
        return
    entry.add("dtstart", page.starts_at.astimezone(PARIS))
    if dates.end_time or dates.end_date:
        entry.add("dtend", page.ends_at.astimezone(PARIS))


def _description(page: "EventPage", address: str) -> str:
    lines = [strip_tags(page.summary)]
    if page.audience:
        lines.append(_("For: %(audience)s") % {"audience": page.audience})
    if page.who_organises:
        lines.append(_("Organised by: %(organiser)s") % {"organiser": page.who_organises})
    return "\n".join([*(line for line in lines if line), address])


def absolute_url(page: "EventPage") -> str:
    """Return the public address of a page."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{page.get_url() or ''}"

"""Calendars and feed: the lists of news and events for other programs, with the reader's rights."""

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from home.agenda import visible_events
from home.calendars import CONTENT_TYPE, calendar
from home.news import visible_news
from portal.core.visibility import reader_of

FEED_LENGTH = 30


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@cache_control(private=True, no_cache=True)
def agenda_ics(request: HttpRequest) -> HttpResponse:
    """Return all the events dated to the day that the reader may see."""
    events = visible_events(reader_of(request), _language()).dated_to_the_day()
    name = _("%(site)s agenda") % {"site": settings.WAGTAIL_SITE_NAME}
    return _file(calendar(events.latest_first().for_calendar(), name), "agenda.ics")


@require_safe
@cache_control(private=True, no_cache=True)
def event_ics(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Return one event dated to the day, in the reader's language."""
    events = visible_events(reader_of(request), _language()).dated_to_the_day()
    event = events.for_calendar().filter(translation_key=key).first()
    if event is None:
        raise Http404
    return _file(calendar([event], event.title), f"{event.slug}.ics")


@require_safe
@cache_control(private=True, no_cache=True)
def news_feed(request: HttpRequest) -> HttpResponse:
    """Return the latest posts that the reader may see, as Atom."""
    language = _language()
    base = settings.WAGTAILADMIN_BASE_URL
    feed = Atom1Feed(
        title=_("%(site)s news") % {"site": settings.WAGTAIL_SITE_NAME},
        link=f"{base}/{language}/",
        feed_url=f"{base}{request.path}",
        description="",
        language=language,
    )
    posts = visible_news(reader_of(request), language).newest_first().for_cards()[:FEED_LENGTH]
    for post in posts:
        feed.add_item(
            title=post.title,
            link=f"{base}{post.get_url()}",
            description=post.summary,
            unique_id=f"urn:uuid:{post.translation_key}",
            pubdate=post.first_published_at,
            updateddate=post.last_published_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=f"{feed.content_type}")

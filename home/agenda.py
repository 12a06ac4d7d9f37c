"""What the agenda and the page of an event show."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from engagements.tiles import tiles_for
from home.filters import agenda_filters
from portal.core.cards import Card
from portal.core.dates import PARIS
from portal.core.visibility import Reader, reader_of

if TYPE_CHECKING:
    from home.models import Campaign, EventIndexPage, EventPage
    from home.querysets import EventQuerySet

PAST_PER_PAGE = 12
CURRENT_LIMIT = 24
CAMPAIGN_LIMIT = 6


@dataclass(frozen=True, slots=True)
class YearOfEvents:
    """Past events that began in one year."""

    year: int
    cards: Sequence[Card]


def visible_events(user: Reader, language: str) -> "EventQuerySet":
    """Return the events that ``user`` may read in the tree of ``language``."""
    from home.models import EventPage

    events: EventQuerySet = EventPage.objects.in_language(language).visible_to(user)
    return events


def by_year(events: Sequence["EventPage"]) -> list[YearOfEvents]:
    """Group events, already sorted, by the year in which they begin in Paris."""
    return [
        YearOfEvents(year, [event.as_card() for event in group])
        for year, group in groupby(events, key=lambda item: item.starts_at.astimezone(PARIS).year)
    ]


def agenda_context(page: "EventIndexPage", request: HttpRequest, at: dt.datetime) -> dict[str, Any]:
    """Return the events of the agenda: ongoing, upcoming, and a page of past ones by year."""
    events = visible_events(reader_of(request), page.locale.language_code)
    filters = agenda_filters(request.GET, events)
    events = filters.apply(events)
    current = list(events.current(at).for_cards()[: CURRENT_LIMIT + 1])
    has_more = len(current) > CURRENT_LIMIT
    current = current[:CURRENT_LIMIT]
    paginator = Paginator(events.past(at).latest_first().for_cards(), PAST_PER_PAGE)
    past = paginator.get_page(request.GET.get("page"))
    return {
        "filters": filters,
        "ongoing": [event.as_card() for event in current if event.starts_at <= at],
        "upcoming": [event.as_card() for event in current if event.starts_at > at],
        "has_more": has_more,
        "past": past,
        "past_years": by_year(list(past.object_list)),
        "empty_actions": [(_("See the whole agenda"), page.get_url() or "")],
        "has_calendar": any(event.is_dated_to_the_day for event in current),
    }


def event_context(page: "EventPage", request: HttpRequest, at: dt.datetime) -> dict[str, Any]:
    """Return what came of the event, where it stands, and the others of its campaign."""
    user = reader_of(request)
    keys = [figure.slug for figure in page.key_figures.all()]
    return {
        "kicker": _("Agenda"),
        "meta": page.when[:1].upper() + page.when[1:],
        "state": page.state(at),
        "tiles": tiles_for(keys, user) if keys else [],
        "campaign": page.campaign,
        "same_campaign": campaign_cards(page.campaign, page, user) if page.campaign else [],
        "related": page.related_groups(request),
    }


def campaign_cards(campaign: "Campaign", page: "EventPage", user: Reader) -> list[Card]:
    """Return the other events of a campaign, the latest first."""
    events = visible_events(user, page.locale.language_code).filter(campaign=campaign)
    others = events.exclude(pk=page.pk).latest_first().for_cards()[:CAMPAIGN_LIMIT]
    return [event.as_card() for event in others]

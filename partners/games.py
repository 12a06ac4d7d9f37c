"""Awareness games: what a declaration may say, the gauge, and who may declare."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.counting import Reached, milestones_reached
from partners.figures import Progress, progress
from portal.core.dates import day_in_words

if TYPE_CHECKING:
    from partners.models import Charter, Game
    from portal.users.models import Place, Service, User

# Above, there were several sessions, or a slip of the finger.
MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a partner tells of a session.

    Attributes:
        service: None when the people came from several.
        place: None when the site is not in the list.

    """

    held_on: dt.date
    people: int
    service: "Service | None" = None
    place: "Place | None" = None


def first_day(on: dt.date) -> dt.date:
    """Return the first day of which a session may still be declared on the day ``on``.

    >>> first_day(dt.date(2026, 1, 1))
    datetime.date(2025, 1, 1)
    """
    return dt.date(on.year - 1, 1, 1)


def check_day(day: dt.date, *, on: dt.date) -> None:
    """Refuse a day that cannot be that of a session declared on the day ``on``.

    Raises:
        ValidationError: so it is.

    """
    if day > on:
        raise ValidationError(_("This day is still to come: declare the session once it was held."))
    if day < first_day(on):
        raise ValidationError(
            _(
                "Sessions are declared from %(first)s on: for an earlier one, write to the RSO unit."
            ),
            params={"first": day_in_words(first_day(on))},
        )


def check_people(people: int) -> None:
    """Refuse a number of people that no session has.

    Raises:
        ValidationError: so it is.

    """
    if not 1 <= people <= MOST_PEOPLE:
        raise ValidationError(
            _("Between 1 and %(most)d people: declare each session apart."),
            params={"most": MOST_PEOPLE},
        )


@dataclass(frozen=True, slots=True)
class Gauge:
    """How many people took part in the sessions of a game, on the way to its goal.

    Attributes:
        since: first day of the sessions that it counts; None when it counts all of them.
        sessions: how many sessions; 0 when none was declared, and then nothing is known of people.
        url: page of the game; empty on that page.
        reached: milestones, the latest first; on the page of the game only.

    """

    title: str
    progress: Progress
    sessions: int
    since: dt.date | None = None
    url: str = ""
    reached: tuple[Reached, ...] = ()


def gauge(game: "Game", *, url: str = "") -> Gauge:
    """Return the gauge of ``game`` (two queries; one more on its own page)."""
    goal = game.goal
    return Gauge(
        title=game.name,
        progress=progress(
            game.count(), int(goal.value) if goal else None, goal.period_end if goal else None
        ),
        sessions=game.counted_sessions().count(),
        since=game.counted_since,
        url=url,
        reached=() if url else milestones_reached(game),
    )


def charter_gauges(charter: "Charter") -> list[Gauge]:
    """Return the gauges of the games that the partners of ``charter`` run."""
    games = charter.games.select_related("goal").order_by("slug")
    return [gauge(game, url=game.get_absolute_url()) for game in games]


def may_declare(person: "User", game: "Game") -> bool:
    """Say whether ``person`` may declare a session: an active signature, and nothing else."""
    from partners.models import Signature

    return Signature.objects.active().filter(person=person, charter=game.charter_id).exists()

"""What follows a number: milestones, and the indicators that the number of partners feeds."""

import datetime as dt
import logging
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from engagements.services import record_live_values
from partners.figures import newly_reached
from partners.indicators import PARTNERS
from partners.models import (
    Charter,
    CharterMilestone,
    Counted,
    Game,
    GameMilestone,
    Milestone,
)
from partners.services import outbox
from portal.core.models import ProgrammeContact
from portal.users.mail import one_line

logger = logging.getLogger(__name__)


def recount_partners(*, charter: Charter, at: dt.datetime) -> None:
    """Follow a change of the number of partners, in the transaction that makes it.

    Signatures are written one at a time, so that each sees the number that it makes.
    """
    charter = Charter.objects.get(pk=charter.pk)  # as it is by now
    record_milestones(counter=charter, at=at)
    if charter.indicator_id is not None:
        transaction.on_commit(partial(_record_values, at))


@transaction.atomic
def record_milestones(*, counter: Counted, at: dt.datetime) -> list[int]:
    """Record the milestones reached for the first time; return them.

    Each is written once, whoever else counts at the same time.
    """
    if not counter.milestones:
        return []
    current = counter.current_count()
    known = list(counter.reached.filter(**current).values_list("threshold", flat=True))
    wanted = newly_reached(counter.count(), counter.thresholds, known)
    recorded = []
    for threshold in wanted:
        _milestone, created = counter.reached.get_or_create(
            threshold=threshold, **current, defaults={"reached_at": at}
        )
        if created:
            recorded.append(threshold)
    return recorded


@transaction.atomic
def recount_participations(*, game: Game, at: dt.datetime) -> None:
    """Follow a change of the sessions that a game counts, in the transaction that makes it.

    A session that was refused or taken back made nobody take part: a milestone that rested on it
    was not reached, and is announced once it is.
    """
    games = Game.objects.select_for_update(of=("self",)).select_related("goal")
    game = games.get(pk=game.pk)  # as it is by now
    game.reached.filter(**game.current_count(), threshold__gt=game.count()).delete()
    record_milestones(counter=game, at=at)


def recount_everything(*, at: dt.datetime) -> None:
    """Follow what nobody tells of, such as an account that is not in use any more."""
    for charter in Charter.objects.exclude(milestones=""):
        record_milestones(counter=charter, at=at)
    for game in Game.objects.exclude(milestones=""):
        recount_participations(game=game, at=at)
    record_live_values(at=at, key=PARTNERS)


def send_waiting_announcements(*, at: dt.datetime) -> int:
    """Tell the programme's team of each milestone, once it has an address; return how many left."""
    kinds: tuple[QuerySet[Any], ...] = (
        CharterMilestone.objects.select_related("charter"),
        GameMilestone.objects.select_related("game"),
    )
    waiting = [(rows, pk) for rows in kinds for pk in outbox.waiting(rows, at=at)]
    to = sorted(
        set(ProgrammeContact.objects.exclude(email="").values_list("email", flat=True))
        if waiting
        else ()
    )
    if not to:
        return 0
    compose = partial(_announcement, to=to)
    return sum(outbox.send_once(rows, pk, compose=compose, at=at) for rows, pk in waiting)


def _announcement(milestone: Milestone, *, to: list[str]) -> EmailMessage:
    counter = milestone.counter
    with translation.override(settings.LANGUAGE_CODE):
        path = counter.public_path()
        facts = {
            "title": str(counter),
            "reached": counter.in_words(milestone.threshold),
            "day": timezone.localdate(milestone.reached_at),
            "url": settings.WAGTAILADMIN_BASE_URL + path if path else "",
        }
        subject = render_to_string("partners/email/milestone_subject.txt", facts)
        body = render_to_string("partners/email/milestone.txt", facts)
    return EmailMessage(
        one_line(subject),
        body,
        to=to,
        headers=outbox.same_message(f"{milestone._meta.model_name}-{milestone.pk}"),
    )


def _record_values(at: dt.datetime) -> None:
    """Bring the indicators up to date; a failure stops nobody from signing, and the night repairs."""
    try:
        record_live_values(at=at, key=PARTNERS)
    except Exception:
        logger.exception("The indicators could not follow the number of partners")

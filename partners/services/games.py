"""Sessions of games: declared and corrected by partners, closed or refused by the RSO unit.

Each transition of ``GAME_SESSION_TRANSITIONS`` has one service, and ``_move`` knows it by its name.
"""

import datetime as dt
import logging
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from engagements.services import record_live_values
from partners.enums import GAME_SESSION_TRANSITIONS, GameSessionStatus
from partners.games import SessionFacts, check_day, check_people, may_declare
from partners.indicators import GAME
from partners.models import Game, GameSession, GameSessionNotice
from partners.services.counts import recount_participations
from portal.users.models import User

logger = logging.getLogger(__name__)

ACTION = "partners.game_session."


class SessionClosedError(ValidationError):
    """A session is not, or no more, where something could be done with it."""


class SameSessionError(ValidationError):
    """A session of that game, day, service and site is declared already."""


@transaction.atomic
def declare_session(
    *,
    game: Game,
    person: User,
    facts: SessionFacts,
    language: str,
    at: dt.datetime,
    is_another: bool = False,
) -> GameSession:
    """Declare a session that a partner ran.

    Raises:
        SameSessionError: one like it is declared already, and ``is_another`` does not say otherwise.
        ValidationError: ``person`` has no active signature of the charter, or the facts cannot be.

    """
    game = _hold(game.pk)
    if not may_declare(person, game):
        raise ValidationError(_("Only partners whose signature is active declare sessions."))
    session = GameSession(game=game, declared_by=person, declared_at=at, language=language)
    _write(session, facts, at=at, is_another=is_another)
    recount_participations(game=game, at=at)
    return session


@transaction.atomic
def correct_session(
    *,
    session: GameSession,
    person: User,
    facts: SessionFacts,
    at: dt.datetime,
    is_another: bool = False,
) -> GameSession:
    """Correct a declaration, which the RSO unit then looks at again if it had refused it.

    Raises:
        SameSessionError: another like it is declared, and ``is_another`` does not say otherwise.
        SessionClosedError: it is closed, or somebody else's.
        ValidationError: the facts cannot be.

    """
    game = _hold(session.game_id)
    session = _own_open(session, person)
    _move(session, GameSessionStatus.DECLARED, by="correct_session")
    session.reason = ""
    _write(session, facts, at=at, is_another=is_another)
    recount_participations(game=game, at=at)
    return session


@transaction.atomic
def delete_session(*, session: GameSession, person: User, at: dt.datetime) -> None:
    """Take back a declaration.

    Raises:
        SessionClosedError: it is closed, or somebody else's.

    """
    game = _hold(session.game_id)
    _own_open(session, person).delete()
    recount_participations(game=game, at=at)


@transaction.atomic
def close_session(*, session: GameSession, actor: User, at: dt.datetime) -> GameSession:
    """Close a declaration: it counts in the indicators, and its partner changes it no more.

    Raises:
        SessionClosedError: it is not waiting for that.

    """
    return _decide(session, GameSessionStatus.CLOSED, by="close_session", actor=actor, at=at)


@transaction.atomic
def refuse_session(
    *, session: GameSession, actor: User, reason: str, at: dt.datetime
) -> GameSession:
    """Refuse a declaration, and tell its partner why.

    Raises:
        SessionClosedError: it is not waiting for that.
        ValidationError: no reason is given.

    """
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError(_("Say why: the partner reads it."))
    refused = _decide(
        session,
        GameSessionStatus.REFUSED,
        by="refuse_session",
        actor=actor,
        at=at,
        reason=reason,
    )
    if refused.declared_by_id is not None:
        GameSessionNotice.objects.create(session=refused, reason=reason)
    return refused


@transaction.atomic
def reopen_session(*, session: GameSession, actor: User, at: dt.datetime) -> GameSession:
    """Open a closed declaration again: its partner may correct it, and indicators forget it.

    Raises:
        SessionClosedError: it is not closed.

    """
    return _decide(session, GameSessionStatus.DECLARED, by="reopen_session", actor=actor, at=at)


def recount_sessions(*, at: dt.datetime) -> int:
    """Bring the indicators that games feed up to date; return how many values changed."""
    return record_live_values(at=at, key=GAME)


def _hold(game: int) -> Game:
    """Return a game whose sessions nobody else changes meanwhile.

    So two tabs never declare the same session, and a milestone is reached by what is counted.
    """
    return Game.objects.select_for_update(of=("self",)).get(pk=game)


def _write(session: GameSession, facts: SessionFacts, *, at: dt.datetime, is_another: bool) -> None:
    check_day(facts.held_on, on=timezone.localdate(at))
    check_people(facts.people)
    session.held_on, session.people = facts.held_on, facts.people
    session.service, session.place = facts.service, facts.place
    if not is_another and GameSession.objects.like(session).exists():
        raise SameSessionError(
            _("A session of that day, for that service, on that site is declared already.")
        )
    session.save()


def _own_open(session: GameSession, person: User) -> GameSession:
    own = GameSession.objects.select_for_update(of=("self",)).filter(declared_by=person)
    found = own.select_related("game").filter(pk=session.pk).first()
    if found is None or found.is_closed:
        raise SessionClosedError(
            _("The RSO unit has closed this session: write to it if something is wrong.")
        )
    return found


def _decide(
    session: GameSession,
    status: GameSessionStatus,
    *,
    by: str,
    actor: User,
    at: dt.datetime,
    reason: str = "",
) -> GameSession:
    game = _hold(session.game_id)
    known = GameSession.objects.select_for_update(of=("self",)).select_related("game")
    session = known.get(pk=session.pk)
    _move(session, status, by=by)
    session.reason = reason
    session.save(update_fields=["status", "reason"])
    recount_participations(game=game, at=at)
    log(instance=session, action=f"{ACTION}{by}", user=actor)
    transaction.on_commit(partial(_record_values, at))
    return session


def _move(session: GameSession, status: GameSessionStatus, *, by: str) -> None:
    """Move a session along the table of transitions, or refuse."""
    if GAME_SESSION_TRANSITIONS[GameSessionStatus(session.status)].get(status) != by:
        raise SessionClosedError(_("This session has changed meanwhile: look at it again."))
    session.status = status


def _record_values(at: dt.datetime) -> None:
    """Bring the indicators up to date; a failure stops nobody, and the night repairs."""
    try:
        recount_sessions(at=at)
    except Exception:
        logger.exception("The indicators could not follow the sessions of games")

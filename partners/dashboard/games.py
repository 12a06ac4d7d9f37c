"""Awareness games: the gauge that everybody sees, and what waits to be looked at."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partners.enums import GameSessionStatus
from partners.games import gauge
from partners.models import Game
from partners.permissions import can_check_sessions
from portal.users.models import User

from .panel import Alert, Panel


class GamesPanel(Panel):
    """By game, by the function that the page of the game goes through."""

    key = "games"
    title = _("Awareness games")

    @classmethod
    def is_for(cls, user: User) -> bool:
        """Say whether ``user`` checks the sessions that partners declare."""
        return can_check_sessions(user)

    def read(self) -> dict[str, Any]:
        """Return the gauge of each game, and how many sessions wait (one query, two a game)."""
        waiting = Count("sessions", filter=Q(sessions__status=GameSessionStatus.DECLARED))
        games = Game.objects.select_related("goal").annotate(waiting=waiting).order_by("slug")
        shown = [
            {"gauge": gauge(game, url=game.get_absolute_url()), "waiting": game.waiting}
            for game in games
        ]
        return {
            "shown": shown,
            "sessions_url": reverse("wagtailsnippets_partners_gamesession:list"),
        }

    def watch(self) -> Sequence[Alert]:
        """Tell of sessions that indicators do not count yet."""
        if not (waiting := sum(one["waiting"] for one in self.facts["shown"])):
            return ()
        told = ngettext(
            "%(count)d session of a game waits to be checked: indicators do not count it yet.",
            "%(count)d sessions of games wait to be checked: indicators do not count them yet.",
            waiting,
        )
        return [Alert(told % {"count": waiting}, url=self.facts["sessions_url"])]

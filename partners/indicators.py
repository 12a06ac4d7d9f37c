"""The indicators that signatures and games feed, for the registry of live figures in engagements."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from engagements.enums import CountKind, Display
from engagements.figures import Quantity
from engagements.live_figures import LiveReading
from partners.figures import published_quantity
from portal.core.dates import Period, Precision, period_of_bounds

if TYPE_CHECKING:
    from partners.models.game import GameSessionQuerySet

PARTNERS = "partners"
GAME = "game"


@dataclass(frozen=True, slots=True)
class ActivePartners:
    """People with an active signature of a charter that feeds the indicator, each counted once."""

    key: str = PARTNERS
    source: tuple[str, str] = (
        "Signatures de la charte sur le portail",
        "Signatures of the charter on the portal",
    )

    def indicators(self) -> Sequence[int]:
        """Return the numbers of the indicators that charters feed, once somebody has signed one."""
        from partners.models import Charter, Signature

        signed = Signature.objects.values("charter")
        fed = Charter.objects.filter(pk__in=signed).exclude(indicator=None)
        return sorted(set(fed.values_list("indicator", flat=True)))

    def readings(self, indicator: int, at: dt.datetime) -> Sequence[LiveReading]:
        """Return the number of partners now, as it may be published."""
        from partners.models import Signature

        counted = Signature.objects.counted().filter(charter__indicator=indicator)
        quantity = published_quantity(counted.values("person").distinct().count())
        day = timezone.localdate(at)
        return [LiveReading(Period(day, day, Precision.DAY), quantity, CountKind.STOCK)]


@dataclass(frozen=True, slots=True)
class GameSessions:
    """Sessions of games that the RSO unit has closed, and the people who took part, by year.

    They are part of what the indicators count, which has other sources: the values say so, and stand
    in tables only.
    """

    key: str = GAME
    source: tuple[str, str] = (
        "Séances du jeu déclarées sur le portail",
        "Sessions of the game declared on the portal",
    )

    def indicators(self) -> Sequence[int]:
        """Return the numbers of the indicators that games feed, once a session was declared."""
        from partners.models import Game, GameSession

        fed: set[int | None] = set()
        for game in Game.objects.filter(pk__in=GameSession.objects.values("game")):
            fed |= {game.sessions_indicator_id, game.people_indicator_id}
        return sorted(pk for pk in fed if pk is not None)

    def readings(self, indicator: int, at: dt.datetime) -> Sequence[LiveReading]:
        """Return what is known of each year of which a session was declared."""
        from partners.models import GameSession

        declared = GameSession.objects.filter(
            Q(game__sessions_indicator=indicator) | Q(game__people_indicator=indicator)
        )
        today = timezone.localdate(at)
        return [
            self._reading(declared, indicator, year, today)
            for year in sorted(set(declared.values_list("held_on__year", flat=True)))
        ]

    @staticmethod
    def _reading(
        declared: "GameSessionQuerySet", indicator: int, year: int, today: dt.date
    ) -> LiveReading:
        closed = declared.closed().filter(held_on__year=year).select_related("game")
        sessions = sum(one.game.sessions_indicator_id == indicator for one in closed)
        counts_people = [one.people for one in closed if one.game.people_indicator_id == indicator]
        quantity = None
        if sessions:
            quantity = Quantity(Decimal(sessions))
        elif counts_people:
            quantity = published_quantity(sum(counts_people))
        names = {(one.game.name_fr, one.game.name_en) for one in closed}
        return LiveReading(
            period_of_bounds(dt.date(year, 1, 1), min(dt.date(year, 12, 31), today)),
            quantity,
            CountKind.PARTICIPATIONS if counts_people else CountKind.FLOW,
            Display.TEXT,
            (
                "; ".join(sorted(french for french, _english in names)),
                "; ".join(sorted(english for _french, english in names)),
            ),
        )

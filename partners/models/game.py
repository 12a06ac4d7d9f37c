"""The awareness game: what it is, and the sessions that partners run in the services."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page

from engagements.models import Indicator, Target
from partners.enums import GameSessionStatus
from partners.games import MOST_PEOPLE
from portal.core.dates import day_in_words
from portal.users.models import NamedFact, Place, Service

from .charter import Charter
from .milestone import Counted, Milestone
from .notice import Notice

if TYPE_CHECKING:
    from portal.users.models import User


class Game(Counted, NamedFact):
    """A game by which the partners of a charter raise awareness among their colleagues."""

    charter = models.ForeignKey(
        Charter,
        verbose_name=_("charter"),
        on_delete=models.PROTECT,
        related_name="games",
        help_text=_("Who has signed it, and has not withdrawn, may declare sessions"),
    )
    kit = models.ForeignKey(
        Page,
        verbose_name=_("page of the kit"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Any page: its text, pictures and documents are what partners need to run it"),
    )
    goal = models.ForeignKey(
        Target,
        verbose_name=_("goal"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "The target that the gauge shows: people are counted from the first day of its period on"
        ),
    )
    sessions_indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator of sessions"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Receives the number of sessions of each year that the RSO unit has closed"),
    )
    people_indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator of people"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Receives the people of these sessions, marked as participations: somebody who plays "
            "twice counts twice"
        ),
    )

    panels = [
        *NamedFact.panels,
        FieldPanel("charter"),
        FieldPanel("kit"),
        MultiFieldPanel(
            [
                FieldPanel("goal"),
                FieldPanel("milestones"),
                FieldRowPanel([FieldPanel("sessions_indicator"), FieldPanel("people_indicator")]),
            ],
            heading=_("What sessions feed"),
        ),
    ]

    class Meta(NamedFact.Meta):
        verbose_name = _("awareness game")
        verbose_name_plural = _("awareness games")
        constraints = [
            models.CheckConstraint(
                condition=Q(sessions_indicator=None)
                | Q(people_indicator=None)
                | ~Q(sessions_indicator=F("people_indicator")),
                name="game_feeds_two_indicators",
                violation_error_message=_("Sessions and people feed two different indicators."),
            )
        ]

    def get_absolute_url(self) -> str:
        """Return the address of its page, in the reader's language."""
        return reverse("game", args=[self.slug])

    @property
    def counted_since(self) -> dt.date | None:
        """First day of the sessions that it counts, that of its goal; None: all of them."""
        return self.goal.period_start if self.goal else None

    def counted_sessions(self) -> "GameSessionQuerySet":
        """Return the sessions that its gauge counts."""
        counted: GameSessionQuerySet = self.sessions.counted()
        since = self.counted_since
        return counted if since is None else counted.filter(held_on__gte=since)

    def count(self) -> int:
        """Return how many people took part in the sessions that count."""
        people: int | None = self.counted_sessions().aggregate(total=Sum("people"))["total"]
        return people or 0

    def in_words(self, number: int) -> str:
        """Return a number of participations: somebody who plays twice counts twice."""
        words = ngettext("%(number)d participation", "%(number)d participations", number)
        return words % {"number": number}

    def public_path(self) -> str:
        """Return the address of its page."""
        return self.get_absolute_url()

    def current_count(self) -> dict[str, Any]:
        """Return since when it counts: another goal begins another count."""
        return {"since": self.counted_since}


class GameSessionQuerySet(models.QuerySet["GameSession"]):
    """Sessions of games."""

    def counted(self) -> "GameSessionQuerySet":
        """Keep those that the gauge counts: all that the RSO unit did not refuse."""
        return self.exclude(status=GameSessionStatus.REFUSED)

    def closed(self) -> "GameSessionQuerySet":
        """Keep those that indicators count: the RSO unit has looked at them."""
        return self.filter(status=GameSessionStatus.CLOSED)

    def like(self, session: "GameSession") -> "GameSessionQuerySet":
        """Keep the others of the same game, day, service and site, which may be the same session."""
        same = self.counted().filter(game=session.game_id, held_on=session.held_on)
        same = same.filter(service=session.service_id, place=session.place_id)
        return same.exclude(pk=session.pk) if session.pk else same

    def of(self, person: "User") -> "GameSessionQuerySet":
        """Keep those that ``person`` declared, the latest first, with what shows them."""
        own = self.filter(declared_by=person).select_related("game", "service", "place")
        return own.order_by("-held_on", "-pk")


class GameSession(models.Model):
    """A session that a partner declared: when, where, how many people; never who."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    game = models.ForeignKey(
        Game, verbose_name=_("game"), on_delete=models.PROTECT, related_name="sessions"
    )
    held_on = models.DateField(_("day of the session"))
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    place = models.ForeignKey(
        Place,
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    people = models.PositiveSmallIntegerField(_("number of people"))
    status = models.CharField(
        _("state"),
        max_length=8,
        choices=GameSessionStatus.choices,
        default=GameSessionStatus.DECLARED,
    )
    reason = models.CharField(_("reason of the refusal"), max_length=500, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("declared by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    declared_at = models.DateTimeField(_("declared at"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)

    objects = GameSessionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("session of the game")
        verbose_name_plural = _("sessions of the game")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(people__gte=1, people__lte=MOST_PEOPLE),
                name="game_session_has_people",
            ),
            models.CheckConstraint(
                condition=Q(status=GameSessionStatus.REFUSED) ^ Q(reason=""),
                name="game_session_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{day_in_words(self.held_on)}, {self.service_name}"

    @property
    def service_name(self) -> str:
        """The service, or that there were several."""
        return self.service.name if self.service else gettext("Several services")

    @property
    def place_name(self) -> str:
        """The site, or that the list does not have it."""
        return self.place.name if self.place else gettext("Another site")

    @property
    def is_closed(self) -> bool:
        """Whether the RSO unit has closed it: its partner changes it no more."""
        return self.status == GameSessionStatus.CLOSED


class GameSessionNotice(Notice):
    """The e-mail that tells a partner that a session was refused, and why."""

    session = models.ForeignKey(GameSession, on_delete=models.CASCADE, related_name="notices")
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"{self.session_id} {self.sent_at or '–'}"


class GameMilestone(Milestone):
    """A number of participations that was reached one day, in the count that began with a goal."""

    game = models.ForeignKey(Game, on_delete=models.PROTECT, related_name="reached")
    since = models.DateField(null=True)

    class Meta(Milestone.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=("game", "since", "threshold"), name="unique_game_milestone"
            ),
            models.UniqueConstraint(
                fields=("game", "threshold"),
                condition=Q(since=None),
                name="unique_game_milestone_without_goal",
            ),
        ]

    @property
    def counter(self) -> Game:
        """The game."""
        return self.game

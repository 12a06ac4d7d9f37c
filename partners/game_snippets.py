"""Awareness games in the editing area: the games, and the sessions that partners declare.

Sessions are read there, closed, refused or opened again, one or several at a time; never typed.
"""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.permissions import register_permission_policy
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from partners.enums import GAME_SESSION_TRANSITIONS, GameSessionStatus
from partners.models import Game, GameSession
from partners.permissions import can_check_sessions
from partners.policies import ReadOnlyPolicy
from partners.services import close_session, refuse_session, reopen_session
from portal.core.tables import harmless


class GameViewSet(SnippetViewSet):
    """Awareness games."""

    model: Any = Game
    icon = "pick"
    list_display = ["name_fr", "charter", "goal"]
    copy_view_enabled = False


register_permission_policy(GameSession, ReadOnlyPolicy(GameSession))


class GameSessionFilterSet(WagtailFilterSet):
    """Which sessions to list."""

    held = django_filters.DateFromToRangeFilter(
        field_name="held_on", label=_("Day of the session"), widget=DateRangePickerWidget
    )

    class Meta:
        model = GameSession
        fields = ("status", "game", "service", "place")


class GameSessionIndexView(IndexView):
    """The list of sessions, and its export."""

    def get_base_queryset(self) -> Any:
        """Return the sessions, the latest first, with what it takes to show them."""
        sessions = super().get_base_queryset().order_by("-held_on", "-pk")
        return sessions.select_related("game", "service", "place", "declared_by")

    export_filename = "game-sessions"
    # Not who declared them: a file goes further than the list.
    export_headings: ClassVar[dict[str, Any]] = {
        "number": _("Number"),
        "game": _("Game"),
        "held_on": _("Day of the session"),
        "service": _("Service"),
        "place": _("Site"),
        "people": _("Number of people"),
        "state": _("State"),
        "reason": _("Reason of the refusal"),
        "declared_on": _("Declared on"),
    }
    list_export = list(export_headings)

    def to_row_dict(self, item: GameSession) -> dict[str, Any]:
        """Return a row: numbers as such, and texts that no spreadsheet takes for formulas."""
        row = {
            "game": item.game.name,
            "held_on": item.held_on.isoformat(),
            "service": item.service_name,
            "place": item.place_name,
            "state": item.get_status_display(),
            "reason": item.reason,
            "declared_on": timezone.localdate(item.declared_at).isoformat(),
        }
        texts = {field: harmless(text) for field, text in row.items()}
        return {**texts, "number": item.pk, "people": item.people}

    def stream_csv(self, queryset: Any) -> Iterator[str]:
        """Begin with what tells spreadsheets that the file is in UTF-8."""
        yield "\ufeff"
        yield from super().stream_csv(queryset)


class GameSessionViewSet(SnippetViewSet):
    """Sessions that partners declared."""

    model: Any = GameSession
    icon = "group"
    menu_label = _("Sessions of the game")
    index_view_class = GameSessionIndexView
    list_display = [
        "__str__",
        Column("place", label=_("site"), accessor="place_name"),
        Column("people", label=_("people"), sort_key="people"),
        Column("status", label=_("state"), accessor="get_status_display"),
        Column("declared_by", label=_("declared by")),
        Column("game", label=_("game")),
    ]
    filterset_class = GameSessionFilterSet
    copy_view_enabled = False
    list_per_page = 50


class SessionAction(SnippetBulkAction):
    """Decides about sessions, one by one: what their life cycle refuses is said."""

    models = (GameSession,)
    to: ClassVar[GameSessionStatus]
    icon_name: ClassVar[str]
    question: Any
    template_name = "partners/admin/decide_sessions.html"

    def check_perm(self, snippet: GameSession) -> bool:
        """Say whether the user may decide about sessions."""
        return can_check_sessions(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what will change, and which sessions may be the same one."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        for row in context["items"]:
            row["alike"] = GameSession.objects.like(row["item"]).count()
        return {**context, "question": self.question, "action_name": self.display_name}

    @classmethod
    def execute_action(cls, objects: Iterable[GameSession], **kwargs: Any) -> tuple[int, int]:
        """Decide about each session that may be, and tell about the others."""
        view = kwargs["self"]
        changed = 0
        for session in objects:
            try:
                view.decide(session)
                changed += 1
            except ValidationError as error:
                messages.error(view.request, f"{session} – {' '.join(error.messages)}")
        return changed, 0

    def decide(self, session: GameSession) -> None:
        """Decide about one session."""
        raise NotImplementedError

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        """Say how many sessions were decided about; nothing when there was none."""
        if not num_parent_objects:
            return None
        return ngettext(
            "%(count)d session: “%(status)s”.",
            "%(count)d sessions: “%(status)s”.",
            num_parent_objects,
        ) % {"count": num_parent_objects, "status": self.to.label}


class CloseSessions(SessionAction):
    """Closing."""

    to = GameSessionStatus.CLOSED
    display_name = _("Close")
    action_type = "close"
    icon_name = "check"
    aria_label = _("Close the selected sessions")
    question = _(
        "Closed sessions count in the indicators, and those who declared them change them no more."
    )
    action_priority = 10

    def decide(self, session: GameSession) -> None:
        """Close one session."""
        close_session(session=session, actor=self.request.user, at=timezone.now())


class ReasonForm(forms.Form):
    """Why sessions are refused."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The partner reads it, by e-mail and on the page of the game"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefuseSessions(SessionAction):
    """Refusal."""

    to = GameSessionStatus.REFUSED
    display_name = _("Refuse")
    action_type = "refuse"
    icon_name = "cross"
    aria_label = _("Refuse the selected sessions")
    question = _(
        "Refused sessions count nowhere. Those who declared them are told why, and may correct them."
    )
    action_priority = 20
    classes = {"serious"}
    form_class = ReasonForm

    def decide(self, session: GameSession) -> None:
        """Refuse one session."""
        refuse_session(
            session=session,
            actor=self.request.user,
            reason=self.cleaned_form.cleaned_data["reason"],
            at=timezone.now(),
        )


class ReopenSessions(SessionAction):
    """Opening again."""

    to = GameSessionStatus.DECLARED
    display_name = _("Open again")
    action_type = "reopen"
    icon_name = "resubmit"
    aria_label = _("Open the selected sessions again")
    question = _(
        "The indicators forget them until they are closed again, and partners may correct them."
    )
    action_priority = 30

    def decide(self, session: GameSession) -> None:
        """Open one session again."""
        reopen_session(session=session, actor=self.request.user, at=timezone.now())


SESSION_ACTIONS = (CloseSessions, RefuseSessions, ReopenSessions)
UNIT_SERVICES = frozenset({"close_session", "refuse_session", "reopen_session"})


def allowed_actions(session: GameSession) -> list[type[SessionAction]]:
    """Return what the RSO unit may do with a session where it stands."""
    after = GAME_SESSION_TRANSITIONS[GameSessionStatus(session.status)]
    return [action for action in SESSION_ACTIONS if after.get(action.to) in UNIT_SERVICES]

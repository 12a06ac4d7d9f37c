"""What partners adds to the editing area."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from partners.game_snippets import SESSION_ACTIONS, allowed_actions
from partners.gate import PublicationRefusedError
from partners.models import Agreement, AgreementVersion, GameSession, Signature
from partners.permissions import can_check_sessions, can_read_signatures, can_steer_agreements
from partners.services.agreements import ACTION as AGREEMENT
from partners.services.agreements import DELETED as AGREEMENT_DELETED
from partners.services.agreements import DRAFTED as AGREEMENT_DRAFTED
from partners.services.agreements import DUTY_DONE
from partners.services.agreements import REVISED as AGREEMENT_REVISED
from partners.services.annual_reports import PUBLISHED as REPORT_PUBLISHED
from partners.services.charters import CATALOGUE_CHANGED, DRAFTED, PUBLISHED, SUPERSEDED
from partners.services.evidence import GIVEN
from partners.services.games import ACTION as GAME_SESSION
from partners.services.invitations import INVITED_AGAIN, REMINDED
from partners.services.paper import ENTERED, WITHDRAWAL_ENTERED
from partners.services.sharing import TAKEN_BACK
from partners.services.stories import REFUSED, WITHDRAWN
from partners.sharing import SHARED
from partners.snippets import PartnersGroup
from partners.views import (
    agreement_drafting,
    annual_reports,
    dashboard,
    drafting,
    paper,
    report_tables,
    retention,
)
from partners.views.agreements import agreement_calendar, agreement_desk, agreement_file
from partners.views.evidence import evidence_of

register_snippet(PartnersGroup)
hooks.register("register_admin_urls", drafting.urls)
hooks.register("register_admin_urls", agreement_drafting.urls)
hooks.register("register_admin_urls", annual_reports.urls)
hooks.register("register_admin_urls", report_tables.urls)
hooks.register("register_admin_urls", paper.urls)
hooks.register("register_admin_menu_item", paper.menu_item)
hooks.register("register_admin_urls", dashboard.urls)
hooks.register("register_admin_menu_item", dashboard.menu_item)
hooks.register("register_admin_urls", retention.urls)
hooks.register("register_reports_menu_item", retention.menu_item)


class PublishAllowedBulkAction(PublishBulkAction):
    """Publishes what may be published, and says which stories may not."""

    def __init__(self, request: Any, model: Any) -> None:
        super().__init__(request, model)
        self.refusals: list[PublicationRefusedError] = []

    def get_execution_context(self) -> dict[str, Any]:
        """Add where refusals are noted."""
        return {**super().get_execution_context(), "refusals": self.refusals}

    @classmethod
    def execute_action(
        cls,
        objects: Any,
        include_descendants: bool = False,
        user: Any = None,
        refusals: list[PublicationRefusedError] | None = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        """Publish each page by itself, so that a refusal stops none of the others."""
        noted = refusals if refusals is not None else []
        parents = children = 0
        for page in objects:
            parents += cls._publish(page, user, noted)
            if include_descendants:
                drafts = page.get_descendants().not_live().specific()
                for draft in drafts.order_by("path"):
                    if user is None or draft.permissions_for_user(user).can_publish():
                        children += cls._publish(draft, user, noted)
        return parents, children

    @staticmethod
    def _publish(page: Page, user: Any, refusals: list[PublicationRefusedError]) -> int:
        try:
            with transaction.atomic():
                revision = page.get_latest_revision() or page.specific.save_revision(user=user)
                revision.publish(user=user)
        except PublicationRefusedError as refusal:
            refusals.append(refusal)
            return 0
        return 1

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        """Say what was published; say apart what was not, and why."""
        if self.refusals:
            lines = [
                _("“%(title)s”: %(reasons)s")
                % {"title": refusal.title, "reasons": " ".join(refusal.messages)}
                for refusal in self.refusals
            ]
            intro = ngettext(
                "%(count)d story was not published:",
                "%(count)d stories were not published:",
                len(lines),
            ) % {"count": len(lines)}
            messages.error(self.request, " ".join([intro, *lines]))
        if not num_parent_objects and not num_child_objects:
            return None
        message: str = super().get_success_message(num_parent_objects, num_child_objects)
        return message


# After Wagtail's own, whose place it takes.
hooks.register("register_bulk_action", PublishAllowedBulkAction, order=10)
for session_action in SESSION_ACTIONS:
    hooks.register("register_bulk_action", session_action)


@hooks.register("register_admin_urls")
def evidence_urls() -> list[URLPattern]:
    """Say where the evidence of a signature is given, and where agreements are looked after."""
    return [
        path("signatures/<int:pk>/evidence.zip", evidence_of, name="evidence_of"),
        path("agreements/due/", agreement_calendar, name="agreement_calendar"),
        path("agreements/<int:pk>/", agreement_desk, name="agreement_desk"),
        path("agreements/<int:pk>/agreement.pdf", agreement_file, name="agreement_file"),
    ]


class SteererMenuItem(MenuItem):
    """Shown to who looks after agreements."""

    def is_shown(self, request: Any) -> bool:
        """Say whether the reader sees it."""
        return can_steer_agreements(request.user)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators say who reads what no list of the editing area is about."""
    return Permission.objects.filter(
        content_type__app_label="partners", codename="view_retentionrun"
    )


@hooks.register("register_reports_menu_item")
def agreement_calendar_item() -> MenuItem:
    """Lead to what agreements call for."""
    return SteererMenuItem(
        gettext_lazy("Agreements: what is due"),
        reverse("agreement_calendar"),
        name="agreement-calendar",
        icon_name="calendar",
        order=950,
    )


@hooks.register("register_snippet_listing_buttons")
def evidence_button(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Offer what can be done with each row: evidence files, desks of agreements, sessions."""
    if isinstance(snippet, Agreement) and can_steer_agreements(user):
        yield Button(
            _("Write the draft"),
            reverse("agreement_draft", args=[snippet.slug]),
            icon_name="edit",
            priority=10,
        )
    if isinstance(snippet, AgreementVersion) and can_steer_agreements(user):
        yield Button(
            _("Look after it"),
            reverse("agreement_desk", args=[snippet.pk]),
            icon_name="edit",
            priority=10,
        )
    if isinstance(snippet, GameSession) and can_check_sessions(user):
        for rank, action in enumerate(allowed_actions(snippet)):
            names = ("partners", "gamesession", action.action_type)
            query = urlencode({"id": snippet.pk, "next": next_url or ""})
            yield Button(
                action.display_name,
                f"{reverse('wagtail_bulk_action', args=names)}?{query}",
                icon_name=action.icon_name,
                priority=10 + rank,
            )
    if isinstance(snippet, Signature) and can_read_signatures(user):
        yield Button(
            _("Evidence file (ZIP)"),
            reverse("evidence_of", args=[snippet.pk]),
            icon_name="download",
            priority=10,
            attrs={"download": True},
        )


@hooks.register("after_create_snippet")
def draft_new_agreement(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Go on, from the name of an agreement, to its draft."""
    if not isinstance(instance, Agreement):
        return None
    return HttpResponseRedirect(reverse("agreement_draft", args=[instance.slug]))


@hooks.register("after_edit_page")
def warn_of_ended_agreement(request: Any, page: Page) -> None:
    """Tell the editor that a story is still online though its draft says that someone refused."""
    from partners.models import VideoStoryPage
    from partners.models.story import today

    if not isinstance(page, VideoStoryPage) or not page.live or not page.has_unpublished_changes:
        return
    if request.method == "POST" and page.ended_agreements(today()):
        messages.warning(
            request,
            _(
                "Someone who appears no longer agrees to it according to this draft, but the story "
                "is still online as it was: unpublish it, or publish a version without them."
            ),
        )


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name what partners writes in the history of pages and versions."""

    class ReasonsFormatter(LogFormatter):
        """Shows why the gate refused."""

        def format_message(self, log_entry: Any) -> str:
            """Return the action and its reasons."""
            reasons = " ".join(log_entry.data.get("reasons", []))
            return f"{self.label} – {reasons}" if reasons else str(self.label)

    @actions.register_action(REFUSED)
    class Refused(ReasonsFormatter):
        label: Any = gettext_lazy("Publication refused")

    @actions.register_action(WITHDRAWN)
    class Withdrawn(ReasonsFormatter):
        label: Any = gettext_lazy("Unpublished: it may no longer be shown")

    for action, label in (
        (DRAFTED, gettext_lazy("Version drafted")),
        (CATALOGUE_CHANGED, gettext_lazy("Optional commitments changed")),
        (PUBLISHED, gettext_lazy("Version published")),
        (SUPERSEDED, gettext_lazy("Version superseded")),
        (GIVEN, gettext_lazy("Evidence file given")),
        (ENTERED, gettext_lazy("Signature on paper entered")),
        (WITHDRAWAL_ENTERED, gettext_lazy("Withdrawal on paper entered")),
        (AGREEMENT_DRAFTED, gettext_lazy("Agreement drafted")),
        (AGREEMENT_REVISED, gettext_lazy("Draft of the agreement changed")),
        (AGREEMENT_DELETED, gettext_lazy("Draft of the agreement deleted")),
        (f"{AGREEMENT}send_for_signature", gettext_lazy("Sent for signature")),
        (f"{AGREEMENT}record_paper_agreement", gettext_lazy("Recorded as signed on paper")),
        (f"{AGREEMENT}sign_agreement", gettext_lazy("Signed by all parties")),
        (f"{AGREEMENT}decline_agreement", gettext_lazy("Declined by a party")),
        (f"{AGREEMENT}bring_into_force", gettext_lazy("Came into force")),
        (f"{AGREEMENT}renew_agreement", gettext_lazy("Renewed tacitly")),
        (f"{AGREEMENT}give_notice", gettext_lazy("Notice given")),
        (f"{AGREEMENT}terminate_agreement", gettext_lazy("Ended after a notice")),
        (f"{AGREEMENT}expire_agreement", gettext_lazy("Ended with its term")),
        (INVITED_AGAIN, gettext_lazy("Somebody invited again to sign")),
        (REMINDED, gettext_lazy("Reminder to sign sent")),
        (REPORT_PUBLISHED, gettext_lazy("Annual report published")),
        (f"{GAME_SESSION}close_session", gettext_lazy("Session closed")),
        (f"{GAME_SESSION}refuse_session", gettext_lazy("Session refused")),
        (f"{GAME_SESSION}reopen_session", gettext_lazy("Session opened again")),
        (SHARED, gettext_lazy("Story shared by a partner")),
        (TAKEN_BACK, gettext_lazy("Story taken back by who shared it")),
        (DUTY_DONE, gettext_lazy("Something due dealt with")),
    ):
        actions.register_action(action, label, label)

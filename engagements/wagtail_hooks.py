"""The programme's facts in the Wagtail admin."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from engagements.enums import MeasureStatus
from engagements.models import Measure
from engagements.permissions import can_change_measure, can_validate_measure
from engagements.services.measures import LOG_ACTION
from engagements.snippets import STATUS_ACTIONS, ProgrammeGroup, allowed_actions

register_snippet(ProgrammeGroup)
for action in STATUS_ACTIONS:
    hooks.register("register_bulk_action", action)


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    """Add the lozenge of the tiles."""
    return [*icons, "engagements/icons/tile.svg"]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Describe the changes of status in the audit log."""

    @actions.register_action(LOG_ACTION)
    class MeasureStatusFormatter(LogFormatter):
        label: Any = gettext_lazy("Change the status of a measure")

        def format_message(self, log_entry: Any) -> str:
            after = MeasureStatus(log_entry.data["after"]).label
            return _("Status changed to “%(status)s”") % {"status": after}


@hooks.register("register_snippet_listing_buttons")
def status_buttons(snippet: Model, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Offer, on each measure, the changes of status that are allowed."""
    if not isinstance(snippet, Measure) or not can_validate_measure(user, snippet):
        return
    for rank, action in enumerate(allowed_actions(snippet)):
        names = ("engagements", "measure", action.action_type)
        query = urlencode({"id": snippet.pk, "next": next_url or ""})
        yield Button(
            action.display_name,
            f"{reverse('wagtail_bulk_action', args=names)}?{query}",
            icon_name="check" if action.to == MeasureStatus.VALIDATED else "resubmit",
            priority=50 + rank,
        )


@hooks.register("before_edit_snippet")
@hooks.register("before_delete_snippet")
def refuse_measures_of_others(request: HttpRequest, instances: Any) -> None:
    """Keep those who answer for indicators to the measures of their own service.

    Raises:
        PermissionDenied: the measure belongs to another service.

    """
    for instance in instances if isinstance(instances, list) else [instances]:
        if isinstance(instance, Measure) and not can_change_measure(request.user, instance):
            raise PermissionDenied(_("Another service answers for this figure."))

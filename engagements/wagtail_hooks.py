"""The programme's facts in the Wagtail admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from engagements.enums import MeasureStatus
from engagements.services.measures import LOG_ACTION


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Describe the changes of status in the audit log."""

    @actions.register_action(LOG_ACTION)
    class MeasureStatusFormatter(LogFormatter):
        label: Any = _("Change the status of a measure")

        def format_message(self, log_entry: Any) -> str:
            after = MeasureStatus(log_entry.data["after"]).label
            return str(_("Status changed to “%(status)s”") % {"status": after})

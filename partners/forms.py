"""The editor's form of a story."""

import datetime as dt
from typing import Any

from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm

from partners.gate import Agreement, Submission, agreement_reason, film_reasons
from portal.core.models import PortalDocument
from portal.core.text import plain_text

PUBLISHING_ACTIONS = ("action-publish", "action-submit", "action-restart-workflow")


def is_webvtt(document: PortalDocument) -> bool:
    """Say whether a document can be read by a player as captions."""
    return bool(document.file_extension.lower() == "vtt")


class StoryForm(WagtailAdminPageForm):
    """Shows what the gate refuses beside the fields, when the editor asks to publish.

    A draft is saved as it is.
    """

    def is_valid(self) -> bool:
        """Check the fields, then what publishing asks for."""
        valid: bool = super().is_valid()
        if valid and self.asks_for_publication and not getattr(self, "_gate_passed", False):
            self._gate_passed = self._pass_gate()
            valid = self._gate_passed
        return valid

    @property
    def asks_for_publication(self) -> bool:
        """Whether the editor publishes, or submits to those who do."""
        return not self.is_deferred_validation and any(
            self.data.get(action) for action in PUBLISHING_ACTIONS
        )

    def _pass_gate(self) -> bool:
        data = self.cleaned_data
        captions = data.get("captions")
        submission = Submission(
            has_film=bool(data.get("video")),
            has_captions=bool(captions) and is_webvtt(captions),
            has_transcript=bool(plain_text(data.get("transcript") or "")),
            exemption=data.get("accessibility_exemption") or "",
        )
        for reason in film_reasons(submission):
            self.add_error(reason.field if reason.field in self.fields else None, reason.message)
        passed = self._check_agreements(self._publication_day(data))
        return passed and not self.errors

    def _check_agreements(self, on: dt.date) -> bool:
        """Mark the people whose agreement is missing, each on their own line."""
        passed = True
        formset: Any = self.formsets.get("appearances")
        for form in formset.forms if formset is not None else []:
            if not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            agreement = Agreement(
                form.cleaned_data.get("consent") or "", form.cleaned_data.get("consent_until")
            )
            message = agreement_reason(agreement, on)
            if message is not None:
                form.add_error("consent_until" if agreement.until else "consent", message)
                passed = False
        return passed

    @staticmethod
    def _publication_day(data: dict[str, Any]) -> dt.date:
        now = timezone.now()
        go_live_at = data.get("go_live_at")
        return timezone.localdate(go_live_at if go_live_at and go_live_at > now else now)

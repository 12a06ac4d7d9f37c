"""The programme's facts as snippets of the Wagtail admin."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from engagements.enums import MEASURE_TRANSITIONS, MeasureStatus
from engagements.forms import MeasureForm
from engagements.models import (
    Award,
    Axis,
    Engagement,
    Indicator,
    KeyFigure,
    Measure,
    Milestone,
    Sdg,
    SourceDocument,
    Target,
)
from engagements.permissions import can_validate_measure
from engagements.services import change_measure_status
from portal.core.columns import DayColumn


def value_in_words(measure: Measure) -> str:
    """Return the value of a row of the list; what the source printed when there is none."""
    unit = measure.subject.unit if measure.subject else ""
    reading = measure.reading(unit, get_language() or "")
    return str(reading) if reading else f"({measure.raw_text})"


def period_of(measure: Measure) -> str:
    """Return the period of a row of the list."""
    return measure.period_text(get_language() or "")


class AxisViewSet(SnippetViewSet):
    """Axes."""

    model = Axis
    icon = "list-ol"
    menu_label = _("Axes")
    list_display = ("__str__", "title_en")


class EngagementViewSet(SnippetViewSet):
    """Engagements."""

    model = Engagement
    icon = "circle-check"
    menu_label = _("Engagements")
    list_display = ("__str__", "axis", "statement_fr")
    list_filter = ("axis",)
    list_per_page = 20


class SdgViewSet(SnippetViewSet):
    """Sustainable Development Goals."""

    model = Sdg
    icon = "globe"
    menu_label = _("SDGs")
    list_display = ("__str__", "title_en")


class IndicatorViewSet(SnippetViewSet):
    """Indicators."""

    model = Indicator
    icon = "order"
    menu_label = _("Indicators")
    list_display = ("code", "label_fr", "engagement", "owner", "live")
    list_filter = ("volet", "engagement", "owner", "direction", "live")
    list_per_page = 50


class KeyFigureViewSet(SnippetViewSet):
    """Key figures."""

    model = KeyFigure
    icon = "tile"
    menu_label = _("Key figures")
    list_display = ("label_fr", "engagement", "owner", "live")
    list_filter = ("engagement", "owner", "live")
    list_per_page = 50


class MeasureViewSet(SnippetViewSet):
    """Measures."""

    model = Measure
    icon = "decimal"
    menu_label = _("Measures")
    edit_handler = ObjectList(Measure.panels, base_form_class=MeasureForm)
    list_display = (
        "__str__",
        Column("value_in_words", label=_("Value"), accessor=value_in_words),
        Column("period", label=_("Period"), accessor=period_of),
        Column("status", label=_("Status"), accessor="get_status_display", sort_key="status"),
        Column("display", label=_("Display"), accessor="get_display_display", sort_key="display"),
    )
    list_filter = (
        "status",
        "display",
        "reliability",
        "nature",
        "indicator",
        "key_figure",
        "source",
    )
    list_export = (
        "codes",
        "indicator",
        "key_figure",
        "raw_text",
        "value",
        "value_max",
        "operator",
        "period_start",
        "period_end",
        "nature",
        "status",
        "source",
        "source_line",
    )
    list_per_page = 50

    def get_queryset(self, request: Any) -> models.QuerySet[Measure]:
        """Read the subjects along."""
        return Measure.objects.with_subject().latest_first()


class TargetViewSet(SnippetViewSet):
    """Targets."""

    model = Target
    icon = "crosshairs"
    menu_label = _("Targets")
    list_display = (
        "label_fr",
        "indicator",
        "value",
        DayColumn("period_end", label=_("end of the period")),
    )
    list_filter = ("indicator",)


class AwardViewSet(SnippetViewSet):
    """Awards."""

    model = Award
    icon = "pick"
    menu_label = _("Awards")
    list_display = (
        "name_fr",
        "awarded_by",
        DayColumn("date", label=_("date"), sort_key="date"),
        Column("precision", label=_("precision of the date"), accessor="get_precision_display"),
        "engagement",
    )


class MilestoneViewSet(SnippetViewSet):
    """Milestones."""

    model = Milestone
    icon = "calendar-check"
    menu_label = _("Milestones")
    list_display = (
        "title_fr",
        Column("kind", label=_("kind"), accessor="get_kind_display", sort_key="kind"),
        Column("status", label=_("status"), accessor="get_status_display", sort_key="status"),
        DayColumn("date", label=_("date"), sort_key="date"),
        Column("precision", label=_("precision of the date"), accessor="get_precision_display"),
        "engagement",
    )
    list_filter = ("kind", "status", "engagement")
    list_per_page = 50


class SourceDocumentViewSet(SnippetViewSet):
    """Source documents."""

    model = SourceDocument
    icon = "doc-full"
    menu_label = _("Sources")
    list_display = ("title_fr", "title_en")


class ProgrammeGroup(SnippetViewSetGroup):
    """The facts of the programme."""

    menu_label = _("Programme")
    menu_name = "programme"
    menu_icon = "tile"
    menu_order = 200
    items = (
        MeasureViewSet,
        IndicatorViewSet,
        KeyFigureViewSet,
        TargetViewSet,
        EngagementViewSet,
        AxisViewSet,
        SdgViewSet,
        MilestoneViewSet,
        AwardViewSet,
        SourceDocumentViewSet,
    )


class MeasureStatusAction(SnippetBulkAction):
    """Moves measures to another status, one by one: what the life cycle refuses is said."""

    models = (Measure,)
    to: ClassVar[MeasureStatus]
    question: Any
    template_name = "engagements/admin/change_measure_status.html"

    def check_perm(self, snippet: Measure) -> bool:
        """Say whether the user may change the status of ``snippet``."""
        return can_validate_measure(self.request.user, snippet)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what will change."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "question": self.question, "action_name": self.display_name}

    @classmethod
    def execute_action(cls, objects: Iterable[Measure], **kwargs: Any) -> tuple[int, int]:
        """Change each measure that may be, and tell about the others."""
        view = kwargs["self"]
        changed = 0
        for measure in objects:
            try:
                change_measure_status(actor=view.request.user, measure=measure, to=cls.to)
                changed += 1
            except ValidationError as error:
                messages.error(view.request, f"{measure} – {' '.join(error.messages)}")
        return changed, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        """Say how many measures were changed; nothing when there was none."""
        if not num_parent_objects:
            return None
        return ngettext(
            "%(count)d measure is now “%(status)s”.",
            "%(count)d measures are now “%(status)s”.",
            num_parent_objects,
        ) % {"count": num_parent_objects, "status": self.to.label}


class ValidateMeasures(MeasureStatusAction):
    """Validation."""

    to = MeasureStatus.VALIDATED
    display_name = _("Validate")
    action_type = "validate"
    aria_label = _("Validate the selected measures")
    question = _(
        "Validated values are shown without a caveat, and on a tile when their display allows it. "
        "Have you checked these against their source?"
    )
    action_priority = 10


class ReopenMeasures(MeasureStatusAction):
    """Submission of a draft, or return of a value among those to be confirmed."""

    to = MeasureStatus.TO_CONFIRM
    display_name = _("Mark as to be confirmed")
    action_type = "to_confirm"
    aria_label = _("Mark the selected measures as to be confirmed")
    question = _("These values will be shown in tables with the mention “to be confirmed”.")
    action_priority = 20


class WithdrawMeasures(MeasureStatusAction):
    """Withdrawal."""

    to = MeasureStatus.WITHDRAWN
    display_name = _("Withdraw")
    action_type = "withdraw"
    aria_label = _("Withdraw the selected measures")
    question = _("These values will no longer be shown anywhere; nothing is deleted.")
    action_priority = 40
    classes = {"serious"}


STATUS_ACTIONS = (ValidateMeasures, ReopenMeasures, WithdrawMeasures)


def allowed_actions(measure: Measure) -> list[type[MeasureStatusAction]]:
    """Return the actions that the life cycle allows from the status of ``measure``."""
    after = MEASURE_TRANSITIONS[MeasureStatus(measure.status)]
    return [action for action in STATUS_ACTIONS if action.to in after]

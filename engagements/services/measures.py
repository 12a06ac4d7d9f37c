"""The life cycle of a measure."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from engagements.enums import MEASURE_TRANSITIONS, MeasureStatus
from engagements.models import Measure
from engagements.permissions import can_validate_measure
from portal.users.models import User

LOG_ACTION = "engagements.measure.status"


@transaction.atomic
def change_measure_status(*, actor: User, measure: Measure, to: MeasureStatus) -> Measure:
    """Move ``measure`` to another status, and record who did it.

    Raises:
        PermissionDenied: ``actor`` may not validate measures.
        ValidationError: the life cycle does not allow it, or the measure breaks a rule.

    """
    if not can_validate_measure(actor, measure):
        raise PermissionDenied(_("Only the RSO unit may change the status of a measure."))
    fresh = Measure.objects.select_for_update().get(pk=measure.pk)
    before = MeasureStatus(fresh.status)
    if to not in MEASURE_TRANSITIONS[before]:
        raise ValidationError(
            _("“%(measure)s”: a measure cannot go from “%(before)s” to “%(after)s”."),
            code="transition",
            params={"measure": fresh, "before": before.label, "after": to.label},
        )
    fresh.status = to
    validated = to == MeasureStatus.VALIDATED
    fresh.validated_by = actor if validated else None
    fresh.validated_at = timezone.now() if validated else None
    fresh.full_clean()
    fresh.save()
    revision = fresh.save_revision(user=actor)
    log(
        instance=fresh,
        action=LOG_ACTION,
        user=actor,
        revision=revision,
        data={"before": before.value, "after": to.value},
    )
    measure.refresh_from_db()
    return measure


def submit_measure(*, actor: User, measure: Measure) -> Measure:
    """Say that a draft can be read, as a value to be confirmed."""
    return change_measure_status(actor=actor, measure=measure, to=MeasureStatus.TO_CONFIRM)


def validate_measure(*, actor: User, measure: Measure) -> Measure:
    """Say that a value is confirmed: it may now stand on a tile if its display allows it."""
    return change_measure_status(actor=actor, measure=measure, to=MeasureStatus.VALIDATED)


def reopen_measure(*, actor: User, measure: Measure) -> Measure:
    """Put a validated or withdrawn value back among those to be confirmed."""
    return change_measure_status(actor=actor, measure=measure, to=MeasureStatus.TO_CONFIRM)


def withdraw_measure(*, actor: User, measure: Measure) -> Measure:
    """Take a value away from readers, without deleting it."""
    return change_measure_status(actor=actor, measure=measure, to=MeasureStatus.WITHDRAWN)

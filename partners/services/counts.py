"""What follows the number of partners: milestones, and the indicators that it feeds."""

import datetime as dt
import logging
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from engagements.services import record_live_values
from partners.charters import page_path
from partners.counting import count_partners
from partners.figures import newly_reached
from partners.indicators import PARTNERS
from partners.models import Charter, CharterMilestone
from partners.services import outbox
from portal.core.models import ProgrammeContact
from portal.users.mail import one_line

logger = logging.getLogger(__name__)


def recount_partners(*, charter: Charter, at: dt.datetime) -> None:
    """Follow a change of the number of partners, in the transaction that makes it.

    Signatures are written one at a time, so that each sees the number that it makes.
    """
    charter = Charter.objects.get(pk=charter.pk)  # as it is by now
    record_milestones(charter=charter, at=at)
    if charter.indicator_id is not None:
        transaction.on_commit(partial(_record_values, at))


@transaction.atomic
def record_milestones(*, charter: Charter, at: dt.datetime) -> list[int]:
    """Record the milestones reached for the first time; return them.

    Each is written once, whoever else counts at the same time, and stays though partners withdraw.
    """
    if not charter.milestones:
        return []
    known = list(charter.reached.values_list("threshold", flat=True))
    wanted = newly_reached(count_partners(charter), charter.thresholds, known)
    recorded = []
    for threshold in wanted:
        _milestone, created = CharterMilestone.objects.get_or_create(
            charter=charter, threshold=threshold, defaults={"reached_at": at}
        )
        if created:
            recorded.append(threshold)
    return recorded


def recount_everything(*, at: dt.datetime) -> None:
    """Follow what no signature tells of, such as an account that is not in use any more."""
    for charter in Charter.objects.exclude(milestones=""):
        record_milestones(charter=charter, at=at)
    record_live_values(at=at, key=PARTNERS)


def send_waiting_announcements(*, at: dt.datetime) -> int:
    """Tell the programme's team of each milestone, once it has an address; return how many left."""
    milestones = CharterMilestone.objects.select_related("charter")
    waiting = outbox.waiting(milestones, at=at)
    to = sorted(
        set(ProgrammeContact.objects.exclude(email="").values_list("email", flat=True))
        if waiting
        else ()
    )
    if not to:
        return 0
    compose = partial(_announcement, to=to)
    return sum(outbox.send_once(milestones, pk, compose=compose, at=at) for pk in waiting)


def _announcement(milestone: CharterMilestone, *, to: list[str]) -> EmailMessage:
    with translation.override(settings.LANGUAGE_CODE):
        path = page_path(milestone.charter_id, settings.LANGUAGE_CODE)
        facts = {
            "charter": milestone.charter.name,
            "threshold": milestone.threshold,
            "day": timezone.localdate(milestone.reached_at),
            "url": settings.WAGTAILADMIN_BASE_URL + path if path else "",
        }
        subject = render_to_string("partners/email/milestone_subject.txt", facts)
        body = render_to_string("partners/email/milestone.txt", facts)
    return EmailMessage(
        one_line(subject),
        body,
        to=to,
        headers=outbox.same_message(f"milestone-{milestone.pk}"),
    )


def _record_values(at: dt.datetime) -> None:
    """Bring the indicators up to date; a failure stops nobody from signing, and the night repairs."""
    try:
        record_live_values(at=at, key=PARTNERS)
    except Exception:
        logger.exception("The indicators could not follow the number of partners")

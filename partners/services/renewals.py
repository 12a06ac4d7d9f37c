"""Telling signatories that their signature ends soon: once, then two reminders at most.

A signature that has an end is never renewed by itself: who does nothing lets it end.
"""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Max, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from partners.charters import page_path
from partners.models import RenewalNotice, Signature
from partners.models.signature import RENEWED_BEFORE
from partners.services import outbox
from partners.services.newer_versions import FIRST_HOUR, LAST_HOUR
from partners.signatures import renewable_version
from portal.users.mail import one_line

# How long before the end each e-mail leaves: the first one, then the reminders.
BEFORE = (RENEWED_BEFORE, dt.timedelta(days=21), dt.timedelta(days=3))


def call_for_renewals(*, at: dt.datetime) -> int:
    """Write the notices that are due at ``at``, to be sent; return how many."""
    on = timezone.localdate(at)
    ending = _in_use().filter(until__gte=on, until__lte=on + BEFORE[0]).exclude(person__email="")
    last = dict(
        RenewalNotice.objects.filter(signature__in=ending)
        .values_list("signature")
        .annotate(last=Max("rank"))
    )
    rows = []
    for signature in ending.select_related("charter", "version"):
        rank = sum(on >= signature.until - before for before in BEFORE if signature.until) - 1
        if rank > last.get(signature.pk, -1) and renewable_version(signature, on=on):
            rows.append(RenewalNotice(signature=signature, rank=rank))
    # Another clock may have written some meanwhile: each stands once.
    return len(RenewalNotice.objects.bulk_create(rows, ignore_conflicts=True))


def send_renewal_notices(*, at: dt.datetime) -> int:
    """Send the notices that wait, to those who are still concerned; return how many left."""
    if not FIRST_HOUR <= timezone.localtime(at).hour < LAST_HOUR:
        return 0
    notices = RenewalNotice.objects.filter(
        signature__in=_in_use().filter(until__gte=timezone.localdate(at))
    ).select_related(
        "signature__person", "signature__charter", "signature__version", "signature__signed_record"
    )
    waiting = outbox.waiting(notices, at=at)
    return sum(outbox.send_once(notices, pk, compose=_message, at=at) for pk in waiting)


def _in_use() -> QuerySet[Signature]:
    return Signature.objects.active().filter(person__is_active=True)


def _message(notice: RenewalNotice) -> EmailMessage:
    signature = notice.signature
    on = timezone.localdate()
    version = renewable_version(signature, on=on) or signature.version
    earlier = RenewalNotice.objects.filter(signature=signature, rank__lt=notice.rank)
    with translation.override(signature.language):
        path = page_path(version.charter_id, signature.language)
        sign = reverse("sign_charter", args=[signature.charter.slug, version.number])
        facts = {
            "charter": signature.charter.name,
            "number": version.number,
            "is_newer": version.pk != signature.version_id,
            "signed_on": timezone.localdate(signature.signed_record.at),
            "until": signature.until,
            "is_reminder": earlier.exclude(sent_at=None).exists(),
            "is_last": notice.rank == len(BEFORE) - 1,
            "sign_url": settings.WAGTAILADMIN_BASE_URL + (path or sign),
            "signatures_url": settings.WAGTAILADMIN_BASE_URL + reverse("my_signatures"),
        }
        subject = render_to_string("partners/email/renewal_subject.txt", facts)
        body = render_to_string("partners/email/renewal.txt", facts)
    return EmailMessage(
        one_line(subject),
        body,
        to=[signature.person.email],
        headers=outbox.same_message(f"renewal-{notice.pk}"),
    )

"""Telling signatories that a newer version is in force: once, then two reminders at most.

A signature never carries over to another text: who does not sign the newer version stays a
signatory of the one that they signed.
"""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from partners.charters import page_path, version_in_force
from partners.models import Charter, CharterVersion, NewerVersionNotice, Signature
from partners.permissions import can_be_signed
from partners.services import outbox
from portal.users.mail import one_line

# How long after each e-mail the next one follows: as many as there are reminders.
REMINDERS = (dt.timedelta(days=14), dt.timedelta(days=30))
# Hours of the day between which they leave: people are off at others.
FIRST_HOUR, LAST_HOUR = 8, 19


def call_for_newer_versions(*, at: dt.datetime) -> int:
    """Write the notices that are due at ``at``, to be sent; return how many."""
    today = timezone.localdate(at)
    called = 0
    for charter in Charter.objects.filter(signatures__ended_by=None).distinct():
        version = version_in_force(charter, on=today)
        if version is not None and can_be_signed(version, on=today):
            called += _call_for(version, at)
    return called


def send_newer_version_notices(*, at: dt.datetime) -> int:
    """Send the notices that wait, to those who are still concerned; return how many left."""
    if not FIRST_HOUR <= timezone.localtime(at).hour < LAST_HOUR:
        return 0
    notices = _concerned()
    waiting = outbox.waiting(notices, at=at)
    return sum(outbox.send_once(notices, pk, compose=_message, at=at) for pk in waiting)


def _call_for(version: CharterVersion, at: dt.datetime) -> int:
    """Write what is due of one version: to whom nothing was sent, or was long enough ago."""
    unsigned = Signature.objects.active().filter(
        charter=version.charter_id, version__number__lt=version.number, person__is_active=True
    )
    due = unsigned.exclude(person__email="")
    sent: dict[int, NewerVersionNotice] = {}
    for notice in NewerVersionNotice.objects.filter(version=version).order_by("rank"):
        sent[notice.signature_id] = notice
    rows = []
    for signature in due.only("pk").iterator():
        last = sent.get(signature.pk)
        rank = last.rank + 1 if last else 0
        if last is not None and (
            last.sent_at is None
            or rank > len(REMINDERS)
            or last.sent_at + REMINDERS[last.rank] > at
        ):
            continue
        rows.append(NewerVersionNotice(signature=signature, version=version, rank=rank))
    # Another clock may have written some meanwhile: each stands once.
    return len(NewerVersionNotice.objects.bulk_create(rows, ignore_conflicts=True))


def _concerned() -> QuerySet[NewerVersionNotice]:
    """Return the notices of signatures that still stand, for versions that still do."""
    return NewerVersionNotice.objects.filter(
        signature__ended_by=None,
        signature__person__is_active=True,
        signature__version__number__lt=F("version__number"),
        version__valid_until=None,
    ).select_related(
        "signature__person", "signature__version", "signature__signed_record", "version__charter"
    )


def _message(notice: NewerVersionNotice) -> EmailMessage:
    signature, version = notice.signature, notice.version
    with translation.override(signature.language):
        path = page_path(version.charter_id, signature.language)
        sign = reverse("sign_charter", args=[version.charter.slug, version.number])
        facts = {
            "charter": version.charter.name,
            "signed": signature.version.number,
            "signed_on": timezone.localdate(signature.signed_record.at),
            "number": version.number,
            "since": version.valid_from,
            "reminders_left": len(REMINDERS) - notice.rank,
            "is_reminder": notice.rank > 0,
            "page_url": settings.WAGTAILADMIN_BASE_URL + (path or sign),
            "signatures_url": settings.WAGTAILADMIN_BASE_URL + reverse("my_signatures"),
        }
        subject = render_to_string("partners/email/newer_version_subject.txt", facts)
        body = render_to_string("partners/email/newer_version.txt", facts)
    return EmailMessage(
        one_line(subject),
        body,
        to=[signature.person.email],
        headers=outbox.same_message(f"newer-version-{notice.pk}"),
    )

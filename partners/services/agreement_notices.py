"""The e-mails about agreements: to those who are invited to sign, and to who looks after them."""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from partners.agreements import open_duties
from partners.documents import document_of, is_document_awaited
from partners.enums import AgreementNoticeKind, DutyKind
from partners.links import link_hash, link_of, link_url
from partners.models import AgreementInvitation, AgreementNotice, AgreementVersion
from partners.services import outbox
from partners.services.invitations import owner_addresses
from partners.signatures import shown_instant
from portal.users.mail import one_line

# How long before something is due its owner is written to.
DAYS_BEFORE = (30, 7)


def send_agreement_notices(*, at: dt.datetime, version: int | None = None) -> int:
    """Send what has not left yet, of one version where one is given; return how many did."""
    notices = _notices() if version is None else _notices().filter(version=version)
    return sum(send_agreement_notice(notice=pk, at=at) for pk in outbox.waiting(notices, at=at))


def send_agreement_notice(*, notice: int, at: dt.datetime) -> bool:
    """Send one e-mail, unless somebody else is sending it; say whether it left."""
    return outbox.send_once(_notices(), notice, compose=_message, at=at)


@transaction.atomic
def remind_of_duties(*, at: dt.datetime) -> int:
    """Call for an e-mail to owners about what is due soon; return how many were called for."""
    on = timezone.localdate(at)
    called = 0
    versions = AgreementVersion.objects.running().select_related("agreement__owner")
    for version in versions.prefetch_related("agreement__done_duties"):
        for duty in open_duties(version, on=on):
            left = (duty.on - on).days
            due = [days for days in DAYS_BEFORE if left <= days]
            if due:
                called += _call_for_reminder(version, duty.kind, duty.on, min(due))
    return called


def _call_for_reminder(
    version: AgreementVersion, kind: DutyKind, due_on: dt.date, days: int
) -> int:
    called = 0
    for email in owner_addresses(version):
        try:
            with transaction.atomic():
                AgreementNotice.objects.create(
                    version=version,
                    kind=AgreementNoticeKind.DUE,
                    email=email,
                    language=settings.LANGUAGE_CODE,
                    duty=kind,
                    due_on=due_on,
                    days_before=days,
                )
        except IntegrityError:  # it was called for before
            continue
        called += 1
    return called


def _notices() -> QuerySet[AgreementNotice]:
    return AgreementNotice.objects.select_related("version__agreement", "invitation__party")


def _message(notice: AgreementNotice) -> EmailMessage:
    version, invitation = notice.version, notice.invitation
    with translation.override(notice.language):
        text = version.text_for(notice.language)
        facts = {
            "notice": notice,
            "title": text.title if text else version.agreement.name,
            "version": version,
            "duty": DutyKind(notice.duty).label if notice.duty else "",
            "document": document_of(version),
            "document_is_awaited": is_document_awaited(version),
            "desk_url": settings.WAGTAILADMIN_BASE_URL
            + reverse("agreement_desk", args=[version.pk]),
        }
        if invitation is not None:
            facts |= _invited(invitation)
        name = f"partners/email/agreement_{notice.kind}"
        subject = one_line(render_to_string(f"{name}_subject.txt", facts))
        body = render_to_string(f"{name}.txt", facts)
    return EmailMessage(subject, body, to=[notice.email], headers=outbox.same_message(notice.uuid))


def _invited(invitation: AgreementInvitation) -> dict[str, object]:
    """Return what is told to who is invited; the link holds again after the portal's key changed."""
    kept = link_hash(link_of(invitation))
    if kept != invitation.link_hash:
        AgreementInvitation.objects.filter(pk=invitation.pk).update(link_hash=kept)
    record = invitation.party.signed_record
    return {
        "invitation": invitation,
        "url": link_url(invitation),
        "last_day": timezone.localdate(invitation.expires_at - dt.timedelta(seconds=1)),
        "record": record,
        "when": shown_instant(record.at) if record else "",
    }

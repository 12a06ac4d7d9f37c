"""Signing an agreement by personal link: inviting, reminding, signing, declining, passing on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from partners.enums import AgreementNoticeKind, AgreementStatus, EvidenceKind, SigningOrder
from partners.evidence import NAME
from partners.links import link_hash, link_of
from partners.models import (
    AgreementInvitation,
    AgreementNotice,
    AgreementParty,
    AgreementText,
    AgreementVersion,
    EvidenceRecord,
)
from partners.services.agreements import (
    ACTION,
    check_texts,
    forget_expected,
    locked,
    locked_to_move,
    move,
)
from partners.services.chain import append, lock_head
from partners.services.signing import (
    MAX_BROWSER,
    TECHNICAL,
    TECHNICAL_VALUES,
    years_after,
)
from portal.core.models import ProgrammeContact
from portal.users.enums import Authentication
from portal.users.models import User

LINK_DAYS = 21
MAX_REMINDERS = 3
BETWEEN_REMINDERS = dt.timedelta(days=3)
INVITED_AGAIN = f"{ACTION}invite_again"
REMINDED = f"{ACTION}remind_invitation"


class InvitationClosedError(ValidationError):
    """The link has expired, has served, or has been passed on; or it is not this party's turn."""


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is to sign: a name, an address, the language to write in, a function of their own."""

    name: str
    email: str
    language: str = "fr"
    function: str = ""


@transaction.atomic
def send_for_signature(
    *,
    version: AgreementVersion,
    actor: User,
    people: Mapping[int, Invitee],
    at: dt.datetime,
) -> AgreementVersion:
    """Freeze a draft, and invite whoever is to sign: all at once, or the first in turn.

    Args:
        version: a draft.
        actor: who sends it.
        people: who signs for each party, by its number.
        at: instant.

    Raises:
        ValidationError: it is no draft; a party has nobody; the texts were altered.

    """
    version = locked_to_move(version)
    check_texts(version)
    parties = list(version.parties.all())
    if {party.number for party in parties} != set(people):
        raise ValidationError(_("Name who signs for each party."))
    forget_expected(version)
    version.sent_at = at
    version = move(version, AgreementStatus.OUT, by="send_for_signature", actor=actor)
    for party in parties:
        _invite(party, people[party.number], at=at, notify=False)
    _notify_next(version, at)
    return version


@transaction.atomic
def invite_again(
    *, party: AgreementParty, actor: User, person: Invitee, at: dt.datetime
) -> AgreementInvitation:
    """Invite somebody else for a party, or the same person by a fresh link; the former link dies.

    Raises:
        ValidationError: the agreement is not out for signature, or the party has signed.

    """
    version = locked(party.version)
    party = version.parties.get(pk=party.pk)
    if version.status != AgreementStatus.OUT or party.signed_record_id is not None:
        raise ValidationError(_("Nobody is to be invited for this party."))
    party.invitations.filter(ended_at=None).update(ended_at=at)
    invitation = _invite(party, person, at=at, notify=_is_turn(version, party))
    log(instance=version, action=INVITED_AGAIN, user=actor, data={"party": party.number})
    return invitation


@transaction.atomic
def remind_invitation(
    *, invitation: AgreementInvitation, actor: User, at: dt.datetime
) -> AgreementInvitation:
    """Write once more to somebody who has not signed: not too soon, and not too often.

    Raises:
        ValidationError: it is too soon, too often, or there is nothing to remind of.

    """
    version = locked(invitation.party.version)
    invitation = AgreementInvitation.objects.select_related("party").get(pk=invitation.pk)
    if not _may_act(version, invitation, at):
        raise InvitationClosedError(_("This invitation is not open: invite the person again."))
    if invitation.reminders >= MAX_REMINDERS:
        raise ValidationError(
            _("%(name)s was reminded %(count)d times: no more."),
            params={"name": invitation.name, "count": MAX_REMINDERS},
        )
    last = invitation.reminded_at or invitation.created_at
    if at < last + BETWEEN_REMINDERS:
        raise ValidationError(
            _("The last message is less than %(days)d days old."),
            params={"days": BETWEEN_REMINDERS.days},
        )
    invitation.reminders += 1
    invitation.reminded_at = at
    invitation.save(update_fields=["reminders", "reminded_at"])
    _notify(version, AgreementNoticeKind.REMINDED, invitation)
    data = {"party": invitation.party.number, "count": invitation.reminders}
    log(instance=version, action=REMINDED, user=actor, data=data)
    return invitation


@transaction.atomic
def sign_agreement(
    *,
    invitation: AgreementInvitation,
    text: AgreementText,
    statement: str,
    address: str,
    browser: str,
    at: dt.datetime,
) -> AgreementParty:
    """Sign for a party, in the language in which the agreement was read; the last one completes it.

    A second click gives back what was signed, and signs nothing twice.

    Args:
        invitation: of who signs, who has just typed the code received by e-mail.
        text: what was read.
        statement: the words that were ticked, as they were shown.
        address: network address of the browser.
        browser: name that the browser gives itself.
        at: instant.

    Raises:
        InvitationClosedError: the link does not hold any more, or it is not this party's turn.
        ValidationError: the text is not the one whose fingerprint was taken.

    """
    head = lock_head()
    version, invitation = _enter(invitation)
    party = invitation.party
    if party.signed_record_id is not None and invitation.ended_at is None:
        return party
    _check_may_act(version, invitation, at)
    if text.version_id != version.pk:
        raise ValidationError(_("This is not the text of the agreement."))
    check_texts(version)
    until = at + TECHNICAL
    record = append(
        head,
        kind=EvidenceKind.PARTY_SIGNED,
        at=at,
        text=text,
        details={"party": party.number, "terms": version.agreed_terms()},
        values={
            **_who(invitation),
            "statement": statement,
            "authentication": Authentication.EMAILED_CODE.value,
            "invitation": str(invitation.uuid),
            "address": address,
            "browser": browser[:MAX_BROWSER],
        },
        kept_until=dict.fromkeys(TECHNICAL_VALUES, until),
    )
    _act(party, record, "signed_record")
    _notify(version, AgreementNoticeKind.RECEIPT, invitation)
    if version.parties.filter(signed_record=None).exists():
        _notify_next(version, at)
        return party
    version = move(version, AgreementStatus.SIGNED, by="sign_agreement")
    signatories = AgreementInvitation.objects.filter(party__version=version, ended_at=None)
    signatories.update(expires_at=end_of_link(at))  # each has the time to fetch the signed text
    for other in signatories:
        _notify(version, AgreementNoticeKind.COMPLETED, other)
    _tell_owner(version, AgreementNoticeKind.COMPLETED)
    return party


@transaction.atomic
def decline_agreement(
    *, invitation: AgreementInvitation, text: AgreementText, reason: str, at: dt.datetime
) -> AgreementParty:
    """Refuse to sign for a party, with a reason: the agreement is not signed by anybody any more.

    Raises:
        InvitationClosedError: the link does not hold any more, or it is not this party's turn.

    """
    head = lock_head()
    version, invitation = _enter(invitation)
    _check_may_act(version, invitation, at)
    party = invitation.party
    record = append(
        head,
        kind=EvidenceKind.DECLINED,
        at=at,
        text=text,
        details={"party": party.number},
        values={**_who(invitation), "reason": reason},
        kept_until=dict.fromkeys((*_who(invitation), "reason"), years_after(at)),
    )
    _act(party, record, "declined_record")
    version = move(version, AgreementStatus.DECLINED, by="decline_agreement")
    others = AgreementInvitation.objects.filter(party__version=version, ended_at=None)
    for other in others.exclude(pk=invitation.pk):
        if _was_told(other):
            _notify(version, AgreementNoticeKind.DECLINED, other)
    others.exclude(party__declined_record=record).update(ended_at=at)
    _tell_owner(version, AgreementNoticeKind.DECLINED)
    return party


@transaction.atomic
def delegate_invitation(
    *, invitation: AgreementInvitation, text: AgreementText, person: Invitee, at: dt.datetime
) -> AgreementInvitation:
    """Pass on one's invitation to somebody else: the former link dies, and the chain says so.

    Raises:
        InvitationClosedError: the link does not hold any more, or it is not this party's turn.
        ValidationError: it is passed on to who holds it already.

    """
    head = lock_head()
    version, invitation = _enter(invitation)
    _check_may_act(version, invitation, at)
    if person.email.casefold() == invitation.email.casefold():
        raise ValidationError(_("This is the address that you were invited at."))
    party = invitation.party
    values = {**_who(invitation), "delegate": person.name, "delegate_email": person.email}
    append(
        head,
        kind=EvidenceKind.DELEGATED,
        at=at,
        text=text,
        details={"party": party.number},
        values=values,
        kept_until=dict.fromkeys(values, years_after(at)),
    )
    invitation.ended_at = at
    invitation.save(update_fields=["ended_at"])
    return _invite(party, person, at=at, passed_on_by=invitation)


def end_of_link(at: dt.datetime) -> dt.datetime:
    """Return when a link of that instant dies: at midnight in Paris, after its last whole day."""
    last = timezone.localdate(at) + dt.timedelta(days=LINK_DAYS + 1)
    return timezone.make_aware(dt.datetime.combine(last, dt.time.min))


def is_open(invitation: AgreementInvitation, at: dt.datetime) -> bool:
    """Say whether whoever is invited may act now."""
    return _may_act(invitation.party.version, invitation, at)


def _invite(
    party: AgreementParty,
    person: Invitee,
    *,
    at: dt.datetime,
    notify: bool = True,
    passed_on_by: AgreementInvitation | None = None,
) -> AgreementInvitation:
    invitation = AgreementInvitation(
        party=party,
        name=person.name,
        email=person.email,
        function=person.function,
        language=person.language,
        created_at=at,
        expires_at=end_of_link(at),
        passed_on_by=passed_on_by,
    )
    invitation.link_hash = link_hash(link_of(invitation))
    invitation.full_clean(exclude={"party", "passed_on_by"})
    invitation.save()
    if notify:
        _notify(party.version, AgreementNoticeKind.INVITED, invitation)
    return invitation


def _enter(
    invitation: AgreementInvitation,
) -> tuple[AgreementVersion, AgreementInvitation]:
    """Return a version that nobody else changes meanwhile, and the invitation as it stands now."""
    version = locked(invitation.party.version)
    invitation = AgreementInvitation.objects.select_related("party").get(pk=invitation.pk)
    invitation.party.version = version
    return version, invitation


def _check_may_act(
    version: AgreementVersion, invitation: AgreementInvitation, at: dt.datetime
) -> None:
    if not _may_act(version, invitation, at):
        raise InvitationClosedError(_("This link does not work any more, or not yet."))


def _may_act(version: AgreementVersion, invitation: AgreementInvitation, at: dt.datetime) -> bool:
    party = invitation.party
    return (
        version.status == AgreementStatus.OUT
        and invitation.ended_at is None
        and at < invitation.expires_at
        and party.signed_record_id is None
        and _is_turn(version, party)
    )


def _is_turn(version: AgreementVersion, party: AgreementParty) -> bool:
    """Say whether a party may sign now: where they sign in turn, once those before it have."""
    if version.signing_order == SigningOrder.PARALLEL:
        return True
    before = version.parties.filter(number__lt=party.number, signed_record=None)
    return not before.exists()


def _act(party: AgreementParty, record: EvidenceRecord, field: str) -> None:
    setattr(party, field, record)
    party.save(update_fields=[field])


def _who(invitation: AgreementInvitation) -> dict[str, str]:
    return {
        NAME: invitation.name,
        "email": invitation.email,
        "function": invitation.shown_function,
    }


def _was_told(invitation: AgreementInvitation) -> bool:
    return invitation.notices.exists()


def _notify_next(version: AgreementVersion, at: dt.datetime) -> None:
    """Write to those whose turn it is, and who were not written to yet; their time begins now."""
    for party in version.parties.filter(signed_record=None):
        invitation = party.invitations.filter(ended_at=None).first()
        if invitation is None or _was_told(invitation) or not _is_turn(version, party):
            continue
        invitation.created_at, invitation.expires_at = at, end_of_link(at)
        invitation.save(update_fields=["created_at", "expires_at"])
        _notify(version, AgreementNoticeKind.INVITED, invitation)


def _notify(
    version: AgreementVersion, kind: AgreementNoticeKind, invitation: AgreementInvitation
) -> None:
    AgreementNotice.objects.create(
        version=version,
        kind=kind,
        email=invitation.email,
        language=invitation.language,
        invitation=invitation,
    )


def _tell_owner(version: AgreementVersion, kind: AgreementNoticeKind) -> None:
    for email in owner_addresses(version):
        AgreementNotice.objects.create(
            version=version, kind=kind, email=email, language=settings.LANGUAGE_CODE
        )


def owner_addresses(version: AgreementVersion) -> list[str]:
    """Return where to write to who looks after an agreement: its owner, else the programme's team."""
    owner = version.agreement.owner
    if owner is not None and owner.is_active and owner.email:
        return [owner.email]
    contacts = ProgrammeContact.objects.exclude(email="")
    return sorted(set(contacts.values_list("email", flat=True)))

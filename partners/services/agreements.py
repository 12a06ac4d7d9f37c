"""Agreements: drafted, sent out, recorded, brought into force, renewed, ended.

Each transition of ``AGREEMENT_TRANSITIONS`` has one service, and ``move`` knows it by its name.
"""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from partners.enums import (
    AGREEMENT_TRANSITIONS,
    ENDED_AGREEMENTS,
    AgreementStatus,
    DutyKind,
    EvidenceKind,
    SigningOrder,
)
from partners.models import (
    Agreement,
    AgreementDuty,
    AgreementParty,
    AgreementText,
    AgreementVersion,
    EvidenceValue,
    ExpectedSignatory,
    Organisation,
)
from partners.models.text import FrozenVersionError, TextEvidence
from partners.recorded import agreement_people, lasting_facts, living_facts
from partners.services.chain import append, lock_head
from partners.services.charters import CharterWords
from partners.services.signing import years_after
from partners.terms import end_after_notice, next_end, next_step
from portal.users.models import User

logger = logging.getLogger(__name__)

ACTION = "partners.agreement."
DRAFTED = f"{ACTION}draft_agreement"
REVISED = f"{ACTION}revise_agreement"
DELETED = f"{ACTION}delete_draft"
DUTY_DONE = f"{ACTION}close_duty"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who is expected to sign: a name, an address, the language to write in."""

    name: str
    email: str
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class PartyWords:
    """An organisation that is to sign, and the function of who signs for it, in each language."""

    organisation: Organisation
    function_fr: str
    function_en: str
    signatory: Signatory | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """When an agreement holds, and how it ends."""

    starts_on: dt.date
    ends_on: dt.date | None = None
    is_tacit: bool = False
    notice_months: int = 3


class DraftUnderWayError(ValidationError):
    """An agreement has a draft already, ``draft``: another beside it would be the one too many."""

    def __init__(self, draft: AgreementVersion) -> None:
        """Name the draft."""
        super().__init__(
            _("“%(draft)s” is a draft already: change it, or delete it first."),
            params={"draft": draft},
        )
        self.draft = draft


@transaction.atomic
def draft_agreement(
    *,
    agreement: Agreement,
    actor: User,
    terms: Terms,
    parties: Sequence[PartyWords],
    texts: Mapping[str, CharterWords],
    signing_order: SigningOrder = SigningOrder.PARALLEL,
    is_example: bool = False,
) -> AgreementVersion:
    """Write a new version of an agreement, numbered after the last.

    Raises:
        DraftUnderWayError: the agreement has a draft already.
        ValidationError: there is no French text, or not the same articles in each language, or fewer
            than two parties; or the terms do not hold together.

    """
    _check_words(parties, texts)
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    under_way = agreement.versions.filter(status=AgreementStatus.DRAFT).first()
    if under_way is not None:
        raise DraftUnderWayError(under_way)
    last = agreement.versions.aggregate(last=Max("number"))["last"] or 0
    version = AgreementVersion(
        agreement=agreement,
        number=last + 1,
        author=actor,
        is_example=is_example,
    )
    _write(version, terms, parties, texts, signing_order)
    log(instance=version, action=DRAFTED, user=actor, data={"number": version.number})
    return version


@transaction.atomic
def revise_agreement(
    *,
    version: AgreementVersion,
    actor: User,
    terms: Terms,
    parties: Sequence[PartyWords],
    texts: Mapping[str, CharterWords],
    signing_order: SigningOrder = SigningOrder.PARALLEL,
) -> AgreementVersion:
    """Write a draft again, in the place of what it said.

    Raises:
        FrozenVersionError: it was sent out, or is signed: the next version is drafted from it.
        ValidationError: as for ``draft_agreement``.

    """
    _check_words(parties, texts)
    version = locked(version)
    if version.status != AgreementStatus.DRAFT:
        raise FrozenVersionError(
            _("What was sent for signature never changes: draft a new version.")
        )
    version.parties.all().delete()
    version.texts.all().delete()
    _write(version, terms, parties, texts, signing_order)
    log(instance=version, action=REVISED, user=actor, data={"number": version.number})
    return version


def _check_words(parties: Sequence[PartyWords], texts: Mapping[str, CharterWords]) -> None:
    if settings.LANGUAGE_CODE not in texts:
        raise ValidationError(_("A version has a text in French, which prevails."))
    if len({len(words.articles) for words in texts.values()}) > 1:
        raise ValidationError(_("Each language has the same articles."))
    if len(parties) < 2:
        raise ValidationError(_("An agreement has two parties at least."))


def _write(
    version: AgreementVersion,
    terms: Terms,
    parties: Sequence[PartyWords],
    texts: Mapping[str, CharterWords],
    signing_order: SigningOrder,
) -> None:
    """Write what a draft says."""
    version.starts_on = terms.starts_on
    version.ends_on = version.first_ends_on = terms.ends_on
    version.is_tacit = terms.is_tacit
    version.notice_months = terms.notice_months
    version.signing_order = signing_order
    version.full_clean()
    version.save()
    for number, party_words in enumerate(parties, start=1):
        party = AgreementParty(
            version=version,
            number=number,
            organisation=party_words.organisation,
            name_fr=party_words.organisation.name_fr,
            name_en=party_words.organisation.name_en,
            function_fr=party_words.function_fr,
            function_en=party_words.function_en,
        )
        party.full_clean()
        party.save()
        if (person := party_words.signatory) is not None:
            expected = ExpectedSignatory(
                party=party, name=person.name, email=person.email, language=person.language
            )
            expected.full_clean()
            expected.save()
    for language, words in sorted(texts.items()):
        text = AgreementText(
            version=version,
            language=language,
            title=words.title,
            status_note=words.status_note,
            preamble=words.preamble,
            articles=words.articles,
        )
        text.clean_fields(exclude={"sha256"})
        text.sha256 = text.fingerprint()
        text.full_clean()
        text.save()


@transaction.atomic
def record_paper_agreement(*, version: AgreementVersion, actor: User) -> AgreementVersion:
    """Record that all parties have signed a draft on paper."""
    version = locked_to_move(version)
    check_texts(version)
    forget_expected(version)
    version.is_on_paper = True
    return move(version, AgreementStatus.SIGNED, by="record_paper_agreement", actor=actor)


@transaction.atomic
def bring_into_force(*, version: AgreementVersion, on: dt.date) -> AgreementVersion:
    """Bring into force what is signed, once its first day has come; the version before ends.

    Raises:
        ValidationError: that day has not come.

    """
    version = locked_to_move(version)
    if on < version.starts_on:
        raise ValidationError(_("An agreement comes into force on its first day."))
    before = version.agreement.versions.filter(
        status__in=(AgreementStatus.IN_FORCE, AgreementStatus.UNDER_NOTICE)
    ).first()
    if before is not None:
        _give_way(before, on=max(version.starts_on, before.starts_on + dt.timedelta(days=1)))
    return move(version, AgreementStatus.IN_FORCE, by="bring_into_force")


@transaction.atomic
def renew_agreement(*, version: AgreementVersion, on: dt.date) -> AgreementVersion:
    """Renew tacitly, for a calendar year, a version whose term is over.

    Raises:
        ValidationError: it is not over, or is not renewed by itself.

    """
    version = locked_to_move(version)
    if not version.is_tacit or version.ends_on is None or on <= version.ends_on:
        raise ValidationError(_("This agreement is not to be renewed on that day."))
    version.ends_on = next_end(version.ends_on)
    return move(version, AgreementStatus.IN_FORCE, by="renew_agreement")


@transaction.atomic
def give_notice(*, version: AgreementVersion, actor: User, on: dt.date) -> AgreementVersion:
    """Record that a party gave notice on a day: the agreement ends with that term, or the next.

    Raises:
        ValidationError: it ends by itself, or the day is to come, or before it was in force.

    """
    version = locked_to_move(version)
    if on > timezone.localdate() or on < version.starts_on:
        raise ValidationError(
            _("A notice is recorded once it is given, while the agreement holds.")
        )
    if version.ends_on is not None and not version.is_tacit:
        raise ValidationError(_("This agreement ends by itself: it needs no notice."))
    # It may be recorded late, when the term in which it was given has been renewed since.
    version.notice_given_on = on
    version.ends_on = end_after_notice(version.first_term_on(on), on)
    return move(version, AgreementStatus.UNDER_NOTICE, by="give_notice", actor=actor)


@transaction.atomic
def terminate_agreement(*, version: AgreementVersion, on: dt.date) -> AgreementVersion:
    """End a version to which notice was given, once its last day is over."""
    version = locked_to_move(version)
    _check_over(version, on)
    return move(version, AgreementStatus.TERMINATED, by="terminate_agreement")


@transaction.atomic
def expire_agreement(*, version: AgreementVersion, on: dt.date) -> AgreementVersion:
    """End a version that is not renewed, once its last day is over."""
    version = locked_to_move(version)
    if version.is_tacit:
        raise ValidationError(_("This agreement is renewed, and does not expire."))
    _check_over(version, on)
    return move(version, AgreementStatus.EXPIRED, by="expire_agreement")


def follow_agreements(*, at: dt.datetime) -> int:
    """Record what the calendar has made of agreements by ``at``; return how many steps were made."""
    on = timezone.localdate(at)
    made = 0
    for version in AgreementVersion.objects.running():
        try:
            made += _follow(version, on)
        except ValidationError:
            logger.exception("The agreement %s could not follow the calendar", version)
    return made


@transaction.atomic
def close_duty(
    *, version: AgreementVersion, kind: DutyKind, due_on: dt.date, actor: User, on: dt.date
) -> AgreementDuty:
    """Record that something due was dealt with: nobody is reminded of it any more."""
    duty, is_new = AgreementDuty.objects.get_or_create(
        agreement=version.agreement,
        kind=kind,
        due_on=due_on,
        defaults={"done_on": on, "done_by": actor},
    )
    if is_new:
        data = {"duty": kind.value, "due_on": due_on.isoformat()}
        log(instance=version, action=DUTY_DONE, user=actor, data=data)
    return duty


def locked(version: AgreementVersion) -> AgreementVersion:
    """Return a version that nobody else changes before the end of the transaction.

    Raises:
        ValidationError: it was a draft, and somebody has deleted it.

    """
    versions = AgreementVersion.objects.select_for_update(of=("self",))
    found = versions.select_related("agreement").filter(pk=version.pk).first()
    if found is None:
        raise ValidationError(_("This draft was deleted meanwhile."))
    return found


def locked_to_move(version: AgreementVersion) -> AgreementVersion:
    """Return a ``locked`` version, and lock the head of the chain before it, as who signs does."""
    lock_head()
    return locked(version)


def forget_expected(version: AgreementVersion) -> None:
    """Delete who was expected to sign, once somebody is invited, or all have signed on paper."""
    ExpectedSignatory.objects.filter(party__version=version).delete()


def check_texts(version: AgreementVersion) -> None:
    """Refuse a version whose texts are not those whose fingerprints were taken.

    Raises:
        ValidationError: so it is.

    """
    texts = list(version.texts.select_related("version__agreement"))
    if not texts or not all(text.is_intact for text in texts):
        raise ValidationError(_("The texts are not those whose fingerprints were taken."))


def move(
    version: AgreementVersion, to: AgreementStatus, *, by: str, actor: User | None = None
) -> AgreementVersion:
    """Make a transition for the service ``by``, and record it in the chain and in the history.

    The head of the chain is locked before the version, as ``locked_to_move`` does.

    Raises:
        ValidationError: that service makes no such transition.

    """
    status = AgreementStatus(version.status)
    if AGREEMENT_TRANSITIONS[status].get(to) != by:
        raise ValidationError(
            _("This agreement is “%(status)s”: that cannot be done with it now."),
            params={"status": status.label},
        )
    version.status = to
    version.full_clean(exclude={"author"})
    version.save()
    data: dict[str, Any] = {"from": status.value, "to": to.value}
    if version.ends_on is not None:
        data["ends_on"] = version.ends_on.isoformat()
    at = timezone.now()
    append(
        lock_head(),
        kind=EvidenceKind.MOVED,
        at=at,
        text=TextEvidence(version=version.number, details={"agreement": version.agreement.slug}),
        details={
            "by": by,
            "from": status.value,
            **lasting_facts(version),
            **living_facts(version),
        },
        values=agreement_people(version),
    )
    log(instance=version, action=f"{ACTION}{by}", user=actor, data=data)
    if to in ENDED_AGREEMENTS:
        keep_evidence_until(version, years_after(at))
    return version


def keep_evidence_until(version: AgreementVersion, until: dt.datetime) -> None:
    """Set how long what is personal in the signatures of a version is still kept."""
    EvidenceValue.objects.filter(record__signed_party__version=version, kept_until=None).update(
        kept_until=until
    )


def _follow(version: AgreementVersion, on: dt.date) -> int:
    made = 0
    while (step := next_step(version.term, on)) is not None:
        service = AGREEMENT_TRANSITIONS[AgreementStatus(version.status)][step.status]
        version = _BY_CALENDAR[service](version=version, on=on)
        made += 1
    return made


def _check_over(version: AgreementVersion, on: dt.date) -> None:
    if version.ends_on is None or on <= version.ends_on:
        raise ValidationError(_("This agreement still holds on that day."))


def _give_way(before: AgreementVersion, *, on: dt.date) -> None:
    """End a version on the eve of the day on which another takes its place."""
    eve = on - dt.timedelta(days=1)
    ends_alone = before.ends_on is not None and not before.is_tacit
    before.ends_on = min(before.ends_on, eve) if before.ends_on and ends_alone else eve
    before.is_tacit = False
    before.save(update_fields=["is_tacit", "ends_on"])
    end = terminate_agreement if before.notice_given_on else expire_agreement
    end(version=before, on=on)


_BY_CALENDAR = {
    service.__name__: service
    for service in (bring_into_force, renew_agreement, terminate_agreement, expire_agreement)
}

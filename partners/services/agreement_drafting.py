"""The draft of an agreement, as the RSO unit writes it: begun, taken up again, deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from partners.canonical import canonical_json, fingerprint, normal
from partners.enums import AgreementStatus, SigningOrder
from partners.models import Agreement, AgreementVersion, ExpectedSignatory
from partners.models.text import FrozenVersionError
from partners.services.agreements import (
    DELETED,
    PartyWords,
    Signatory,
    Terms,
    draft_agreement,
    locked,
    revise_agreement,
)
from partners.services.charters import CharterWords
from portal.users.models import User


class ChangedMeanwhileError(ValidationError):
    """Somebody else wrote in the agreement since it was opened."""


@dataclass(frozen=True, slots=True)
class AgreementWords:
    """All that a draft says."""

    terms: Terms
    parties: tuple[PartyWords, ...]
    texts: Mapping[str, CharterWords]
    signing_order: SigningOrder


def last_version(agreement: Agreement) -> AgreementVersion | None:
    """Return the version that a draft begins with, or the draft itself."""
    versions = agreement.versions.order_by("-number").select_related("agreement")
    return versions.prefetch_related("texts", "parties__organisation", "parties__expected").first()


def words_of(version: AgreementVersion) -> AgreementWords:
    """Return what a version says; as the first term of a new one, its last day is not kept."""
    return AgreementWords(
        terms=Terms(
            version.starts_on, version.first_ends_on, version.is_tacit, version.notice_months
        ),
        parties=tuple(
            PartyWords(
                party.organisation, party.function_fr, party.function_en, _signatory_of(party)
            )
            for party in version.parties.all()
        ),
        texts={
            text.language: CharterWords(
                title=text.title,
                articles=text.articles,
                preamble=text.preamble,
                status_note=text.status_note,
            )
            for text in version.texts.all()
        },
        signing_order=SigningOrder(version.signing_order),
    )


def state_of(version: AgreementVersion | None) -> str:
    """Return what tells whether a version is still the one that was opened."""
    if version is None:
        return ""
    state = [version.number, version.status, _plain(words_of(version))]
    return fingerprint(canonical_json(state).encode())


@transaction.atomic
def write_draft(
    *, agreement: Agreement, actor: User, words: AgreementWords, seen: str
) -> AgreementVersion:
    """Write the draft of an agreement; without one, the version that follows the last.

    Args:
        agreement: of any sort: what was sent out never changes.
        actor: who writes.
        words: what the draft is to say; an organisation that is new is created.
        seen: ``state_of`` what was opened.

    Raises:
        ChangedMeanwhileError: somebody else wrote in it since.
        ValidationError: as for ``draft_agreement``.

    """
    Agreement.objects.select_for_update().get(pk=agreement.pk)
    last = last_version(agreement)
    draft = last if last is not None and last.status == AgreementStatus.DRAFT else None
    if state_of(last) != seen:
        if draft is not None and _plain(words_of(draft)) == _plain(words):
            return draft  # sent twice
        raise ChangedMeanwhileError(
            _(
                "Somebody has changed this agreement since you opened it. What you typed is below: "
                "compare, then save again to put it in the place of theirs."
            )
        )
    for party in words.parties:
        if party.organisation._state.adding:
            party.organisation.full_clean()
            party.organisation.save()
    said: dict[str, Any] = {
        "actor": actor,
        "terms": words.terms,
        "parties": words.parties,
        "texts": words.texts,
        "signing_order": words.signing_order,
    }
    if draft is not None:
        return revise_agreement(version=draft, **said)
    return draft_agreement(
        agreement=agreement, is_example=last is not None and last.is_example, **said
    )


@transaction.atomic
def delete_draft(*, version: AgreementVersion, actor: User, seen: str) -> None:
    """Delete a draft, and who was expected to sign it; its number is free again.

    Args:
        version: a draft.
        actor: who deletes it.
        seen: ``state_of`` what was shown before.

    Raises:
        ChangedMeanwhileError: somebody else wrote in it since.
        FrozenVersionError: it was sent out, or is signed.
        ValidationError: it is deleted already.

    """
    Agreement.objects.select_for_update().get(pk=version.agreement_id)
    version = locked(version)
    if version.status != AgreementStatus.DRAFT:
        raise FrozenVersionError(
            _("What was sent for signature, or is signed, is never deleted: this is no draft.")
        )
    if state_of(version) != seen:
        raise ChangedMeanwhileError(
            _("Somebody has changed this draft since you opened it: look at it again.")
        )
    log(
        instance=version.agreement,
        action=DELETED,
        user=actor,
        data={"number": version.number},
    )
    version.parties.all().delete()
    version.texts.all().delete()
    version.delete()


def _signatory_of(party: Any) -> Signatory | None:
    try:
        expected = party.expected
    except ExpectedSignatory.DoesNotExist:
        return None
    return Signatory(expected.name, expected.email, expected.language)


def _plain(words: AgreementWords) -> dict[str, Any]:
    terms = words.terms
    return {
        "terms": [
            terms.starts_on.isoformat(),
            terms.ends_on.isoformat() if terms.ends_on else "",
            terms.is_tacit,
            terms.notice_months,
        ],
        "order": words.signing_order.value,
        "parties": [
            [
                party.organisation.slug,
                party.function_fr,
                party.function_en,
                [person.name, person.email, person.language] if (person := party.signatory) else [],
            ]
            for party in words.parties
        ],
        "texts": {
            language: [
                text.title,
                normal(text.preamble),
                normal(text.status_note),
                [[article["title"], normal(article["body"])] for article in text.articles],
            ]
            for language, text in words.texts.items()
        },
    }

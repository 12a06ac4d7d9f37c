"""What records of evidence tell of versions of charters and of agreements, as their rows say it.

A version is told by a record when it is published or superseded, sent out, renewed, ended: whoever
alters its row, out of the reach of the triggers, then contradicts the chain.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from partners.evidence import instant

if TYPE_CHECKING:
    from partners.models import AgreementVersion, CharterVersion
    from partners.models.text import TextsByLanguage

# What a record says when its facts are those found when the chain began to hold them, not of the act.
AFTERWARDS = "afterwards"

Facts = dict[str, Any]


def charter_facts(version: "CharterVersion") -> Facts:
    """Return what the record of the publication of a version of a charter tells of it."""
    return {
        "stage": str(version.stage),
        "valid_from": _day(version.valid_from),
        "valid_until": _day(version.valid_until),
        "signature_years": version.signature_years,
        "created_at": instant(version.created_at),
        "published_at": _instant(version.published_at),
        "texts": _texts(version),
    }


def charter_people(version: "CharterVersion") -> dict[str, str]:
    """Return who wrote and who approved a version: personal, and told by digests only."""
    return {"author": str(version.author_id), "approver": str(version.approver_id)}


def lasting_facts(version: "AgreementVersion") -> Facts:
    """Return what never changes of a version of an agreement, once it is no draft any more."""
    return {
        "signing_order": str(version.signing_order),
        "starts_on": _day(version.starts_on),
        "first_ends_on": _day(version.first_ends_on),
        "notice_months": version.notice_months,
        "is_example": version.is_example,
        "created_at": instant(version.created_at),
        "texts": _texts(version),
        "parties": {
            str(party.number): {
                "organisation": party.organisation_id,
                "name_fr": party.name_fr,
                "name_en": party.name_en,
                "function_fr": party.function_fr,
                "function_en": party.function_en,
            }
            for party in version.parties.all()
        },
    }


def living_facts(version: "AgreementVersion") -> Facts:
    """Return where a version of an agreement stands in its life."""
    return {
        "status": str(version.status),
        "ends_on": _day(version.ends_on),
        "is_tacit": version.is_tacit,
        "notice_given_on": _day(version.notice_given_on),
        "is_on_paper": version.is_on_paper,
        "sent_at": _instant(version.sent_at),
    }


def agreement_people(version: "AgreementVersion") -> dict[str, str]:
    """Return who wrote a version of an agreement: personal, and told by a digest only."""
    return {"author": str(version.author_id)}


def differences(told: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Name the facts that are not those that were told: ``ends_on``, ``texts.fr.sha256``."""
    first, second = dict(_flat(told)), dict(_flat(found))
    for name in sorted({*first, *second}):
        if name not in first or name not in second or first[name] != second[name]:
            yield name


def _flat(facts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _texts(version: "TextsByLanguage") -> Facts:
    """Return the fingerprint of each text, and of the note beside it, which is no part of the text."""
    return {
        text.language: {
            "sha256": text.sha256,
            "note_sha256": hashlib.sha256(text.status_note.encode("utf-8")).hexdigest(),
        }
        for text in version.texts.all()
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: dt.datetime | None) -> str | None:
    return instant(at) if at else None

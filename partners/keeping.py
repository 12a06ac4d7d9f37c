"""Whether what is behind the evidence is kept as long as it should, and went no sooner.

Until when a value is kept is no part of the chain. Whoever brought it forward would have the portal
itself purge what still holds, and record that it did: the instants that the chain tells say better.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from partners.enums import ENDED_AGREEMENTS, SIGNATURE_KINDS, VERSION_KINDS, EvidenceKind
from partners.evidence import Fault, Problem
from partners.models import EvidenceRecord, EvidenceValue
from partners.recorded import AFTERWARDS
from partners.services.signing import (
    ACCOUNT_CLOSED,
    TECHNICAL,
    TECHNICAL_VALUES,
    years_after,
)

AT_A_TIME = 500
# What is kept as long as the version that it tells of, and what sets its own end.
_WITH_THE_VERSION = (*VERSION_KINDS, EvidenceKind.MOVED)
_FROM_THE_EVENT = (EvidenceKind.WITHDRAWN, EvidenceKind.DECLINED, EvidenceKind.DELEGATED)


@dataclass(frozen=True, slots=True)
class _Event:
    """What a record tells of how long its values are kept."""

    sequence: int
    uuid: UUID
    kind: str
    at: dt.datetime
    about: str
    version: int
    details__agreement: str | None


@dataclass(frozen=True, slots=True)
class _Ends:
    """Until when is kept what is behind what has ended.

    Attributes:
        signatures: by the uuid of the record of each.
        agreements: by the slug of the agreement and the number of the version; none where the record
            of its end was written afterwards, and does not tell when that was.

    """

    signatures: dict[str, dt.datetime]
    agreements: dict[tuple[str | None, int], dt.datetime | None]


_EVENT = tuple(_Event.__slots__)


def check_keeping() -> Iterator[Problem]:
    """Say which values are kept for another time than they should, and which went before it."""
    ends = _Ends(_ends_of_signatures(), _ends_of_agreements())
    fields = [f"record__{name}" for name in _EVENT]
    values = EvidenceValue.objects.order_by("record__sequence", "name")
    for *event, name, kept_until in values.values_list(*fields, "name", "kept_until").iterator(
        chunk_size=AT_A_TIME
    ):
        told = _Event(*event)
        if _is_told(told, name, ends) and kept_until != _until(told, name, ends):
            yield Problem(Fault.TERM, f"record {told.sequence}", name)
    purges = EvidenceRecord.objects.filter(kind=EvidenceKind.PURGED).order_by("sequence")
    for purge in purges.iterator(chunk_size=AT_A_TIME):
        yield from _check_purge(purge, ends)


def _check_purge(purge: EvidenceRecord, ends: _Ends) -> Iterator[Problem]:
    purged: dict[str, list[str]] = purge.details.get("purged", {})
    records: Any = EvidenceRecord.objects.filter(uuid__in=purged).order_by("sequence")
    for event in records.values_list(*_EVENT):
        told = _Event(*event)
        for name in purged[str(told.uuid)]:
            until = _until(told, name, ends)
            if _is_told(told, name, ends) and (until is None or purge.at < until):
                yield Problem(Fault.EARLY, f"record {purge.sequence}", name)


def _ends_of_signatures() -> dict[str, dt.datetime]:
    """Return until when what is behind a signature that has ended is kept, by the uuid of its record.

    Where an account was closed for long, the time ran from its last day and is over with the end.
    """
    acts = EvidenceRecord.objects.filter(kind__in=SIGNATURE_KINDS).exclude(about="")
    return {
        about: at if reason == ACCOUNT_CLOSED else years_after(at)
        for about, at, reason in acts.values_list("about", "at", "details__reason")
    }


def _ends_of_agreements() -> dict[tuple[str | None, int], dt.datetime | None]:
    """Return until when what is behind the signatures of an agreement that has ended is kept."""
    moves = EvidenceRecord.objects.filter(
        kind=EvidenceKind.MOVED, details__status__in=[status.value for status in ENDED_AGREEMENTS]
    )
    told = moves.values_list("version", "at", "details")
    return {
        (details.get("agreement"), version): None if AFTERWARDS in details else years_after(at)
        for version, at, details in told.iterator(chunk_size=AT_A_TIME)
    }


def _is_told(event: _Event, name: str, ends: _Ends) -> bool:
    """Say whether the chain tells until when a value is kept."""
    if name in TECHNICAL_VALUES or event.kind != EvidenceKind.PARTY_SIGNED:
        return True
    agreement = (event.details__agreement, event.version)
    return agreement not in ends.agreements or ends.agreements[agreement] is not None


def _until(event: _Event, name: str, ends: _Ends) -> dt.datetime | None:
    """Return until when a value is kept; none while nothing has ended what it is about."""
    if name in TECHNICAL_VALUES:
        return event.at + TECHNICAL
    if event.kind in _FROM_THE_EVENT:
        return years_after(event.at)
    if event.kind == EvidenceKind.PARTY_SIGNED:
        return ends.agreements.get((event.details__agreement, event.version))
    if event.kind in _WITH_THE_VERSION:
        return None
    return ends.signatures.get(
        str(event.uuid) if event.kind == EvidenceKind.SIGNED else event.about
    )

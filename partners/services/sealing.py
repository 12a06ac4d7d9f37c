"""Sealed PDF files: made and sealed, recorded in the chain, dated later where no date came at once.

A file that cannot be made stops nobody from signing: the clock tries again each minute. What lays
out and seals is slow to import, and imported only when something is to be made.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet

from partners.enums import EvidenceKind
from partners.evidence import file_details
from partners.models.sealed import SealedFile
from partners.receipts import pdf
from partners.receipts.certificates import seal_certificate
from partners.receipts.facts import SealedFacts, TimestampState
from partners.services.chain import append, lock_head

logger = logging.getLogger(__name__)

# Whoever signs has the file made meanwhile.
SOON = dt.timedelta(minutes=1)
AT_ONCE = 50

Owner = TypeVar("Owner", bound=Model)


def issue(
    file: SealedFile,
    *,
    facts: Callable[[], SealedFacts],
    lay_out: Callable[[Any], bytes],
    at: dt.datetime,
) -> bool:
    """Make a file and record its seal; say whether there is one now.

    Args:
        file: what is to be kept, without its content.
        facts: returns what it tells.
        lay_out: makes a PDF of that.
        at: instant.

    """
    from partners.receipts.sealing import configured_sealer
    from partners.receipts.sealing import issue as make

    if pdf.missing_libraries():
        return False
    if file.is_kept():
        return True
    try:
        made = make(facts(), configured_sealer(), lay_out)
        file.pdf, file.timestamp, file.issued_at = made.pdf, made.timestamp.value, at
        _keep(file)
    except Exception:
        logger.exception("The PDF that follows up the record %s waits", file.record.uuid)
        return False
    return True


def issue_waiting(waiting: QuerySet[Owner], issue_one: Callable[[Owner], bool]) -> int:
    """Make the files that are still lacking; return how many were made.

    Raises:
        SealCertificateError: none can be, as the certificate cannot be used.

    """
    if pdf.missing_libraries():
        return 0
    owners = list(waiting.order_by("?")[:AT_ONCE])  # one that always fails keeps no other back
    if owners:
        seal_certificate()
    return sum(map(issue_one, owners))


def date_waiting(files: QuerySet[Any], *, at: dt.datetime) -> int:
    """Add the date of the authority to the files that wait for it; return how many have it."""
    from partners.receipts.sealing import (
        TimestampUnavailableError,
        add_timestamp,
        configured_sealer,
    )

    undated = files.filter(timestamp=TimestampState.PENDING.value)
    if not settings.TSA_URL or not undated.exists():
        return 0
    sealer = configured_sealer()
    dated = 0
    for file in undated.order_by("?")[:AT_ONCE]:
        try:
            dated += _date(file, add_timestamp(bytes(file.pdf), sealer), at)
        except TimestampUnavailableError as error:
            logger.warning("Sealed files still wait for their timestamp: %s", error)
            break
        except Exception:
            logger.exception("The sealed file %s cannot be timestamped", file)
    return dated


@transaction.atomic
def _keep(file: SealedFile) -> None:
    """Keep a file with the record of its seal, unless somebody was faster."""
    head = lock_head()
    if file.is_kept():
        return
    append(
        head,
        kind=EvidenceKind.SEALED,
        at=file.issued_at,
        text=file.text(),
        about=str(file.record.uuid),
        details={**file_details(bytes(file.pdf)), "timestamp": file.timestamp},
    )
    file.save(force_insert=True)


@transaction.atomic
def _date(file: SealedFile, dated: bytes, at: dt.datetime) -> bool:
    """Put the dated file in the place of the one that it begins with, and record it."""
    head = lock_head()
    state = TimestampState.DONE.value
    kept = type(file)._default_manager.filter(pk=file.pk, timestamp=TimestampState.PENDING.value)
    if not kept.update(pdf=dated, timestamp=state):
        return False
    append(
        head,
        kind=EvidenceKind.TIMESTAMPED,
        at=at,
        text=file.text(),
        about=str(file.record.uuid),
        details={**file_details(dated), "timestamp": state},
    )
    return True

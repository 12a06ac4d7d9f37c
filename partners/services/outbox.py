"""E-mails that wait in rows: each leaves once, after the event that calls for it.

A mail server that is down stops nobody, and the clock tries again. Whoever sends one claims it first,
so that two processes never send the same; a claim that led nowhere is worth nothing after some minutes.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.utils import timezone

from partners.models.notice import Notice

logger = logging.getLogger(__name__)

CLAIM = dt.timedelta(minutes=5)
AT_ONCE = 50

Row = TypeVar("Row", bound=Notice)


def same_message(name: object) -> dict[str, str]:
    """Return the header by which a server that already has the message knows it again."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return {"Message-ID": f"<{name}@{host}>"}


def waiting(rows: QuerySet[Row], *, at: dt.datetime) -> list[int]:
    """Return the numbers of the first rows that nobody is sending."""
    return list(_free(rows, at).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def send_once(
    rows: QuerySet[Row], pk: int, *, compose: Callable[[Row], EmailMessage], at: dt.datetime
) -> bool:
    """Send the e-mail of one row, unless somebody else is sending it; say whether it left."""
    if not _free(rows, at).filter(pk=pk).update(claimed_at=at):
        return False
    claimed = rows.filter(pk=pk).first()
    if claimed is None:  # what it was to tell is not so any more
        return False
    try:
        compose(claimed).send()
    except (OSError, ValueError):
        logger.exception("The e-mail of %s %s could not leave", rows.model.__name__, claimed)
        return False
    rows.filter(pk=pk).update(sent_at=timezone.now())
    return True


def _free(rows: QuerySet[Row], at: dt.datetime) -> QuerySet[Row]:
    return rows.filter(Q(claimed_at=None) | Q(claimed_at__lte=at - CLAIM), sent_at=None)

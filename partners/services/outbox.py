"""Sending the e-mails that wait: each once, by whoever claims it first.

They are written with the event that calls for them, in its transaction, and leave after it: a mail
server that is down stops nobody, and the clock tries again. Whoever sends one claims it first, so that
two processes never send the same; a claim that led nowhere is worth nothing after some minutes.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.utils import timezone

from partners.models.notice import Notice

logger = logging.getLogger(__name__)

CLAIM = dt.timedelta(minutes=5)
AT_ONCE = 50
_Notice = TypeVar("_Notice", bound=Notice)


def waiting(notices: QuerySet[_Notice], at: dt.datetime) -> QuerySet[_Notice]:
    """Keep those that have not left, and that nobody is sending."""
    unclaimed = Q(claimed_at=None) | Q(claimed_at__lte=at - CLAIM)
    return notices.filter(unclaimed, sent_at=None)


def send_one(
    notices: QuerySet[_Notice],
    notice: int,
    *,
    write: Callable[[_Notice], EmailMessage],
    at: dt.datetime,
) -> bool:
    """Send one e-mail, unless somebody else is sending it; say whether it left."""
    if not waiting(notices, at).filter(pk=notice).update(claimed_at=at):
        return False
    claimed: Any = notices.get(pk=notice)
    try:
        write(claimed).send()
    except (OSError, ValueError):
        logger.exception("The e-mail %s could not leave", claimed)
        return False
    notices.filter(pk=notice).update(sent_at=timezone.now())
    return True


def same_message(name: object) -> dict[str, str]:
    """Return the header by which a server that already has the message knows it again."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return {"Message-ID": f"<{name}@{host}>"}

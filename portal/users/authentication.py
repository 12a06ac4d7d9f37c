"""Proving again who one is, before an act that counts.

With the password, counted against guessing as at the login page; for an account that has none, with
a code sent to its e-mail address.
"""

import datetime as dt
import secrets
from typing import Any

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password, make_password
from django.core.mail import send_mail
from django.db.models import F, Model
from django.http import HttpRequest
from django.template.loader import render_to_string

from .addresses import client_address
from .enums import Authentication
from .mail import one_line
from .models import EmailedCodeQuerySet, OneTimeCode, User
from .throttling import HourlyLimit

CODE_DIGITS = 6
CODE_LASTS = dt.timedelta(minutes=10)
CODE_TRIES = 5


class EmailedCodes:
    """Codes that prove that somebody reads an e-mail address: each serves once, for some minutes."""

    def __init__(self, codes: EmailedCodeQuerySet, *, holder: str, limit: HourlyLimit) -> None:
        """Keep the codes among ``codes``, one for each ``holder``, the field that names it."""
        self.codes, self.holder, self.limit = codes, holder, limit

    def send(self, holder: Model, *, email: str, at: dt.datetime) -> bool:
        """Send a new code, which replaces the one before; False when enough were sent this hour.

        Raises:
            OSError: the mail server cannot be reached, or refuses the message.

        """
        if not self.limit.take(str(holder.pk)):
            return False
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        whose: dict[str, Any] = {self.holder: holder}
        self.codes.update_or_create(
            **whose,
            defaults={
                "hash": make_password(code),
                "expires_at": at + CODE_LASTS,
                "tries_left": CODE_TRIES,
            },
        )
        minutes = int(CODE_LASTS.total_seconds() // 60)
        subject = render_to_string("users/email/one_time_code_subject.txt")
        body = render_to_string("users/email/one_time_code.txt", {"code": code, "minutes": minutes})
        try:
            send_mail(one_line(subject), body, settings.DEFAULT_FROM_EMAIL, [email])
        except OSError:
            self._of(holder).delete()
            self.limit.give_back(str(holder.pk))
            raise
        return True

    def awaited(self, holder: Model, *, at: dt.datetime) -> bool:
        """Say whether a code was sent that may still be typed."""
        return self._of(holder).usable(at).exists()

    def is_right(self, holder: Model, *, code: str, at: dt.datetime) -> bool:
        """Check a code; it serves once, and each try counts, however many come at once."""
        if not self._of(holder).usable(at).update(tries_left=F("tries_left") - 1):
            return False
        sent = self._of(holder).first()
        if sent is None or not check_password("".join(code.split()), sent.hash):
            return False
        return bool(self.codes.filter(pk=sent.pk, hash=sent.hash).delete()[0])

    def _of(self, holder: Model) -> EmailedCodeQuerySet:
        return self.codes.filter(**{self.holder: holder})


codes_sent = HourlyLimit("one-time-code", 5)
_codes_of_people = EmailedCodes(OneTimeCode.objects.all(), holder="person", limit=codes_sent)


def way_to_prove(person: User) -> Authentication | None:
    """Return how ``person`` proves who they are; None where the account leaves no way."""
    if person.has_usable_password():
        return Authentication.PASSWORD
    return Authentication.EMAILED_CODE if person.email else None


def is_password_right(*, request: HttpRequest, person: User, password: str) -> bool:
    """Check a password that was typed again; too many wrong ones lock the account out for a while."""
    found = authenticate(request, username=person.get_username(), password=password)
    if found is None or found.pk != person.pk:
        return False
    forget_failures(ip=client_address(request), username=person.get_username())
    return True


def send_one_time_code(*, person: User, at: dt.datetime) -> bool:
    """Send a new code, which replaces the one before; False when enough were sent this hour.

    Raises:
        OSError: the mail server cannot be reached, or refuses the message.

    """
    return _codes_of_people.send(person, email=person.email, at=at)


def awaits_code(*, person: User, at: dt.datetime) -> bool:
    """Say whether a code was sent that may still be typed."""
    return _codes_of_people.awaited(person, at=at)


def is_code_right(*, person: User, code: str, at: dt.datetime) -> bool:
    """Check a code; it serves once, and each try counts, however many come at once."""
    return _codes_of_people.is_right(person, code=code, at=at)

"""Proving again who one is, before an act that counts.

With the password, counted against guessing as at the login page; for an account that has none, with
a code sent to its e-mail address.
"""

import datetime as dt
import secrets

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password, make_password
from django.core.mail import send_mail
from django.db.models import F
from django.http import HttpRequest
from django.template.loader import render_to_string

from .addresses import client_address
from .enums import Authentication
from .models import OneTimeCode, User
from .throttling import HourlyLimit

CODE_DIGITS = 6
CODE_LASTS = dt.timedelta(minutes=10)
CODE_TRIES = 5
codes_sent = HourlyLimit("one-time-code", 5)


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
    if not codes_sent.take(str(person.pk)):
        return False
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    OneTimeCode.objects.update_or_create(
        person=person,
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
        send_mail(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [person.email])
    except OSError:
        OneTimeCode.objects.filter(person=person).delete()
        codes_sent.give_back(str(person.pk))
        raise
    return True


def awaits_code(*, person: User, at: dt.datetime) -> bool:
    """Say whether a code was sent that may still be typed."""
    return OneTimeCode.objects.usable(at).filter(person=person).exists()


def is_code_right(*, person: User, code: str, at: dt.datetime) -> bool:
    """Check a code; it serves once, and each try counts, however many come at once."""
    usable = OneTimeCode.objects.usable(at).filter(person=person)
    if not usable.update(tries_left=F("tries_left") - 1):
        return False
    sent = OneTimeCode.objects.filter(person=person).first()
    if sent is None or not check_password("".join(code.split()), sent.hash):
        return False
    return bool(OneTimeCode.objects.filter(pk=sent.pk, hash=sent.hash).delete()[0])

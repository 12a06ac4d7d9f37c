"""What happens when someone signs in."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone


def end_session_on_time(request: HttpRequest | None, **_kwargs: Any) -> None:
    """Fix the hour at which the session ends: use does not put it off."""
    session = getattr(request, "session", None)
    if session is not None:
        session.set_expiry(timezone.now() + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE))


def connect() -> None:
    """Connect the receivers."""
    user_logged_in.connect(end_session_on_time, dispatch_uid="end_session_on_time")

"""The e-mail that tells a partner that a session was refused."""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from partners.models import GameSessionNotice
from partners.services import outbox
from portal.users.mail import one_line


def send_game_notices(*, at: dt.datetime) -> int:
    """Send what has not left yet; return how many did."""
    return sum(
        outbox.send_once(_notices(), pk, compose=_message, at=at)
        for pk in outbox.waiting(_notices(), at=at)
    )


def _notices() -> QuerySet[GameSessionNotice]:
    """Return the notices of partners whom an e-mail reaches; the portal tells the others."""
    reached = GameSessionNotice.objects.filter(session__declared_by__is_active=True)
    return reached.exclude(session__declared_by__email="").select_related(
        "session__game", "session__service", "session__place", "session__declared_by"
    )


def _message(notice: GameSessionNotice) -> EmailMessage:
    session = notice.session
    with translation.override(session.language):
        facts = {
            "session": session,
            "game": session.game.name,
            "reason": notice.reason,
            "url": settings.WAGTAILADMIN_BASE_URL
            + reverse("correct_session", args=[session.game.slug, session.uuid]),
        }
        subject = render_to_string("partners/email/session_refused_subject.txt", facts)
        body = render_to_string("partners/email/session_refused.txt", facts)
    assert session.declared_by is not None  # noqa: S101 - see _notices
    return EmailMessage(
        one_line(subject),
        body,
        to=[session.declared_by.email],
        headers=outbox.same_message(f"session-refused-{notice.pk}"),
    )

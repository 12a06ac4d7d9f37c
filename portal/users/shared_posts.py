"""Sessions on a workstation that several people share (a kiosk, a break room): they end by themselves."""

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

IDLE = dt.timedelta(minutes=5)
_KEY = "shared_post"


def begin(request: HttpRequest) -> None:
    """Let the session of who has just signed in end after ``IDLE`` without a request."""
    request.session[_KEY] = True
    request.session.set_expiry(int(IDLE.total_seconds()))


class SharedPostMiddleware:
    """Counts the idle time of such a session again at each request, and leaves a page left open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say when to leave."""
        response = self.get_response(request)
        if request.session.get(_KEY):
            request.session.modified = True
            response["Cache-Control"] = "private, no-store"
            if response.headers.get("Content-Type", "").startswith("text/html"):
                seconds = int(IDLE.total_seconds()) + 1
                response["Refresh"] = f"{seconds}; url={reverse('login')}"
        return response

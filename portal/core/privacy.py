"""Answers that leave no trace: for a page that someone may read in distress."""

from django.http import HttpRequest, HttpResponseBase

# Key of the WSGI environment by which the access log knows what it must not write.
NO_TRACE = "portal.leaves_no_trace"


def leave_no_trace(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keep this reading out of the browser's store, of the next site's logs, and of our own."""
    request.META[NO_TRACE] = True
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"

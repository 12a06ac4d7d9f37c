"""Answers that leave no trace: for a page that someone may read in distress."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponseBase

# Key of the WSGI environment by which the logs know what they must not write.
NO_TRACE = "portal.leaves_no_trace"
# Addresses that hold a key (the link of a new password).
KEYS = "/password/new/"
WITHHELD = "(address withheld)"


def leave_no_trace(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keep this reading out of the browser's store, of the next site's logs, and of our own."""
    request.META[NO_TRACE] = True
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"


def is_withheld(environ: dict[str, Any]) -> bool:
    """Return whether a request leaves no trace, or its address is a secret."""
    return bool(environ.get(NO_TRACE)) or KEYS in environ.get("PATH_INFO", "")


class WithholdAddresses(logging.Filter):
    """Keeps out of the messages of Django the addresses that the access log does not write.

    Django tells of each answer that refuses something, with its address: a mistyped code would write
    the link that it opens. What failed for a reason of ours is still told, without the address.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop what tells of a refusal; take the address out of what tells of a failure."""
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest) or not is_withheld(request.META):
            return True
        if record.levelno < logging.ERROR:
            return False
        if isinstance(record.args, tuple):
            record.args = tuple(WITHHELD if _tells(one, request) else one for one in record.args)
        return True


def _tells(argument: object, request: HttpRequest) -> bool:
    """Return whether an argument holds the path, as it is or as Django escapes it for its log."""
    escaped = request.path.encode("unicode_escape").decode("ascii")
    return isinstance(argument, str) and (request.path in argument or escaped in argument)

"""The access log of the production server."""

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from .privacy import is_withheld


class AccessLogger(Logger):
    """Writes no line for a reading that leaves no trace.

    Not even an anonymous one: with the lines around it, an hour and an address name a person.
    """

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """Log a request, unless it leaves no trace or its address is a secret."""
        if not is_withheld(environ):
            super().access(resp, req, environ, request_time)

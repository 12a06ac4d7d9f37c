"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the browser, as the trusted proxy (the last to speak) saw it."""
    direct: str | None = request.META.get("REMOTE_ADDR") or None
    if not settings.TRUST_PROXY:
        return direct
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(forwarded))
    except ValueError:
        return direct

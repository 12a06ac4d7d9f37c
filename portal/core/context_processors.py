"""Template context of every page."""

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    """Return what the frame of every page needs."""
    return {}

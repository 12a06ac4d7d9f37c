"""What the pages of charters and agreements have in common in the editing area."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from portal.users.models import User

Step = tuple[str, str]


def allowed(request: HttpRequest, may: Callable[[User], bool]) -> User:
    """Return who is signed in, if they ``may``.

    Raises:
        PermissionDenied: they may not, or nobody is.

    """
    if not isinstance(request.user, User) or not may(request.user):
        raise PermissionDenied
    return request.user


def to_agreements() -> Step:
    """Return the name and the address of the list of agreements."""
    return gettext("Agreements"), reverse("wagtailsnippets_partners_agreement:list")


def frame(title: str, *, icon: str, way: Iterable[Step] = (), heading: str = "") -> dict[str, Any]:
    """Return what the templates of the editing area need around a page.

    Args:
        title: name of the page.
        icon: name of the icon of its heading.
        way: name and address of each page between the first one and this one.
        heading: what stands on the page, when it is more than its title.

    """
    home = (gettext("Home"), reverse("wagtailadmin_home"))
    return {
        "page_title": title,
        "header_title": heading or title,
        "header_icon": icon,
        "breadcrumbs_items": [
            {"url": url, "label": label} for label, url in (home, *way, (title, ""))
        ],
    }

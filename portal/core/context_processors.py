"""Template context of every page."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from . import navigation as frame
from .caching import remember
from .visibility import Reader, group_ids

THEMES = ("light", "dark")


class Shell:
    """The frame of a page; each part is worked out only when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def _user(self) -> Reader:
        return getattr(self._request, "user", None) or AnonymousUser()

    @property
    def programme(self) -> str:
        """The name of the programme."""
        return str(settings.WAGTAIL_SITE_NAME)

    @cached_property
    def organisations(self) -> str:
        """Whose programme it is."""
        return frame.frame(self._request).organisations

    @cached_property
    def home_url(self) -> str:
        """Address of the home page."""
        return frame.frame(self._request).home_urls.get(frame.language(), "/")

    @cached_property
    def search_url(self) -> str:
        """Address of the search page."""
        return reverse("search")

    @cached_property
    def navigation(self) -> list[frame.Item]:
        """The main menu."""
        return frame.menu(self._request, self._user)

    @cached_property
    def footer(self) -> list[frame.Item]:
        """The links of the foot."""
        return frame.foot(self._request, self._user)

    @cached_property
    def languages(self) -> list[frame.LanguageLink]:
        """The same page in each language."""
        return frame.language_links(self._request)

    @property
    def theme(self) -> str:
        """Light or dark, when the reader chose; empty for the system's choice."""
        theme = self._request.COOKIES.get("theme", "")
        return theme if theme in THEMES else ""

    @cached_property
    def is_editor(self) -> bool:
        """Whether the reader may enter the editing area (no query beyond that of their groups)."""
        user = self._user
        if not user.is_authenticated:
            return False
        groups = remember(self._request, "editing-groups", _editing_groups)
        return user.is_superuser or bool(group_ids(user) & groups)

    @cached_property
    def edit_url(self) -> str:
        """Address where this page is edited; empty when it is none."""
        page = frame.routed_page(self._request)
        return reverse("wagtailadmin_pages:edit", args=[page.pk]) if page else ""


def _editing_groups() -> frozenset[int]:
    groups = Group.objects.filter(
        permissions__codename="access_admin", permissions__content_type__app_label="wagtailadmin"
    )
    return frozenset(groups.values_list("pk", flat=True))


def shell(request: HttpRequest) -> dict[str, object]:
    """Return what the frame of every page needs."""
    return {"shell": Shell(request)}

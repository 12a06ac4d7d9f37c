"""Middleware: who gets in, in which language, under which headers."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.views.defaults import permission_denied

from .routing import route as route_to
from .visibility import can_view_page

API = "/api/"
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)


def _forbid(request: HttpRequest, reason: str) -> HttpResponse:
    """Answer a reader without the right; raised, it would fill the log with its traceback."""
    return permission_denied(request, PermissionDenied(reason))


class LanguageMiddleware(LocaleMiddleware):
    """The language of the address, else the reader's choice, else French.

    The browser's own language is left out: shared workstations are often set to English.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of the request."""
        language = translation.get_language_from_path(request.path_info)
        translation.activate(language or self._chosen(request) or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Mend an address without a language, unless it led somewhere or never has one."""
        has_no_language = request.path_info.startswith((API, settings.STATIC_URL))
        if has_no_language or (response.status_code == 404 and request.resolver_match is not None):
            return response
        return super().process_response(request, response)

    @staticmethod
    def _chosen(request: HttpRequest) -> str:
        try:
            return translation.get_supported_language_variant(
                request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            )
        except LookupError:
            return ""


class ClosedByDefaultMiddleware(LoginRequiredMiddleware):
    """Everything needs a signed-in reader, save views that say otherwise and open pages.

    A page is found by Wagtail's own routing, whose result the view uses again; what the reader may
    not see is refused here, by the one rule of `portal.core.visibility`.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let the reader in, lead them to the login page, or refuse."""
        if not getattr(view_func, "login_required", True):
            return None
        match = request.resolver_match
        if match is not None and match.view_name == "wagtail_serve":
            return self._enter_page(request, view_func, *view_args, **view_kwargs)
        response: HttpResponseBase | None = super().process_view(
            request, view_func, view_args, view_kwargs
        )
        in_admin = request.path_info.startswith(f"/{settings.ADMIN_PATH}")
        if response is None and in_admin and not request.user.has_perm("wagtailadmin.access_admin"):
            # Wagtail would send this reader to the login page, which would send them back.
            return _forbid(request, _("The editing area is reserved for those who publish."))
        return response

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        """Answer a signed-out visitor: programs are told so, people are led to the login page."""
        by_program = request.path_info.startswith(API)
        if by_program or request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return JsonResponse(
                {"error": "authentication_required", "detail": _("Sign in first.")}, status=401
            )
        response: HttpResponse = super().handle_no_permission(request, view_func)
        response["Cache-Control"] = "private, no-store"
        return response

    def _enter_page(
        self, request: HttpRequest, view_func: Callable[..., Any], path: str
    ) -> HttpResponse | None:
        route = route_to(request, path)
        if route is not None:
            page = route[0]
            if can_view_page(request.user, page):
                page.reader_admitted = True
                return None
        if not request.user.is_authenticated:
            return self.handle_no_permission(request, view_func)
        if route is not None:
            return _forbid(request, _("This page is reserved for other readers."))
        return None


class UnknownAddressMiddleware(MiddlewareMixin):
    """An address that leads nowhere looks, from outside, like one that is closed.

    It stands outside the language and slash middleware, which mend addresses first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.gate = ClosedByDefaultMiddleware(get_response)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Lead a signed-out visitor to the login page instead of saying « not found »."""
        user = getattr(request, "user", None)
        if (
            response.status_code != 404
            or request.resolver_match is not None
            or request.path_info.startswith(settings.STATIC_URL)
            or (user is not None and user.is_authenticated)
        ):
            return response
        return self.gate.handle_no_permission(request, self.process_response)


class ResponseHeadersMiddleware(MiddlewareMixin):
    """Headers that every answer carries, unless its view chose its own."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add what is missing."""
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.content = b""  # its length is already told
        return response


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Strict for readers; wider for the editing area, whose pages hold inline scripts."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the policy of the area that the request belongs to."""
        parts = super().get_policy_parts(request, response, report_only)
        in_admin = request.path_info.startswith(f"/{settings.ADMIN_PATH}")
        if in_admin and not report_only and parts.config is None:
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY["DIRECTIVES"]
        return parts

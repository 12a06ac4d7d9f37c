"""Middleware of partners."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page
from wagtail.users.models import UserProfile

from partners.gate import PublicationRefusedError


class PublicationRefusedMiddleware(MiddlewareMixin):
    """Tells the editor, whatever they were doing, why a story was not published.

    The editor's form says it beside the fields; this is for all other ways: the approval of a
    workflow, a translation, a copy, and those that do not exist yet.
    """

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a refusal in the editing area into a message."""
        if not request.path_info.startswith(reverse("wagtailadmin_home")):
            return None
        if isinstance(exception, PublicationRefusedError):
            with override(_editor_language(request)):
                return _answer(request, exception)
        if isinstance(exception, ProtectedError):
            with override(_editor_language(request)):
                return _answer_protected(request, exception)
        if isinstance(exception, ValidationError) and request.method == "POST":
            # The draft that saves itself and the editor's own click created the same page at once.
            text = " ".join(exception.messages)
            messages.error(request, text)
            return _lead_to(request, request.path, text, code="invalid")
        return None


def _editor_language(request: HttpRequest) -> str:
    language: str = UserProfile.get_for_user(request.user).get_preferred_language()
    return language


def _answer(request: HttpRequest, refusal: PublicationRefusedError) -> HttpResponse:
    text = _("“%(title)s” was not published.") % {"title": refusal.title}
    lines = " ".join([text, *refusal.messages])
    messages.error(request, lines)
    saved = refusal.pk and Page.objects.filter(pk=refusal.pk).exists()
    target = reverse("wagtailadmin_pages:edit", args=[refusal.pk]) if saved else request.path
    return _lead_to(request, target, lines)


def _answer_protected(request: HttpRequest, error: ProtectedError) -> HttpResponse:
    users = sorted({str(item) for item in error.protected_objects if isinstance(item, Model)})
    text = _("This cannot be deleted, since it is used by: %(users)s.") % {
        "users": ", ".join(users)
    }
    messages.error(request, text)
    return _lead_to(request, reverse("wagtailadmin_home"), text)


def _lead_to(
    request: HttpRequest, target: str, text: str, code: str = "publication_refused"
) -> HttpResponse:
    """Redirect a person; answer a script in the form that it expects."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        # The window of a workflow's action closes and follows the address.
        return JsonResponse({"step": "success", "redirect": target})
    if request.accepts("text/html") or not request.accepts("application/json"):
        return redirect(target)
    return JsonResponse({"success": False, "error_code": code, "error_message": text}, status=400)

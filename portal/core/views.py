"""Views of the kernel: files, health, robots."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model
from wagtail.documents.models import document_served

from . import files, health
from .decorators import open_to_all


@open_to_all
@require_safe
def media_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve an uploaded file, a picture at some size, a film, to who may see it."""
    return files.serve_owned_file(
        request, files.find_owner(name), name, filename=name.rpartition("/")[2]
    )


@open_to_all
@require_safe
def document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """Serve a document under the address that links to it carry.

    A signed-out reader is led to the login page whether it exists or not.
    """
    owner = get_document_model().objects.select_related("collection").filter(pk=document_id).first()
    if owner is not None and owner.filename != document_filename:
        owner = None
    name = owner.file.name if owner is not None else ""
    try:
        response = files.serve_owned_file(request, owner, name, filename=document_filename)
    except Http404:
        if request.user.is_authenticated:
            raise
        return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
    document_served.send(sender=type(owner), instance=owner, request=request)
    return response


@open_to_all
@never_cache
@require_safe
def health_live(request: HttpRequest) -> JsonResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"})


@open_to_all
@never_cache
@require_safe
def health_ready(request: HttpRequest) -> JsonResponse:
    """Say whether every part that the portal needs works, and which does not."""
    checks = health.run_checks()
    ready = all(checks.values())
    return JsonResponse(
        {
            "status": "ok" if ready else "failed",
            "checks": {name: "ok" if works else "failed" for name, works in checks.items()},
        },
        status=200 if ready else 503,
    )


@open_to_all
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Ask robots to stay out: an intranet has nothing for them."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")

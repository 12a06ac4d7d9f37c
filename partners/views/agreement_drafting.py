"""Where the RSO unit writes the draft of an agreement, in the editing area."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from partners.agreement_form import MOST_ARTICLES, MOST_PARTIES, DraftForms
from partners.enums import AgreementStatus
from partners.models import Agreement, AgreementVersion
from partners.permissions import can_add_organisation, can_steer_agreements
from partners.services.agreement_drafting import (
    ChangedMeanwhileError,
    delete_draft,
    last_version,
    state_of,
    words_of,
    write_draft,
)
from portal.users.models import User

from .editing_area import allowed, frame, to_agreements


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the draft of an agreement, or what its next version begins with; write it."""
    actor = allowed(request, can_steer_agreements)
    agreement = get_object_or_404(Agreement, slug=slug)
    last = last_version(agreement)
    is_draft = last is not None and last.status == AgreementStatus.DRAFT
    may_add = can_add_organisation(actor)
    seen, status = state_of(last), 200
    if request.method != "POST":
        words = words_of(last) if last else None
        found = DraftForms.of(words, is_next=last is not None and not is_draft, may_add=may_add)
    elif "rows" in request.POST:
        found = DraftForms.rearranged(request.POST, request.POST["rows"], may_add=may_add)
        seen = request.POST.get("seen", "")
    else:
        found = DraftForms(request.POST, may_add=may_add)
        seen, status = request.POST.get("seen", ""), 422
        try:
            if version := _written(request, agreement, actor, found, seen):
                return HttpResponseRedirect(_next(request, version))
        except ChangedMeanwhileError as error:
            messages.error(request, error.messages[0])
            seen, status = state_of(last), 409
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    title = _title(agreement, last)
    context = {
        "agreement": agreement,
        "last": last,
        "is_draft": is_draft,
        "form": found,
        "seen": seen,
        "may_add_party": len(found.parties.forms) < MOST_PARTIES,
        "may_add_article": len(found.articles.forms) < MOST_ARTICLES,
        **frame(title, icon="doc-full", way=[to_agreements()]),
    }
    return TemplateResponse(request, "partners/admin/agreement_draft.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete_agreement_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once whether a draft goes, and delete it."""
    actor = allowed(request, can_steer_agreements)
    version = get_object_or_404(AgreementVersion.objects.select_related("agreement"), pk=pk)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            delete_draft(version=version, actor=actor, seen=seen)
        except ChangedMeanwhileError as error:
            messages.error(request, error.messages[0])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(_desk_or_list(version))
        else:
            told = gettext("The draft “%(draft)s” is deleted.") % {"draft": version}
            messages.success(request, told)
            return HttpResponseRedirect(_desk_or_list(last_version(version.agreement)))
    elif version.status != AgreementStatus.DRAFT:
        messages.error(
            request, gettext("Only a draft is deleted: this was sent out, or is signed.")
        )
        return HttpResponseRedirect(_desk_or_list(version))
    title = gettext("Delete the draft “%(draft)s”") % {"draft": version}
    context = {
        "version": version,
        "parties": version.parties.select_related("expected"),
        "seen": state_of(version),
        **frame(title, icon="bin", way=[to_agreements()]),
    }
    status = 409 if request.method == "POST" else 200
    template = "partners/admin/delete_agreement_draft.html"
    return TemplateResponse(request, template, context, status=status)


def urls() -> list[URLPattern]:
    """Return the addresses, below that of the editing area."""
    return [
        path("agreements/<slug:slug>/draft/", agreement_draft, name="agreement_draft"),
        path("agreements/<int:pk>/delete/", delete_agreement_draft, name="delete_agreement_draft"),
    ]


def _desk_or_list(version: AgreementVersion | None) -> str:
    """Return where a version is looked after; the list of agreements when it is there no more."""
    if version is None or not AgreementVersion.objects.filter(pk=version.pk).exists():
        return reverse("wagtailsnippets_partners_agreement:list")
    return reverse("agreement_desk", args=[version.pk])


def _written(
    request: Any, agreement: Agreement, actor: User, found: DraftForms, seen: str
) -> AgreementVersion | None:
    if not found.is_valid():
        told = ngettext(
            "The draft was not saved: %(count)d field is to be mended.",
            "The draft was not saved: %(count)d fields are to be mended.",
            found.error_count,
        )
        messages.error(request, told % {"count": found.error_count})
        return None
    version = write_draft(agreement=agreement, actor=actor, words=found.said(), seen=seen)
    messages.success(request, gettext("The draft is saved. Nobody outside this team sees it yet."))
    return version


def _next(request: HttpRequest, version: AgreementVersion) -> str:
    """Return where to go once the draft is saved: what was asked for, else the desk."""
    if request.POST.get("then") == "agents":
        return reverse("preview_agreement", args=[version.pk])
    if request.POST.get("then") == "signatory":
        return reverse("preview_signing", args=[version.pk, 1])
    return reverse("agreement_desk", args=[version.pk])


def _title(agreement: Agreement, last: AgreementVersion | None) -> str:
    number = last.number if last else 0
    if last is None or last.status != AgreementStatus.DRAFT:
        number += 1
    return gettext("%(agreement)s – draft of version %(number)d") % {
        "agreement": agreement,
        "number": number,
    }

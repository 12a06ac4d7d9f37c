"""Versions of charters in the editing area: who drafts one writes its commitments, another publishes."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from partners.catalogue_form import CatalogueForm
from partners.enums import CharterStage, CharterVersionStatus
from partners.models import CharterVersion
from partners.permissions import (
    can_draft_charter_version,
    can_publish_charter_version,
    can_write_catalogue,
)
from partners.services import change_catalogue, draft_next_version, publish_charter_version
from portal.users.models import User

from .editing_area import frame


class DraftForm(forms.Form):
    """How far the next version has come, and how long a signature of it will last."""

    stage = forms.ChoiceField(label=_("stage"), choices=CharterStage.choices)
    signature_years = forms.IntegerField(
        label=_("years that a signature lasts"),
        help_text=_("As the text says; empty: a signature has no end"),
        min_value=1,
        max_value=20,
        required=False,
    )


class PublicationForm(forms.Form):
    """From when on a draft holds."""

    valid_from = forms.DateField(label=_("valid from"), widget=AdminDateInput)


@require_http_methods(["GET", "HEAD", "POST"])
def charter_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version and what the reader may do with it; take the commitments of a draft."""
    version = _version(request, pk)
    may_write = can_write_catalogue(_editor(request), version)
    form = CatalogueForm.of(version, request.POST or None) if may_write else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and _wrote(request, version, form):
            return HttpResponseRedirect(request.path)
        messages.error(request, gettext("The commitments were not saved."))
    publication = PublicationForm(initial={"valid_from": timezone.localdate()})
    has_draft = version.charter.versions.filter(status=CharterVersionStatus.DRAFT).exists()
    context = {
        "version": version,
        "form": form,
        "catalogue": getattr(version.text_for(), "catalogue", lambda: None)(),
        "may_publish": can_publish_charter_version(_editor(request), version),
        "may_draft": can_draft_charter_version(_editor(request)) and not has_draft,
        "publication": publication,
        "drafting": DraftForm(
            initial={"stage": version.stage, "signature_years": version.signature_years}
        ),
        "media": publication.media + (form.media if form else forms.Media()),
        **frame(
            str(version),
            icon="history",
            way=[
                (
                    gettext("Charter versions"),
                    reverse("wagtailsnippets_partners_charterversion:list"),
                )
            ],
        ),
    }
    status = 422 if form is not None and form.is_bound else 200
    return TemplateResponse(request, "partners/admin/version.html", context, status=status)


@require_POST
def draft_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the version that will follow, with the same words to begin with."""
    version = _version(request, pk)
    if not can_draft_charter_version(_editor(request)):
        raise PermissionDenied
    form = DraftForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(gettext("Choose a stage; a number of years is from 1 to 20."))
        version = draft_next_version(
            charter=version.charter,
            actor=_editor(request),
            stage=CharterStage(form.cleaned_data["stage"]),
            signature_years=form.cleaned_data["signature_years"],
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(
            request, gettext("A draft was made, with the words of the version before.")
        )
    return HttpResponseRedirect(version_url(version))


@require_POST
def publish_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a draft that somebody else wrote."""
    version = _version(request, pk)
    if not can_publish_charter_version(_editor(request), version):
        raise PermissionDenied
    form = PublicationForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(gettext("Type a date."))
        publish_charter_version(
            version=version, approver=_editor(request), valid_from=form.cleaned_data["valid_from"]
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, gettext("The version is published: it never changes again."))
    return HttpResponseRedirect(version_url(version))


def version_url(version: CharterVersion) -> str:
    """Return the address of a version in the editing area."""
    return reverse("charter_version", args=[version.pk])


def urls() -> list[Any]:
    """Return the addresses, below that of the editing area."""
    return [
        path("charter-versions/<int:pk>/", charter_version, name="charter_version"),
        path("charter-versions/<int:pk>/draft/", draft_version, name="draft_charter_version"),
        path("charter-versions/<int:pk>/publish/", publish_version, name="publish_charter_version"),
    ]


def _wrote(request: Any, version: CharterVersion, form: CatalogueForm) -> bool:
    try:
        change_catalogue(version=version, actor=_editor(request), catalogues=form.catalogues())
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, gettext("The commitments are saved."))
    return True


def _editor(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _version(request: Any, pk: int) -> CharterVersion:
    if not request.user.has_perm("partners.view_charterversion"):
        raise PermissionDenied
    versions = CharterVersion.objects.select_related("charter", "author", "approver")
    return get_object_or_404(versions.prefetch_related("texts"), pk=pk)

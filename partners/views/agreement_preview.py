"""What agents, and whoever is invited to sign, will see of the draft of an agreement."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partners.agreements import (
    invited_lines,
    party_lines,
    shown_version,
    statement,
    text_lines,
    visible_agreement_pages,
)
from partners.enums import AgreementStatus
from partners.models import AgreementInvitation, AgreementParty, AgreementVersion
from partners.permissions import can_steer_agreements
from partners.services.signing import TECHNICAL_DAYS, YEARS_AFTER_END
from partners.views.invited import AgreedForm
from partners.views.readers import person_of


@never_cache
@require_safe
def preview_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft as agents will read it once all parties have signed."""
    version = _draft(request, pk)
    version.status = AgreementStatus.SIGNED  # as it will be; nothing is saved
    context = {
        **_about(request, version),
        "shown": shown_version(version, on=timezone.localdate(), language=_language()),
    }
    pages = visible_agreement_pages(request.user, _language())
    page = pages.filter(agreement=version.agreement).first()
    if page is not None:
        context = {**page.get_context(request), **context, "reports": None}
        return render(request, "partners/agreement_preview_page.html", context)
    return render(request, "partners/agreement_preview.html", context)


@never_cache
@require_safe
def preview_signing(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a draft as whoever is invited for a party will read it; nothing can be signed."""
    version = _draft(request, pk)
    party = get_object_or_404(version.parties.select_related("version"), number=number)
    text = version.text_for(_language())
    invitation = _invitation(party)
    version.status = AgreementStatus.OUT  # as it will be; nothing is saved
    context = {
        **_about(request, version),
        "party": party,
        "text": text,
        "form": AgreedForm(statement=statement(text, invitation)),
        "who": invited_lines(invitation),
        "what": text_lines(text),
        "parties": party_lines(version),
        "is_example": version.is_example,
        "shown": shown_version(version, on=timezone.localdate(), language=_language()),
        "technical_days": TECHNICAL_DAYS,
        "years_after_end": YEARS_AFTER_END,
    }
    return render(request, "partners/agreement_preview_signing.html", context)


def _invitation(party: AgreementParty) -> AgreementInvitation:
    """Return the invitation that somebody would receive."""
    expected = getattr(party, "expected", None)
    return AgreementInvitation(
        party=party,
        name=expected.name if expected else gettext("(name of the person)"),
        email=expected.email if expected else gettext("(address of the person)"),
    )


def _about(request: HttpRequest, version: AgreementVersion) -> dict[str, Any]:
    shown = [
        (
            reverse("preview_signing", args=[version.pk, party.number]),
            gettext("As the signatory of %(name)s will see it") % {"name": party.name},
        )
        for party in version.parties.all()
    ]
    links = [
        (reverse("agreement_desk", args=[version.pk]), gettext("Back to the draft")),
        (reverse("preview_agreement", args=[version.pk]), gettext("As agents will see it")),
        *shown,
    ]
    return {
        "is_preview": True,
        "version": version,
        "links": [
            {"url": url, "label": label, "is_current": url == request.path} for url, label in links
        ],
    }


def _draft(request: HttpRequest, pk: int) -> AgreementVersion:
    if not can_steer_agreements(person_of(request)):
        raise PermissionDenied
    versions = AgreementVersion.objects.select_related("agreement").prefetch_related("texts")
    version = get_object_or_404(versions, pk=pk, status=AgreementStatus.DRAFT)
    if version.text_for(_language()) is None:
        raise Http404("It has no text")
    return version


def _language() -> str:
    return (get_language() or "fr")[:2]

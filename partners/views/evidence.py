"""Giving the evidence file of a signature: to who signed, and to who answers for the evidence."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partners.models import Signature
from partners.permissions import can_read_signatures
from partners.services import give_evidence
from partners.signatures import evidence_name
from portal.users.models import User

from .editing_area import allowed
from .readers import own_signature, person_of


@never_cache
@require_safe
def own_evidence(request: HttpRequest, record: str) -> HttpResponse:
    """Give who signed the evidence of it."""
    return _give(person_of(request), own_signature(request, record))


@never_cache
@require_safe
def evidence_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the evidence of anyone's signature to who answers for it."""
    actor = allowed(request, can_read_signatures)
    signatures = Signature.objects.select_related(
        "charter", "version__charter", "signed_record", "ended_by"
    )
    return _give(actor, get_object_or_404(signatures, pk=pk))


def _give(actor: User, signature: Signature) -> HttpResponse:
    content = give_evidence(signature=signature, actor=actor, at=timezone.now())
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{evidence_name(signature)}"'
    return response

"""Verifying a signature: open to anyone who holds its code, and tells nothing else."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners.charters import shown_version
from partners.enums import CharterStage
from partners.evidence import CODE_LENGTH, read_code
from partners.models import Signature
from partners.signatures import public_lines, verdict
from partners.verification import check_signature
from portal.core.decorators import open_to_all
from portal.core.privacy import leave_no_trace
from portal.users.addresses import client_address
from portal.users.throttling import HourlyLimit

MAX_TYPED = 60
# A building shares one address; 128 bits are not guessed at any pace.
verifications = HourlyLimit("verification", 300)


@open_to_all
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code."""
    typed = request.GET.get("code", "").strip()[:MAX_TYPED]
    if read_code(typed):
        return HttpResponseRedirect(reverse("verify_code", args=[read_code(typed)]))
    response = render(request, "partners/verify.html", {"typed": typed})
    leave_no_trace(request, response)
    return response


@open_to_all
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the signature of a code is worth."""
    if verifications.take(client_address(request) or ""):
        response = _answer(request, code[:MAX_TYPED])
    else:
        response = render(request, "partners/verify.html", {"too_many": True}, status=429)
    leave_no_trace(request, response)
    return response


def _answer(request: HttpRequest, typed: str) -> HttpResponse:
    code = read_code(typed)
    signature = (
        Signature.objects.select_related("charter", "version__charter", "signed_record", "ended_by")
        .filter(code=code)
        .first()
    )
    text = (
        signature.version.texts.filter(language=signature.language).first() if signature else None
    )
    if signature is None or text is None:
        context = {"typed": typed, "unknown": True, "incomplete": len(code) < CODE_LENGTH}
        return render(request, "partners/verify.html", context, status=404)
    is_intact = not check_signature(signature)
    context = {
        "verdict": verdict(signature, is_intact=is_intact, on=timezone.localdate()),
        "lines": public_lines(signature, text),
        "is_example": signature.version.stage == CharterStage.PROPOSED,
        "charter": shown_version(signature.version, language=signature.language),
        "code": signature.shown_code,
    }
    return render(request, "partners/verified.html", context)

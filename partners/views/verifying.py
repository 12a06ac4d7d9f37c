"""Verifying what was signed: open to anyone who holds its code, or its PDF, which alone says who."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from partners.evidence import CODE_LENGTH, read_code
from partners.proofs import file_lines, file_verdict, proof_of
from partners.receipts.reading import TooManyReadingsError
from partners.verification import check_file, with_code
from portal.core.decorators import open_to_all
from portal.core.privacy import leave_no_trace
from portal.users.addresses import client_address
from portal.users.throttling import HourlyLimit

MAX_TYPED = 60
MAX_FILE = 2_000_000
# A building shares one address; 128 bits are not guessed at any pace.
verifications = HourlyLimit("verification", 300)
RETRY_AFTER = 10  # seconds


class ReceiptForm(forms.Form):
    """A file that somebody holds for a receipt, or for a signed agreement."""

    receipt = forms.FileField(
        label=_("Receipt or signed agreement (PDF)"),
        help_text=_("The file as you received it, 2 MB at most. It is read, and not kept."),
        error_messages={
            "required": _("Choose the PDF of the receipt or of the agreement, 2 MB at most."),
            "empty": _("This file is empty. Choose the PDF of the receipt or of the agreement."),
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def clean_receipt(self) -> UploadedFile:
        """Refuse what is larger than any receipt."""
        file: UploadedFile = self.cleaned_data["receipt"]
        if (file.size or 0) > MAX_FILE:
            raise forms.ValidationError(self.fields["receipt"].error_messages["required"])
        return file


@open_to_all
@csrf_exempt  # until who handles the file is known: the view itself is protected
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code or for a PDF."""
    # The one handler that writes nothing to the disk: it lets go of files that are too large.
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _verify(request)


@csrf_protect
def _verify(request: HttpRequest) -> HttpResponse:
    # The form of the file carries the code that was tried before it.
    given = request.POST if request.method == "POST" else request.GET
    typed = given.get("code", "").strip()[:MAX_TYPED]
    if request.method == "POST":
        return _answer_file(request, typed)
    if read_code(typed):
        return HttpResponseRedirect(reverse("verify_code", args=[read_code(typed)]))
    return _ask(request, typed=typed)


@open_to_all
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the signature, or the agreement, of a code is worth."""
    if verifications.take(client_address(request) or ""):
        return _answer(request, code[:MAX_TYPED])
    return _ask(request, status=429, typed=code[:MAX_TYPED], too_many=True)


def _answer(request: HttpRequest, typed: str) -> HttpResponse:
    code = read_code(typed)
    found = with_code(code)
    if found is None:
        incomplete = len(code) < CODE_LENGTH
        return _ask(request, status=404, typed=typed, unknown=True, incomplete=incomplete)
    proof = proof_of(found, on=timezone.localdate())
    context = {
        "proof": proof,
        "verdict": proof.verdict,
        "lines": proof.lines,
        "code": proof.code,
        "charter": proof.text,
    }
    return _show(request, context)


def _answer_file(request: HttpRequest, typed: str) -> HttpResponse:
    if not verifications.take(client_address(request) or ""):
        return _ask(request, status=429, typed=typed, too_many=True)
    form = ReceiptForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, status=422, typed=typed, form=form)
    try:
        reading = check_file(form.cleaned_data["receipt"].read())
    except TooManyReadingsError:
        response = _ask(request, status=503, typed=typed, is_busy=True)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    proof = proof_of(reading.found, on=timezone.localdate()) if reading.found else None
    context = {
        "is_file": True,
        "proof": proof,
        "verdict": file_verdict(reading, proof),
        "lines": file_lines(reading, proof) if proof else [],
        "code": proof.code if proof else "",
    }
    return _show(request, context)


def _ask(
    request: HttpRequest, *, status: int = 200, form: ReceiptForm | None = None, **context: Any
) -> HttpResponse:
    context["form"] = form or ReceiptForm()
    response = render(request, "partners/verify.html", context, status=status)
    leave_no_trace(request, response)
    # With "no-referrer" a browser says of the form that it comes from nowhere: it would be refused.
    response["Referrer-Policy"] = "same-origin"
    return response


def _show(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    response = render(request, "partners/verified.html", context)
    leave_no_trace(request, response)
    return response

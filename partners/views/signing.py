"""Reading a charter, signing it, finding one's signatures again, withdrawing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partners.commitment_form import (
    CommitmentsForm,
    hidden_fields,
    keep_choices,
    kept_choices,
)
from partners.commitments import choose
from partners.enums import CharterStage, CharterVersionStatus, SignatureState
from partners.models import (
    CharterPage,
    CharterText,
    CharterVersion,
    DirectoryEntry,
    Signature,
    SignatureNotice,
    SignatureReceipt,
)
from partners.permissions import can_be_signed
from partners.receipts import pdf
from partners.services import NotSignableError, issue_receipt, send_notice, sign, withdraw
from partners.services.signing import TECHNICAL_DAYS, YEARS_AFTER_END
from partners.signatures import (
    commitment_lines,
    receipt_lines,
    receipt_name,
    recorded_commitments,
    recorded_signatory_lines,
    signatory_lines,
    statement,
    text_lines,
)
from partners.views.readers import charter_page_of, own_signature, person_of
from portal.users.addresses import client_address
from portal.users.authentication import (
    awaits_code,
    is_code_right,
    is_password_right,
    send_one_time_code,
    way_to_prove,
)
from portal.users.enums import Authentication
from portal.users.models import User


class SignForm(forms.Form):
    """What who signs ticks and types: a statement, and what proves who they are."""

    agreed = forms.BooleanField(
        error_messages={"required": _("Tick this statement to sign: nothing is signed without it.")}
    )
    password = forms.CharField(
        label=_("Your password"),
        help_text=_("The one that you sign in with: it proves that it is you who signs."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code received by e-mail"),
        help_text=_("Six digits; it works for ten minutes."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(
        self,
        *args: Any,
        request: HttpRequest,
        person: User,
        way: Authentication,
        statement: str,
        **kwargs: Any,
    ) -> None:
        """Keep the field by which ``person`` proves who they are."""
        super().__init__(*args, **kwargs)
        self.request, self.person, self.way = request, person, way
        self.fields["agreed"].label = statement
        del self.fields["code" if way == Authentication.PASSWORD else "password"]

    def clean(self) -> dict[str, Any]:
        """Check who signs, once the rest is right: a code serves once."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if self.way == Authentication.PASSWORD:
            if not is_password_right(
                request=self.request, person=self.person, password=cleaned["password"]
            ):
                self.add_error("password", _("This is not your password. Nothing was signed."))
        elif not is_code_right(person=self.person, code=cleaned["code"], at=timezone.now()):
            self.add_error(
                "code", _("This is not the code, or it has expired. Nothing was signed.")
            )
        return cleaned


@require_safe
def charter_text(request: HttpRequest, slug: str, number: int, name: str) -> HttpResponse:
    """Give the whole text of a version: to read, or the very bytes that its fingerprint bears on."""
    charter_page_of(request, slug)
    language, _dot, form = name.partition(".")
    published = CharterText.objects.exclude(version__status=CharterVersionStatus.DRAFT)
    text = get_object_or_404(
        published.select_related("version__charter"),
        version__charter__slug=slug,
        version__number=number,
        language=language,
    )
    if form == "json":
        response = HttpResponse(text.canonical_bytes(), content_type="application/json")
    elif form == "txt":
        content = {
            "text": text,
            "articles": text.numbered_articles(),
            "catalogue": text.catalogue(),
        }
        response = render(request, "partners/charter.txt", content)
        response["Content-Type"] = "text/plain; charset=utf-8"
    else:
        raise Http404("No such form")
    response["Content-Disposition"] = f'attachment; filename="{slug}-v{number}.{language}.{form}"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_charter(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Restate who signs what, and sign."""
    person, page = person_of(request), charter_page_of(request, slug)
    version = get_object_or_404(
        CharterVersion.objects.exclude(status=CharterVersionStatus.DRAFT).select_related("charter"),
        charter__slug=slug,
        number=number,
    )
    signed = Signature.objects.of(person).active().filter(version=version).first()
    on = timezone.localdate()
    if signed is not None and not signed.may_be_renewed(on):
        return _to_receipt(signed)
    text = version.text_for()
    if text is None or not can_be_signed(version, on=on):
        messages.info(request, gettext("This version cannot be signed: it is not in force."))
        return HttpResponseRedirect(page.url)
    text.version = version
    catalogue = text.catalogue()
    choices = CommitmentsForm(request.POST, catalogue=catalogue)
    if request.method == "POST" and not choices.is_valid():
        messages.error(request, gettext("This charter does not offer that commitment."))
        return HttpResponseRedirect(page.url)
    if "choose" in request.POST:
        keep_choices(request, version, choices.levels())
        return HttpResponseRedirect(request.path)
    is_signing = request.method == "POST" and "send" not in request.POST
    levels = choices.levels() if is_signing else kept_choices(request, version)
    way = way_to_prove(person)
    context = {
        "offers_commitments": bool(catalogue),
        "commitments": commitment_lines(choose(catalogue, levels)),
        "hidden_fields": hidden_fields(levels),
        "page": page,
        "version": version,
        "who": signatory_lines(person),
        "what": text_lines(text),
        "is_example": version.stage == CharterStage.PROPOSED,
        "technical_days": TECHNICAL_DAYS,
        "years_after_end": YEARS_AFTER_END,
        "email": person.email,
    }
    if way is None:
        return render(request, "partners/sign.html", {**context, "no_way": True})
    if way == Authentication.EMAILED_CODE and "send" in request.POST:
        return _send_code(request, person, context)
    if way == Authentication.EMAILED_CODE and not awaits_code(person=person, at=timezone.now()):
        expired = request.method == "POST"
        return render(request, "partners/sign.html", {**context, "expired": expired})
    form = SignForm(
        request.POST if request.method == "POST" else None,
        request=request,
        person=person,
        way=way,
        statement=statement(text),
    )
    if request.method == "POST" and form.is_valid():
        return _sign(request, person, text, way, page, levels=levels)
    status = 422 if form.is_bound else 200
    return render(request, "partners/sign.html", {**context, "form": form}, status=status)


def _sign(
    request: HttpRequest,
    person: User,
    text: CharterText,
    way: Authentication,
    page: CharterPage,
    *,
    levels: Mapping[str, int],
) -> HttpResponse:
    try:
        signature = sign(
            person=person,
            text=text,
            authenticated_by=way,
            statement=statement(text),
            address=client_address(request) or "",
            browser=request.headers.get("User-Agent", ""),
            at=timezone.now(),
            commitments=levels,
        )
    except NotSignableError as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(page.url)
    keep_choices(request, text.version, None)
    issue_receipt(signature=signature, at=timezone.now())
    _send_notice_of(signature.signed_record_id)
    return _to_receipt(signature)


def _send_code(request: HttpRequest, person: User, context: dict[str, Any]) -> HttpResponse:
    try:
        sent = send_one_time_code(person=person, at=timezone.now())
    except OSError:
        failure = gettext("The portal cannot send e-mail at the moment.")
        return render(request, "partners/sign.html", {**context, "failure": failure}, status=503)
    if not sent:
        failure = gettext("Several codes were sent to you this hour: try again a little later.")
        return render(request, "partners/sign.html", {**context, "failure": failure}, status=429)
    return HttpResponseRedirect(request.path)


@never_cache
@require_safe
def signature_receipt(request: HttpRequest, record: str) -> HttpResponse:
    """Show the receipt of a signature of the reader."""
    signature = own_signature(request, record)
    text = signature.version.texts.get(language=signature.language)
    text.version = signature.version
    notice = SignatureNotice.objects.filter(record=signature.signed_record).first()
    has_receipt = SignatureReceipt.objects.filter(signature=signature).exists()
    who = recorded_signatory_lines(signature)
    context = {
        "signature": signature,
        "has_receipt": has_receipt,
        "receipt_is_awaited": bool(who) and not has_receipt and not pdf.missing_libraries(),
        "is_active": signature.state == SignatureState.ACTIVE,
        "is_listed": DirectoryEntry.objects.filter(
            person=signature.person, charter=signature.charter
        ).exists(),
        "is_example": signature.version.stage == CharterStage.PROPOSED,
        "lines": receipt_lines(signature, text),
        "who": who,
        "notice": notice,
        "offers_commitments": bool(text.catalogue()),
        "commitments": commitment_lines(recorded_commitments(signature)),
    }
    return render(request, "partners/receipt.html", context)


@never_cache
@require_safe
def receipt_file(request: HttpRequest, record: str) -> HttpResponse:
    """Give the sealed PDF of a signature to the reader who made it."""
    signature = own_signature(request, record)
    receipt = get_object_or_404(SignatureReceipt, signature=signature)
    response = HttpResponse(bytes(receipt.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{receipt_name(signature)}"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_signature(request: HttpRequest, record: str) -> HttpResponse:
    """Ask once whether the reader withdraws, and end the signature."""
    signature = own_signature(request, record)
    if request.method == "POST":
        ended = withdraw(signature=signature, person=signature.person, at=timezone.now())
        if ended.ended_by_id is not None:
            _send_notice_of(ended.ended_by_id)
        messages.success(
            request, gettext("You have withdrawn: this charter no longer commits you.")
        )
        return HttpResponseRedirect(reverse("my_signatures"))
    if signature.state != SignatureState.ACTIVE:
        return HttpResponseRedirect(reverse("my_signatures"))
    return render(request, "partners/withdraw.html", {"signature": signature})


def _to_receipt(signature: Signature) -> HttpResponse:
    uuid = signature.signed_record.uuid
    return HttpResponseRedirect(reverse("signature_receipt", args=[uuid]))


def _send_notice_of(record: int) -> None:
    """Send at once the e-mail that a record calls for; the clock sends it later if this fails."""
    notice = SignatureNotice.objects.filter(record=record).values_list("pk", flat=True).first()
    if notice is not None:
        send_notice(notice=notice, at=timezone.now())

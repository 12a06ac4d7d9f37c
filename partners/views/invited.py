"""Signing an agreement by personal link, without an account.

Whoever holds the link learns nothing from it: a code sent to the invited address opens it, for a while,
in that browser.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from partners.agreements import (
    invited_lines,
    party_lines,
    receipt_lines,
    shown_version,
    statement,
    text_lines,
)
from partners.documents import document_answer, document_of, is_document_awaited
from partners.enums import AgreementNoticeKind, AgreementStatus
from partners.links import link_hash
from partners.models import (
    AgreementInvitation,
    AgreementNotice,
    AgreementText,
    AgreementVersion,
    InvitationCode,
)
from partners.services import (
    decline_agreement,
    delegate_invitation,
    issue_agreement_document,
    send_agreement_notice,
    sign_agreement,
)
from partners.services.invitations import Invitee, is_open
from partners.services.signing import TECHNICAL_DAYS, YEARS_AFTER_END
from portal.core.decorators import open_to_all
from portal.core.privacy import NO_TRACE, leave_no_trace
from portal.users.addresses import client_address
from portal.users.authentication import EmailedCodes
from portal.users.throttling import HourlyLimit

SESSION_KEY = "invitations"
PROVEN_LASTS = dt.timedelta(minutes=30)
MAX_REASON = 2_000
# A building shares one address; 256 bits are not guessed at any pace.
openings = HourlyLimit("invitation", 300)
codes = EmailedCodes(
    InvitationCode.objects.all(),
    holder="invitation",
    limit=HourlyLimit("invitation-code", 5),
)


class CodeForm(forms.Form):
    """The code received by e-mail."""

    code = forms.CharField(
        label=_("Code received by e-mail"),
        help_text=_("Six digits; it works for ten minutes."),
        error_messages={"required": _("Type the six digits of the e-mail.")},
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AgreedForm(forms.Form):
    """The statement that who signs ticks."""

    agreed = forms.BooleanField(
        error_messages={"required": _("Tick this statement to sign: nothing is signed without it.")}
    )

    def __init__(self, *args: Any, statement: str, **kwargs: Any) -> None:
        """Show the words of the statement."""
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = statement


class ReasonForm(forms.Form):
    """Why somebody declines."""

    reason = forms.CharField(
        label=_("Why you decline"),
        help_text=_("Those who look after the agreement read it; it is kept with the evidence."),
        max_length=MAX_REASON,
        error_messages={
            "required": _("Say why, in a few words: the others may mend what stops you.")
        },
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DelegateForm(forms.Form):
    """Who is to sign instead."""

    name = forms.CharField(
        label=_("First and last name"),
        max_length=150,
        error_messages={"required": _("Type the name of the person who will sign.")},
    )
    function = forms.CharField(
        label=_("Function"),
        help_text=_("By which this person may sign for your organisation"),
        max_length=120,
        error_messages={
            "required": _("Type the function of this person: it stands beside the name.")
        },
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The new link is sent there, and so is the code that opens it."),
        error_messages={"required": _("Type the address to which the new link is sent.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


View = Callable[[HttpRequest, str], HttpResponse]


def personal(view: View) -> View:
    """Open a view to who holds a link, which no log keeps, not even when the form is refused."""
    protected = csrf_protect(view)

    @open_to_all
    @csrf_exempt  # until the log is told: the view itself is protected
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def enter(request: HttpRequest, link: str) -> HttpResponse:
        request.META[NO_TRACE] = True
        return protected(request, link)

    return enter


@personal
def invitation(request: HttpRequest, link: str) -> HttpResponse:
    """Ask for the code; then show the agreement, to be signed; then the receipt."""
    found = _entered(request, link)
    if isinstance(found, HttpResponse):
        return found
    text = _text(found)
    party, version = found.party, found.party.version
    context: dict[str, Any] = {
        "invitation": found,
        "text": text,
        "link": link,
        "is_example": version.is_example,
        "parties": party_lines(version),
    }
    if party.signed_record is not None:
        receipt = AgreementNotice.objects.filter(
            invitation=found, kind=AgreementNoticeKind.RECEIPT
        ).first()
        context |= {
            "lines": receipt_lines(party, text),
            "who": invited_lines(found),
            "notice": receipt,
            "is_complete": version.status not in (AgreementStatus.OUT, AgreementStatus.DECLINED),
            "document": document_of(version),
            "last_day": timezone.localdate(found.expires_at - dt.timedelta(seconds=1)),
            "document_is_awaited": is_document_awaited(version),
        }
        return _answer(request, "partners/agreement_receipt.html", context)
    if not is_open(found, timezone.now()):
        context["is_declined"] = version.status == AgreementStatus.DECLINED
        return _answer(request, "partners/agreement_closed.html", context)
    words = statement(text, found)
    form = AgreedForm(request.POST if request.method == "POST" else None, statement=words)
    if form.is_bound and form.is_valid():
        try:
            sign_agreement(
                invitation=found,
                text=text,
                statement=words,
                address=client_address(request) or "",
                browser=request.headers.get("User-Agent", ""),
                at=timezone.now(),
            )
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            issue_agreement_document(version=version, at=timezone.now())
            _send_notices(version)
        return _again(request)
    context |= {
        "form": form,
        "who": invited_lines(found),
        "what": text_lines(text),
        "shown": shown_version(version, on=timezone.localdate(), language=get_language() or "fr"),
        "technical_days": TECHNICAL_DAYS,
        "years_after_end": YEARS_AFTER_END,
    }
    status = 422 if form.is_bound else 200
    return _answer(request, "partners/agreement_sign.html", context, status=status)


@personal
def signed_agreement(request: HttpRequest, link: str) -> HttpResponse:
    """Give the sealed PDF, once all parties have signed, to who signed for one of them."""
    found = _entered(request, link)
    if isinstance(found, HttpResponse):
        return found
    if found.party.signed_record is None:
        return HttpResponseRedirect(reverse("invitation", args=[link]))
    response = document_answer(found.party.version)
    leave_no_trace(request, response)
    return response


@personal
def decline(request: HttpRequest, link: str) -> HttpResponse:
    """Ask why, and decline."""
    found = _entered(request, link)
    if isinstance(found, HttpResponse):
        return found
    if not is_open(found, timezone.now()):
        return HttpResponseRedirect(reverse("invitation", args=[link]))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            decline_agreement(
                invitation=found,
                text=_text(found),
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            _send_notices(found.party.version)
        return HttpResponseRedirect(reverse("invitation", args=[link]))
    context = {"form": form, "link": link, "text": _text(found), "invitation": found}
    status = 422 if form.is_bound else 200
    return _answer(request, "partners/agreement_decline.html", context, status=status)


@personal
def pass_on(request: HttpRequest, link: str) -> HttpResponse:
    """Ask who signs instead, and invite that person: this link dies."""
    found = _entered(request, link)
    if isinstance(found, HttpResponse):
        return found
    if not is_open(found, timezone.now()):
        return HttpResponseRedirect(reverse("invitation", args=[link]))
    form = DelegateForm(request.POST if request.method == "POST" else None)
    text = _text(found)
    if form.is_bound and form.is_valid():
        person = Invitee(language=found.language, **form.cleaned_data)
        try:
            delegate_invitation(invitation=found, text=text, person=person, at=timezone.now())
        except ValidationError as error:
            form.add_error("email", error.messages[0])
        else:
            _send_notices(found.party.version)
            context = {"person": person, "invitation": found}
            return _answer(request, "partners/agreement_passed_on.html", context)
    context = {"form": form, "link": link, "text": text, "invitation": found}
    status = 422 if form.is_bound else 200
    return _answer(request, "partners/agreement_pass_on.html", context, status=status)


def _entered(request: HttpRequest, link: str) -> AgreementInvitation | HttpResponse:
    """Return the invitation, to who has typed the code; to others, the page that asks for it."""
    if not openings.take(client_address(request) or ""):
        return _answer(request, "partners/agreement_link.html", {"too_many": True}, status=429)
    invitations = AgreementInvitation.objects.open(timezone.now()).select_related(
        "party__version__agreement", "party__signed_record"
    )
    found = invitations.filter(link_hash=link_hash(link)).first()
    if found is None:
        return _answer(request, "partners/agreement_link.html", {"is_dead": True}, status=404)
    if _is_proven(request, found):
        return found
    return _ask_for_code(request, found)


def _ask_for_code(request: HttpRequest, found: AgreementInvitation) -> HttpResponse:
    template = "partners/agreement_link.html"
    if "send" in request.POST:
        try:
            sent = codes.send(found, email=found.email, at=timezone.now())
        except OSError:
            failure = gettext("The portal cannot send e-mail at the moment.")
            return _answer(request, template, {"failure": failure}, status=503)
        if not sent:
            failure = gettext("Several codes were sent this hour: try again a little later.")
            return _answer(request, template, {"failure": failure}, status=429)
        return _again(request)
    if not codes.awaited(found, at=timezone.now()):
        return _answer(request, template, {"expired": "code" in request.POST})
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_bound and form.is_valid():
        if codes.is_right(found, code=form.cleaned_data["code"], at=timezone.now()):
            _prove(request, found)
            return _again(request)
        form.add_error("code", gettext("This is not the code, or it has expired."))
    return _answer(request, template, {"form": form}, status=422 if form.is_bound else 200)


def _is_proven(request: HttpRequest, found: AgreementInvitation) -> bool:
    proven = request.session.get(SESSION_KEY, {}).get(found.link_hash)
    return proven is not None and timezone.now() < dt.datetime.fromisoformat(proven) + PROVEN_LASTS


def _prove(request: HttpRequest, found: AgreementInvitation) -> None:
    request.session.cycle_key()
    request.session[SESSION_KEY] = {found.link_hash: timezone.now().isoformat()}


def _text(found: AgreementInvitation) -> AgreementText:
    """Return the text in the reader's language; what was signed, once it is."""
    version = found.party.version
    signed = found.party.signed_record
    text: AgreementText = version.text_for(signed.language if signed else None)
    text.version = version
    return text


def _send_notices(version: AgreementVersion) -> None:
    """Send at once the e-mails that were called for; the clock sends later those that fail."""
    waiting = AgreementNotice.objects.filter(version=version, sent_at=None, claimed_at=None)
    for notice in waiting.order_by("pk").values_list("pk", flat=True):
        send_agreement_notice(notice=notice, at=timezone.now())


def _again(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(request.path)
    leave_no_trace(request, response)
    return response


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    response = render(request, template, context, status=status)
    leave_no_trace(request, response)
    # With "no-referrer" a browser says of the form that it comes from nowhere: it would be refused.
    response["Referrer-Policy"] = "same-origin"
    return response

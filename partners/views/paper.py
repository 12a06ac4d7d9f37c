"""Signatures made by hand: the sheet to print, the forms of the referent who enters it or its withdrawal."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import AdminDateInput

from partners.charters import language_label
from partners.enums import CharterVersionStatus
from partners.models import Charter, CharterText, Signature, SignatureNotice
from partners.permissions import can_enter_paper_signatures
from partners.services import (
    enter_paper_signature,
    enter_paper_withdrawal,
    issue_receipt,
    send_notice,
)
from partners.services.paper import MAX_SCAN, NO_SIGNATURE, suffix_of
from partners.signatures import Line, statement
from partners.views.readers import charter_page_of
from portal.users.models import User
from portal.users.throttling import HourlyLimit

from .editing_area import allowed, frame

BLANK = "…" * 24
refusals = HourlyLimit("paper-refusal", 10)


class TextChoiceField(forms.ModelChoiceField):
    """The text that a sheet bears."""

    def label_from_instance(self, obj: CharterText) -> str:
        """Name the charter, the version and the language."""
        return f"{obj.title}, v{obj.version.number} ({language_label(obj.language)})"


class AgentForm(forms.Form):
    """Which agent a sheet is of.

    The account is named, not chosen from a list: a list would tell who has not signed.
    """

    unknown = _("No account in use has this login and this name.")

    login = forms.CharField(label=_("Login of the agent"), max_length=150)
    name = forms.CharField(
        label=_("First name and last name, as on the sheet"),
        help_text=_("They must be those of the account, so that nobody is taken for another"),
        max_length=300,
    )

    def clean_scan(self) -> bytes | None:
        """Return the content of the scan, if it is one."""
        file = self.cleaned_data["scan"]
        if not file:
            return None
        scan: bytes = file.read(MAX_SCAN + 1)
        suffix_of(scan)
        return scan

    def clean(self) -> dict[str, Any]:
        """Find the account."""
        cleaned = super().clean() or {}
        login, name = cleaned.get("login"), cleaned.get("name")
        if login and name:
            person = User.objects.filter(username=login, is_active=True).first()
            if person is None or _words(str(person)) != _words(name):
                self.add_error("login", self.unknown)
            cleaned["person"] = person
        return cleaned


def whole_width() -> forms.Select:
    """Return a list that long names do not make wider than a phone."""
    return forms.Select(attrs={"class": "w-w-full"})


def scan_field(**given: Any) -> forms.FileField:
    """Return the field of a scan."""
    return forms.FileField(
        help_text=_("PDF, JPEG or PNG, 5 MB at most"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        **given,
    )


class PaperForm(AgentForm):
    """What a referent copies from the sheet that was signed."""

    text = TextChoiceField(
        label=_("Charter, as on the sheet"),
        queryset=CharterText.objects.exclude(version__status=CharterVersionStatus.DRAFT)
        .select_related("version__charter")
        .order_by("version__charter", "-version__number", "-language"),
        widget=whole_width(),
    )
    signed_on = forms.DateField(label=_("Day of the signature"), widget=AdminDateInput)
    scan = scan_field(label=_("Scan of the sheet"))
    seen = forms.BooleanField(
        label=_("I saw this person sign freely, and I know who they are"),
        error_messages={
            "required": _("Without this, the sheet proves nothing: it is not entered.")
        },
    )

    field_order = ("text", "login", "name", "signed_on", "scan", "seen")


class WithdrawalForm(AgentForm):
    """What a referent notes of a request to withdraw."""

    unknown = NO_SIGNATURE

    charter = forms.ModelChoiceField(
        label=_("Charter"), queryset=Charter.objects.order_by("slug"), widget=whole_width()
    )
    asked_on = forms.DateField(label=_("Day of the request"), widget=AdminDateInput)
    scan = scan_field(label=_("Scan of the request, if there is one"), required=False)
    seen = forms.BooleanField(
        label=_("This person asked me freely to withdraw, and I know who they are"),
        error_messages={"required": _("Without this, nothing is withdrawn for anybody.")},
    )

    field_order = ("charter", "login", "name", "asked_on", "scan", "seen")


def _words(name: str) -> set[str]:
    """Return the words of a name, whatever their order, their accents and their hyphens."""
    return set(slugify(name).split("-"))


def blanks() -> list[str]:
    """Return what is written by hand on the sheet."""
    return [
        gettext("First name and last name"),
        gettext("Login of the agent"),
        gettext("Date"),
        gettext("Signature"),
        gettext("Referent who saw the signature"),
    ]


@require_safe
def paper_sheet(request: HttpRequest, slug: str, number: int, language: str) -> HttpResponse:
    """Show the sheet to print: the whole text, the statement, where to sign by hand."""
    charter_page_of(request, slug)
    published = CharterText.objects.exclude(version__status=CharterVersionStatus.DRAFT)
    text = get_object_or_404(
        published.select_related("version__charter"),
        version__charter__slug=slug,
        version__number=number,
        language=language,
    )
    code = format_html("<code>{}</code>", text.sha256)
    fingerprint = Line(gettext("Fingerprint of the text"), code)
    context = {
        "text": text,
        "articles": text.numbered_articles(),
        "statement": statement(text),
        "lines": [fingerprint, *(Line(term, BLANK) for term in blanks())],
    }
    return render(request, "partners/paper_sheet.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_paper(request: HttpRequest) -> HttpResponse:
    """Take a signature made by hand.

    Refusals are counted: whoever tries one name after another learns nothing.
    """
    referent = allowed(request, can_enter_paper_signatures)
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not refusals.take(str(referent.pk)):
            return _too_many(request)
        if form.is_valid() and (signature := _enter(form, referent)):
            refusals.give_back(str(referent.pk))
            told = gettext("The signature of %(name)s is entered. Verification code: %(code)s")
            names = {"name": form.cleaned_data["person"], "code": signature.shown_code}
            messages.success(request, told % names)
            return HttpResponseRedirect(reverse("enter_paper_signature"))
        messages.error(request, gettext("Nothing was entered. Choose the scan again."))
    title = gettext("Signature on paper")
    return _page(request, form, "partners/admin/paper.html", (title, ""))


def _enter(form: forms.Form, referent: User) -> Signature | None:
    """Enter what a valid form says; return the signature, or say in the form why there is none."""
    given = form.cleaned_data
    try:
        signature = enter_paper_signature(
            person=given["person"],
            text=given["text"],
            statement=statement(given["text"]),
            referent=referent,
            scan=given["scan"],
            signed_on=given["signed_on"],
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
    issue_receipt(signature=signature, at=timezone.now())
    return signature


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_withdrawal(request: HttpRequest) -> HttpResponse:
    """Take a withdrawal that somebody asked a referent for.

    Refusals are counted: whoever tries one name after another learns nothing.
    """
    referent = allowed(request, can_enter_paper_signatures)
    form = WithdrawalForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not refusals.take(str(referent.pk)):
            return _too_many(request)
        if form.is_valid() and _withdraw(form, referent):
            refusals.give_back(str(referent.pk))
            told = gettext(
                "The withdrawal of %(name)s is entered: the charter no longer binds them."
            )
            messages.success(request, told % {"name": form.cleaned_data["person"]})
            return HttpResponseRedirect(reverse("enter_paper_withdrawal"))
        messages.error(request, gettext("Nothing was withdrawn."))
    titles = (gettext("Signature on paper"), reverse("enter_paper_signature"))
    own = (gettext("Withdrawal on paper"), "")
    return _page(request, form, "partners/admin/paper_withdrawal.html", titles, own)


def _withdraw(form: WithdrawalForm, referent: User) -> bool:
    """Withdraw what a valid form says; say whether it could be, and in the form why not."""
    given = form.cleaned_data
    try:
        signature = enter_paper_withdrawal(
            person=given["person"],
            charter=given["charter"],
            referent=referent,
            asked_on=given["asked_on"],
            scan=given["scan"],
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    notice = SignatureNotice.objects.filter(record=signature.ended_by_id).first()
    if notice is not None:
        send_notice(notice=notice.pk, at=timezone.now())
    return True


def _too_many(request: HttpRequest) -> HttpResponse:
    messages.error(
        request, gettext("Too many refusals within an hour: come back later, or ask the RSO unit.")
    )
    return HttpResponseRedirect(reverse("enter_paper_signature"))


def _page(
    request: HttpRequest, form: forms.Form, template: str, *way: tuple[str, str]
) -> HttpResponse:
    """Show a form, under the way that leads to it: the title and the address of each page."""
    *before, (title, _address) = way
    context = {
        "form": form,
        "media": form.media,
        **frame(title, icon="edit", way=before),
    }
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)


def urls() -> list[URLPattern]:
    """Return the addresses, below that of the editing area."""
    return [
        path("signatures/paper/", enter_paper, name="enter_paper_signature"),
        path("signatures/paper/withdrawal/", enter_withdrawal, name="enter_paper_withdrawal"),
    ]


class PaperMenuItem(MenuItem):
    """The way to the form, for referents."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether to show it."""
        return isinstance(request.user, User) and can_enter_paper_signatures(request.user)


def menu_item() -> PaperMenuItem:
    """Return the item of the menu."""
    return PaperMenuItem(
        _("Signature on paper"), reverse("enter_paper_signature"), icon_name="edit", order=320
    )

"""Where the RSO unit looks after agreements, in the editing area."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.widgets import AdminDateInput

from partners.agreements import (
    calendar_of,
    late_calendar_of,
    late_duties,
    open_duties,
    party_desk,
    shown_version,
)
from partners.annual_reports.shown import published_reports
from partners.documents import document_answer, document_of, is_document_awaited
from partners.enums import AgreementStatus, DutyKind
from partners.models import (
    AgreementInvitation,
    AgreementPage,
    AgreementParty,
    AgreementVersion,
)
from partners.permissions import can_steer_agreements
from partners.services import (
    close_duty,
    give_notice,
    invite_again,
    record_paper_agreement,
    remind_invitation,
    send_agreement_notices,
    send_for_signature,
)
from partners.services.invitations import MAX_REMINDERS, Invitee
from portal.users.models import User

from .editing_area import allowed, frame, to_agreements


class InviteeForm(forms.Form):
    """Who signs for a party."""

    name = forms.CharField(label=_("First and last name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def invitee(self) -> Invitee:
        """Return what was typed."""
        return Invitee(**self.cleaned_data)


class NoticeForm(forms.Form):
    """The day on which a party gave notice."""

    given_on = forms.DateField(label=_("Notice received on"), widget=AdminDateInput)


class PaperForm(forms.Form):
    """The word of who records that all parties signed by hand."""

    seen = forms.BooleanField(
        label=_("I have seen the sheets signed by all parties"),
        error_messages={
            "required": _("Tick this once you have seen them: nothing is recorded without it.")
        },
    )


@never_cache
@require_safe
def agreement_calendar(request: HttpRequest) -> HttpResponse:
    """List what agreements call for, the first in front."""
    allowed(request, can_steer_agreements)
    running, on = AgreementVersion.objects.running(), timezone.localdate()
    rows = [*late_calendar_of(running, on=on), *calendar_of(running, on=on)]
    others = AgreementVersion.objects.filter(
        status__in=(AgreementStatus.DRAFT, AgreementStatus.OUT)
    ).select_related("agreement")
    context = {
        **frame(gettext("Agreements: what is due"), icon="doc-full", way=[to_agreements()]),
        "header_icon": "calendar",
        "rows": rows,
        "others": others,
    }
    return render(request, "partners/admin/agreement_calendar.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a version stands, and do what can be done with it."""
    actor = allowed(request, can_steer_agreements)
    version = get_object_or_404(AgreementVersion.objects.select_related("agreement__owner"), pk=pk)
    forms_ = _forms(request, version)
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404("No such act")
        try:
            done = act(request, version, actor, forms_)
            if done is None:
                messages.error(request, _told_of_errors(forms_))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            if not AgreementVersion.objects.filter(pk=pk).exists():
                return HttpResponseRedirect(reverse("wagtailsnippets_partners_agreement:list"))
        else:
            if done is not None:
                send_agreement_notices(at=timezone.now(), version=pk)  # others' wait for the clock
                messages.success(request, done)
                return HttpResponseRedirect(reverse("agreement_desk", args=[pk]))
        version.refresh_from_db()
    on = timezone.localdate()
    status = version.term_on(on).status
    last = version.agreement.versions.order_by("-number").first()
    context = {
        **frame(str(version), icon="doc-full", way=[to_agreements()]),
        "on": on,
        "version": version,
        "shown": shown_version(version, on=on, language=settings.LANGUAGE_CODE),
        "status": status,
        "parties": party_desk(version, at=timezone.now()),
        "duties": [*late_duties(version, on=on), *open_duties(version, on=on)],
        "reports": published_reports(version.agreement),
        "document": document_of(version),
        "document_is_awaited": is_document_awaited(version),
        "forms": forms_,
        "max_reminders": MAX_REMINDERS,
        "pages": AgreementPage.objects.filter(agreement=version.agreement).select_related("locale"),
        "has_draft": last is not None and last.status == AgreementStatus.DRAFT,
        "is_draft": status == AgreementStatus.DRAFT,
        "is_out": status == AgreementStatus.OUT,
        "takes_notice": status == AgreementStatus.IN_FORCE
        and (version.is_tacit or version.ends_on is None),
    }
    return render(request, "partners/admin/agreement_desk.html", context)


@never_cache
@require_safe
def agreement_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the sealed PDF of a version to who looks after it."""
    allowed(request, can_steer_agreements)
    return document_answer(get_object_or_404(AgreementVersion, pk=pk))


Forms = dict[str, Any]


def _forms(request: HttpRequest, version: AgreementVersion) -> Forms:
    act = request.POST.get("act", "")
    data = request.POST if request.method == "POST" else None
    parties = version.parties.select_related("expected")
    found: Forms = {
        "notice": NoticeForm(data if act == "notice" else None),
        "paper": PaperForm(data if act == "record" else None),
        "invitees": [],
    }
    for party in parties:
        prefix = f"party-{party.number}"
        is_sent = act == "send" or (act == "invite" and request.POST.get("party") == str(party.pk))
        found["invitees"].append(
            (party, InviteeForm(data if is_sent else None, prefix=prefix, initial=_expected(party)))
        )
    return found


def _told_of_errors(found: Forms) -> str:
    every = [found["notice"], found["paper"], *(form for _party, form in found["invitees"])]
    count = sum(len(form.errors) for form in every)
    told = ngettext(
        "Nothing was done: %(count)d field is to be mended.",
        "Nothing was done: %(count)d fields are to be mended.",
        count,
    )
    return told % {"count": count}


def _expected(party: AgreementParty) -> dict[str, str]:
    """Return who is expected to sign for a party of a draft."""
    person = getattr(party, "expected", None)
    if person is None:
        return {}
    return {"name": person.name, "email": person.email, "language": person.language}


def _send(
    _request: HttpRequest, version: AgreementVersion, actor: User, found: Forms
) -> str | None:
    if not all([form.is_valid() for _party, form in found["invitees"]]):  # noqa: C419
        return None
    people = {party.number: form.invitee() for party, form in found["invitees"]}
    send_for_signature(version=version, actor=actor, people=people, at=timezone.now())
    return gettext("The agreement is out for signature.")


def _record(
    _request: HttpRequest, version: AgreementVersion, actor: User, found: Forms
) -> str | None:
    if not found["paper"].is_valid():
        return None
    record_paper_agreement(version=version, actor=actor)
    return gettext("Recorded as signed on paper by all parties.")


def _remind(
    request: HttpRequest, version: AgreementVersion, actor: User, _found: Forms
) -> str | None:
    asked = get_object_or_404(
        AgreementInvitation.objects.select_related("party__version"),
        pk=_number(request, "invitation"),
        party__version=version,
    )
    remind_invitation(invitation=asked, actor=actor, at=timezone.now())
    return gettext("A reminder leaves for %(name)s.") % {"name": asked.name}


def _invite(
    request: HttpRequest, version: AgreementVersion, actor: User, found: Forms
) -> str | None:
    party = get_object_or_404(
        AgreementParty.objects.select_related("version"),
        pk=_number(request, "party"),
        version=version,
    )
    form = next(form for other, form in found["invitees"] if other == party)
    if not form.is_valid():
        return None
    invited = invite_again(party=party, actor=actor, person=form.invitee(), at=timezone.now())
    return gettext("%(name)s is invited; the former link does not work any more.") % {
        "name": invited.name
    }


def _notice(
    _request: HttpRequest, version: AgreementVersion, actor: User, found: Forms
) -> str | None:
    form = found["notice"]
    if not form.is_valid():
        return None
    give_notice(version=version, actor=actor, on=form.cleaned_data["given_on"])
    return gettext("The notice is recorded.")


def _close(
    request: HttpRequest, version: AgreementVersion, actor: User, _found: Forms
) -> str | None:
    kind, due_on = request.POST.get("kind", ""), parse_date(request.POST.get("due_on", ""))
    on = timezone.localdate()
    asked = [*late_duties(version, on=on), *open_duties(version, on=on)]
    due = [duty for duty in asked if (duty.kind, duty.on) == (kind, due_on)]
    if not due:
        raise Http404("Nothing of the sort is due")
    close_duty(version=version, kind=DutyKind(kind), due_on=due[0].on, actor=actor, on=on)
    return gettext("Noted: nobody is reminded of it any more.")


_ACTS: dict[str, Callable[[HttpRequest, AgreementVersion, User, Forms], str | None]] = {
    "send": _send,
    "record": _record,
    "remind": _remind,
    "invite": _invite,
    "notice": _notice,
    "close": _close,
}


def _number(request: HttpRequest, name: str) -> int:
    try:
        return int(request.POST.get(name, ""))
    except ValueError as error:
        raise Http404("No number") from error

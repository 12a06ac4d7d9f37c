"""Annual reports of partners: brought in the editing area, read on the portal."""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from partners.agreements import visible_agreement_pages
from partners.annual_reports.published import PublishedReport, publishable, read_published
from partners.annual_reports.reading import MAX_FILE, Reading, Refusal, read_report
from partners.annual_reports.sealed import sealed_report
from partners.annual_reports.shown import (
    FILES,
    ShownReports,
    ShownYear,
    as_file,
    published_reports,
    report_rows,
    shown_reports,
    template_rows,
)
from partners.models import Agreement, AgreementPage, ReportForm
from partners.permissions import can_steer_agreements
from partners.receipts import pdf
from partners.services import AlreadyPublishedError, publish_annual_report
from partners.services.annual_reports import check_report, reportable_years
from partners.views.readers import person_of
from portal.core.tables import TableError
from portal.users.models import User

from .editing_area import allowed, frame

_SALT = "partners.annual_report"
# How long what was looked at may still be published.
_MAX_AGE = 3600


class ReportFileForm(forms.Form):
    """A year, and the file that the partner filled in."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    file = forms.FileField(
        label=_("File filled in by the partner"),
        help_text=_("CSV or .xlsx, made from the template. It is read, and not kept."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]

    def clean_file(self) -> bytes:
        """Return the content of the file."""
        content: bytes = self.cleaned_data["file"].read(MAX_FILE + 1)
        return content


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bring_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Read the file of a year, show what would be published of it, then publish what was shown."""
    actor = allowed(request, can_steer_agreements)
    form = _report_form(slug)
    agreement = form.agreement
    if "publish" in request.POST:
        return _publish(request, actor, agreement)
    on = timezone.localdate()
    sent = ReportFileForm(
        request.POST or None, request.FILES or None, years=reportable_years(agreement, on=on)
    )
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        context = _read(sent, form) if sent.is_valid() else {}
        status = 200 if context.get("preview") else 422
    if preview := context.get("preview"):
        year, report = sent.cleaned_data["year"], preview.years[0].report
        content = {"agreement": slug, "year": year, "by": actor.pk, "report": report.as_json()}
        context["token"] = signing.dumps(content, salt=_SALT, compress=True)
    title = gettext("Annual report")
    version = agreement.versions.order_by("-number").first()
    address = reverse("agreement_desk", args=[version.pk]) if version else ""
    desk = (str(version or agreement), address)
    context |= {
        "agreement": agreement,
        "form": sent,
        "published": published_reports(agreement),
        **frame(title, icon="doc-full", way=[desk], heading=f"{title} – {agreement}"),
    }
    return TemplateResponse(request, "partners/admin/annual_report.html", context, status=status)


@require_safe
def report_template(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Give the file that the partner fills in."""
    allowed(request, can_steer_agreements)
    rows = template_rows(_report_form(slug).tables(), _language())
    return _file(as_file(rows, form, _language()), form, slug)


@never_cache
@require_safe
def annual_reports(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the partner of an agreement reported, year by year."""
    page, reports = _published(request, slug)
    context = {"page": page, "reports": reports, "has_pdf": not pdf.missing_libraries()}
    return render(request, "partners/annual_reports.html", context)


@never_cache
@require_safe
def annual_reports_file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Give the same as a file."""
    page, reports = _published(request, slug)
    name = f"{slug}-reports"
    if form != "pdf":
        return _file(as_file(report_rows(reports), form, _language()), form, name)
    if pdf.missing_libraries():
        raise Http404("No PDF here")
    path = reverse("annual_reports", args=[slug])
    content = sealed_report(reports, title=page.title, path=path, language=_language())
    return _attached(content, "application/pdf", f"{name}.pdf")


def urls() -> list[URLPattern]:
    """Return the addresses, below that of the editing area."""
    return [
        path("agreements/<slug:slug>/report/", bring_report, name="bring_annual_report"),
        path(
            "agreements/<slug:slug>/report/template.<str:form>",
            report_template,
            name="annual_report_template",
        ),
    ]


def _read(sent: ReportFileForm, form: ReportForm) -> dict[str, Any]:
    """Return what is in the file, or why it is refused; what is hidden goes no further."""
    given = sent.cleaned_data
    dimensions = form.tables()
    try:
        reading = read_report(given["file"], dimensions)
    except TableError as error:
        reading = Reading(refusals=[Refusal(None, str(error))])
    found: dict[str, Any] = {"reading": reading}
    if reading.refusals:
        return found
    report = publishable(reading.counts, dimensions, threshold=_threshold())
    at = timezone.now()
    try:
        check_report(agreement=form.agreement, year=given["year"], report=report, at=at)
    except AlreadyPublishedError:
        return {**found, "is_same": True, "preview": _preview(form, given["year"], report)}
    except ValidationError as error:
        reading.refusals += [Refusal(None, message) for message in error.messages]
        return found
    return {**found, "preview": _preview(form, given["year"], report)}


def _preview(form: ReportForm, year: int, report: PublishedReport) -> ShownReports:
    return shown_reports(form, (ShownYear(year, timezone.localdate(), report),))


def _publish(request: HttpRequest, actor: User, agreement: Agreement) -> HttpResponse:
    """Publish what was shown, and nothing else: the page carries it, signed."""
    here = reverse("bring_annual_report", args=[agreement.slug])
    try:
        token = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_MAX_AGE)
    except signing.BadSignature:
        token = {}
    if (token.get("agreement"), token.get("by")) != (agreement.slug, actor.pk):
        messages.error(request, gettext("Nothing was published: choose the file again."))
        return HttpResponseRedirect(here)
    try:
        publish_annual_report(
            agreement=agreement,
            year=token["year"],
            report=read_published(token["report"]),
            actor=actor,
            at=timezone.now(),
        )
    except AlreadyPublishedError:
        messages.success(request, gettext("This is what is published already: nothing changed."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = gettext("The report of %(year)s is published.") % {"year": token["year"]}
        messages.success(request, told)
    return HttpResponseRedirect(here)


def _threshold() -> int:
    return int(settings.SMALL_CELLS["annual_reports"])


def _file(content: bytes, form: str, name: str) -> HttpResponse:
    if form not in FILES:
        raise Http404("No such form")
    return _attached(content, FILES[form], f"{name}.{form}")


def _attached(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def _report_form(slug: str) -> ReportForm:
    return get_object_or_404(ReportForm.objects.select_related("agreement"), agreement__slug=slug)


def _published(request: HttpRequest, slug: str) -> tuple[AgreementPage, ShownReports]:
    """Return the page of an agreement that the reader may see, and what was reported."""
    pages = visible_agreement_pages(person_of(request), _language())
    page: AgreementPage = get_object_or_404(pages.select_related("agreement"), agreement__slug=slug)
    reports = published_reports(page.agreement)
    if reports is None or not reports.years:
        raise Http404("Nothing was reported")
    return page, reports

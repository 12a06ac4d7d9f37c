"""Where the RSO unit sets the tables of an annual report, in the editing area."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from partners.annual_reports.tables_form import MOST_TABLES, ReportTablesForms
from partners.models import Agreement, ReportForm
from partners.permissions import can_steer_agreements
from partners.services import set_report_form

from .editing_area import allowed, frame, to_agreements


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_tables(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the tables that the partner of an agreement reports; set them."""
    allowed(request, can_steer_agreements)
    agreement = get_object_or_404(Agreement, slug=slug)
    held = ReportForm.objects.filter(agreement=agreement).first()
    status = 200
    if request.method != "POST":
        found = ReportTablesForms.of(held)
    elif "rows" in request.POST:
        found = ReportTablesForms.rearranged(request.POST, request.POST["rows"])
    else:
        found, status = ReportTablesForms(request.POST), 422
        if not found.is_valid():
            messages.error(request, gettext("The tables were not saved."))
        elif _is_set(request, agreement, held, found):
            return HttpResponseRedirect(reverse("bring_annual_report", args=[agreement.slug]))
    title = gettext("Tables of the annual report")
    context = {
        "agreement": agreement,
        "form": found,
        "may_add": len(found.tables.forms) < MOST_TABLES,
        "has_reports": agreement.annual_reports.exists(),
        **frame(title, icon="doc-full", way=[to_agreements()], heading=f"{title} – {agreement}"),
    }
    return TemplateResponse(request, "partners/admin/report_tables.html", context, status=status)


def urls() -> list[URLPattern]:
    """Return the address, below that of the editing area."""
    return [path("agreements/<slug:slug>/report/tables/", report_tables, name="report_tables")]


def _is_set(
    request: HttpRequest, agreement: Agreement, held: ReportForm | None, found: ReportTablesForms
) -> bool:
    try:
        set_report_form(
            agreement=agreement,
            **found.unit.cleaned_data,
            dimensions=found.dimensions(held),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, gettext("The tables are set: the template has them."))
    return True

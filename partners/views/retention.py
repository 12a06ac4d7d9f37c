"""The report of retention, in the editing area."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.menu import MenuItem

from partners.permissions import can_read_retention
from partners.retention import retention_report
from portal.users.models import User

from .editing_area import allowed, frame


@never_cache
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """Tell what was deleted and when, what is due next, what failed."""
    allowed(request, can_read_retention)
    title = gettext("Retention of personal data")
    context = {
        "report": retention_report(at=timezone.now()),
        **frame(title, icon="history"),
    }
    return TemplateResponse(request, "partners/admin/retention.html", context)


def urls() -> list[URLPattern]:
    """Return the address, below that of the editing area."""
    return [path("reports/retention/", retention, name="retention_report")]


class RetentionMenuItem(MenuItem):
    """The way to the report."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether to show it."""
        return isinstance(request.user, User) and can_read_retention(request.user)


def menu_item() -> RetentionMenuItem:
    """Return the item of the menu of reports."""
    return RetentionMenuItem(
        _("Retention of personal data"),
        reverse("retention_report"),
        name="retention",
        icon_name="history",
        order=960,
    )

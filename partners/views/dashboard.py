"""The dashboard of the RSO unit, in the editing area."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.menu import MenuItem

from partners.dashboard import panels_for
from partners.permissions import can_read_signatures
from portal.users.models import User

from .editing_area import allowed, frame


@never_cache
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the panels, under what somebody should look at."""
    panels = panels_for(allowed(request, can_read_signatures), at=timezone.now())
    alerts = [alert for panel in panels for alert in panel.alerts]
    title = gettext("Steering")
    context = {
        "panels": panels,
        "alerts": sorted(alerts, key=lambda alert: not alert.is_critical),
        **frame(title, icon="tasks"),
    }
    return TemplateResponse(request, "partners/admin/dashboard.html", context)


def urls() -> list[URLPattern]:
    """Return the address, below that of the editing area."""
    return [path("steering/", dashboard, name="steering")]


class DashboardMenuItem(MenuItem):
    """The way to the dashboard."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether to show it."""
        return isinstance(request.user, User) and can_read_signatures(request.user)


def menu_item() -> DashboardMenuItem:
    """Return the item of the menu, the first."""
    return DashboardMenuItem(
        _("Steering"), reverse("steering"), name="steering", icon_name="tasks", order=50
    )

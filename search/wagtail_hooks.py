"""What editors set of search, in the Wagtail admin."""

from typing import ClassVar

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from search.editing.choosing import entry_chooser
from search.editing.curations import CurationViewSet
from search.editing.reports import REPORTS, QueryReportView, report_urls
from search.models import AskedQuery, SynonymGroup
from search.permissions import READ_REPORTS, can_read_reports


class SynonymGroupViewSet(SnippetViewSet):
    """Groups of synonyms."""

    model = SynonymGroup
    icon = "search"
    menu_label = _("Synonyms")
    list_display = ("__str__", "language", "note")
    list_filter = ("language",)
    search_fields = ("expressions", "note")
    list_per_page = 50
    panels: ClassVar[list[FieldPanel]] = [
        FieldPanel("expressions"),
        FieldPanel("language"),
        FieldPanel("note"),
    ]


class FindingGroup(SnippetViewSetGroup):
    """What readers find, and how."""

    menu_label = _("Search")
    menu_name = "readers-search"
    menu_icon = "search"
    menu_order = 290
    items = (CurationViewSet, SynonymGroupViewSet)


register_snippet(FindingGroup)


class ReportMenuItem(MenuItem):
    """A report on what readers ask, for those who may see it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Say whether to show it."""
        return can_read_reports(request.user)


def _register_report(report: type[QueryReportView], order: int) -> None:
    hooks.register(
        "register_reports_menu_item",
        lambda: ReportMenuItem(
            report.page_title,
            reverse(report.index_url_name),
            name=f"search-{report.name}",
            icon_name=report.header_icon,
            order=order,
        ),
    )


for position, report in enumerate(REPORTS):
    _register_report(report, 1000 + position)

hooks.register("register_admin_urls", report_urls)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators say who sees the reports."""
    return Permission.objects.filter(
        content_type__app_label="search",
        codename=get_permission_codename(READ_REPORTS, AskedQuery._meta),
    )


@hooks.register("register_admin_viewset")
def register_entry_chooser() -> ViewSet:
    """Let results be chosen."""
    return entry_chooser

"""Organisations and charters in the editing area.

The forms of versions are read there, never written: drafting and approving are acts of two people, made
by ``partners.services`` from the page of a version (``partners.views.drafting``).
"""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from partners.models import Charter, CharterVersion, Organisation
from partners.views.drafting import version_url
from portal.core.columns import DayColumn


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Lets those in who may view, and lets nobody write."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether ``user`` may do ``action``: only ``view``."""
        return action == "view" and bool(super().user_has_permission(user, action))

    def users_with_any_permission(self, actions: Any) -> Any:
        """Return the users who may view, when that is among ``actions``."""
        return super().users_with_any_permission(set(actions) & {"view"})


class OrganisationViewSet(SnippetViewSet):
    """Organisations."""

    model: Any = Organisation
    icon = "group"
    list_display = ["name_fr", "kind", "acronym"]
    list_filter = ["kind"]
    copy_view_enabled = False


class CharterViewSet(SnippetViewSet):
    """Charters."""

    model: Any = Charter
    icon = "form"
    list_display = ["name_fr", "slug"]
    copy_view_enabled = False


class VersionIndexView(IndexView):
    """The list of versions, with what it takes to show them."""

    def get_base_queryset(self) -> Any:
        """Return the versions with their charter and their people."""
        versions = super().get_base_queryset()
        return versions.select_related("charter", "author", "approver").prefetch_related("texts")


def fingerprints(version: CharterVersion) -> SafeString:
    """Return the fingerprint of each text of a version."""
    rows = ((text.language, text.sha256) for text in version.texts.all())
    return format_html_join(mark_safe("<br>"), "{} <code>{}</code>", rows)


def linked(version: CharterVersion) -> SafeString:
    """Return the name of a version, which leads to what can be done with it."""
    return format_html('<a href="{}">{}</a>', version_url(version), version)


register_permission_policy(CharterVersion, ReadOnlyPolicy(CharterVersion))


class CharterVersionViewSet(SnippetViewSet):
    """Versions of charters, to be read."""

    model: Any = CharterVersion
    icon = "history"
    menu_label = _("Charter versions")
    index_view_class = VersionIndexView
    list_display = [
        Column("charter", label=_("charter"), accessor=linked),
        Column("stage", label=_("stage"), accessor="get_stage_display"),
        Column("status", label=_("status"), accessor="get_status_display"),
        DayColumn("valid_from", label=_("valid from")),
        DayColumn("valid_until", label=_("valid until")),
        Column("fingerprints", label=_("fingerprints (SHA-256)"), accessor=fingerprints),
    ]
    list_filter = ["charter", "status", "stage"]
    inspect_view_enabled = True
    inspect_view_fields = [
        "charter",
        "number",
        "stage",
        "status",
        "valid_from",
        "valid_until",
        "author",
        "approver",
        "published_at",
    ]
    copy_view_enabled = False


class PartnersGroup(SnippetViewSetGroup):
    """Those who commit, in the menu."""

    items = (OrganisationViewSet, CharterViewSet, CharterVersionViewSet)
    menu_label = _("Partners")
    menu_icon = "group"
    menu_name = "partners"

"""Organisations, charters and signatures in the editing area.

The forms of versions are read there, never written: drafting and approving are acts of two people, made
by ``partners.services`` from the page of a version (``partners.views.drafting``).
"""

from collections.abc import Iterator
from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from partners.agreement_form import AgreementForm
from partners.enums import SignatureState
from partners.game_snippets import GameSessionViewSet, GameViewSet
from partners.models import (
    Agreement,
    AgreementVersion,
    Charter,
    CharterVersion,
    CharterWord,
    EvidenceRecord,
    Organisation,
    Signature,
)
from partners.policies import ReadOnlyPolicy
from partners.signatures import shown_instant
from partners.views.drafting import version_url
from portal.core.columns import DayColumn
from portal.core.tables import harmless


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


def fingerprints(version: CharterVersion | AgreementVersion) -> SafeString:
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
        "signature_years",
        "author",
        "approver",
        "published_at",
    ]
    copy_view_enabled = False


class AgreementViewSet(SnippetViewSet):
    """Agreements: what they are called, who looks after them."""

    model: Any = Agreement
    icon = "doc-full"
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name_fr"), FieldPanel("name_en")]),
            FieldPanel("owner", heading=_("Owner")),
            FieldPanel("report_month"),
        ],
        base_form_class=AgreementForm,
    )
    list_display = ["name_fr", Column("owner", label=_("Owner")), "report_month"]
    copy_view_enabled = False


register_permission_policy(AgreementVersion, ReadOnlyPolicy(AgreementVersion))


def status_today(version: AgreementVersion) -> str:
    """Return where a version stands today, whatever the clock has recorded."""
    return str(version.term_on(timezone.localdate()).status.label)


class AgreementVersionIndexView(IndexView):
    """The list of versions, with what it takes to show them."""

    def get_base_queryset(self) -> Any:
        """Return the versions with their agreement, and the fingerprints of their texts."""
        versions = super().get_base_queryset()
        return versions.select_related("agreement").prefetch_related("texts")


class AgreementVersionViewSet(SnippetViewSet):
    """Versions of agreements, to be read; what is done with them is done at their desk."""

    model: Any = AgreementVersion
    icon = "history"
    menu_label = _("Agreement versions")
    index_view_class = AgreementVersionIndexView
    list_display = [
        "__str__",
        Column("status", label=_("status"), accessor=status_today),
        DayColumn("starts_on", label=_("in force from")),
        DayColumn("ends_on", label=_("end of the term")),
        Column("fingerprints", label=_("fingerprints (SHA-256)"), accessor=fingerprints),
    ]
    list_filter = ["agreement", "status"]
    copy_view_enabled = False


register_permission_policy(Signature, ReadOnlyPolicy(Signature))


class SignatureFilterSet(WagtailFilterSet):
    """Which signatures to list."""

    signed = django_filters.DateFromToRangeFilter(
        field_name="signed_record__at", label=_("Signed"), widget=DateRangePickerWidget
    )
    standing = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(state.name, state.label) for state in SignatureState],
        method="filter_standing",
    )

    class Meta:
        model = Signature
        fields = ("charter", "version", "language")

    def filter_standing(self, signatures: Any, name: str, value: str) -> Any:
        """Keep the signatures that stand so."""
        return signatures.standing(SignatureState[value])


class SignatureIndexView(IndexView):
    """The list of signatures, and its export."""

    def get_base_queryset(self) -> Any:
        """Return the signatures, the last first, with what it takes to show them."""
        signatures = super().get_base_queryset().order_by("-signed_record__sequence")
        return signatures.select_related(
            "person__service",
            "person__collectivity",
            "version__charter",
            "signed_record",
            "ended_by",
        )

    export_filename = "signatures"
    export_headings: ClassVar[dict[str, Any]] = {
        "person": _("Person"),
        "email": _("E-mail address"),
        "service": _("Service"),
        "collectivity": _("Collectivity"),
        "version": _("Version"),
        "language": _("Language read"),
        "state": _("State"),
        "signed": _("Signed"),
        "ended": _("Ended"),
        "code": _("Verification code"),
    }
    list_export = list(export_headings)

    def to_row_dict(self, item: Signature) -> dict[str, str]:
        """Return a row of texts that no spreadsheet takes for formulas; instants have their zone."""
        person = item.person
        row = {
            "person": str(person),
            "email": person.email,
            "service": str(person.service or ""),
            "collectivity": str(person.collectivity or ""),
            "version": str(item.version),
            "language": item.get_language_display(),
            "state": str(item.state.label),
            "signed": _instant(item.signed_record),
            "ended": _instant(item.ended_by),
            "code": item.shown_code,
        }
        return {field: harmless(text) for field, text in row.items()}

    def stream_csv(self, queryset: Any) -> Iterator[str]:
        """Begin with what tells spreadsheets that the file is in UTF-8."""
        yield "\ufeff"
        yield from super().stream_csv(queryset)


def _instant(record: EvidenceRecord | None) -> str:
    return timezone.localtime(record.at).isoformat(" ", "seconds") if record else ""


def signed_at(signature: Signature) -> str:
    """Return when a signature was made, with its zone."""
    return shown_instant(signature.signed_record.at)


class SignatureViewSet(SnippetViewSet):
    """Signatures of charters, to be read: who signed, never who has not."""

    model: Any = Signature
    icon = "edit"
    menu_label = _("Signatures")
    index_view_class = SignatureIndexView
    list_display = [
        "person",
        Column("collectivity", label=_("collectivity"), accessor="person.collectivity"),
        Column("version", label=_("version")),
        Column("language", label=_("language"), accessor="get_language_display"),
        Column("state", label=_("state"), accessor="state.label"),
        Column("signed", label=_("signed"), accessor=signed_at),
        DayColumn("until", label=_("last day")),
    ]
    filterset_class = SignatureFilterSet
    search_fields = ["person__last_name", "person__first_name", "person__username", "code"]
    copy_view_enabled = False


class CharterWordViewSet(SnippetViewSet):
    """Words of the partners: the RSO unit says which are shown."""

    model: Any = CharterWord
    icon = "comment"
    list_display = [
        "label",
        "charter",
        Column("state", label=_("state"), accessor="get_state_display", sort_key="state"),
    ]
    list_filter = ["state", "charter"]
    copy_view_enabled = False
    list_per_page = 50


class PartnersGroup(SnippetViewSetGroup):
    """Those who commit, in the menu."""

    items = (
        OrganisationViewSet,
        CharterViewSet,
        CharterVersionViewSet,
        SignatureViewSet,
        AgreementViewSet,
        AgreementVersionViewSet,
        GameViewSet,
        GameSessionViewSet,
        CharterWordViewSet,
    )
    menu_label = _("Partners")
    menu_icon = "group"
    menu_name = "partners"

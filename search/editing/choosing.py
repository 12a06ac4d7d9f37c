"""Choosing a result: whatever can be found, by searching for it as readers do."""

from typing import Any, ClassVar

from django import forms
from django.http import Http404
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet

from portal.core.visibility import Reader
from search.discovery import kind_labels
from search.finding import rank
from search.models import IndexEntry, IndexEntryQuerySet

_MOST = 50


class DayColumn(Column):
    """A day, written in full: Wagtail's own column says how many hours ago it began."""

    def get_value(self, instance: Any) -> str:
        """Return the day in the editor's language."""
        day = super().get_value(instance)
        return date_format(day, "SHORT_DATE_FORMAT") if day else ""


class EntryFilterForm(BaseFilterForm):
    """The field in which to search among the entries of one language."""

    q = forms.CharField(
        label=_("Search term"),
        widget=forms.TextInput(attrs={"placeholder": _("Words of the title or of the text")}),
        required=False,
    )

    def __init__(self, *args: Any, user: Reader, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.language = language

    def filter(self, objects: IndexEntryQuerySet) -> IndexEntryQuerySet | list[IndexEntry]:
        """Return what answers, the best first; everything without a query."""
        query = self.cleaned_data.get("q")
        if not query:
            return objects
        self.is_searching = True
        self.search_query = query
        ranking = rank(query=query, user=self.user, language=self.language, limit=_MOST)
        found = objects.in_bulk(ranking.answer.entries)
        return [found[pk] for pk in ranking.answer.entries if pk in found]


class _EntriesMixin:
    """Lists what the editor may read, in the language of the query."""

    request: Any

    @property
    def _language(self) -> str:
        return str(self.request.GET.get("language", ""))

    def get_object_list(self) -> IndexEntryQuerySet:
        """Return what may be chosen, the newest first."""
        entries = IndexEntry.objects.visible_to(self.request.user).defer("summary", "body")
        return entries.order_by("-date", "pk")

    def get_filter_form(self) -> EntryFilterForm:
        """Return the search field."""
        return EntryFilterForm(self.request.GET, user=self.request.user, language=self._language)

    @property
    def columns(self) -> list[Column]:
        """Return what tells entries apart."""
        return [
            *super().columns,  # type: ignore[misc]
            Column("kind", label=_("Kind"), accessor=_kind),
            DayColumn("date", label=_("Date")),
        ]


def _kind(entry: IndexEntry) -> str:
    return str(capfirst(str(kind_labels().get(entry.kind, entry.kind_label))))


class EntryChooseView(_EntriesMixin, ChooseView):
    """The list, in its window."""


class EntryChooseResultsView(_EntriesMixin, ChooseResultsView):
    """The list alone."""


class EntryChosenView(ChosenView):
    """What was chosen."""

    def get_object(self, pk: Any) -> IndexEntry:
        """Return the entry, if the editor may read it."""
        entry = IndexEntry.objects.visible_to(self.request.user).filter(pk=pk).first()
        if entry is None:
            raise Http404
        return entry


class EntryChooserViewSet(ChooserViewSet):
    """Chooses anything that readers can find."""

    model = IndexEntry
    icon = "search"
    page_title = _("Choose a result")
    choose_one_text = _("Choose a result")
    choose_another_text = _("Choose another result")
    per_page = 15
    url_filter_parameters: ClassVar[list[str]] = ["language"]
    preserve_url_parameters: ClassVar[list[str]] = ["multiple", "language"]
    choose_view_class = EntryChooseView
    choose_results_view_class = EntryChooseResultsView
    chosen_view_class = EntryChosenView


entry_chooser = EntryChooserViewSet("search_entry_chooser", url_prefix="search/entries")

"""Results that editors choose for a query."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, Panel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from search.editing.choosing import entry_chooser
from search.keys import key_of
from search.models import CuratedResult, Curation, IndexEntry, Place
from search.understanding import tidy


def choosing_address(query: str, language: str) -> str:
    """Return where to choose the results of ``query``; where that is done, where to change it."""
    add = reverse(Curation.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
    return f"{add}?{urlencode({'query': query, 'language': language})}"


def entry_of(result: CuratedResult, language: str) -> IndexEntry | None:
    """Return the entry of a chosen result; None while it is offline."""
    return IndexEntry.objects.filter(
        content_type=result.content_type_id, object_id=result.object_id, language=language
    ).first()


class CuratedResultForm(WagtailAdminModelForm):
    """One chosen result: editors choose an entry, what is kept is the thing behind it."""

    entry = forms.ModelChoiceField(
        IndexEntry.objects.all(),
        label=_("Result"),
        widget=entry_chooser.widget_class(linked_fields={"language": "#id_language"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            entry = entry_of(self.instance, self.instance.curation.language)
            self.initial["entry"] = entry.pk if entry else None
            if entry is None:
                self.fields["entry"].required = False
                self.fields["entry"].help_text = _(
                    "What was chosen is offline or closed to search: it comes back with it."
                )

    def clean(self) -> dict[str, Any]:
        """Keep what the entry stands for."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if entry := cleaned.get("entry"):
            self.instance.content_type_id = entry.content_type_id
            self.instance.object_id = entry.object_id
        return cleaned


class CuratedResultFormSet(BaseChildFormSet):
    """The chosen results of a query, each once, in its language."""

    def clean(self) -> None:
        """Refuse what no reader of the query could be shown, and what is said twice."""
        super().clean()
        chosen = set()
        kept = [form for form in self.forms if form not in self.deleted_forms]
        for form in kept:
            entry = form.cleaned_data.get("entry")
            if entry is None:
                continue
            if entry.language != self.instance.language:
                raise ValidationError(
                    _("“%(title)s” is not in the language of the query."),
                    params={"title": entry.title},
                )
            if entry in chosen:
                raise ValidationError(
                    _("“%(title)s” is chosen twice."), params={"title": entry.title}
                )
            chosen.add(entry)


class CuratedResultsPanel(InlinePanel):
    """The chosen results, in order."""

    def get_form_options(self) -> dict[str, Any]:
        """Return the options, with the form and its rules."""
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name].update(
            form=CuratedResultForm, formset=CuratedResultFormSet
        )
        return options


class CurationCreateView(CreateView):
    """Choice for a query that the address may give; where there is one already, that one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead to what was already chosen for this query."""
        if request.method == "GET" and self.user_has_permission("change"):
            key = key_of(self._query, self._language)
            known = Curation.objects.filter(language=self._language, key=key).first()
            if known and key:
                return redirect(self.edit_url_name, known.pk)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    @property
    def _query(self) -> str:
        return tidy(self.request.GET.get("query", ""))

    @property
    def _language(self) -> str:
        default = Curation._meta.get_field("language").default
        language = self.request.GET.get("language", default)
        return str(language)

    def get_initial_form_instance(self) -> Curation:
        """Return the choice to begin with: for the query of the address."""
        return Curation(query=self._query, language=self._language)


def _titles(place: Place) -> Any:
    def titles(curation: Curation) -> str:
        results = [result for result in curation.results.all() if result.place == place]
        return " · ".join(
            getattr(result, "title", None) or str(_("(offline)")) for result in results
        )

    return titles


class CurationViewSet(SnippetViewSet):
    """Chosen results."""

    model = Curation
    icon = "pick"
    menu_label = _("Chosen results")
    add_view_class = CurationCreateView
    list_display = (
        "query",
        Column("first", label=_("Always first"), accessor=_titles(Place.FIRST)),
        Column("never", label=_("Never"), accessor=_titles(Place.NOWHERE)),
        "language",
    )
    list_filter = ("language",)
    search_fields = ("query", "note")
    list_per_page = 50
    panels: ClassVar[list[Panel]] = [
        MultiFieldPanel([FieldPanel("query"), FieldPanel("language")], heading=_("Query")),
        CuratedResultsPanel(
            "results",
            panels=[FieldPanel("entry"), FieldPanel("place")],
            heading=_("Chosen results"),
            label=_("Chosen result"),
            min_num=1,
            help_text=_(
                "What is always first is shown in this order and labelled “Chosen by the team”, "
                "to those who may read it, even when it does not hold the words."
            ),
        ),
        FieldPanel("note"),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the choices, with the titles of what was chosen (two queries)."""
        entry = IndexEntry.objects.filter(
            content_type=OuterRef("content_type"),
            object_id=OuterRef("object_id"),
            language=OuterRef("curation__language"),
        )
        results = CuratedResult.objects.annotate(title=Subquery(entry.values("title")[:1]))
        return Curation.objects.prefetch_related(Prefetch("results", results))

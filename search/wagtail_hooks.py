"""What editors set of search, in the Wagtail admin."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from search.editing.choosing import entry_chooser
from search.editing.curations import CurationViewSet
from search.models import SynonymGroup


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

    menu_label = _("Readers’ search")
    menu_name = "readers-search"
    menu_icon = "search"
    menu_order = 290
    items = (CurationViewSet, SynonymGroupViewSet)


register_snippet(FindingGroup)


@hooks.register("register_admin_viewset")
def register_entry_chooser() -> ViewSet:
    """Let results be chosen."""
    return entry_chooser

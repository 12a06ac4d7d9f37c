"""What editors set of search, in the Wagtail admin."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from search.models import SynonymGroup


class SynonymGroupViewSet(SnippetViewSet):
    """Groups of synonyms."""

    model = SynonymGroup
    icon = "search"
    menu_label = _("Synonyms")
    menu_order = 290
    add_to_admin_menu = True
    list_display = ("__str__", "language", "note")
    list_filter = ("language",)
    search_fields = ("expressions", "note")
    list_per_page = 50
    panels: ClassVar[list[FieldPanel]] = [
        FieldPanel("expressions"),
        FieldPanel("language"),
        FieldPanel("note"),
    ]


register_snippet(SynonymGroupViewSet)

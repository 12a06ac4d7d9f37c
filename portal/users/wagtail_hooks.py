"""The organisation's own facts in the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from portal.users.models import Collectivity, Place, Service


class ServiceViewSet(SnippetViewSet):
    """Services."""

    model = Service
    icon = "group"
    menu_label = _("Services")
    list_display = ("name_fr", "name_en", "aliases")
    list_per_page = 50


class CollectivityViewSet(SnippetViewSet):
    """Collectivities."""

    model = Collectivity
    icon = "home"
    menu_label = _("Collectivities")
    list_display = ("name_fr", "name_en")


class PlaceViewSet(SnippetViewSet):
    """Places."""

    model = Place
    icon = "site"
    menu_label = _("Places")
    list_display = ("name_fr", "name_en", "note_fr")
    list_per_page = 50


class OrganisationGroup(SnippetViewSetGroup):
    """Who the agents work for, and where."""

    menu_label = _("Organisation")
    menu_name = "organisation"
    menu_icon = "group"
    menu_order = 210
    items = (ServiceViewSet, CollectivityViewSet, PlaceViewSet)


register_snippet(OrganisationGroup)

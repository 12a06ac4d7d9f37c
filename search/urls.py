"""Addresses of the search page."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from search import views

urlpatterns = [
    path(_("search/"), views.search, name="search"),
    path(_("search/click/"), views.click, name="search_click"),
]

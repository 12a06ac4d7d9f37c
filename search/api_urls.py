"""Addresses for programs: outside the languages, which are a parameter there."""

from django.urls import path

from search import api

urlpatterns = [
    path("search/", api.search, name="api_search"),
    path("search/suggest/", api.suggestion_list, name="api_search_suggest"),
    path("openapi.json", api.openapi, name="openapi"),
]

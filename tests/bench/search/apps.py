"""Application configuration."""

from django.apps import AppConfig


class SearchBenchConfig(AppConfig):
    """The generated texts: installed for measuring only."""

    name = "tests.bench.search"
    label = "search_bench"
    default_auto_field = "django.db.models.BigAutoField"

"""Static files."""

from django.contrib.staticfiles.finders import BaseFinder


class ComponentAssetsFinder(BaseFinder):
    """Joins the style sheets of the components."""

    def check(self, **kwargs: object) -> list[object]:
        return []

    def find(self, path: str, find_all: bool = False) -> list[str]:
        return []

    def list(self, ignore_patterns: object) -> list[object]:
        return []

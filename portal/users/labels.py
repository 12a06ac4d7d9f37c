"""Labels of facts: one row, one column per language."""

from typing import Any, Self, overload

from django.conf import settings
from django.utils.translation import get_language


class Label:
    """Reads ``<name>_<language>`` in the reader's language, French when it is missing.

    >>> class Axis:
    ...     title_fr, title_en = "Gouvernance", "Governance"
    ...     title = Label()

    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> str: ...

    def __get__(self, instance: Any, owner: type) -> Self | str:
        if instance is None:
            return self
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        value = getattr(instance, f"{self.name}_{language}", "")
        return str(value or getattr(instance, f"{self.name}_fr"))

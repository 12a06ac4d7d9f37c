"""Columns of the lists of the editing area."""

from typing import Any

from wagtail.admin.ui.tables import Column

from portal.core.dates import day_in_words


class DayColumn(Column):
    """A day, as the editor writes it."""

    def get_value(self, instance: Any) -> str:
        """Return the day in words."""
        return day_in_words(super().get_value(instance))

"""Columns of the lists of the editing area."""

from typing import Any

from django.utils.formats import date_format
from wagtail.admin.ui.tables import Column


class DayColumn(Column):
    """A day, as the editor writes it."""

    def get_value(self, instance: Any) -> str:
        """Return the day in words."""
        day = super().get_value(instance)
        return date_format(day, "DATE_FORMAT") if day else ""

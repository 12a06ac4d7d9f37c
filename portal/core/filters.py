"""Filters of lists as plain GET forms. A value that means nothing is ignored, politely."""

from typing import Any, cast
from urllib.parse import urlencode

from django import forms

Choices = list[tuple[str, str]]


class FilterForm(forms.Form):
    """A form whose empty and unknown values filter nothing."""

    def __init__(self, data: Any, choices: dict[str, Choices]) -> None:
        super().__init__({key: data.get(key, "") for key in self.base_fields})
        for name, pairs in choices.items():
            field = cast(Choice, self.fields[name])
            field.choices = [("", field.empty_label), *pairs]
        self.is_valid()

    @property
    def chosen(self) -> dict[str, str]:
        """The values that filter, by field name."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def ignored(self) -> bool:
        """Whether the address asked for something that does not exist."""
        return bool(self.errors)

    @property
    def query(self) -> str:
        """The chosen values as a query string, for the links of the pagination."""
        return urlencode(self.chosen)


class Choice(forms.ChoiceField):
    """One value at most, among those that exist."""

    def __init__(self, label: Any, empty_label: Any) -> None:
        self.empty_label = empty_label
        super().__init__(label=label, required=False)

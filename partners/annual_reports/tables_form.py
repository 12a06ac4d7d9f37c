"""The form in which the tables of an annual report are set: each in two languages, with its categories.

Nobody types a code: what has one keeps it while one of its names stays, so that years stay comparable.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from partners.annual_reports.form import MAX_NAME, Category, Dimension, read_dimensions
from partners.models import ReportForm
from partners.rows import Kind, typed_rows

MOST_TABLES = 20
MOST_CATEGORIES = 30
MAX_UNIT = 60
MAX_CODE = 40


def _line(label: Any, language: str, most: int, **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"lang": language})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


def _lines(label: Any, language: str, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"lang": language, "rows": 8})
    return forms.CharField(label=label, widget=widget, **options)


class UnitForm(forms.Form):
    """What is counted."""

    unit_fr = _line(
        _("What is counted, in French"), "fr", MAX_UNIT, help_text=_("In the plural: “saisines”")
    )
    unit_en = _line(
        _("What is counted, in English"), "en", MAX_UNIT, help_text=_("In the plural: “cases”")
    )


class TableForm(forms.Form):
    """One table, and its categories in their order."""

    code = forms.CharField(required=False, max_length=MAX_CODE, widget=forms.HiddenInput)
    title_fr = _line(_("Title in French"), "fr", MAX_NAME)
    title_en = _line(_("Title in English"), "en", MAX_NAME)
    categories_fr = _lines(
        _("Categories in French, one a line"),
        "fr",
        help_text=_(
            "With one for what is not known. Put side by side those that are likely to be small: "
            "neighbours are hidden together."
        ),
    )
    categories_en = _lines(
        _("Categories in English, one a line"), "en", help_text=_("The same ones, line by line")
    )

    def clean(self) -> dict[str, Any]:
        """Refuse categories that are not the same in both languages, or do not hold together."""
        cleaned = super().clean() or {}
        french, english = (_split(cleaned.get(f"categories_{code}", "")) for code in ("fr", "en"))
        if self.errors:
            return cleaned
        if len(french) > MOST_CATEGORIES:
            self.add_error("categories_fr", _("That is too many categories."))
        elif len(french) != len(english):
            self.add_error("categories_en", _("There are not as many lines as in French."))
        else:
            cleaned["categories"] = list(zip(french, english, strict=True))
            try:
                read_dimensions([self.table({})])
            except ValidationError as error:
                self.add_error("categories_fr", error)
        return cleaned

    def table(self, held: Mapping[str, Dimension]) -> dict[str, Any]:
        """Return the table as it is kept, with the codes that it had in ``held``."""
        given = self.cleaned_data
        before = held.get(given["code"])
        names = given["categories"]
        codes = _codes(names, before.categories if before else ())
        return {
            "code": before.code if before else _code(given["title_en"]),
            "title_fr": given["title_fr"],
            "title_en": given["title_en"],
            "categories": [
                {"code": code, "name_fr": french, "name_en": english}
                for code, (french, english) in zip(codes, names, strict=True)
            ],
        }


TableForms = forms.formset_factory(
    TableForm, extra=0, min_num=1, max_num=MOST_TABLES, absolute_max=MOST_TABLES
)


class ReportTablesForms:
    """All that is typed of the form of a report."""

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        held = initial or {}
        self.unit = UnitForm(data, initial=held.get("unit"))
        self.tables = TableForms(data, initial=held.get("tables"), prefix="tables")

    @classmethod
    def of(cls, form: ReportForm | None) -> "ReportTablesForms":
        """Return the forms that hold what is set."""
        if form is None:
            return cls()
        return cls(
            initial={
                "unit": {"unit_fr": form.unit_fr, "unit_en": form.unit_en},
                "tables": [
                    {
                        "code": table.code,
                        "title_fr": table.title_fr,
                        "title_en": table.title_en,
                        "categories_fr": "\n".join(one.name_fr for one in table.categories),
                        "categories_en": "\n".join(one.name_en for one in table.categories),
                    }
                    for table in form.tables()
                ],
            }
        )

    @classmethod
    def rearranged(cls, data: Any, act: str) -> "ReportTablesForms":
        """Return the forms with what was typed, a table added, removed or moved."""
        typed = {name: data.get(name, "") for name in UnitForm.base_fields}
        rows = typed_rows(data, act, {"tables": Kind(TableForm, MOST_TABLES)})
        return cls(initial={"unit": typed, **rows})

    def is_valid(self) -> bool:
        """Check all of it, so that each error stands beside its field."""
        parts = [self.unit.is_valid(), self.tables.is_valid()]
        return all(parts)

    def dimensions(self, form: ReportForm | None) -> list[dict[str, Any]]:
        """Return the tables as they are kept, with the codes that they had."""
        held = {table.code: table for table in form.tables()} if form else {}
        return [one.table(held) for one in self.tables.forms]


def _split(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _code(name: str) -> str:
    return slugify(name)[:MAX_CODE].strip("-")


def _codes(names: Sequence[tuple[str, str]], held: Sequence[Category]) -> list[str]:
    """Return a code for each category: that which it had, if one of its names is still the same.

    >>> _codes([("Femmes", "Women"), ("Autres", "Women ")], ())
    ['women', 'women-2']
    """
    codes: list[str] = []
    for french, english in names:
        same = next(
            (
                one.code
                for one in held
                if one.code not in codes and (one.name_fr == french or one.name_en == english)
            ),
            None,
        )
        codes.append(same or _free(_code(english), {*codes, *(one.code for one in held)}))
    return codes


def _free(stem: str, taken: set[str]) -> str:
    if stem not in taken:
        return stem
    return next(
        code
        for number in count(2)
        if (code := f"{stem[: MAX_CODE - 3].strip('-')}-{number}") not in taken
    )

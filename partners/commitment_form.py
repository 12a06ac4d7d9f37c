"""The choice of commitments: one question each, « none for now » unless somebody says otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.utils.translation import gettext as _

from partners.commitments import Catalogue, level_and_wording
from partners.models import CharterVersion

KEPT = "commitments"


@dataclass(frozen=True, slots=True)
class ThemeQuestions:
    """The questions about one theme."""

    title: str
    fields: list[BoundField]


class CommitmentsForm(forms.Form):
    """What someone commits to besides the charter; anything may be left out."""

    def __init__(
        self,
        *args: Any,
        catalogue: Catalogue,
        levels: Mapping[str, int] | None = None,
        **kwargs: Any,
    ) -> None:
        """Ask about each commitment of ``catalogue``; ``levels`` are those already chosen."""
        super().__init__(*args, **kwargs)
        self.catalogue = catalogue
        for key, commitment in catalogue.commitments().items():
            wordings = zip(catalogue.levels, commitment.wordings, strict=True)
            self.fields[_field(key)] = forms.TypedChoiceField(
                label=commitment.title,
                choices=[
                    ("", _("None for now")),
                    *(
                        (level, level_and_wording(name, wording))
                        for level, (name, wording) in enumerate(wordings, start=1)
                    ),
                ],
                coerce=int,
                empty_value=None,
                required=False,
                initial=(levels or {}).get(key, ""),
                widget=forms.RadioSelect,
            )

    def themes(self) -> Iterator[ThemeQuestions]:
        """Return the questions by theme."""
        for theme in self.catalogue.themes:
            fields = [self[_field(commitment.key)] for commitment in theme.commitments]
            yield ThemeQuestions(theme.title, fields)

    def levels(self) -> dict[str, int]:
        """Return the level of each commitment that was chosen."""
        chosen = {key: self.cleaned_data[_field(key)] for key in self.catalogue.commitments()}
        return {key: level for key, level in chosen.items() if level is not None}


def hidden_fields(levels: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what a form holds so that what it shows is what is signed."""
    return [(_field(key), level) for key, level in levels.items()]


def keep_choices(
    request: HttpRequest, version: CharterVersion, levels: Mapping[str, int] | None
) -> None:
    """Keep what someone chose until they sign, or let go of it."""
    kept = request.session.get(KEPT, {})
    request.session[KEPT] = {key: value for key, value in kept.items() if key != _name(version)}
    if levels:
        request.session[KEPT][_name(version)] = dict(levels)


def kept_choices(request: HttpRequest, version: CharterVersion) -> dict[str, int]:
    """Return what someone chose and has not signed yet."""
    session: Mapping[str, Any] = getattr(request, "session", {})
    found: dict[str, int] = session.get(KEPT, {}).get(_name(version), {})
    return found


def _field(key: str) -> str:
    return "commitment-" + key.replace(".", "-")


def _name(version: CharterVersion) -> str:
    return f"{version.charter_id}/{version.number}"

"""The sections of the home page, arranged once all that they show exists."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from engagements.models import LoadedRow
from home.models import HomePage
from partners.models import CharterPage
from portal.core.content_files import stream_data

from .pages import PROGRAMME, TRACE
from .translations import section_words

KEY = "home/sections"
FIGURES = ("barometre-afnor", "participants-jna", "agents-formes-entretien-pro", "gobelets-pretes")


@transaction.atomic
def arrange_front_page(*, home: HomePage, programme: Path = PROGRAMME) -> bool:
    """Give the home page its sections, the first time; say whether it did."""
    if LoadedRow.objects.filter(file=TRACE, key=KEY).exists():
        return False
    structure = yaml.safe_load((programme / "structure.yaml").read_text(encoding="utf-8"))["fr"]
    words = structure["home"]
    values: dict[str, dict[str, Any]] = {
        "figures": {"tiles": list(FIGURES)},
        "news": {"count": 4},
        "events": {"count": 4},
        "story": {"story": None},
        "axes": {},
    }
    charter = CharterPage.objects.filter(locale=home.locale).first()
    if charter is not None:
        values["charter"] = {"page": charter.pk, "intro": ""}
    sections = [(kind, {**value, **section_words(kind, words)}) for kind, value in values.items()]
    home.sections = stream_data("home", sections)
    home.save_revision().publish()
    LoadedRow.objects.create(file=TRACE, key=KEY)
    return True

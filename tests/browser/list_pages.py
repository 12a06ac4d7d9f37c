"""Print one address of each page type and of each public view, in each language, as JSON.

Run with the environment of a prepared portal; it reads, and changes nothing.
"""

import json
import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import translation  # noqa: E402
from wagtail.models import Page, get_page_models  # noqa: E402

# Views of facts, by URL name, with arguments that the programme's data always have.
VIEWS: dict[str, dict[str, object]] = {
    "indicator_list": {},
    "indicator with values": {"name": "indicator", "code": "V1-05"},
    "indicator without value": {"name": "indicator", "code": "V3-01"},
    "key_figure": {"slug": "barometre-afnor"},
    "sdg_list": {},
    "sdg": {"number": 12},
    "timeline": {},
    "search": {},
    "ask": {},
    "asked": {},
    "directory": {"slug": "partenaires"},
    "partner_words": {"slug": "partenaires"},
    "game": {"slug": "jeu-metodd"},
    "my_signatures": {},
    "sign_charter": {"slug": "partenaires", "number": 1},
    "commitment_counts": {"slug": "partenaires", "number": 1},
    "verify": {},
}


def page_addresses() -> dict[str, str]:
    """Return the address of one live page per type and language, translated ones first."""
    found = {}
    for model in get_page_models():
        if model is Page:
            continue
        for language, _name in settings.LANGUAGES:
            pages = model.objects.live().filter(locale__language_code=language)
            page = pages.filter(alias_of=None).first() or pages.first()
            if page:
                found[f"{model.__name__} {language}"] = page.get_url()
            alias = pages.exclude(alias_of=None).first()
            if alias:
                found[f"{model.__name__} {language} untranslated"] = alias.get_url()
    return found


def view_addresses() -> dict[str, str]:
    """Return the address of each public view of facts, per language."""
    found = {}
    for label, arguments in VIEWS.items():
        kwargs = {key: value for key, value in arguments.items() if key != "name"}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[f"{label} {language}"] = reverse(
                    str(arguments.get("name", label)), kwargs=kwargs
                )
    return found


print(json.dumps({**page_addresses(), **view_addresses()}))  # noqa: T201

"""The English tree: aliases of what is not translated, and the translations of the content files.

Translations are made of wagtail-localize's own objects: an editor finds them, and continues them,
in the admin.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils.text import Truncator
from wagtail.models import Locale, Page
from wagtail_localize.models import LocaleSynchronization
from wagtail_localize.synctree import synchronize_tree

from engagements.content_links import ProgrammeLinks
from engagements.models import AxisPage, EngagementPage, LoadedRow
from engagements.services import LoadReport
from home.models import EventIndexPage, HomePage, NewsIndexPage, NewsPage, StandardPage
from portal.core.content_files import (
    ContentFile,
    ContentFileError,
    blocks_from_markdown,
    read_content_file,
)
from portal.core.text import english_slug
from portal.core.translating import UnpairedTranslationError, translate_page, translated_body

from .pages import PROGRAMME, TEXTS, Progress

TRACE = "translations"

Fill = Callable[[Any], None]


@transaction.atomic
def load_translations(
    *,
    report: LoadReport,
    programme: Path = PROGRAMME,
    texts: Path = TEXTS,
    progress: Progress = lambda name: None,
) -> Locale:
    """Make the English tree follow the French one, and translate what has an English file.

    A translation is loaded once; what a translator changed since then is left alone.
    """
    french = Locale.objects.get(language_code="fr")
    english, _created = Locale.objects.get_or_create(language_code="en")
    loaded = set(LoadedRow.objects.filter(file=TRACE).values_list("key", flat=True))
    progress("English tree")
    if not LocaleSynchronization.objects.filter(locale=english).exists():
        LocaleSynchronization.objects.create(locale=english, sync_from=french)
    elif report.created["pages"]:
        synchronize_tree(french, english)
    structure = yaml.safe_load((programme / "structure.yaml").read_text(encoding="utf-8"))["en"]
    loader = _Translations(report, english, loaded, progress)
    loader.load("home", "structure.yaml", _home(french), _fill_home(structure))
    for key, model in (("news", NewsIndexPage), ("events", EventIndexPage)):
        page = model.objects.filter(locale=french).first()
        loader.load(f"indexes/{key}", "structure.yaml", page, _fill_index(structure, key))
    for path in sorted(texts.glob("*.en.md")):
        kind, _dash, number = path.name.split(".")[0].partition("-")
        found: Page | None
        if kind == "axis":
            found = AxisPage.objects.filter(locale=french, axis__number=number).first()
        else:
            found = EngagementPage.objects.filter(locale=french, engagement__number=number).first()
        loader.load_file(f"{kind}/{number}", path, found)
    for folder, model in (("pages", StandardPage), ("news", NewsPage)):
        for path in sorted((programme / folder).glob("*.en.md")):
            slug = path.name.split(".")[0]
            page = model.objects.filter(locale=french, slug=slug).first()
            loader.load_file(f"{folder}/{slug}", path, page)
    return english


class _Translations:
    """The state of one load of translations."""

    def __init__(
        self, report: LoadReport, locale: Locale, loaded: set[str], progress: Progress
    ) -> None:
        self.report = report
        self.locale = locale
        self.loaded = loaded
        self.progress = progress
        self.links = ProgrammeLinks(locale)

    def load(
        self,
        key: str,
        source: str,
        page: Page | None,
        fill: Fill,
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        """Translate ``page`` once; report what does not follow its structure."""
        if key in self.loaded:
            self.report.kept[TRACE] += 1
            return
        if page is None:
            self.report.reject(source, 0, f"nothing to translate: {key}")
            return
        self.progress(f"English: {page.title}")
        try:
            with transaction.atomic():
                translate_page(page=page, locale=self.locale, fill=fill, overrides=overrides)
                LoadedRow.objects.create(file=TRACE, key=key)
        except (
            ContentFileError,
            KeyError,
            ObjectDoesNotExist,
            UnpairedTranslationError,
            ValidationError,
        ) as error:
            self.report.reject(source, 0, error)
            return
        self.report.created[TRACE] += 1

    def load_file(self, key: str, path: Path, page: Page | None) -> None:
        """Translate ``page`` with a content file."""
        if key in self.loaded:
            self.report.kept[TRACE] += 1
            return
        try:
            file = read_content_file(path)
            overrides = self._addresses(page, file) if page else {}
        except ContentFileError as error:
            self.report.reject(path.name, 0, error)
            return
        self.load(key, path.name, page, self._fill(file), overrides)

    def _fill(self, file: ContentFile) -> Fill:
        def fill(page: Any) -> None:
            fields = file.fields
            page.title = fields["title"]
            page.draft_title = page.title
            page.slug = english_slug(page.title)
            page.summary = fields.get("summary", "")
            for name, value in (
                ("menu_label", fields.get("menu_label", "")),
                ("image_alt", fields.get("illustration_alt", "")),
                ("sources", "\n".join(fields.get("sources") or ())),
            ):
                if getattr(page, name, ""):
                    setattr(page, name, value)
            page.body = translated_body(page.body, blocks_from_markdown(file.body, self.links))

        return fill

    def _addresses(self, page: Any, file: ContentFile) -> dict[str, str]:
        """Return the English addresses of the facts that the body links to, by path of segment."""
        original = ProgrammeLinks(page.locale)
        blocks_from_markdown(file.body, original)
        blocks_from_markdown(file.body, self.links)
        addresses = {
            attributes["href"]: self.links.known[link]["href"]
            for link, attributes in original.known.items()
            if "href" in attributes and self.links.known[link]["href"] != attributes["href"]
        }
        specific = page.specific
        return {
            f"body.{block['id']}.'{before}'": after
            for block in specific.body.raw_data
            for before, after in addresses.items()
            if f'href="{before}"' in str(block["value"])
        }


def _home(french: Locale) -> HomePage | None:
    return HomePage.objects.filter(locale=french).order_by("path").first()


def _fill_home(structure: Mapping[str, Any]) -> Fill:
    def fill(page: Any) -> None:
        words = structure["home"]
        page.title, page.slug = "Home", "home"
        page.draft_title = page.title
        page.headline = page.summary = structure["programme_sentence"]
        page.search_title = words["search"]["title"]
        page.search_hint = words["search"]["intro"]
        page.sections = [
            {**block, "value": {**block["value"], **section_words(block["type"], words)}}
            for block in map(dict, page.sections.raw_data)
        ]

    return fill


# What each section of the home page is called in the file of its words.
SECTIONS = {
    "figures": "figures",
    "news": "whats_new",
    "events": "next_events",
    "story": "story",
    "axes": "axes",
    "charter": "charter",
}


def section_words(block_type: str, words: Mapping[str, Any]) -> dict[str, str]:
    """Return the words of a section of the home page."""
    section = words[SECTIONS[block_type]]
    if block_type == "charter":
        return {
            "title": section["title"],
            "text": section["intro"],
            "link_label": section["action"],
        }
    return {"title": section["title"], "intro": Truncator(section["intro"]).chars(250)}


def _fill_index(structure: Mapping[str, Any], key: str) -> Fill:
    def fill(page: Any) -> None:
        words = structure["indexes"][key]
        page.title = page.draft_title = words["title"]
        page.slug = english_slug(page.title)
        page.summary = words["intro"]

    return fill

"""Builds the stories and the charter from the content files, through the models' own rules.

A page is loaded once. What an editor changed or deleted since then stays as the editor left it:
the trace of what was loaded is kept apart (``LoadedRow``).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from engagements.content_links import ProgrammeLinks
from engagements.models import Engagement, Indicator, LoadedRow, Sdg, Target
from engagements.services import LoadReport
from partners.enums import CharterStage
from partners.gate import PublicationRefusedError
from partners.models import Charter, CharterPage, Game, StoryIndexPage, VideoStoryPage
from portal.core.content_files import (
    ContentFile,
    ContentFileError,
    blocks_from_markdown,
    read_content_file,
    stream_data,
)
from portal.core.illustrations import find_or_create_image
from portal.core.models import PortalImage
from portal.core.text import english_slug
from portal.core.translating import UnpairedTranslationError, translate_page, translated_body
from portal.users.models import Place, Service, User

from .charters import CharterWords, draft_charter_version, publish_charter_version
from .films import FILMS, FilmFolder, load_captions, load_film

PROGRAMME = Path(__file__).resolve().parent.parent / "programme"
TRACE = "partners"
# The programme is loaded by nobody in particular: two accounts that cannot sign in stand for those
# who wrote the model charter and those who let it be shown, so that the rule of four eyes holds.
AUTHOR = ("programme-redaction", "Chargement du programme (rédaction)")
APPROVER = ("programme-validation", "Chargement du programme (validation)")

FileErrors = (
    ContentFileError,
    KeyError,
    ObjectDoesNotExist,
    OSError,
    PublicationRefusedError,
    TypeError,
    UnpairedTranslationError,
    ValidationError,
    yaml.YAMLError,
)


@dataclass(slots=True)
class Loader:
    """The state of one load."""

    report: LoadReport
    programme: Path
    images: Path | None
    loaded: set[str] = field(default_factory=set)

    @classmethod
    def start(cls, report: LoadReport, programme: Path, images: Path | None) -> "Loader":
        """Begin a load, knowing what was loaded before."""
        keys = LoadedRow.objects.filter(file=TRACE).values_list("key", flat=True)
        return cls(report, programme, images, set(keys))

    def once(self, key: str, source: str, build: Callable[[], None]) -> None:
        """Build ``key`` unless it was loaded before; report the file that is wrong."""
        if key in self.loaded:
            self.report.kept[TRACE] += 1
            return
        try:
            with transaction.atomic():
                build()
                LoadedRow.objects.create(file=TRACE, key=key)
        except FileErrors as error:
            self.report.reject(source, 0, error)
            return
        self.report.created[TRACE] += 1

    def structure(self) -> dict[str, Any]:
        """Return the titles and introductions of the pages that hold the rest."""
        text = (self.programme / "structure.yaml").read_text(encoding="utf-8")
        return dict(yaml.safe_load(text))

    def picture(self, name: str | None, description: str) -> PortalImage | None:
        """Return the picture of that name; None, and a line in the report, when it has no file."""
        if not name:
            return None
        path = _find_picture(name, self.images)
        if path is None:
            self.report.reject(f"{name}.png", 0, "there is no such picture; its pages have none")
            return None
        title = name.replace("-", " ").capitalize()
        return find_or_create_image(path=path, title=title, description=description)


def _find_picture(name: str, images: Path | None) -> Path | None:
    """Return the file of a picture: pictures are shared by the programmes of all layers."""
    folders = [images] if images else sorted(PROGRAMME.parents[1].glob("**/programme/images"))
    paths = (folder / f"{name}.{kind}" for folder in folders for kind in ("webp", "png", "jpg"))
    return next((path for path in paths if path.exists()), None)


@transaction.atomic
def load_stories(
    *,
    report: LoadReport,
    home: Page,
    programme: Path = PROGRAMME,
    films: Path = FILMS,
    images: Path | None = None,
) -> None:
    """Create the list of stories below ``home``, and the stories that were never loaded."""
    loader = Loader.start(report, programme, images)
    loader.once("stories", "structure.yaml", lambda: _create_index(loader, home))
    index = StoryIndexPage.objects.child_of(home).first()
    if index is None:
        return
    links = ProgrammeLinks(home.locale)
    for path in sorted((programme / "stories").glob("*.md")):
        if path.name.endswith(".en.md"):
            continue

        def build(path: Path = path) -> None:
            _create_story(loader, index, read_content_file(path), films, links)

        loader.once(f"stories/{path.stem}", path.name, build)


@transaction.atomic
def load_charter(
    *,
    report: LoadReport,
    home: Page,
    programme: Path = PROGRAMME,
    images: Path | None = None,
) -> None:
    """Create the model charter, its first version, and the page that shows it below ``home``."""
    loader = Loader.start(report, programme, images)
    loader.once("charter", "partenaires.fr.yaml", lambda: _create_charter(loader))
    loader.once("charter/page", "structure.yaml", lambda: _create_charter_page(loader, home))
    loader.once("game", "structure.yaml", lambda: _create_game(loader, home))


@transaction.atomic
def load_story_translations(
    *,
    report: LoadReport,
    home: Page,
    programme: Path = PROGRAMME,
    films: Path = FILMS,
    images: Path | None = None,
) -> None:
    """Translate what has an English file. The English tree exists already."""
    loader = Loader.start(report, programme, images)
    english = Locale.objects.get(language_code="en")
    structure = loader.structure()["en"]
    for key, model in (("stories", StoryIndexPage), ("charter", CharterPage)):
        page = model.objects.filter(locale=home.locale).first()
        if page is not None:
            words = structure[key]

            def build_page(page: Any = page, words: Mapping[str, str] = words) -> None:
                translate_page(page=page, locale=english, fill=_fill_page(words))

            loader.once(f"{key}/en", "structure.yaml", build_page)
    for path in sorted((programme / "stories").glob("*.en.md")):
        story = VideoStoryPage.objects.filter(
            locale=home.locale, slug=path.name.split(".")[0]
        ).first()
        if story is not None:

            def build(path: Path = path, story: VideoStoryPage = story) -> None:
                _translate_story(story, english, read_content_file(path), films)

            loader.once(f"stories/{story.slug}/en", path.name, build)


def _create_index(loader: Loader, home: Page) -> None:
    words = loader.structure()["fr"]["stories"]
    index = StoryIndexPage(**words, show_in_menus=True, locale=home.locale)
    home.add_child(instance=index)
    index.save_revision().publish()


def _create_story(
    loader: Loader,
    index: StoryIndexPage,
    file: ContentFile,
    films: Path,
    links: ProgrammeLinks,
) -> None:
    fields = file.fields
    day: dt.date = fields["published_on"]
    alt = fields.get("illustration_alt", "")
    story = VideoStoryPage(
        title=fields["title"],
        slug=file.slug,
        summary=fields["summary"],
        author_role=fields.get("author_role", ""),
        date=day,
        first_published_at=_morning(day),
        image=loader.picture(fields.get("illustration"), alt),
        image_alt=alt,
        body=stream_data(f"story:{file.slug}", blocks_from_markdown(file.body, links)),
        sources="\n".join(fields.get("sources") or ()),
        locale=index.locale,
        live=False,
        has_unpublished_changes=True,
    )
    if fields.get("film"):
        _attach_film(story, FilmFolder.find(films, fields["film"]))
    link_to_facts(story, fields)
    index.add_child(instance=story)
    story.save_revision().publish()


def _attach_film(story: VideoStoryPage, film: FilmFolder) -> None:
    language = story.locale.language_code
    loaded = load_film(film=film, title=story.title)
    story.video, story.audio = loaded.video, loaded.audio
    story.captions = load_captions(film=film, language=language, title=story.title)
    story.captions_language = language
    story.transcript = film.transcript(language)


def _translate_story(story: VideoStoryPage, locale: Locale, file: ContentFile, films: Path) -> None:
    fields = file.fields
    language = locale.language_code
    overrides: dict[str, Any] = {}
    transcript = ""
    if fields.get("film") and story.video_id:
        film = FilmFolder.find(films, fields["film"])
        captions = load_captions(film=film, language=language, title=fields["title"])
        transcript = film.transcript(language)
        if captions is not None:
            overrides = {"captions": captions.pk, "captions_language": language}
    links = ProgrammeLinks(locale)

    def fill(page: VideoStoryPage) -> None:
        page.title = page.draft_title = fields["title"]
        page.slug = english_slug(page.title)
        page.summary = fields["summary"]
        for name, value in (
            ("author_role", fields.get("author_role", "")),
            ("image_alt", fields.get("illustration_alt", "")),
            ("sources", "\n".join(fields.get("sources") or ())),
            ("transcript", transcript),
        ):
            if getattr(page, name):
                setattr(page, name, value or getattr(page, name))
        page.body = translated_body(page.body, blocks_from_markdown(file.body, links))

    translate_page(page=story, locale=locale, fill=fill, overrides=overrides)


def _create_charter(loader: Loader) -> None:
    about = loader.structure()["charter"]
    charter = Charter(
        slug=about["slug"],
        name_fr=about["name_fr"],
        name_en=about["name_en"],
        indicator=Indicator.objects.filter(code=about.get("indicator", "")).first(),
    )
    charter.full_clean()
    charter.save()
    texts = {
        path.name.split(".")[1]: _charter_words(path)
        for path in sorted((loader.programme / "charter").glob(f"{charter.slug}.*.yaml"))
    }
    version = draft_charter_version(
        charter=charter,
        actor=technical_account(*AUTHOR),
        stage=CharterStage(about["stage"]),
        texts=texts,
        signature_years=about.get("signature_years"),
    )
    publish_charter_version(
        version=version, approver=technical_account(*APPROVER), valid_from=timezone.localdate()
    )


def _charter_words(path: Path) -> CharterWords:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return CharterWords(
        title=content["title"],
        status_note=content.get("status_note", ""),
        preamble=content["preamble"].strip(),
        commitments=content.get("commitments", {}),
        articles=[{**article, "body": article["body"].strip()} for article in content["articles"]],
    )


def _create_charter_page(loader: Loader, home: Page) -> None:
    structure = loader.structure()
    about = structure["charter"]
    page = CharterPage(
        **structure["fr"]["charter"],
        charter=Charter.objects.get(slug=about["slug"]),
        image=loader.picture(about.get("illustration"), about.get("illustration_alt", "")),
        image_alt=about.get("illustration_alt", ""),
        show_in_menus=True,
        locale=home.locale,
        live=False,
    )
    link_to_facts(page, about)
    home.add_child(instance=page)
    page.save_revision().publish()


def _create_game(loader: Loader, home: Page) -> None:
    """Create the game, with its kit when the site has the page, and its goal when it is a target."""
    structure = loader.structure()
    about = structure["game"]
    indicators = {one.code: one for one in Indicator.objects.all()}
    people = indicators.get(about["people_indicator"])
    game = Game(
        slug=about["slug"],
        name_fr=about["name_fr"],
        name_en=about["name_en"],
        charter=Charter.objects.get(slug=structure["charter"]["slug"]),
        kit=home.get_descendants().filter(slug=about["kit"]).first(),
        goal=Target.objects.filter(indicator=people).first() if people else None,
        sessions_indicator=indicators.get(about["sessions_indicator"]),
        people_indicator=people,
    )
    game.full_clean()
    game.save()


def technical_account(username: str, name: str) -> User:
    """Return an account that stands for a load, and that nobody can sign in with."""
    user, created = User.objects.get_or_create(
        username=username, defaults={"last_name": name, "is_active": False}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def _fill_page(words: Mapping[str, str]) -> Callable[[Any], None]:
    def fill(page: Any) -> None:
        page.title = page.draft_title = words["title"]
        page.slug = words["slug"]
        page.summary = words["summary"]
        page.menu_label = words.get("menu_label", "")
        if getattr(page, "image_alt", ""):
            page.image_alt = words.get("image_alt", page.image_alt)

    return fill


def link_to_facts(page: Any, fields: Mapping[str, Any]) -> None:
    """Link a page to the facts that its file names.

    Raises:
        ContentFileError: one of them does not exist.

    """
    named: tuple[tuple[str, type[models.Model], str], ...] = (
        ("engagements", Engagement, "number"),
        ("sdgs", Sdg, "number"),
        ("services", Service, "slug"),
        ("places", Place, "slug"),
    )
    for name, model, attribute in named:
        keys = [str(key) for key in fields.get(name) or ()]
        rows = {
            str(getattr(row, attribute)): row
            for row in model._default_manager.filter(**{f"{attribute}__in": keys})
        }
        if missing := [key for key in keys if key not in rows]:
            raise ContentFileError(f"no {model._meta.model_name} called {', '.join(missing)}")
        getattr(page, name).set([rows[key] for key in keys])
    page.tags.set(list(fields.get("tags") or ()))


def _morning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(8)))

"""Builds the French tree of the site from the content files, through the models' own rules.

A page is loaded once. What an editor changed, moved or deleted since then stays as the editor left
it: the trace of what was loaded is kept apart (`LoadedRow`).
"""

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from engagements import __file__ as engagements_package
from engagements.content_links import ProgrammeLinks
from engagements.models import Axis, AxisPage, Engagement, EngagementPage, LoadedRow
from engagements.services import LoadReport
from home.dates import midnight
from home.models import (
    Campaign,
    EventIndexPage,
    EventPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    StandardPage,
)
from portal.core.content_files import (
    ContentFile,
    ContentFileError,
    blocks_from_markdown,
    read_content_file,
    stream_data,
)
from portal.core.dates import Precision, first_of
from portal.users.models import Place, Service

from .library import Library

PROGRAMME = Path(__file__).resolve().parent.parent / "programme"
TEXTS = Path(engagements_package).resolve().parent / "programme" / "texts"
TRACE = "pages"

Progress = Callable[[str], None]
Build = Callable[[], Page]

# Standard pages in the order of the tree: the presentation of the programme, then what it contains,
# then what every site has. Only the first is in the menu.
PRESENTATION = "la-demarche"
PRESENTED = (
    "le-diagnostic",
    "priorites-2025",
    "transparence",
    "labels-diversite-egalite",
    "kit-du-jeu",
)
TIMELINES = {PRESENTATION: "programme", "labels-diversite-egalite": "label"}
WITHOUT_TRACE = frozenset({"cellule-ecoute"})


@dataclass(slots=True)
class Loader:
    """The state of one load."""

    report: LoadReport
    programme: Path
    texts: Path
    today: dt.date
    library: Library
    links: ProgrammeLinks
    progress: Progress
    loaded: set[str] = field(default_factory=set)
    # Bodies are written once all pages exist, since they link to each other: file, page, text.
    bodies: list[tuple[str, Page, str]] = field(default_factory=list)

    def once(self, key: str, source: str, build: Build) -> Page | None:
        """Build the page ``key`` unless it was loaded before; report the file that is wrong."""
        if key in self.loaded:
            self.report.kept[TRACE] += 1
            return None
        try:
            with transaction.atomic():
                page = build()
                LoadedRow.objects.create(file=TRACE, key=key)
        except (ContentFileError, ValidationError, KeyError, TypeError, ValueError) as error:
            self.report.reject(source, 0, error)
            return None
        self.report.created[TRACE] += 1
        return page


@transaction.atomic
def load_pages(
    *,
    report: LoadReport,
    programme: Path = PROGRAMME,
    texts: Path = TEXTS,
    today: dt.date | None = None,
    demonstration: bool = True,
    progress: Progress = lambda name: None,
) -> HomePage:
    """Create the pages that were never loaded, and return the French home page.

    Args:
        report: told of every page, and of every file that is wrong.
        programme: directory of the pages, posts and events.
        texts: directory of the texts of axes and engagements.
        today: day of installation, from which the demonstration events are dated.
        demonstration: whether to invent events to come, labelled as such.
        progress: called with what is about to be loaded.

    """
    french = Locale.objects.get(language_code="fr")
    structure = _read_yaml(programme / "structure.yaml")["fr"]
    library = Library(programme / "images")
    home = _home_page(french, structure, library)
    loader = Loader(
        report=report,
        programme=programme,
        texts=texts,
        today=today or timezone.localdate(),
        library=library,
        links=ProgrammeLinks(french),
        progress=progress,
        loaded=set(LoadedRow.objects.filter(file=TRACE).values_list("key", flat=True)),
    )
    files = {path.stem: path for path in sorted((programme / "pages").glob("*.md"))}
    files = {slug: path for slug, path in files.items() if "." not in slug}
    progress("campaigns")
    _load_campaigns(loader)
    progress("axes and engagements")
    presentation = _standard_page(loader, files.pop(PRESENTATION, None), home)
    _load_axes(loader, home)
    news, agenda = _load_indexes(loader, home, structure)
    progress("pages")
    for slug, path in sorted(files.items()):
        parent = presentation if slug in PRESENTED and presentation else home
        _standard_page(loader, path, parent)
    progress("news")
    if news:
        _load_news(loader, news)
    progress("events")
    if agenda:
        _load_past_events(loader, agenda)
        if demonstration:
            _load_upcoming_events(loader, agenda)
    if loader.bodies:
        progress("texts")
        _write_bodies(loader)
    for name in loader.library.missing_pictures():
        report.reject(f"images/{name}", 0, "there is no such picture; its pages have none")
    return home


def _read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _home_page(french: Locale, structure: Mapping[str, Any], library: Library) -> HomePage:
    """Return the French home page, created at the root of the site the first time."""
    home = HomePage.objects.filter(locale=french).order_by("path").first()
    if home is not None:
        return home
    root = Page.get_first_root_node()
    home = HomePage(
        title="Accueil",
        slug="accueil",
        locale=french,
        image=library.picture("toits"),
        headline=structure["programme_sentence"],
        search_title=structure["home"]["search"]["title"],
        search_hint=structure["home"]["search"]["intro"],
        summary=structure["programme_sentence"],
    )
    root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(
        hostname="localhost", is_default_site=True
    )
    welcome = site.root_page if site.root_page_id else None
    site.root_page, site.site_name = home, "mét’ODD"
    site.save()
    if welcome is not None and welcome.specific_class is Page and welcome.depth > 1:
        # The page that Wagtail creates with the database.
        welcome.delete()
    home.refresh_from_db()
    return home


def _load_campaigns(loader: Loader) -> None:
    known = set(Campaign.objects.values_list("slug", flat=True))
    for entry in _read_yaml(loader.programme / "campaigns.yaml"):
        key = f"campaigns/{entry['slug']}"
        if entry["slug"] in known or key in loader.loaded:
            continue
        campaign = Campaign(**entry)
        campaign.full_clean()
        campaign.save()
        LoadedRow.objects.create(file=TRACE, key=key)


def _draft(parent: Page, page: Any) -> Any:
    """Add a page to the tree, unpublished until its body is written."""
    page.live = False
    page.has_unpublished_changes = True
    page.locale = parent.locale
    parent.add_child(instance=page)
    return page


def _content(loader: Loader, file: ContentFile) -> dict[str, Any]:
    """Return the fields that pages of all types read from their file."""
    fields = file.fields
    alt = fields.get("illustration_alt", "")
    return {
        "title": fields["title"],
        "slug": file.slug,
        "summary": fields.get("summary", ""),
        "menu_label": fields.get("menu_label", ""),
        "image": loader.library.picture(fields.get("illustration"), alt),
        "image_alt": alt,
        "sources": "\n".join(fields.get("sources") or ()),
    }


def _link(page: Any, links: Mapping[str, Iterable[Any]], tags: Iterable[str]) -> None:
    for name, facts in links.items():
        getattr(page, name).set(facts)
    page.tags.set(list(tags))


def _load_axes(loader: Loader, home: HomePage) -> None:
    pages: dict[int, AxisPage] = {}
    for axis in Axis.objects.all():
        path = loader.texts / f"axis-{axis.number}.md"

        def build_axis(axis: Axis = axis, path: Path = path) -> Page:
            file = read_content_file(path)
            page = AxisPage(
                axis=axis,
                title=file.fields["title"],
                slug=axis.slug,
                summary=file.fields["summary"],
                menu_label=file.fields.get("menu_label", ""),
                show_in_menus=True,
            )
            loader.bodies.append((path.name, _draft(home, page), file.body))
            return page

        loader.once(f"axes/{axis.number}", path.name, build_axis)
    pages = {page.axis_id: page for page in AxisPage.objects.child_of(home)}
    for engagement in Engagement.objects.select_related("axis"):
        path = loader.texts / f"engagement-{engagement.number}.md"

        def build_engagement(engagement: Engagement = engagement, path: Path = path) -> Page:
            file = read_content_file(path)
            page = EngagementPage(
                engagement=engagement,
                title=file.fields["title"],
                slug=engagement.slug,
                summary=file.fields["summary"],
            )
            parent = pages[engagement.axis_id]
            loader.bodies.append((path.name, _draft(parent, page), file.body))
            return page

        loader.once(f"engagements/{engagement.number}", path.name, build_engagement)


def _load_indexes(
    loader: Loader, home: HomePage, structure: Mapping[str, Any]
) -> tuple[NewsIndexPage | None, EventIndexPage | None]:
    indexes = structure["indexes"]
    found: list[Any] = []
    for key, slug, model in (
        ("news", "actualites", NewsIndexPage),
        ("events", "agenda", EventIndexPage),
    ):

        def build(key: str = key, slug: str = slug, model: Any = model) -> Page:
            page = model(
                title=indexes[key]["title"],
                slug=slug,
                summary=indexes[key]["intro"],
                show_in_menus=True,
                locale=home.locale,
            )
            home.add_child(instance=page)
            page.save_revision().publish()
            return page

        loader.once(f"indexes/{key}", "structure.yaml", build)
        found.append(model.objects.child_of(home).first())
    return found[0], found[1]


def _standard_page(loader: Loader, path: Path | None, parent: Page) -> StandardPage | None:
    """Load a standard page; return it whether it is new or not, None when it is gone."""
    if path is None:
        return None
    slug = path.stem

    def build() -> Page:
        file = read_content_file(path)
        page = StandardPage(
            **_content(loader, file),
            open_to_all=bool(file.fields.get("open_to_all")),
            leaves_no_trace=slug in WITHOUT_TRACE,
            show_milestones=TIMELINES.get(slug, ""),
            show_in_menus=slug == PRESENTATION,
        )
        _link(page, loader.library.links(file.fields), file.fields.get("tags") or ())
        loader.bodies.append((file.name, _draft(parent, page), file.body))
        return page

    loader.once(f"pages/{slug}", path.name, build)
    return StandardPage.objects.descendant_of(parent).filter(slug=slug).first()


def _load_news(loader: Loader, index: NewsIndexPage) -> None:
    for path in sorted((loader.programme / "news").glob("*.md")):
        if "." in path.stem:
            continue

        def build(path: Path = path) -> Page:
            file = read_content_file(path)
            day = file.fields["published_on"]
            page = NewsPage(
                **_content(loader, file),
                date=day,
                first_published_at=midnight(day) + dt.timedelta(hours=8),
            )
            _link(page, loader.library.links(file.fields), file.fields.get("tags") or ())
            loader.bodies.append((file.name, _draft(index, page), file.body))
            return page

        loader.once(f"news/{path.stem}", path.name, build)


def _split(text: str) -> list[str]:
    return [part.strip() for part in (text or "").split(";") if part.strip()]


def _load_past_events(loader: Loader, agenda: EventIndexPage) -> None:
    path = loader.programme / "events.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:

        def build(row: dict[str, str] = row) -> Page:
            library = loader.library
            page = EventPage(
                title=row["title_fr"],
                slug=row["slug"],
                summary=row["summary_fr"],
                image=library.picture(row["illustration"]),
                **_dates(row),
                place=library.one(Place, row["place"]),
                place_text=row["place_text_fr"],
                organiser=library.one(Service, row["organiser_service"]),
                organiser_text=row["organiser_fr"],
                audience=row["audience_fr"],
                campaign=library.campaign(row["campaign"]),
            )
            page.key_figures.set(library.key_figures(_split(row["key_figures"])))
            fields = {"engagements": _split(row["engagements"]), "places": _split(row["place"])}
            fields["services"] = _split(row["organiser_service"])
            _link(page, library.links(fields), _split(row["tags"]))
            note = f"\n\n::info {row['note_fr']}" if row["note_fr"] else ""
            loader.bodies.append((path.name, _draft(agenda, page), row["body_fr"] + note))
            return page

        loader.once(f"events/{row['slug']}", path.name, build)


def _dates(row: Mapping[str, str]) -> dict[str, Any]:
    precision = Precision(row["precision"])
    first = dt.date.fromisoformat(row["start"])
    last = dt.date.fromisoformat(row["end"] or row["start"])
    same_period = first_of(precision, first) == first_of(precision, last)
    return {
        "precision": precision,
        "start_date": first,
        "end_date": None if same_period else last,
    }


def _load_upcoming_events(loader: Loader, agenda: EventIndexPage) -> None:
    path = loader.programme / "upcoming_events.yaml"
    for entry in _read_yaml(path):

        def build(entry: dict[str, Any] = entry) -> Page:
            library = loader.library
            page = EventPage(
                title=entry["title_fr"],
                slug=entry["slug"],
                summary=entry["summary_fr"],
                image=library.picture(entry["illustration"], entry["illustration_alt"]),
                image_alt=entry["illustration_alt"],
                **demonstration_dates(entry, loader.today),
                place=library.one(Place, entry["place"]),
                organiser=library.one(Service, entry["organiser"]),
                audience=entry["audience"],
                campaign=library.campaign(entry["campaign"]),
                demonstration=True,
            )
            fields = {
                "engagements": entry["engagements"],
                "services": [entry["organiser"]] if entry["organiser"] else [],
                "places": [entry["place"]] if entry["place"] else [],
            }
            _link(page, library.links(fields), entry["tags"])
            loader.bodies.append((path.name, _draft(agenda, page), entry["body"]))
            return page

        loader.once(f"events/{entry['slug']}", path.name, build)


def demonstration_dates(entry: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """Return the dates of a demonstration event, on working days, counted from ``today``."""
    first = today + dt.timedelta(days=entry["days_from_install"])
    length = entry["duration_days"]
    if length == 1 and first.weekday() > 4:
        first += dt.timedelta(days=7 - first.weekday())
    if 1 < length < 7:  # a working week begins on a Monday
        first += dt.timedelta(days=-first.weekday() % 7)
    last = first + dt.timedelta(days=length - 1)
    dates: dict[str, Any] = {
        "precision": Precision.DAY if entry["all_day"] else Precision.INSTANT,
        "start_date": first,
        "end_date": last if length > 1 else None,
    }
    if not entry["all_day"]:
        dates["start_time"] = dt.time.fromisoformat(entry["start_time"])
        dates["end_time"] = dt.time.fromisoformat(entry["end_time"])
    return dates


def _write_bodies(loader: Loader) -> None:
    for source, created, text in loader.bodies:
        # Read again: the tree has grown below since the page was created.
        page: Any = type(created).objects.get(pk=created.pk)
        try:
            with transaction.atomic():
                blocks = blocks_from_markdown(text, loader.links)
                loader.library.check_tiles(blocks)
                page.body = stream_data(f"{page.kind}:{page.slug}", blocks)
                page.save_revision().publish()
        except (ContentFileError, ValidationError) as error:
            # The page stays a draft, that an editor may complete.
            loader.report.reject(source, 0, error)


def loaded_pages(prefix: str) -> Iterator[str]:
    """Yield the names of the pages of a sort that were loaded: « velo » for « news/velo »."""
    keys = LoadedRow.objects.filter(file=TRACE, key__startswith=f"{prefix}/")
    for key in keys.values_list("key", flat=True):
        yield key.split("/", 1)[1]

"""Who gets what, everywhere it could show: roles x pages x surfaces, through the front door."""

import datetime as dt
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image
from wagtail.models import Locale, Page, PageViewRestriction, Site

from engagements.models import (
    Axis,
    AxisPage,
    Engagement,
    EngagementPage,
    Indicator,
    Measure,
    SourceDocument,
)
from home.models import (
    EventIndexPage,
    EventPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    StandardPage,
)
from portal.core.dates import Precision
from portal.core.models import PortalImage
from portal.users.enums import Role
from portal.users.models import User
from portal.users.services import load_groups
from search.services import rebuild_search_index

pytestmark = [
    # Wagtail leaves the files it reads for the garbage collector to close.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROLES = ["anonymous", "agent", "partner", "comms", "rso", "superuser"]
GROUPS = {
    "agent": Role.AGENTS,
    "partner": Role.PARTNERS,
    "comms": Role.COMMUNICATION,
    "rso": Role.RSO_UNIT,
}
# Kinds of pages: how visible they are meant to be.
PAGES = ["ordinary", "restricted", "below", "draft", "open"]
STAFF = {"ordinary", "open"}
EVERYTHING_LIVE = STAFF | {"restricted", "below"}
READ_BY = {
    "anonymous": {"open"},
    "agent": STAFF,
    "partner": STAFF,
    "comms": STAFF,
    "rso": EVERYTHING_LIVE,
    "superuser": EVERYTHING_LIVE,
}
# Those who work with pictures choose among all of them, whichever page they are on.
PICTURES = READ_BY | {role: set(PAGES) for role in ("comms", "rso", "superuser")}
FACTS = ["V1-01", "V1-02", "V1-03"]  # for all, for the RSO unit, withdrawn
FACTS_READ_BY = {
    "anonymous": set(),
    "agent": {"V1-01"},
    "partner": {"V1-01"},
    "comms": {"V1-01"},
    "rso": {"V1-01", "V1-02"},
    "superuser": {"V1-01", "V1-02"},
}


@pytest.fixture
def people(db, site):
    """One user per role, in the groups that the portal comes with."""
    made = {"superuser": User.objects.create_superuser("superuser", password="x")}
    for role, group in GROUPS.items():
        made[role] = User.objects.create_user(role, password="x")
        made[role].groups.add(Group.objects.get(name=group.value))
    return made


@pytest.fixture
def reader(client, people):
    """Return the client of a role."""

    def sign_in(role):
        client.logout()
        if role in people:
            client.force_login(people[role])
        return client

    return sign_in


def make_image(title):
    buffer = ContentFile(b"", name=f"{title}.png")
    Image.new("RGB", (40, 30), "teal").save(buffer, "PNG")
    buffer.seek(0)
    return PortalImage.objects.create(title=title, file=ImageFile(buffer, name=f"{title}.png"))


def restrict(page):
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.get(name=Role.RSO_UNIT.value))


def add(parent, page):
    page.locale = parent.locale
    live = page.live
    page.live = False
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
    return type(page).objects.get(pk=page.pk)


@pytest.fixture
def site(db):
    """A home page with news, an agenda, an engagement; each kind of page, with a picture."""
    root = Page.get_first_root_node()
    Site.objects.all().delete()
    for page in root.get_children():
        page.specific.delete()
    french = Locale.objects.get_or_create(language_code="fr")[0]
    home = HomePage(
        title="Accueil",
        slug="accueil",
        headline="Accueil",
        locale=french,
        sections=[("news", {"title": "Quoi", "count": 6}), ("events", {"title": "Où", "count": 6})],
    )
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    load_groups(report=lambda _text: None)

    axis = Axis.objects.create(number=1, slug="un", title_fr="Gouvernance", title_en="Governance")
    engagement = Engagement.objects.create(
        number=3,
        slug="evaluation",
        axis=axis,
        theme_fr="Évaluation",
        theme_en="Evaluation",
        statement_fr="Évaluer la démarche",
        statement_en="Evaluate the approach",
    )
    axis_page = add(home, AxisPage(title="Axe", slug="axe", axis=axis))
    engagement_page = add(
        axis_page, EngagementPage(title="Engagement", slug="engagement", engagement=engagement)
    )
    news = add(home, NewsIndexPage(title="Nouvelles", slug="nouvelles"))
    agenda = add(home, EventIndexPage(title="Agenda", slug="agenda"))
    reserved_news = add(
        home, NewsIndexPage(title="Nouvelles réservées", slug="x-reserve", show_in_menus=True)
    )
    reserved_agenda = add(home, EventIndexPage(title="Agenda réservé", slug="y-reserve"))
    restrict(reserved_news)
    restrict(reserved_agenda)

    posts, events = {}, {}
    day = timezone.localdate() + dt.timedelta(days=10)
    for kind in PAGES:
        common = {"live": kind != "draft", "open_to_all": kind in {"open", "draft"}}
        post = NewsPage(
            title=f"Zibeline {kind}",
            slug=f"billet-{kind}",
            summary="Zibeline",
            image=make_image(f"image-{kind}"),
            **common,
        )
        event = EventPage(
            title=f"Zibeline {kind}",
            slug=f"rencontre-{kind}",
            precision=Precision.DAY,
            start_date=day,
            **common,
        )
        for page in (post, event):
            page.engagements.set([engagement])
            page.tags.set(["zibeline"])
        below = kind == "below"
        posts[kind] = add(reserved_news if below else news, post)
        events[kind] = add(reserved_agenda if below else agenda, event)
    for page in (posts["restricted"], events["restricted"]):
        restrict(page)

    source = SourceDocument.objects.create(title_fr="Bilan", title_en="Report")
    for code in FACTS:
        indicator = Indicator.objects.create(
            code=code,
            volet=1,
            theme_fr="Enjeu",
            theme_en="Stake",
            label_fr=f"Zibelines comptées {code}",
            label_en=f"Sables counted {code}",
            unit_fr="agents",
            unit_en="staff",
            engagement=engagement,
            value_type="count",
            live=code != "V1-03",
        )
        Measure.objects.create(
            indicator=indicator,
            raw_text="753",
            value=Decimal(753),
            period_start=dt.date(2024, 1, 1),
            period_end=dt.date(2024, 12, 31),
            period_precision="year",
            nature="achieved",
            reliability="sure",
            display="tile",
            status="validated",
            source=source,
        )
        if code == "V1-02":
            indicator.restricted_to.set([Group.objects.get(name=Role.RSO_UNIT.value)])
            indicator.save()
    tiles = add(
        home,
        StandardPage(
            title="Chiffres",
            slug="chiffres",
            open_to_all=True,
            body=[("tile", "V1-01"), ("tiles", ["V1-01", "V1-02", "V1-03"]), ("tile", "V1-02")],
        ),
    )
    rebuild_search_index()
    return SimpleNamespace(
        home=home,
        news=news,
        reserved_news=reserved_news,
        agenda=agenda,
        engagement=engagement_page,
        tiles=tiles,
        posts=posts,
        events=events,
    )


def kinds_counted(client, query) -> dict[str, int]:
    """Return how many results of each kind the reader is told of."""
    kinds = client.get(reverse("api_search"), {"q": query}).json()["facets"]["kind"]
    return {kind["value"]: kind["count"] for kind in kinds}


def address(name, *args):
    with translation.override("fr"):
        return reverse(name, args=args)


def body(response):
    """Return what was answered, empty unless it is what was asked for."""
    content = b"".join(response) if response.streaming else response.content
    return content.decode(errors="replace") if response.status_code == 200 else ""


def kinds(text, slug):
    return {kind for kind in PAGES if f"{slug}-{kind}" in text.replace("\r\n ", "")}


def served(client, pages):
    return {kind for kind, page in pages.items() if body(client.get(page.get_url()))}


def context_of(response, key):
    return response.context[key] if response.status_code == 200 else None


def counts_of_related(response):
    """Return what the engagement page counts, by kind of content."""
    groups = context_of(response, "related") or []
    return {group.key: group.count for group in groups}


@pytest.mark.parametrize("role", ROLES)
def test_pages_show_where_their_readers_are_and_nowhere_else(role, site, reader):
    client = reader(role)
    readable = READ_BY[role]
    # Visitors see open pages, and no list: those are not open.
    listed = set() if role == "anonymous" else readable
    home = body(client.get(site.home.get_url()))
    news = client.get(site.news.get_url())
    engagement = client.get(site.engagement.get_url())
    search = client.get(address("search"), {"q": "zibeline"})
    related = counts_of_related(engagement)

    assert {
        "post": served(client, site.posts),
        "event": served(client, site.events),
        "event calendar": {
            kind
            for kind, event in site.events.items()
            if body(client.get(address("event_ics", event.translation_key)))
        },
        "home: news": kinds(home, "billet"),
        "home: events": kinds(home, "rencontre"),
        "list of news": kinds(body(news), "billet"),
        "list of news by tag": kinds(
            body(client.get(site.news.get_url(), {"tag": "zibeline"})), "billet"
        ),
        "agenda": kinds(body(client.get(site.agenda.get_url())), "rencontre"),
        "calendar": kinds(body(client.get(address("agenda_ics"))), "rencontre"),
        "feed": kinds(body(client.get(address("news_feed"))), "billet"),
        "search: news": kinds(body(search), "billet"),
        "search: events": kinds(body(search), "rencontre"),
        "related of the open post": kinds(body(client.get(site.posts["open"].get_url())), "billet"),
    } == {
        "post": readable,
        "event": readable,
        "event calendar": listed,
        "home: news": listed,
        "home: events": listed,
        "list of news": listed,
        "list of news by tag": listed,
        "agenda": listed,
        "calendar": listed,
        "feed": listed,
        "search: news": listed,
        "search: events": listed,
        "related of the open post": readable,
    }
    if role == "anonymous":
        assert (news.status_code, engagement.status_code, search.status_code) == (302, 302, 302)
        return
    assert news.context["page_obj"].paginator.count == len(listed)
    assert (related["news"], related["events"]) == (len(listed), len(listed))
    counted = kinds_counted(client, "zibeline")
    assert (counted.get("news", 0), counted.get("event", 0)) == (len(listed), len(listed))
    assert search.context["total"] == 2 * len(listed) + len(FACTS_READ_BY[role])
    assert ("x-reserve" in home) == (role in {"rso", "superuser"})


@pytest.mark.parametrize("role", ROLES)
def test_a_picture_is_read_by_the_readers_of_its_page(role, site, reader):
    client = reader(role)
    renditions, originals = set(), set()
    for kind, post in site.posts.items():
        image = PortalImage.objects.get(title=f"image-{kind}")
        assert post.live is (kind != "draft")
        renditions |= {kind} if body(client.get(image.get_rendition("fill-10x10").url)) else set()
        originals |= {kind} if body(client.get(image.file.url)) else set()
    assert renditions == originals == PICTURES[role]


@pytest.mark.parametrize("role", ROLES)
def test_a_refusal_tells_nothing_of_the_page(role, site, reader):
    client = reader(role)
    for pages in (site.posts, site.events):
        for kind in set(PAGES) - READ_BY[role]:
            response = client.get(pages[kind].get_url())
            text = response.content.decode()
            assert f"Zibeline {kind}" not in text
            expected = {302} if role == "anonymous" else {404} if kind == "draft" else {403}
            assert {response.status_code} == expected, kind
            if role == "anonymous":
                assert response["Location"].startswith("/fr/login/?next=")


@pytest.mark.parametrize("role", ROLES)
def test_figures_show_where_their_readers_are_and_nowhere_else(role, site, reader):
    client = reader(role)
    readable = FACTS_READ_BY[role]

    def codes(text):
        # Links, not words: an address is written in capitals or in small letters.
        return {code for code in FACTS if re.search(f"/{code}/", text, re.IGNORECASE)}

    def answered(name):
        return {code for code in FACTS if body(client.get(address(name, code)))}

    search = client.get(address("search"), {"q": "zibelines comptées"})
    tiles = client.get(site.tiles.get_url())
    engagement = client.get(site.engagement.get_url())
    indicators = client.get(address("indicator_list"))
    assert tiles.status_code == 200
    assert {
        "page": answered("indicator"),
        "file": answered("indicator_csv"),
        "list": codes(body(indicators)),
        "tiles": codes(body(tiles)),
        "engagement": codes(body(engagement)),
        "search": codes(body(search)),
        "beside another": codes(body(client.get(address("indicator", "V1-01")))),
    } == dict.fromkeys(
        ["page", "file", "list", "tiles", "engagement", "search", "beside another"], readable
    )
    if readable:
        assert indicators.context["total"] == len(readable)
        assert kinds_counted(client, "zibelines comptées")["indicator"] == len(readable)

"""Filters of the search page: several values, counts, names, and an address that says it all."""

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from PIL import Image as Drawing
from wagtail.images.models import Filter

from engagements.models import Axis, Engagement, Sdg
from portal.core.models import PortalImage
from portal.users.models import Service
from search import views
from search.backends import Sort
from search.facets import groups, read_names
from search.selection import FACETS, Selection, read_selection

HOSTILE = [
    "",
    ",",
    '"',
    "'; DROP TABLE",
    "\x00",
    "é" * 500,
    "<script>",
    "0",
    "-1",
    "٣",
    "1e9",
    "a,b" * 90,
]


@pytest.fixture
def facts(db):
    """Two engagements of one axis, a goal, a service."""
    axis, _new = Axis.objects.get_or_create(
        number=3, defaults={"slug": "env", "title_fr": "Environnement", "title_en": "Environment"}
    )
    for number, theme in ((11, "Énergie"), (12, "Mobilité")):
        Engagement.objects.get_or_create(
            number=number,
            defaults={
                "slug": f"e{number}",
                "axis": axis,
                "theme_fr": theme,
                "theme_en": theme,
                "statement_fr": f"Agir pour la {theme.lower()}",
                "statement_en": f"Act for {theme.lower()}",
            },
        )
    Sdg.objects.get_or_create(
        number=7,
        defaults={"slug": "sdg7", "title_fr": "Énergie propre", "title_en": "Clean energy"},
    )
    return Service.objects.get_or_create(
        slug="dsi", defaults={"name_fr": "Service informatique", "name_en": "IT service"}
    )[0]


@pytest.fixture
def posts(facts, publish):
    """Three posts about cycling, on different things."""
    energy, mobility = Engagement.objects.filter(number__in=(11, 12)).order_by("number")
    goal = Sdg.objects.get(number=7)
    return [
        publish("Vélo un", tags=("tri", "vélo"), engagements=[energy], sdgs=[goal]),
        publish("Vélo deux", tags=("vélo",), engagements=[mobility], date=dt.date(2024, 5, 1)),
        publish("Vélo trois", engagements=[energy, mobility], services=[facts]),
    ]


@pytest.fixture
def ask(client, agent):
    client.force_login(agent)

    def ask_page(**asked):
        with translation.override("fr"):
            return client.get(reverse("search"), asked)

    return ask_page


def counts(response) -> dict[str, dict[str, int]]:
    return {
        group.name: {choice.value: choice.count for choice in group.choices}
        for group in response.context["groups"]
    }


def test_every_facet_is_counted(posts, ask):
    found = counts(ask(q="vélo"))
    assert found == {
        "engagement": {"11": 2, "12": 2},
        "sdg": {"7": 1},
        "service": {"dsi": 1},
        "tag": {"vélo": 2, "tri": 1},
        "year": {"2025": 2, "2024": 1},
    }, "kind and axis tell nothing apart"


def test_several_values_of_one_facet_widen_and_several_facets_narrow(posts, ask):
    assert ask(q="vélo", engagement="11").context["total"] == 2
    assert ask(q="vélo", engagement=["11", "12"]).context["total"] == 3
    assert ask(q="vélo", engagement="11,12").context["total"] == 3
    response = ask(q="vélo", engagement="11,12", year="2024")
    assert response.context["total"] == 1
    found = counts(response)
    assert found["engagement"] == {"11": 0, "12": 1}, "counts of a facet ignore its own filter only"
    assert found["year"] == {"2025": 2, "2024": 1}


def test_each_count_is_what_one_finds_there(posts, ask):
    for asked in ({"q": "vélo"}, {"q": "vélo", "engagement": "11"}):
        for group in ask(**asked).context["groups"]:
            for choice in group.choices:
                query = parse_qs(urlsplit(choice.url).query)
                if not choice.active:
                    alone = {**query, group.name: choice.value}
                    assert ask(**alone).context["total"] == choice.count, choice.url


def test_filters_have_names_and_are_removed_one_by_one_or_all_at_once(posts, ask):
    response = ask(q="vélo", engagement="11,12", service="dsi", year="2025", sdg="7", kind="news")
    assert [chip.label for chip in response.context["chips"]] == [
        "Actualité",
        "11. Énergie",
        "12. Mobilité",
        "7. Énergie propre",
        "Service informatique",
        "Année 2025",
    ]
    first = parse_qs(urlsplit(response.context["chips"][1].url).query)
    assert first["engagement"] == ["12"]
    assert first["service"] == ["dsi"]
    assert parse_qs(urlsplit(response.context["clear_url"]).query) == {"q": ["vélo"]}
    page = response.content.decode()
    assert "Tout effacer" in page
    assert 'data-axis="3"' in page


def test_values_that_nothing_goes_by_filter_nothing(posts, ask):
    response = ask(q="vélo", engagement="99", service="inconnu", sdg="17", kind="inconnu")
    assert response.context["total"] == 3
    assert response.context["chips"] == []


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_breaks_the_page(posts, ask, value):
    for facet in (*FACETS, "sort", "lang", "page"):
        response = ask(q="vélo", **{facet: value})
        assert response.status_code == 200, facet
        assert "<script>" not in response.content.decode().split("<main", 1)[1]


def test_sorting_by_date_is_kept_through_pages_and_filters(add, ask):
    for number in range(12):
        add(f"Vélo {number}", "vélo " * number, date=dt.date(2001 + number, 1, 1))
    response = ask(q="vélo", sort="date", year=[str(2001 + number) for number in range(12)])
    dates = [result.date for result in response.context["results"]]
    assert dates == sorted(dates, reverse=True)
    links = re.findall(r'href="\?([^"]+page=2)"', response.content.decode())
    assert links
    following = parse_qs(links[0].replace("&amp;", "&"))
    assert following["sort"] == ["date"]
    assert len(following["year"]) == 12


def test_the_address_says_the_whole_state():
    asked = QueryDict('q=vélo&tag=tri,"a, b"&tag=tri&year=2024&sort=date&lang=en&page=2')
    selection, problems = read_selection(asked, "fr")
    assert not problems
    assert selection == Selection(
        "vélo", "en", {"tag": ("tri", "a, b"), "year": ("2024",)}, Sort.DATE, 2
    )
    again, _problems = read_selection(QueryDict(selection.query_string("fr")), "fr")
    assert again.wanted == selection.wanted
    assert (again.query, again.language, again.sort) == ("vélo", "en", Sort.DATE)


def test_long_lists_fold_their_end(db):
    years = {str(year): 1 for year in range(2000, 2020)}
    names = read_names()
    selection = Selection("", "fr")
    [group] = groups({"year": years}, 20, selection, names, lambda to: to.query_string("fr"))
    shown = group.choices[: group.cut]
    assert [choice.value for choice in shown] == ["2019", "2018", "2017", "2016", "2015"]
    assert group.folded == 15
    assert not group.is_open
    chosen = selection.toggled("year", "2001")
    [group] = groups({"year": years}, 20, chosen, names, lambda to: to.query_string("fr"))
    assert group.is_open


def test_the_closest_engagement_is_shown_when_nothing_answers(facts, ask, monkeypatch):
    monkeypatch.setattr(views, "addresses", lambda request, user, language: Given(), raising=True)
    response = ask(q="mobilités douces zythologie")
    assert response.context["total"] == 0
    assert response.context["engagement"].number == 12
    assert "L’engagement le plus proche" in response.content.decode()
    assert not ask(q="xylophone").context["engagement"]


class Given:
    """Gives every engagement an address."""

    def give(self, engagements):
        for engagement in engagements:
            engagement.url = f"/fr/{engagement.slug}/"


def test_simplified_results_are_said_to_be_so(db, rf, agent):
    request = rf.get("/fr/recherche/")
    request.user = agent
    with translation.override("fr"):
        page = render_to_string("search/search.html", {"degraded": True}, request)
        assert "Résultats simplifiés" in page
        page = render_to_string("search/search.html", {"degraded": False}, request)
        assert "Résultats simplifiés" not in page


def test_a_result_shows_the_picture_of_its_page(publish, ask):
    def drawing(width: int, height: int, name: str) -> ContentFile:
        drawn = ContentFile(b"", name)
        Drawing.new("RGB", (width, height)).save(drawn, name.rpartition(".")[2])
        return ContentFile(drawn.file.getvalue(), name)

    image = PortalImage.objects.create(title="Vélo", file=drawing(640, 480, "velo.png"))
    for width, height in ((160, 120), (320, 240)):
        drawn = Filter(spec=f"fill-{width}x{height}|format-webp")
        image.renditions.create(
            filter_spec=drawn.spec,
            focal_point_key=drawn.get_cache_key(image),
            width=width,
            height=height,
            file=drawing(width, height, f"velo-{width}.webp"),
        )
    publish("Le vélo", image=image)
    page = ask(q="vélo").content.decode()
    [picture] = re.findall(r"<img[^>]*search-result__picture[^>]*>", page)
    for said in ('loading="lazy"', 'width="160"', 'height="120"', 'alt=""', "320w"):
        assert said in picture


@pytest.mark.parametrize(
    ("model", "known_by", "field"),
    [
        (Engagement, {"number": 11}, "theme_fr"),
        (Sdg, {"number": 7}, "title_fr"),
        (Service, {"slug": "dsi"}, "name_fr"),
        (Axis, {"number": 3}, "title_fr"),
    ],
)
def test_a_filter_takes_the_new_name_of_what_it_goes_by(posts, ask, model, known_by, field):
    assert "Tout neuf" not in ask(q="vélo", axis="3").content.decode()
    thing = model.objects.get(**known_by)
    setattr(thing, field, "Tout neuf")
    thing.save()
    assert "Tout neuf" in ask(q="vélo", axis="3").content.decode()

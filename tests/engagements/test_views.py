"""The public pages of the facts."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale, Site

from engagements.charts import Point, bar_chart
from engagements.models import (
    Award,
    AxisPage,
    EngagementPage,
    EngagementSdg,
    IndicatorLink,
    Milestone,
    Target,
)
from engagements.related import RelatedQuery, related_content
from portal.core.tables import harmless
from tests.factories import make_engagement

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(agent):
    client = Client()
    client.force_login(agent)
    return client


def address(name, *args, language="fr"):
    with translation.override(language):
        return reverse(name, args=args)


def text_of(client, name, *args, language="fr", **query):
    response = client.get(address(name, *args, language=language), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def barometer(make_figure, make_measure):
    figure = make_figure("barometre-afnor", label_fr="Note au baromètre")
    make_measure(figure, 60, 2023)
    make_measure(figure, 62, 2024)
    return figure


@pytest.fixture
def pages(engagement):
    root = Site.objects.get(is_default_site=True).root_page
    axis_page = root.add_child(
        instance=AxisPage(title="Gouvernance", axis=engagement.axis, locale=root.locale)
    )
    page = axis_page.add_child(
        instance=EngagementPage(title="Évaluation", engagement=engagement, locale=root.locale)
    )
    return axis_page, page


@pytest.fixture
def everything(barometer, make_indicator, make_measure, sdg, engagement):
    indicator = make_indicator()
    make_measure(indicator, 753, 2023, status="to_confirm", display="text")
    make_indicator("V1-02")
    IndicatorLink.objects.create(key_figure=barometer, indicator=indicator, role="proxy")
    EngagementSdg.objects.create(engagement=engagement, sdg=sdg)
    Milestone.objects.create(slug="jalon", kind="plan", title_fr="Jalon", title_en="Step")
    return indicator


ADDRESSES = [
    ("indicator_list",),
    ("indicator", "V1-01"),
    ("indicator", "V1-02"),
    ("indicator_csv", "V1-01"),
    ("key_figure", "barometre-afnor"),
    ("key_figure_csv", "barometre-afnor"),
    ("sdg_list",),
    ("sdg", 16),
    ("timeline",),
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ADDRESSES, ids=lambda name: "/".join(map(str, name)))
def test_pages_open_to_who_is_signed_in_and_to_nobody_else(reader, everything, name, language):
    url = address(*name, language=language)
    response = reader.get(url)
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert reader.post(url).status_code == 405
    closed = Client().get(url)
    assert closed.status_code == 302
    assert "login" in closed["Location"] or "connexion" in closed["Location"]


@pytest.mark.parametrize(
    "query",
    [
        "axis=9",
        "axis=-1",
        "axis=²",
        "axis=" + "9" * 500,
        "axis=%00",
        "axis[]=1",
        "engagement=9999999999999999999999",
        "value=<script>",
        "kind=%ff%fe",
        "kind='%20OR%201=1--",
        "axis=1&axis=2&value=with&value=without",
    ],
)
def test_hostile_queries_are_left_out(reader, everything, query):
    for name in ("indicator_list", "timeline", "sdg_list"):
        response = reader.get(f"{address(name)}?{query}")
        assert response.status_code == 200
        assert b"<script>" not in response.content


@pytest.mark.parametrize(
    "name",
    [
        ("indicator", "X9-99"),
        ("key_figure", "inconnu"),
        ("key_figure_csv", "inconnu"),
        ("sdg", 0),
        ("sdg", 18),
        ("sdg", 10**12),
    ],
)
def test_what_does_not_exist_is_not_found(reader, everything, name):
    assert reader.get(address(*name)).status_code == 404


def test_the_list_says_values_and_their_absence(reader, everything):
    page = text_of(reader, "indicator_list")
    assert "753" in page
    assert 'class="indicator-rows__none"' in page
    with_value = text_of(reader, "indicator_list", value="with")
    without = text_of(reader, "indicator_list", value="without")
    assert ("V1-01" in with_value, "V1-02" in with_value) == (True, False)
    assert ("V1-01" in without, "V1-02" in without) == (False, True)
    assert "V1-01" not in text_of(reader, "indicator_list", axis=3)
    assert "V1-01" in text_of(reader, "indicator_list", engagement=3)


def test_a_figure_beside_an_indicator_is_never_shown_as_its_value(
    reader, barometer, make_indicator
):
    indicator = make_indicator()
    IndicatorLink.objects.create(key_figure=barometer, indicator=indicator, role="proxy")
    response = reader.get(address("indicator", "V1-01"))
    assert response.context["reading"].latest is None
    assert response.context["reading"].table is None
    assert [figure.label for figure in response.context["figures"]] == ["Note au baromètre"]
    assert response.context["figures"][0].role
    assert response.context["csv_url"] == ""
    assert text_of(reader, "indicator_list").count("indicator-rows__none") == 1


def test_an_indicator_without_a_value_says_who_will_supply_it(reader, make_indicator, make_measure):
    make_indicator(counted_fr="Les séances tenues.")
    page = text_of(reader, "indicator", "V1-01")
    assert "Les séances tenues." in page
    assert "<table" not in page


def test_a_value_to_be_confirmed_carries_its_caveat(reader, everything):
    response = reader.get(address("indicator", "V1-01"))
    latest = response.context["reading"].latest
    assert (latest.text, latest.validated) == ("753", False)
    assert latest.caveats
    assert latest.caveats[0] in response.content.decode()


def test_two_values_make_a_chart_and_one_does_not(reader, everything):
    figure = reader.get(address("key_figure", "barometre-afnor")).context["reading"]
    assert [bar.label for bar in figure.chart.bars] == ["2023", "2024"]
    assert [bar.width for bar in figure.chart.bars] == [600, 620]
    assert figure.change_text == "+2\xa0points depuis 2023"
    assert len(figure.table.rows) == 2
    assert reader.get(address("indicator", "V1-01")).context["reading"].chart is None


def test_what_cannot_be_compared_is_not_drawn(reader, make_figure, make_measure):
    figure = make_figure(unit_fr="t")
    make_measure(figure, 20, 2023)
    make_measure(figure, 4166, 2024, nature="projection")
    make_measure(figure, 800, 2022, operator="interval", value_max=900)
    reading = reader.get(address("key_figure", "barometre")).context["reading"]
    assert reading.chart is None
    assert len(reading.table.rows) == 3


def test_a_scale_begins_at_zero_and_negative_values_have_no_bar():
    assert bar_chart("x", [Point("a", 0, "0"), Point("b", 0, "0")]).bars[0].width == 0
    assert bar_chart("x", [Point("a", 3, "3")]) is None
    assert bar_chart("x", [Point("a", -3, "−3"), Point("b", 3, "3")]) is None


@pytest.mark.parametrize(
    "changes",
    [{"status": "draft"}, {"status": "withdrawn"}, {"display": "hidden"}],
)
def test_what_is_not_shown_is_shown_nowhere(
    reader, superuser, make_indicator, make_figure, make_measure, changes
):
    indicator, figure = make_indicator(), make_figure()
    raw = "132 145 M €"
    for subject in (indicator, figure):
        make_measure(subject, 41424, 2024, raw_text=raw, note_fr="Secret", **changes)
    make_measure(figure, 7, 2023)
    IndicatorLink.objects.create(key_figure=figure, indicator=indicator, role="related")
    admin = Client()
    admin.force_login(superuser)
    for client in (reader, admin):
        for name in (
            ("indicator_list",),
            ("indicator", "V1-01"),
            ("indicator_csv", "V1-01"),
            ("key_figure", "barometre"),
            ("key_figure_csv", "barometre"),
        ):
            page = text_of(client, *name)
            assert "41" + "\u202f" + "424" not in page
            assert "41424" not in page
            assert raw not in page
            assert "Secret" not in page
    for entry in [*indicator.search_entries(), *figure.search_entries()]:
        assert raw not in f"{entry.title} {entry.summary} {entry.body}"


def test_a_raw_text_is_never_given_to_readers(reader, barometer, make_measure):
    make_measure(barometer, 64, 2025, raw_text="64 sur cent, dit-on")
    assert "dit-on" not in text_of(reader, "key_figure", "barometre-afnor")
    assert "dit-on" not in text_of(reader, "key_figure_csv", "barometre-afnor")


def test_a_figure_with_nothing_to_show_has_no_page(reader, make_figure, make_measure):
    figure = make_figure()
    make_measure(figure, 7, display="hidden")
    assert reader.get(address("key_figure", "barometre")).status_code == 404
    assert figure.search_entries() == []


def test_a_restricted_fact_is_seen_by_its_readers_only(
    reader, agent, everything, barometer, restricted_group, engagement, pages
):
    for fact in (everything, barometer):
        fact.restricted_to.add(restricted_group)
        fact.save()
    assert "V1-01" not in text_of(reader, "indicator_list")
    assert "V1-01" not in text_of(reader, "indicator", "V1-02")
    for name in (
        ("indicator", "V1-01"),
        ("indicator_csv", "V1-01"),
        ("key_figure", "barometre-afnor"),
        ("key_figure_csv", "barometre-afnor"),
    ):
        assert reader.get(address(*name)).status_code == 404
    for page in pages:
        content = reader.get(page.get_url()).content.decode()
        assert "V1-01" not in content
        assert "baromètre" not in content
    query = RelatedQuery([engagement], agent, dt.datetime.now(dt.UTC), "fr")
    (related,) = [group for group in related_content(query) if group.key == "indicators"]
    assert (related.count, [card.summary for card in related.cards]) == (1, ["V1-02"])
    assert everything.search_entries()[0].group_ids == (restricted_group.pk,)
    agent.groups.add(restricted_group)
    assert "V1-01" in text_of(reader, "indicator_list")
    assert reader.get(address("key_figure", "barometre-afnor")).status_code == 200
    # The figure beside an indicator follows its own rule.
    barometer.restricted_to.clear()
    barometer.save()
    agent.groups.clear()
    everything.restricted_to.clear()
    everything.save()
    assert "Note au baromètre" in text_of(reader, "indicator", "V1-01")


def test_see_all_leads_to_the_list_kept_to_one_engagement(agent, everything, engagement):
    now = dt.datetime.now(dt.UTC)
    with translation.override("fr"):
        (related,) = related_content(RelatedQuery([engagement], agent, now, "fr"))
    assert related.more_url == f"{address('indicator_list')}?engagement=3"
    assert RelatedQuery([engagement], agent, now, "fr").filtered("") == ""
    assert RelatedQuery([engagement, engagement], agent, now, "fr").filtered("/fr/x/") == ""


def test_an_unpublished_indicator_has_no_page(reader, superuser, everything):
    everything.live = False
    everything.save()
    assert reader.get(address("indicator", "V1-01")).status_code == 404
    assert everything.search_entries() == []


def rows_of(response, delimiter):
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=delimiter))


def test_the_file_opens_in_the_reader_s_spreadsheet(reader, make_figure, make_measure):
    figure = make_figure(label_fr="=HYPERLINK('x')", label_en="@SUM(1)", unit_fr="t", unit_en="t")
    make_measure(figure, "4.166", 2024, note_fr="-2+3", perimeter_fr="\ttab")
    make_measure(figure, 800, 2023, operator="interval", value_max=900)
    make_measure(figure, None, 2022, status="to_confirm")
    french = reader.get(address("key_figure_csv", "barometre"))
    assert french["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in french["Content-Disposition"]
    head, first, second, third = rows_of(french, ";")
    row = dict(zip(head, first, strict=True))
    assert (row["code"], row["label"]) == ("barometre", "'=HYPERLINK('x')")
    assert (row["value"], row["note"], row["perimeter"]) == ("4,166", "'-2+3", "'\ttab")
    assert dict(zip(head, second, strict=True))["value_max"] == "900"
    assert dict(zip(head, third, strict=True))["value"] == ""
    english = rows_of(reader.get(address("key_figure_csv", "barometre", language="en")), ",")
    assert (english[1][1], english[1][3]) == ("'@SUM(1)", "4.166")


@pytest.mark.parametrize(
    "text",
    [
        *("=1", "+1", "-1", "@x", "\tx", "\rx", "\nx"),
        *("＝1", "＋1", "－1", "＠x", " =1", "\u00a0=1", "\ufeff+1", "\u200b@x", "  ＝1"),
    ],
)
def test_no_cell_begins_a_formula(text):
    assert harmless(text) == f"'{text}"
    assert [harmless(text) for text in ("a=1", " a", "")] == ["a=1", " a", ""]


def test_a_link_to_a_goal_says_where_it_comes_from(reader, everything, sdg):
    response = reader.get(address("sdg", 16))
    (link,) = response.context["links"]
    assert link.get_status_display() in response.content.decode()
    assert response.context["proposed"] is True
    EngagementSdg.objects.update(status="sourced")
    assert reader.get(address("sdg", 16)).context["proposed"] is False
    page = text_of(reader, "sdg_list")
    assert "Paix" in page


def test_the_timeline_never_completes_a_date(reader, engagement):
    def milestone(slug, **changes):
        return Milestone.objects.create(
            slug=slug, kind="label", title_fr=slug, title_en=slug, **changes
        )

    milestone("sans-date")
    milestone("annee", date=dt.date(2004, 1, 1), precision="year", status="planned")
    milestone(
        "longue",
        date=dt.date(2020, 1, 1),
        end_date=dt.date(2026, 12, 31),
        precision="year",
        engagement=engagement,
    )
    Award.objects.create(
        slug="prix",
        name_fr="Prix",
        name_en="Award",
        awarded_by="AFNOR",
        date=dt.date(2024, 11, 1),
        precision="month",
        engagement=engagement,
    )
    found = reader.get(address("timeline")).context["timeline"]
    assert [item.date_text for item in found.dated] == ["2004", "2020–2026", "novembre 2024"]
    assert [item.title for item in found.undated] == ["sans-date"]
    assert found.dated[0].status
    only = reader.get(address("timeline"), {"kind": "award"}).context["timeline"]
    assert [item.title for item in only.dated] == ["Prix"]


def test_the_page_of_an_engagement_gathers_what_links_to_it(
    reader, everything, engagement, pages, make_figure, make_measure
):
    make_measure(make_figure("a-confirmer"), 5, status="to_confirm", display="text")
    Milestone.objects.filter(slug="jalon").update(engagement=engagement)
    response = reader.get(pages[1].get_url())
    assert response.status_code == 200
    context = response.context
    assert [line.code for line in context["indicators"]] == ["V1-01", "V1-02"]
    assert [tile.label for tile in context["tiles"]] == ["Note au baromètre"]
    assert [figure.reading.text for figure in context["figures"]] == ["5"]
    assert [link.sdg.number for link in context["sdg_links"]] == [16]
    assert len(context["timeline"].undated) == 1
    assert context["axis_url"] == pages[0].get_url()
    axis = reader.get(pages[0].get_url())
    assert axis.context["indicator_count"] == 2
    assert [tile.label for tile in axis.context["tiles"]] == ["Note au baromètre"]
    assert pages[1].get_url() in axis.content.decode()


def test_a_figure_in_the_body_is_not_repeated_below(reader, everything, pages):
    for page, name in ((pages[1], "tiles"), (pages[0], "tiles")):
        page.body = [("tile", "barometre-afnor")]
        page.save_revision().publish()
        response = reader.get(page.get_url())
        assert response.context[name] == []
        assert response.content.decode().count("Note au baromètre") == 1


def test_facts_lead_to_the_page_of_their_engagement(reader, everything, pages):
    for name in (("indicator", "V1-01"), ("key_figure", "barometre-afnor"), ("sdg", 16)):
        assert f'href="{pages[1].get_url()}"' in text_of(reader, *name)


def test_a_target_stands_apart_from_the_values(reader, everything, source):
    Target.objects.create(
        indicator=everything,
        label_fr="Agents à sensibiliser",
        label_en="Staff to reach",
        value=200,
        unit_fr="agents",
        unit_en="staff",
        period_start=dt.date(2025, 1, 1),
        period_end=dt.date(2025, 12, 31),
        source=source,
    )
    context = reader.get(address("indicator", "V1-01")).context
    assert [(target.text, target.period) for target in context["targets"]] == [
        ("200\xa0agents", "2025")
    ]
    assert len(context["reading"].table.rows) == 1


def test_a_page_costs_the_same_for_n_and_3n_items(
    reader,
    everything,
    barometer,
    pages,
    engagement,
    sdg,
    make_indicator,
    make_figure,
    make_measure,
):
    urls = [address(*name) for name in ADDRESSES] + [page.get_url() for page in pages]

    def grow(numbers):
        for number in numbers:
            indicator = make_indicator(f"V2-{number}")
            make_measure(indicator, number, 2023, display="text", status="to_confirm")
            figure = make_figure(f"chiffre-{number}")
            make_measure(figure, number, 2023)
            make_measure(figure, number + 1, 2024)
            make_measure(make_figure(f"autre-{number}"), number, 2024, display="text")
            IndicatorLink.objects.create(key_figure=figure, indicator=everything, role="proxy")
            IndicatorLink.objects.create(key_figure=barometer, indicator=indicator, role="proxy")
            other = make_engagement(
                engagement.axis,
                20 + number,
                theme=("Thème", "Theme"),
                statement=("Énoncé", "Statement"),
            )
            EngagementSdg.objects.create(engagement=other, sdg=sdg)
            make_indicator(f"V3-{number}", engagement=other)
            names = {"title_fr": "Jalon", "title_en": "Step", "engagement": engagement}
            Milestone.objects.create(slug=f"jalon-{number}", kind="plan", **names)

    def costs():
        found = {}
        for url in urls:
            reader.get(url)  # what the frame of the page remembers
            with CaptureQueriesContext(connection) as queries:
                assert reader.get(url).status_code == 200
            found[url] = len(queries)
        return found

    grow(range(2))
    few = costs()
    grow(range(2, 8))
    assert costs() == few
    assert max(few.values()) <= 27


def test_facts_say_their_labels_in_each_language(everything, barometer, sdg):
    for fact, french, english in (
        (everything, "Indicateur V1-01", "Indicator V1-01"),
        (barometer, "Note au baromètre", "Figure barometre-afnor"),
        (sdg, "Paix", "Peace"),
    ):
        entries = {entry.language: entry for entry in fact.search_entries()}
        assert set(entries) == {"fr", "en"}
        assert french in entries["fr"].title
        assert english in entries["en"].title
        assert entries["fr"].url != entries["en"].url
    assert Locale.objects.filter(language_code="fr").exists()

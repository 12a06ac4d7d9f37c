"""Tiles: validated figures only, one query whatever their number."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.template import Context
from django.utils import translation
from wagtail.blocks import StreamBlock

from engagements.blocks import BODY_BLOCKS, TileBlock, TileStripBlock
from engagements.models import IndicatorLink
from engagements.tiles import choices, request_tiles, tiles_by_key, tiles_for

pytestmark = pytest.mark.django_db
NBSP = "\xa0"


@pytest.fixture
def barometer(make_figure, make_measure):
    figure = make_figure("barometre-afnor", label_fr="Note au baromètre")
    make_measure(figure, 60, 2023)
    make_measure(figure, 62, 2024)
    return figure


def flat(options):
    return {
        key: label
        for value, label in options
        for key, label in (label if isinstance(label, list) else [(value, label)])
    }


def test_a_tile_says_the_latest_value_and_its_change(agent, barometer):
    with translation.override("fr"):
        tile = tiles_by_key(["barometre-afnor"], agent)["barometre-afnor"]
    assert (tile.value_text, tile.unit, tile.period) == ("62", "points sur 100", "2024")
    assert tile.change_text == f"+2{NBSP}points depuis 2023"
    assert tile.change_favourable is True
    assert (tile.label, tile.source, tile.axis) == ("Note au baromètre", "Bilan RSO 2024", 1)
    assert (tile.nature, tile.caveat) == ("", "")


def test_a_tile_speaks_the_reader_s_language(agent, barometer):
    with translation.override("en"):
        tile = tiles_by_key(["barometre-afnor"], agent)["barometre-afnor"]
    assert (tile.unit, tile.source) == ("points out of 100", "2024 CSR report")
    assert tile.change_text == f"+2{NBSP}points since 2023"
    assert tile.url.startswith("/en/")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "to_confirm"},
        {"status": "draft"},
        {"status": "withdrawn"},
        {"display": "text"},
        {"display": "hidden"},
    ],
)
def test_only_a_validated_measure_meant_for_it_makes_a_tile(
    agent, superuser, make_figure, make_measure, changes
):
    make_measure(make_figure(), 62, **changes)
    assert tiles_for(["barometre"], agent) == []
    assert tiles_for(["barometre"], superuser) == []


def test_a_withdrawn_latest_value_leaves_the_previous_one_without_a_change(
    agent, make_figure, make_measure
):
    figure = make_figure()
    make_measure(figure, 60, 2023)
    make_measure(figure, 62, 2024, status="withdrawn")
    (tile,) = tiles_for(["barometre"], agent)
    assert (tile.value_text, tile.period, tile.change_text) == ("60", "2023", "")


def test_no_change_is_told_when_a_newer_validated_value_is_not_on_the_tile(
    agent, make_figure, make_measure
):
    figure = make_figure()
    make_measure(figure, 58, 2022)
    make_measure(figure, 60, 2023)
    make_measure(figure, 62, 2024, display="text")
    (tile,) = tiles_for(["barometre"], agent)
    assert (tile.value_text, tile.change_text) == ("60", "")


def test_a_figure_beside_an_indicator_is_never_its_value(agent, barometer, make_indicator):
    indicator = make_indicator()
    IndicatorLink.objects.create(key_figure=barometer, indicator=indicator, role="proxy")
    assert tiles_for(["V1-01"], agent) == []


def test_an_interval_stays_an_interval(agent, make_figure, make_measure):
    figure = make_figure(unit_fr="agents par mois")
    make_measure(figure, 800, operator="interval", value_max=900)
    (tile,) = tiles_for(["barometre"], agent)
    assert tile.value_text in {"de 800 à 900", "800 to 900"}
    assert tile.change_text == ""


def test_a_sum_of_participations_says_so(agent, make_figure, make_measure):
    make_measure(make_figure(), 250, kind="participations")
    (tile,) = tiles_for(["barometre"], agent)
    assert tile.caveat


def test_tiles_keep_the_reader_s_rights(agent, superuser, barometer, restricted_group):
    barometer.restricted_to.add(restricted_group)
    barometer.save()
    assert tiles_for(["barometre-afnor"], agent) == []
    assert len(tiles_for(["barometre-afnor"], superuser)) == 1
    del agent._portal_group_ids
    agent.groups.add(restricted_group)
    assert len(tiles_for(["barometre-afnor"], agent)) == 1
    assert tiles_for(["barometre-afnor"], AnonymousUser()) == []


def test_an_unpublished_or_unknown_subject_has_no_tile(agent, superuser, barometer):
    assert tiles_for(["inconnu", "", "barometre-afnor"], agent) != []
    barometer.live = False
    barometer.save()
    assert tiles_for(["inconnu", "barometre-afnor"], superuser) == []


def render(stream, request):
    return stream.render_as_block(Context({"request": request}))


@pytest.fixture
def stream_of(monkeypatch):
    block = StreamBlock(BODY_BLOCKS)

    def make(*keys):
        raw = [{"type": "tile", "value": key, "id": str(n)} for n, key in enumerate(keys)]
        raw.append({"type": "tiles", "value": list(keys), "id": "strip"})
        return block.to_python(json.loads(json.dumps(raw)))

    return make


def test_any_number_of_tiles_costs_two_queries_at_most(
    agent, rf, make_figure, make_measure, stream_of, django_assert_max_num_queries
):
    keys = [f"chiffre-{number}" for number in range(12)]
    for key in keys:
        make_measure(make_figure(key), 7)
    for asked in (keys[:2], keys[:6], keys):
        request = rf.get("/")
        request.user = type(agent).objects.get(pk=agent.pk)
        with django_assert_max_num_queries(2):  # the reader's groups, the measures
            shown = [
                block.block.get_context(block.value, {"request": request})
                for block in stream_of(*asked)
            ]
        assert all(context["tile"] for context in shown[:-1])
        assert len(shown[-1]["tiles"]) == len(asked)


def test_an_unknown_key_renders_nothing_and_does_not_fail(agent, rf, barometer):
    request = rf.get("/")
    request.user = agent
    block = TileBlock()
    for key in ("inconnu", "", "é'\"<"):
        assert block.get_context(block.to_python(key), {"request": request})["tile"] is None
        assert block.render(block.to_python(key), {"request": request}).strip() == ""
    assert block.get_context("barometre-afnor", None)["tile"] is None
    strip = TileStripBlock()
    value = strip.to_python(["inconnu", "barometre-afnor"])
    assert len(strip.get_context(value, {"request": request})["tiles"]) == 1
    assert request_tiles([], request) == {}


def test_the_page_keeps_only_the_key(barometer):
    block = TileBlock()
    value = block.to_python("barometre-afnor")
    assert json.dumps(block.get_prep_value(value)) == '"barometre-afnor"'
    assert block.get_translatable_segments(value) == []
    assert block.restore_translated_segments(value, []) == "barometre-afnor"
    assert block.get_form_state(value) == ["barometre-afnor"]


def test_the_editor_picks_among_validated_figures_with_their_value(
    barometer, make_figure, make_measure
):
    make_measure(make_figure("a-confirmer", label_fr="À confirmer"), 5, status="to_confirm")
    make_measure(make_figure("en-texte"), 5, display="text")
    with translation.override("fr"):
        groups = choices()
    labels = flat(groups)
    assert labels["barometre-afnor"] == f"Note au baromètre – 62{NBSP}points sur 100 (2024)"
    assert groups[1][0] == "1. Gouvernance"
    assert "a-confirmer" in dict(groups[-1][1])
    assert "5" not in labels["a-confirmer"]
    assert "en-texte" not in labels


def test_the_choice_gives_nothing_away_of_a_restricted_figure(barometer, restricted_group):
    barometer.restricted_to.add(restricted_group)
    barometer.save()
    label = flat(choices())["barometre-afnor"]
    assert "62" not in label
    assert "Note" not in label


def test_a_page_is_not_published_with_a_tile_that_nobody_would_see(make_figure, make_measure):
    make_measure(make_figure("a-confirmer"), 5, status="to_confirm")
    block = StreamBlock([("tile", TileBlock())])
    value = block.to_python([{"type": "tile", "value": "a-confirmer", "id": "a"}])
    with pytest.raises(ValidationError):
        block.clean(value)
    assert block.clean_deferred(value)[0].value == "a-confirmer"
    with pytest.raises(ValidationError):
        block.clean(block.to_python([{"type": "tile", "value": "inconnu", "id": "a"}]))

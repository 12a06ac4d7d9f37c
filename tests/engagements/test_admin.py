"""The facts in the Wagtail admin: who may do what to a measure."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from engagements.models import (
    Award,
    Axis,
    Engagement,
    Indicator,
    KeyFigure,
    Measure,
    Milestone,
    Sdg,
    SourceDocument,
    Target,
)
from portal.users.models import Collectivity, Place, Service, User

pytestmark = pytest.mark.django_db
FACTS = [
    Axis,
    Engagement,
    Sdg,
    Indicator,
    KeyFigure,
    Measure,
    Target,
    Award,
    Milestone,
    SourceDocument,
    Service,
    Collectivity,
    Place,
]


def admin_group(name, *codenames):
    group = Group.objects.create(name=name)
    permissions = Permission.objects.filter(codename__in=["access_admin", *codenames])
    group.permissions.set(permissions)
    return group


@pytest.fixture
def unit(db):
    user = User.objects.create_user("cellule")
    codenames = ("view_measure", "add_measure", "change_measure", "validate_measure")
    user.groups.add(admin_group("Cellule (essai)", *codenames))
    return user


@pytest.fixture
def owner(db):
    service = Service.objects.create(slug="mobilites", name_fr="Mobilités", name_en="Mobility")
    user = User.objects.create_user("referent", service=service)
    user.groups.add(
        admin_group("Référents (essai)", "view_measure", "change_measure", "add_measure")
    )
    return user


def form_data(measure, **changes):
    data = {
        "indicator": measure.indicator_id or "",
        "key_figure": measure.key_figure_id or "",
        "operator": measure.operator,
        "value": measure.value,
        "value_max": "",
        "raw_text": measure.raw_text,
        "period_start": measure.period_start,
        "period_end": measure.period_end,
        "period_precision": measure.period_precision,
        "nature": measure.nature,
        "kind": "",
        "perimeter_fr": "",
        "perimeter_en": "",
        "source": measure.source_id,
        "source_line": "",
        "codes": "",
        "reliability": measure.reliability,
        "display": measure.display,
        "note_fr": "",
        "note_en": "",
    }
    return {**data, **changes}


def edit_url(measure):
    return reverse("wagtailsnippets_engagements_measure:edit", args=[measure.pk])


def action_url(name, measure):
    path = reverse("wagtail_bulk_action", args=["engagements", "measure", name])
    return f"{path}?id={measure.pk}&next=/"


@pytest.mark.parametrize("model", FACTS, ids=lambda model: model.__name__)
def test_every_fact_has_a_list_and_a_form(client, superuser, model):
    client.force_login(superuser)
    name = f"wagtailsnippets_{model._meta.app_label}_{model._meta.model_name}"
    for view in ("list", "add"):
        assert client.get(reverse(f"{name}:{view}")).status_code == 200


def test_the_list_of_measures_says_values_in_words(client, unit, make_figure, make_measure):
    make_measure(make_figure(unit_fr="agents", unit_en="agents"), 3000)
    client.force_login(unit)
    page = client.get(reverse("wagtailsnippets_engagements_measure:list")).content.decode()
    assert "000\xa0agents" in page
    assert 'name="status"' in page


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("validate", "to_confirm", "validated"),
        ("validate", "draft", "draft"),
        ("to_confirm", "draft", "to_confirm"),
        ("to_confirm", "validated", "to_confirm"),
        ("withdraw", "validated", "withdrawn"),
    ],
)
def test_the_unit_changes_the_status_as_the_life_cycle_allows(
    client, unit, make_figure, make_measure, action, before, after
):
    measure = make_measure(make_figure(), 62, status=before)
    client.force_login(unit)
    assert client.get(action_url(action, measure)).status_code == 200
    response = client.post(action_url(action, measure))
    assert response.status_code == 302
    measure.refresh_from_db()
    assert measure.status == after
    told = [str(message) for message in response.wsgi_request._messages]
    assert len(told) == 1


def test_others_do_not_validate(client, owner, make_figure, make_measure):
    measure = make_measure(make_figure(owner=owner.service), 62, status="to_confirm")
    client.force_login(owner)
    client.post(action_url("validate", measure))
    measure.refresh_from_db()
    assert measure.status == "to_confirm"
    page = client.get(reverse("wagtailsnippets_engagements_measure:list")).content.decode()
    assert "bulk/engagements/measure/validate/?id" not in page


def test_a_change_of_value_puts_a_validated_measure_back(client, unit, make_figure, make_measure):
    measure = make_measure(make_figure(), 62)
    client.force_login(unit)
    response = client.post(edit_url(measure), form_data(measure, note_fr="Précision"))
    assert response.status_code == 302
    measure.refresh_from_db()
    assert (measure.status, measure.note_fr) == ("validated", "Précision")
    client.post(edit_url(measure), form_data(measure, value="63", status="validated"))
    measure.refresh_from_db()
    assert (measure.status, measure.value) == ("to_confirm", 63)


def test_numbers_are_typed_as_the_reader_writes_them(client, unit, make_figure, make_measure):
    measure = make_measure(make_figure(), "1.2000", status="draft")
    client.force_login(unit)
    page = client.get(edit_url(measure)).content.decode()
    assert 'value="1,2"' in page
    for typed in ("4,166", "4.166"):
        response = client.post(edit_url(measure), form_data(measure, value=typed))
        assert response.status_code == 302
        measure.refresh_from_db()
        assert measure.value == Decimal("4.166")


def test_the_form_never_changes_the_status(client, unit, make_figure, make_measure):
    measure = make_measure(make_figure(), 62, status="draft")
    client.force_login(unit)
    client.post(edit_url(measure), form_data(measure, status="validated"))
    measure.refresh_from_db()
    assert measure.status == "draft"


def test_a_new_value_is_a_draft(client, unit, make_figure, make_measure):
    model = make_measure(make_figure(), 62)
    client.force_login(unit)
    url = reverse("wagtailsnippets_engagements_measure:add")
    response = client.post(url, form_data(model, value="64", status="validated"))
    assert response.status_code == 302
    assert Measure.objects.latest("pk").status == "draft"


def test_who_answers_for_an_indicator_enters_its_values_only(
    client, owner, make_figure, make_measure
):
    own = make_measure(make_figure(owner=owner.service), 62, status="draft")
    other = make_measure(make_figure("autre"), 5, status="draft")
    client.force_login(owner)
    assert client.post(edit_url(own), form_data(own, value="63")).status_code == 302
    own.refresh_from_db()
    assert own.value == 63
    assert client.get(edit_url(other)).status_code in {302, 403}
    client.post(edit_url(other), form_data(other, value="6"))
    client.post(edit_url(own), form_data(own, key_figure=other.key_figure_id))
    other.refresh_from_db()
    own.refresh_from_db()
    assert (other.value, own.key_figure.slug) == (5, "barometre")


def test_an_implausible_value_has_no_number_to_validate(client, unit, make_figure, make_measure):
    measure = make_measure(make_figure(), None, status="to_confirm", display="hidden")
    client.force_login(unit)
    client.post(action_url("validate", measure))
    measure.refresh_from_db()
    assert measure.status == "to_confirm"


@pytest.mark.parametrize("model", [Award, Milestone, Target])
def test_lists_write_dates_in_words(client, superuser, engagement, source, make_indicator, model):
    day = dt.date(2024, 3, 1)
    dated = {"date": day, "precision": "month", "engagement": engagement}
    fields = {
        Award: {**dated, "name_fr": "Prix", "name_en": "Prize"},
        Milestone: {**dated, "title_fr": "Charte", "title_en": "Charter", "kind": "programme"},
        Target: {"label_fr": "Cible", "label_en": "Target", "value": 3, "source": source}
        | {"period_start": day, "period_end": day},
    }[model]
    if model is Target:
        fields["indicator"] = make_indicator()
    model.objects.create(**fields)
    client.force_login(superuser)
    address = reverse(model.snippet_viewset.get_url_name("list"))
    page = client.get(address, headers={"accept-language": "fr"}).content.decode()
    assert "1er\u00a0mars 2024" in page
    assert "2024-03-01" not in page


def test_the_dashboard_counts_films_in_french(client, superuser):
    client.force_login(superuser)
    page = client.get(reverse("wagtailadmin_home"), headers={"accept-language": "fr"})
    assert "film ou son" in page.content.decode()
    assert "Media file" not in page.content.decode()

"""The life cycle of measures, and the rules that the database keeps."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from engagements.enums import MEASURE_TRANSITIONS, MeasureStatus
from engagements.models import KeyFigure, Measure, Milestone
from engagements.services import change_measure_status, validate_measure, withdraw_measure

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "changes",
    [
        {"value": None, "status": "validated"},
        {"operator": "interval", "value_max": None},
        {"operator": "interval", "value_max": 1},
        {"operator": "eq", "value_max": 90},
        {"period_end": dt.date(2023, 1, 1)},
        {"period_precision": ""},
        {"period_end": None},
        {"period_start": None},
        {"period_start": None, "period_end": None, "period_precision": "year"},
        {"key_figure": None},
    ],
)
def test_the_database_itself_refuses_what_clean_would(make_figure, make_measure, changes):
    measure = make_measure(make_figure(), 62)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(**changes)
    for name, value in changes.items():
        setattr(measure, name, value)
    with pytest.raises(ValidationError):
        measure.full_clean()


@pytest.mark.parametrize(
    "changes",
    [
        {"date": dt.date(2024, 5, 1), "precision": ""},
        {"date": None, "precision": "year"},
        {"date": None, "precision": "", "end_date": dt.date(2024, 5, 1)},
        {"end_date": dt.date(2023, 12, 31)},
    ],
)
def test_a_milestone_says_what_it_knows_of_its_date(db, changes):
    milestone = Milestone.objects.create(
        slug="jalon",
        kind="plan",
        title_fr="Jalon",
        title_en="Milestone",
        date=dt.date(2024, 1, 1),
        precision="year",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(pk=milestone.pk).update(**changes)


def test_a_measure_has_one_subject(make_figure, make_indicator, make_measure):
    measure = make_measure(make_figure(), 62)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(indicator=make_indicator())


def test_the_codes_of_the_register_are_used_once(make_figure, make_measure):
    make_measure(make_figure(), 62, codes="F036")
    make_measure(make_figure("autre"), 60)
    make_measure(make_figure("encore"), 60)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_measure(make_figure("enfin"), 60, codes="F036")


@pytest.mark.parametrize("before", MeasureStatus)
@pytest.mark.parametrize("after", MeasureStatus)
def test_only_the_transitions_of_the_table_are_allowed(
    rso, make_figure, make_measure, before, after
):
    measure = make_measure(make_figure(), 62, status=before)
    if after in MEASURE_TRANSITIONS[before]:
        change_measure_status(actor=rso, measure=measure, to=after)
        assert measure.status == after
    else:
        with pytest.raises(ValidationError):
            change_measure_status(actor=rso, measure=measure, to=after)
        measure.refresh_from_db()
        assert measure.status == before


def test_validation_is_signed_logged_and_undone_by_what_follows(rso, make_figure, make_measure):
    measure = make_measure(make_figure(), 62, status="to_confirm")
    validate_measure(actor=rso, measure=measure)
    assert measure.validated_by == rso
    assert abs(measure.validated_at - timezone.now()) < dt.timedelta(minutes=1)
    entry = ModelLogEntry.objects.get(action="engagements.measure.status")
    assert (entry.user, entry.data) == (rso, {"before": "to_confirm", "after": "validated"})
    withdraw_measure(actor=rso, measure=measure)
    assert (measure.status, measure.validated_by, measure.validated_at) == ("withdrawn", None, None)


def test_others_may_not_validate(agent, superuser, make_figure, make_measure):
    measure = make_measure(make_figure(), 62, status="to_confirm")
    with pytest.raises(PermissionDenied):
        validate_measure(actor=agent, measure=measure)
    assert not ModelLogEntry.objects.filter(action="engagements.measure.status").exists()
    validate_measure(actor=superuser, measure=measure)


def test_a_missing_value_is_never_validated_nor_zero(rso, make_figure, make_measure):
    measure = make_measure(make_figure(), None, status="to_confirm")
    assert measure.quantity is None
    assert measure.reading("agents", "fr") is None
    with pytest.raises(ValidationError):
        validate_measure(actor=rso, measure=measure)


def test_a_key_figure_without_anything_to_show_is_visible_to_nobody(
    agent, superuser, make_figure, make_measure
):
    for number, changes in enumerate(
        [
            {"display": "hidden"},
            {"status": "draft"},
            {"status": "withdrawn"},
            {"display": "hidden", "status": "to_confirm", "value": None},
        ]
    ):
        make_measure(make_figure(f"cache-{number}"), **{"value": 1, **changes})
    make_figure("sans-mesure")
    shown = make_figure("montre")
    make_measure(shown, 1, status="to_confirm", display="text")
    make_measure(shown, 2, status="draft")
    make_measure(shown, 3, year=2023)
    for user in (agent, superuser):
        assert list(KeyFigure.objects.visible_to(user)) == [shown]

"""Facts to test with."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission

from engagements.models import (
    Indicator,
    KeyFigure,
    Measure,
    Sdg,
    SourceDocument,
)
from portal.users.models import User
from tests.factories import make_axis, make_engagement


@pytest.fixture
def axis(db):
    return make_axis(1, "Gouvernance", "Governance")


@pytest.fixture
def engagement(axis):
    return make_engagement(
        axis,
        3,
        theme=("Évaluation", "Evaluation"),
        statement=("Évaluer la démarche", "Evaluate the approach"),
    )


@pytest.fixture
def source(db):
    return SourceDocument.objects.create(title_fr="Bilan RSO 2024", title_en="2024 CSR report")


@pytest.fixture
def sdg(db):
    return Sdg.objects.create(number=16, slug="paix", title_fr="Paix", title_en="Peace")


@pytest.fixture
def make_indicator(engagement):
    def make(code="V1-01", **changes):
        fields = {
            "volet": 1,
            "theme_fr": "Enjeu",
            "theme_en": "Stake",
            "label_fr": f"Indicateur {code}",
            "label_en": f"Indicator {code}",
            "unit_fr": "agents",
            "unit_en": "staff members",
            "engagement": engagement,
            "value_type": "count",
        }
        return Indicator.objects.create(code=code, **{**fields, **changes})

    return make


@pytest.fixture
def make_figure(engagement):
    def make(slug="barometre", **changes):
        fields = {
            "label_fr": f"Chiffre {slug}",
            "label_en": f"Figure {slug}",
            "unit_fr": "points sur 100",
            "unit_en": "points out of 100",
            "direction": "up",
            "engagement": engagement,
        }
        return KeyFigure.objects.create(slug=slug, **{**fields, **changes})

    return make


@pytest.fixture
def make_measure(source):
    def make(subject, value=None, year=2024, **changes):
        fields = {
            "raw_text": str(value),
            "value": None if value is None else Decimal(value),
            "period_start": dt.date(year, 1, 1),
            "period_end": dt.date(year, 12, 31),
            "period_precision": "year",
            "nature": "achieved",
            "reliability": "sure",
            "display": "tile",
            "status": "validated",
            "source": source,
        }
        owner = "indicator" if isinstance(subject, Indicator) else "key_figure"
        return Measure.objects.create(**{owner: subject, **fields, **changes})

    return make


@pytest.fixture
def agent(db):
    return User.objects.create_user("agent-facts")


@pytest.fixture
def rso(db):
    user = User.objects.create_user("rso-facts")
    group = Group.objects.create(name="Cellule RSO (essai)")
    group.permissions.add(Permission.objects.get(codename="validate_measure"))
    user.groups.add(group)
    return user


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("admin-facts")


@pytest.fixture
def restricted_group(db):
    return Group.objects.create(name="Lecteurs restreints")

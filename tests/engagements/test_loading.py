"""The loader: idempotent, through the models' rules, every refused row named."""

import csv
import shutil
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from engagements.enums import MeasureStatus
from engagements.models import (
    Award,
    Axis,
    Engagement,
    EngagementSdg,
    Indicator,
    IndicatorLink,
    KeyFigure,
    LoadedRow,
    Measure,
    Milestone,
    Sdg,
    Target,
)
from engagements.services import LoadReport, load_facts
from engagements.services.loading import FACTS, account_for_register
from portal.users.models import Collectivity

pytestmark = pytest.mark.django_db
MODELS = (Axis, Engagement, Sdg, EngagementSdg, Indicator, KeyFigure, Measure, Target, Award)


def load(**options):
    report = LoadReport()
    load_facts(report=report, **options)
    return report


@pytest.fixture
def facts(tmp_path):
    """The data files, without most of their rows."""
    folder = tmp_path / "facts"
    shutil.copytree(FACTS, folder, ignore=shutil.ignore_patterns("texts"))
    keep(folder / "measures.csv", lambda row: row["codes"] in MEASURES)
    figures = {row["key_figure"] for row in rows_of(folder / "measures.csv")}
    keep(folder / "key_figures.csv", lambda row: row["slug"] in figures)
    keep(folder / "indicators.csv", lambda row: row["code"] in {"V1-01", "V1-05", "V2-01", "V2-02"})
    codes = {row["code"] for row in rows_of(folder / "indicators.csv")}
    keep(
        folder / "indicator_links.csv",
        lambda row: row["key_figure"] in figures and row["indicator"] in codes,
    )
    keep(folder / "milestones.csv", lambda row: row["slug"] == "charte-lgbt")
    return folder


MEASURES = ("F001", "F002;F003", "F004", "F005", "F006", "F007", "F024", "F036")


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def keep(path, wanted):
    def change(rows):
        rows[:] = [row for row in rows if wanted(row)]

    rewrite(path, change)


def rewrite(path, change):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_the_programme_is_loaded_whole(django_assert_max_num_queries):
    output = StringIO()
    call_command("load_facts", stdout=output)
    assert "measures.csv: 128 created, 0 already loaded" in output.getvalue()
    assert "register of 133 figures: 130 in measures, 2 in targets, 1 merged" in output.getvalue()
    assert "rejected" not in output.getvalue()
    counted = [Axis, Engagement, Sdg, Indicator, KeyFigure, Measure, Target, Award]
    assert [model.objects.count() for model in counted] == [3, 15, 17, 43, 124, 128, 1, 2]
    assert Collectivity.objects.count() == 3
    assert sum(1 for _ in Indicator.objects.filter(measures__isnull=True).distinct()) == 40
    validated = Measure.objects.filter(status="validated")
    with (FACTS / "validated_measures.csv").open() as stream:
        codes = {row["code"] for row in csv.DictReader(stream)}
    assert validated.count() == len(codes) == 40
    # A figure that two sources print has two codes, of which the file names one.
    assert all(codes & set(measure.codes.split(";")) for measure in validated)
    assert set(Measure.objects.exclude(status="validated").values_list("status", flat=True)) == {
        "to_confirm"
    }
    # The implausible figures are kept as they were printed, without a value, and hidden.
    for codes_ in ("F101", "F118", "F119"):
        measure = Measure.objects.get(codes=codes_)
        assert (measure.value, measure.display) == (None, "hidden")
        assert measure.raw_text
    assert not Measure.objects.shown().filter(value=None).exists()
    interval = Measure.objects.get(codes="F002;F003")
    assert (interval.value, interval.value_max) == (800, 900)
    # Again: nothing changes, and it costs next to nothing.
    with django_assert_max_num_queries(6):
        again = load()
    assert again.created.total() == 0
    assert again.kept["measures.csv"] == 128
    assert again.rejections == []


def test_every_line_of_the_register_is_accounted_for():
    account = account_for_register()
    assert (account.total, account.of_measures, account.of_targets, account.merged) == (
        133,
        130,
        2,
        1,
    )
    assert account.is_complete


def test_a_lost_or_repeated_line_of_the_register_is_named(tmp_path):
    facts = tmp_path / "facts"
    shutil.copytree(FACTS, facts, ignore=shutil.ignore_patterns("texts"))
    rewrite(facts / "merged.csv", lambda rows: rows[0].update(code="F036"))
    account = account_for_register(facts)
    assert (account.missing, account.repeated) == (("F038",), ("F036",))
    assert "missing F038" in " ".join(account.lines())


def test_what_an_editor_changed_or_deleted_stays_so(facts):
    load(facts=facts)
    Axis.objects.filter(number=1).update(title_fr="Changé")
    measure = Measure.objects.get(codes="F036")
    measure.value, measure.status = Decimal(63), MeasureStatus.TO_CONFIRM
    measure.save()
    EngagementSdg.objects.filter(engagement__number=1, sdg__number=17).delete()
    Milestone.objects.filter(slug="charte-lgbt").delete()
    rewrite(facts / "awards.csv", lambda rows: rows[0].update(name_fr="Autre"))
    load(facts=facts)
    measure.refresh_from_db()
    assert (measure.value, measure.status) == (63, MeasureStatus.TO_CONFIRM)
    assert Axis.objects.get(number=1).title_fr == "Changé"
    assert not EngagementSdg.objects.filter(engagement__number=1, sdg__number=17).exists()
    assert not Milestone.objects.filter(slug="charte-lgbt").exists()
    assert not Award.objects.filter(name_fr="Autre").exists()
    load(facts=facts, again=True)
    assert Milestone.objects.filter(slug="charte-lgbt").exists()
    assert Axis.objects.get(number=1).title_fr == "Changé"


def test_what_an_editor_made_first_is_kept(facts):
    Axis.objects.create(number=1, slug="a-moi", title_fr="À moi", title_en="Mine")
    report = load(facts=facts)
    assert report.kept["axes.csv"] == 1
    assert Axis.objects.get(number=1).title_fr == "À moi"


def test_each_refused_row_is_named_with_its_line_and_reason(facts):
    def spoil(rows):
        rows[0]["value"] = "beaucoup"
        rows[1]["value_max"] = "700"
        rows[2]["key_figure"] = "inconnu"
        rows[3]["indicator"] = "V1-01"
        rows[4]["period_end"] = "2024-13-01"
        rows[5]["nature"] = "rêvé"

    shutil.copy(facts / "measures.csv", facts / "measures.whole")
    rewrite(facts / "measures.csv", spoil)
    report = load(facts=facts)
    assert [(found.file, found.line) for found in report.rejections] == [
        ("measures.csv", line) for line in range(2, 8)
    ]
    reasons = [found.reason for found in report.rejections]
    for reason, words in zip(
        reasons,
        ["“beaucoup” is not a number", "", "“inconnu”", "", "“2024-13-01” is not a date", "nature"],
        strict=True,
    ):
        assert words in reason
        assert reason
    # The others are loaded, and the refused ones are tried again once they are mended.
    assert Measure.objects.count() == len(MEASURES) - 6
    shutil.copy(facts / "measures.whole", facts / "measures.csv")
    assert load(facts=facts).created == {"measures.csv": 6}
    assert IndicatorLink.objects.count() == 2


def test_a_missing_column_refuses_the_rows_of_its_file(facts):
    (facts / "targets.csv").write_text("codes,indicator\nF025,V1-05\n", encoding="utf-8")
    report = load(facts=facts)
    assert [str(found) for found in report.rejections] == ["targets.csv, line 2: no column 'value'"]
    assert not LoadedRow.objects.filter(file="targets.csv").exists()

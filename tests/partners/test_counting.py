"""The public counter, its goal and its milestones, and the indicator that signatures feed."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from engagements.enums import MeasureStatus, Operator
from engagements.models import Indicator, Measure, SourceDocument
from engagements.tiles import tiles_for
from partners import jobs
from partners.counting import count_partners
from partners.enums import CharterStage
from partners.figures import (
    SMALLEST_SHOWN,
    newly_reached,
    progress,
    published_quantity,
    read_thresholds,
)
from partners.models import CharterMilestone
from partners.services import withdraw
from portal.core.models import ProgrammeContact
from portal.core.text import plain_text
from tests.factories import make_user

from .conftest import NOON, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def crowd(version, sign_as, django_capture_on_commit_callbacks):
    """Return a function by which some people sign, by number; it returns their signatures."""

    def add(numbers, *, at=NOON):
        with django_capture_on_commit_callbacks(execute=True):
            return [sign_as(make_user(f"p{number}"), version, at=at) for number in numbers]

    return add


@pytest.fixture
def leave(django_capture_on_commit_callbacks):
    def make(signature, *, at=NOON):
        with django_capture_on_commit_callbacks(execute=True):
            withdraw(signature=signature, person=signature.person, at=at)

    return make


@pytest.fixture
def indicator(engagement, charter):
    """The indicator that the charter feeds."""
    made = Indicator.objects.create(
        code="V1-07",
        volet=1,
        theme_fr="Culture RSO",
        theme_en="Culture",
        label_fr="Nombre de partenaires",
        label_en="Number of partners",
        unit_fr="partenaires",
        unit_en="partners",
        engagement=engagement,
        value_type="count",
    )
    charter.indicator = made
    charter.save()
    return made


@pytest.fixture
def contact(home):
    return ProgrammeContact.objects.create(site=home.get_site(), email="equipe@example.org")


@pytest.fixture
def browser(reader):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(reader)
    return browser


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


def set_goal(charter, goal=20, milestones=""):
    charter.goal, charter.goal_date = goal, dt.date(2026, 12, 31)
    charter.milestones = milestones
    charter.full_clean()
    charter.save()


class TestFigures:
    @given(st.integers(0, 10_000), st.none() | st.integers(1, 10_000))
    def test_progress_never_says_too_much(self, count, goal):
        shown = progress(count, goal, TODAY if goal else None)
        if count < SMALLEST_SHOWN:
            assert (shown.count, shown.percent, shown.missing) == (None, None, None)
            return
        assert shown.count == count
        if goal:
            assert 0 <= shown.percent <= 100
            assert (shown.percent == 100) == (shown.missing == 0) == (count >= goal)

    @given(st.integers(0, SMALLEST_SHOWN - 1))
    def test_small_numbers_are_all_the_same(self, count):
        assert published_quantity(count) == published_quantity(0)
        assert progress(count, 200) == progress(0, 200)

    def test_larger_ones_are_exact(self):
        assert published_quantity(SMALLEST_SHOWN).value == SMALLEST_SHOWN
        assert published_quantity(SMALLEST_SHOWN).operator == Operator.EQUAL

    @pytest.mark.parametrize("raw", ["dix", "10 50", "-5", "1.5", "٣", "10000000"])
    def test_what_is_no_list_of_numbers_is_refused(self, raw):
        with pytest.raises(ValueError, match=r".*"):
            read_thresholds(raw)

    @given(st.lists(st.integers(5, 300)), st.lists(st.integers(0, 300)))
    def test_whatever_comes_and_goes_each_milestone_is_reached_once(self, thresholds, counts):
        known = []
        for count in counts:
            known += newly_reached(count, sorted(set(thresholds)), known)
        assert len(known) == len(set(known))
        assert set(known) == {one for one in thresholds if one <= max(counts, default=0)}


class TestCounting:
    def test_follows_signatures_and_withdrawals_at_once(self, charter, crowd, leave):
        signatures = crowd(range(6))
        assert count_partners(charter) == 6
        leave(signatures[0])
        assert count_partners(charter) == 5

    def test_a_newer_signature_counts_once(self, charter, crowd, publish, sign_as, time_machine):
        [signature] = crowd([1])
        newer = publish(valid_from=TODAY + dt.timedelta(days=1))
        later = NOON + dt.timedelta(days=2)
        time_machine.move_to(later)
        sign_as(signature.person, newer, at=later)
        assert count_partners(charter) == 1

    def test_an_account_out_of_use_does_not_count(self, charter, crowd):
        [signature, _other] = crowd(range(2))
        signature.person.is_active = False
        signature.person.save()
        assert count_partners(charter) == 1

    def test_examples_count_where_examples_are_shown_only(
        self, charter, publish, sign_as, settings
    ):
        settings.DEMONSTRATION_CONTENT = True
        sign_as(make_user("essai"), publish(stage=CharterStage.PROPOSED))
        assert count_partners(charter) == 1
        settings.DEMONSTRATION_CONTENT = False
        assert count_partners(charter) == 0


class TestGoal:
    def test_has_a_date(self, charter):
        charter.goal = 20
        with pytest.raises(IntegrityError), transaction.atomic():
            charter.save()

    def test_a_milestone_that_was_passed_before_is_refused(self, charter, crowd):
        crowd(range(6))
        with pytest.raises(ValidationError, match="5"):
            set_goal(charter, milestones="5, 10")
        set_goal(charter, milestones="10")

    @pytest.mark.parametrize("raw", ["4", "beaucoup", "0"])
    def test_a_milestone_is_a_number_that_may_be_told(self, charter, raw):
        with pytest.raises(ValidationError):
            set_goal(charter, milestones=raw)


class TestPages:
    def test_the_charter_shows_the_way_to_the_goal(self, charter, charter_page, browser, crowd):
        set_goal(charter)
        crowd(range(6))
        page = browser.get(charter_page.url)
        assert "6 partenaires" in words(page)
        assert "Objectif : 20 d’ici au 31 décembre 2026. 30 % du chemin, encore 14." in words(page)
        assert '<progress class="partner-counter__bar" max="20" value="6"' in page.content.decode()

    @pytest.mark.parametrize("number", [0, 1, 4])
    def test_small_numbers_are_told_alike(self, charter, charter_page, browser, crowd, number):
        set_goal(charter)
        crowd(range(number))
        page = browser.get(charter_page.url)
        assert "Moins de cinq pour l’instant" in words(page)
        assert "<progress" not in page.content.decode()

    def test_the_home_page_follows_at_once(
        self, charter, charter_page, home, browser, crowd, leave
    ):
        assert "partner-counter" not in browser.get(home.url).content.decode()
        set_goal(charter)
        signatures = crowd(range(6))
        assert "6 partenaires" in words(browser.get(home.url))
        leave(signatures[0])
        page = browser.get(home.url)
        assert "5 partenaires" in words(page)
        assert charter_page.url in page.content.decode()

    def test_nobody_signed_out_is_told(self, charter, charter_page, home, crowd):
        set_goal(charter)
        home.open_to_all = True
        home.save()
        crowd(range(6))
        page = Client(SERVER_NAME="localhost").get(home.url)
        assert "partner-counter" not in page.content.decode()

    def test_the_home_page_costs_one_query_more(self, charter, charter_page, home, browser, crowd):
        def cost():
            browser.get(home.url)
            with CaptureQueriesContext(connection) as queries:
                browser.get(home.url)
            return len(queries)

        without = cost()
        set_goal(charter)
        crowd(range(3))
        few = cost()
        crowd(range(3, 12))
        assert few == cost() == without + 1


class TestMilestones:
    def test_are_recorded_once_with_their_day_and_announced_once(
        self, charter, charter_page, contact, browser, crowd, leave
    ):
        set_goal(charter, milestones="5, 10")
        signatures = crowd(range(5))
        reached = CharterMilestone.objects.get()
        assert (reached.threshold, reached.reached_at) == (5, NOON)
        mail.outbox.clear()
        jobs.announce_milestones(NOON)
        jobs.announce_milestones(NOON + dt.timedelta(hours=1))
        [message] = mail.outbox
        assert message.to == ["equipe@example.org"]
        assert "5 partenaires" in message.subject.replace("\u00a0", " ")
        assert charter_page.url in message.body
        assert "10\u00a0mars 2026" in message.body
        leave(signatures[0])
        assert "5 partenaires : jalon atteint le 10 mars 2026" in words(
            browser.get(charter_page.url)
        )
        crowd([5], at=NOON + dt.timedelta(days=1))
        jobs.announce_milestones(NOON + dt.timedelta(days=1))
        assert CharterMilestone.objects.get().reached_at == NOON
        assert len(mail.outbox) == 1

    def test_taken_away_and_set_again_are_not_announced_again(self, charter, crowd, leave):
        set_goal(charter, milestones="5")
        signatures = crowd(range(5))
        set_goal(charter, milestones="")
        leave(signatures[0])
        set_goal(charter, milestones="5")
        crowd([9])
        assert CharterMilestone.objects.count() == 1

    def test_wait_for_an_address_and_for_the_mail_server(self, charter, home, crowd, monkeypatch):
        set_goal(charter, milestones="5")
        crowd(range(5))
        mail.outbox.clear()
        jobs.announce_milestones(NOON)
        ProgrammeContact.objects.create(site=home.get_site(), email="equipe@example.org")

        def fail(*_args, **_kwargs):
            raise OSError("no route")

        with monkeypatch.context() as broken:
            broken.setattr("django.core.mail.EmailMessage.send", fail)
            jobs.announce_milestones(NOON)
        assert mail.outbox == []
        jobs.announce_milestones(NOON + dt.timedelta(minutes=1))
        assert mail.outbox == []  # claimed a minute ago
        jobs.announce_milestones(NOON + dt.timedelta(minutes=6))
        assert len(mail.outbox) == 1

    def test_an_account_back_in_use_is_counted_at_night(self, charter, crowd):
        set_goal(charter, milestones="5")
        crowd(range(4))
        person = crowd([4])[0].person
        CharterMilestone.objects.all().delete()
        person.is_active = False
        person.save()
        jobs.recount_partners(NOON)
        assert not CharterMilestone.objects.exists()
        person.is_active = True
        person.save()
        jobs.recount_partners(NOON)
        assert CharterMilestone.objects.get().threshold == 5


class TestIndicator:
    def test_its_value_is_the_number_of_partners(self, indicator, crowd, leave, reader):
        signatures = crowd(range(6))
        measure = Measure.objects.get()
        assert (measure.value, measure.operator) == (6, Operator.EQUAL)
        assert measure.period_start == measure.period_end == TODAY
        assert measure.status == MeasureStatus.VALIDATED
        assert "Signatures" in measure.source.title_fr
        [tile] = tiles_for(["V1-07"], reader)
        assert (tile.value_text, tile.unit) == ("6", "partenaires")
        assert tile.period.replace("\u00a0", " ") == "10 mars 2026"
        leave(signatures[0])
        assert Measure.objects.get().value == 5

    def test_below_five_it_is_an_interval(self, indicator, crowd, reader):
        crowd([1])
        measure = Measure.objects.get()
        assert (measure.value, measure.value_max) == (0, SMALLEST_SHOWN - 1)
        assert tiles_for(["V1-07"], reader)[0].value_text == "de 0 à 4"

    def test_without_a_signature_it_has_no_value(self, indicator, version):
        jobs.recount_partners(NOON)
        assert not Measure.objects.exists()

    def test_what_was_typed_stays(self, indicator, crowd):
        typed = Measure.objects.create(
            indicator=indicator,
            raw_text="12",
            value=Decimal(12),
            period_start=dt.date(2025, 12, 31),
            period_end=dt.date(2025, 12, 31),
            period_precision="day",
            nature="achieved",
            kind="stock",
            reliability="sure",
            display="tile",
            status="validated",
            source=SourceDocument.objects.create(title_fr="Bilan", title_en="Report"),
        )
        crowd(range(6))
        assert Measure.objects.count() == 2
        typed.refresh_from_db()
        assert typed.value == 12

    def test_each_year_keeps_its_last_count(
        self, indicator, crowd, reader, time_machine, django_capture_on_commit_callbacks
    ):
        crowd(range(6), at=NOON)
        new_year = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)  # 1 January in Paris
        jobs.recount_partners(new_year - dt.timedelta(hours=1))
        jobs.recount_partners(new_year)
        rows = Measure.objects.order_by("codes").values_list("codes", "period_end", "value")
        assert list(rows) == [
            ("live:partners:V1-07:2026", dt.date(2026, 12, 31), 6),
            ("live:partners:V1-07:2027", dt.date(2027, 1, 1), 6),
        ]
        crowd(range(6, 8), at=new_year)
        [tile] = tiles_for(["V1-07"], reader)
        assert tile.value_text == "8"
        assert "+2" in tile.change_text

    def test_the_night_follows_an_account_that_goes_out_of_use(self, indicator, crowd):
        [signature, *_others] = crowd(range(6))
        signature.person.is_active = False
        signature.person.save()
        jobs.recount_partners(NOON)
        assert Measure.objects.get().value == 5

    def test_what_the_rso_unit_withdrew_stays_withdrawn(self, indicator, crowd):
        crowd(range(6))
        Measure.objects.update(status=MeasureStatus.WITHDRAWN)
        crowd([6])
        measure = Measure.objects.get()
        assert (measure.status, measure.value) == (MeasureStatus.WITHDRAWN, 7)

    def test_nobody_types_it(self, indicator, crowd, desk):
        crowd(range(6))
        measure = Measure.objects.get()
        page = desk.get(f"/admin/snippets/engagements/measure/edit/{measure.pk}/")
        typed = {
            name: field.value() if field.value() is not None else ""
            for name, field in ((f.name, f) for f in page.context["form"])
        }
        answer = desk.post(
            f"/admin/snippets/engagements/measure/edit/{measure.pk}/",
            {**{k: v for k, v in typed.items() if v != ""}, "value": "900"},
        )
        assert "Le portail compte" in words(answer)
        assert Measure.objects.get().value == 6

    def test_a_failure_stops_nobody_from_signing(self, indicator, crowd, monkeypatch, caplog):
        def fail(**_kwargs):
            raise RuntimeError("no")

        monkeypatch.setattr("partners.services.counts.record_live_values", fail)
        assert len(crowd(range(2))) == 2
        assert "could not follow" in caplog.text

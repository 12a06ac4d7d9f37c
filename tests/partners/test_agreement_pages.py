"""The page of an agreement, and the example of the demonstration."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from engagements.models import LoadedRow
from engagements.services import LoadReport, load_facts
from home.models import StandardPage
from partners.models import Agreement, AgreementPage, AgreementVersion, Organisation
from partners.services import (
    follow_agreements,
    give_notice,
    load_agreements,
    record_paper_agreement,
)
from partners.services.agreements import Terms
from partners.services.loading import PROGRAMME
from partners.verification import check_everything
from portal.core.text import plain_text
from tests.factories import make_user

from . import agreements as make
from .conftest import NOON, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

DAY = dt.timedelta(days=1)


@pytest.fixture
def actor(db):
    return make_user("cellule")


@pytest.fixture
def page(home, actor, engagement):
    make.draft(actor, terms=Terms(TODAY - 400 * DAY, dt.date(2025, 12, 31), is_tacit=True))
    page = AgreementPage(
        title="La convention", slug="convention", agreement=Agreement.objects.get()
    )
    page.engagements.set([engagement])
    home.add_child(instance=page)
    return page


@pytest.fixture
def version(page, actor):
    return record_paper_agreement(version=AgreementVersion.objects.get(), actor=actor)


@pytest.fixture
def browser(reader):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(reader)
    return browser


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


class TestPage:
    def test_a_draft_is_not_shown(self, browser, page):
        told = words(browser.get(page.url))
        assert "n’est pas encore signée" in told
        assert "Préambule." not in told

    def test_tells_where_it_stands_today(self, browser, page, version):
        told = words(browser.get(page.url))
        for expected in (
            "En vigueur aujourd’hui, 10 mars 2026.",
            "jusqu’au 31 décembre 2026",
            "sauf préavis d’une partie au plus tard le 30 septembre 2026",
            "3 mois",
            "Association n° 1",
            "Présidence 2 – signé",
            "Article 2",
        ):
            assert expected in told.replace("a signé", "signé")

    def test_the_calendar_alone_changes_it(self, browser, page, version, time_machine, reader):
        time_machine.move_to(dt.datetime(2026, 12, 31, 22, 59, tzinfo=dt.UTC), tick=False)
        browser.force_login(reader)
        assert "jusqu’au 31 décembre 2026" in words(browser.get(page.url))
        time_machine.move_to(dt.datetime(2026, 12, 31, 23, 0, tzinfo=dt.UTC), tick=False)
        assert "jusqu’au 31 décembre 2027" in words(browser.get(page.url))

    def test_tells_of_a_notice_and_of_the_end(
        self, browser, page, version, actor, time_machine, reader
    ):
        follow_agreements(at=NOON)
        give_notice(version=version, actor=actor, on=TODAY)
        assert "un préavis a été donné le 10 mars 2026" in words(browser.get(page.url))
        time_machine.move_to(NOON + 365 * DAY, tick=False)
        browser.force_login(reader)
        assert "a pris fin le 31 décembre 2026" in words(browser.get(page.url))

    def test_is_closed_to_others(self, page, version):
        assert Client(SERVER_NAME="localhost").get(page.url).status_code == 302

    def test_is_found_by_its_words(self, page, version):
        assert "La durée" in page.search_text()

    def test_is_on_its_engagement(self, page, version, engagement, home, reader):
        from engagements.related import RelatedQuery
        from partners.related import AgreementsAbout

        query = RelatedQuery(engagements=[engagement], user=reader, at=NOON, language="fr")
        assert [card.title for card in AgreementsAbout()(query).cards] == ["La convention"]

    def test_costs_the_same_whatever_the_number_of_parties(self, browser, page, version, actor):
        costs = []
        for parties in (2, 6):
            draft = make.draft(actor, parties=parties, terms=Terms(TODAY - DAY))
            record_paper_agreement(version=draft, actor=actor)
            follow_agreements(at=NOON)
            browser.get(page.url)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                browser.get(page.url)
            costs.append(len(queries))
        assert costs[0] == costs[1]


# Wagtail leaves the files it reads for the garbage collector to close.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestExample:
    @pytest.fixture
    def loaded(self, home):
        from engagements.models import Engagement, EngagementPage

        load_facts(report=LoadReport())
        home.add_child(
            instance=StandardPage(title="Écoute", slug="cellule-ecoute", locale=home.locale)
        )
        for engagement in Engagement.objects.all():
            home.add_child(
                instance=EngagementPage(
                    title=engagement.theme_fr, slug=engagement.slug, engagement=engagement
                )
            )
        report = LoadReport()
        load_agreements(report=report, home=home)
        assert report.is_clean, list(report.lines())
        return home

    def test_is_in_force_by_its_dates(self, loaded):
        version = AgreementVersion.objects.get()
        assert (version.status, version.ends_on) == ("in_force", dt.date(2026, 12, 31))
        assert version.is_on_paper
        assert version.is_example
        assert version.starts_on == dt.date(2017, 10, 1)
        assert Organisation.objects.count() == 4
        assert not list(check_everything())

    def test_says_that_it_is_an_example(self, loaded, browser):
        page = AgreementPage.objects.live().get()
        told = words(browser.get(page.url))
        assert "ce n’est pas le texte qui a été signé" in told
        assert "doit confirmer cet état" in told

    def test_is_loaded_once(self, loaded):
        rows = LoadedRow.objects.count()
        load_agreements(report=LoadReport(), home=loaded)
        assert LoadedRow.objects.count() == rows
        assert AgreementVersion.objects.count() == 1


class TestDraftingFromFiles:
    @pytest.fixture
    def folder(self, tmp_path):
        source = PROGRAMME / "agreements" / "amacod"
        folder = tmp_path / "ecoute"
        folder.mkdir()
        for name in ("agreement.yaml", "text.fr.yaml", "text.en.yaml"):
            (folder / name).write_text((source / name).read_text("utf-8"), "utf-8")
        return folder

    def test_makes_a_draft_then_another_version(self, folder, actor, capsys):
        for number in (1, 2):
            call_command("draft_agreement", str(folder), author=actor.username)
            version = AgreementVersion.objects.get(number=number)
            assert (version.status, version.agreement.slug) == ("draft", "ecoute")
            assert not version.is_example
            assert f"/admin/agreements/{version.pk}/" in capsys.readouterr().out
            record_paper_agreement(version=version, actor=actor)

    def test_a_draft_under_way_is_named_and_left_alone(self, folder, actor):
        call_command("draft_agreement", str(folder), author=actor.username)
        version = AgreementVersion.objects.get()
        file = folder / "agreement.yaml"
        file.write_text(
            file.read_text("utf-8").replace("is_tacit: true", "is_tacit: false"), "utf-8"
        )
        with pytest.raises(CommandError) as refused:
            call_command("draft_agreement", str(folder), author=actor.username)
        assert f"{version}" in str(refused.value)
        assert f"/admin/agreements/{version.pk}/" in str(refused.value)
        assert AgreementVersion.objects.get().is_tacit

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("agreement.yaml", "name_fr: x"),
            ("agreement.yaml", "{"),
            ("agreement.yaml", "[1]"),
            ("text.fr.yaml", "title: x\narticles: []"),
            ("text.en.yaml", "title: x\narticles: [{number: 1, title: a, body: b}]"),
        ],
    )
    def test_says_what_is_wrong(self, folder, actor, name, content):
        (folder / name).write_text(content)
        with pytest.raises(CommandError):
            call_command("draft_agreement", str(folder), author=actor.username)
        assert not Agreement.objects.exists()

    def test_needs_an_author(self, folder):
        with pytest.raises(CommandError, match="no active account"):
            call_command("draft_agreement", str(folder), author="personne")

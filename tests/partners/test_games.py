"""The awareness game: who declares a session, what it may say, and what it feeds."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import PageViewRestriction

from engagements.enums import CountKind, Display, Operator
from engagements.models import Indicator, Measure, SourceDocument, Target
from engagements.tiles import tiles_for
from home.models import StandardPage
from partners import jobs
from partners.dashboard import panels_for
from partners.enums import GAME_SESSION_TRANSITIONS, GameSessionStatus
from partners.games import MOST_PEOPLE, SessionFacts, check_day, check_people, gauge
from partners.models import CharterPage, Game, GameMilestone, GameSession, GameSessionNotice
from partners.services import (
    SameSessionError,
    SessionClosedError,
    apply_retention,
    close_session,
    correct_session,
    declare_session,
    delete_session,
    outbox,
    refuse_session,
    reopen_session,
    withdraw,
)
from portal.core.models import ProgrammeContact
from portal.core.text import plain_text
from portal.users.models import Place, Service
from tests.factories import make_user

from .conftest import NOON, TODAY
from .test_signing import Threads, emptied  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

DECLARED, CLOSED, REFUSED = (
    GameSessionStatus.DECLARED,
    GameSessionStatus.CLOSED,
    GameSessionStatus.REFUSED,
)
GAME = "/fr/jeux/jeu/"
DECLARE = "/fr/jeux/jeu/declarer/"


def make_indicator(code, engagement, unit):
    return Indicator.objects.create(
        code=code,
        volet=1,
        theme_fr="Culture RSO",
        theme_en="Culture",
        label_fr=f"Nombre de {unit}",
        label_en=f"Number of {unit}",
        unit_fr=unit,
        unit_en=unit,
        engagement=engagement,
        value_type="count",
    )


@pytest.fixture
def service(db):
    return Service.objects.create(slug="cuisine", name_fr="Cuisine centrale", name_en="Kitchen")


@pytest.fixture
def place(db):
    return Place.objects.create(slug="heudelet", name_fr="Heudelet", name_en="Heudelet site")


@pytest.fixture
def indicators(engagement):
    return (
        make_indicator("V1-04", engagement, "sessions"),
        make_indicator("V1-05", engagement, "agents"),
    )


@pytest.fixture
def game(charter, indicators):
    source = SourceDocument.objects.create(title_fr="Bilan", title_en="Report")
    return Game.objects.create(
        slug="jeu",
        name_fr="Jeu mét’ODD",
        name_en="mét’ODD game",
        charter=charter,
        sessions_indicator=indicators[0],
        people_indicator=indicators[1],
        goal=Target.objects.create(
            indicator=indicators[1],
            label_fr="Agents à sensibiliser",
            label_en="Staff to be reached",
            value=200,
            period_start=dt.date(2025, 1, 1),
            period_end=dt.date(2025, 12, 31),
            source=source,
        ),
    )


@pytest.fixture
def partner(signatory, service, place):
    signatory.service, signatory.place = service, place
    signatory.save()
    return signatory


@pytest.fixture
def signature(partner, version, sign_as):
    return sign_as(partner, version)


@pytest.fixture
def unit(db):
    """Someone of the RSO unit."""
    user = make_user("cellule")
    group = Group.objects.create(name="Cellule RSO (essai)")
    group.permissions.set(
        Permission.objects.filter(
            codename__in=("access_admin", "view_gamesession", "change_gamesession")
        )
    )
    user.groups.add(group)
    return user


@pytest.fixture
def browser_of():
    def make(person):
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(person)
        return browser

    return make


@pytest.fixture
def browser(browser_of, partner):
    return browser_of(partner)


@pytest.fixture
def held(game, partner, signature, service, place):
    """Return a function by which the partner declares a session."""

    def make(people=12, day=TODAY, *, at=NOON, **given):
        facts = SessionFacts(day, people, service, place)
        return declare_session(
            game=game, person=partner, facts=facts, language="fr", at=at, **given
        )

    return make


@pytest.fixture
def decide(unit, django_capture_on_commit_callbacks):
    """Return a function by which the RSO unit decides about a session."""

    def make(session, how, **given):
        with django_capture_on_commit_callbacks(execute=True):
            return how(session=session, actor=unit, at=NOON, **given)

    return make


def told(service, place, /, **changes):
    facts = {"held_on": "2026-03-09", "service": service.pk, "place": place.pk, "people": "12"}
    return {**facts, **changes}


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


def values(code):
    found = Measure.objects.filter(indicator__code=code).order_by("period_end")
    return [(one.period_end.year, one.value, one.operator) for one in found]


class TestDeclaring:
    def test_a_partner_declares_and_the_gauge_moves(self, browser, game, signature, service, place):
        assert "Aucune séance déclarée" in words(browser.get(GAME))
        response = browser.post(DECLARE, told(service, place), follow=True)
        assert "la séance est déclarée" in words(response)
        session = GameSession.objects.get()
        assert (session.people, session.status, session.language) == (12, DECLARED, "fr")
        assert (session.service, session.place) == (service, place)
        assert "12 / 200 participations" in words(response)
        assert 'max="200" value="12"' in response.content.decode()
        assert "Cuisine centrale" in words(response)

    @pytest.mark.parametrize("who", ["never signed", "withdrew", "another charter"])
    def test_only_with_an_active_signature(
        self, who, game, browser, partner, service, place, version, sign_as, charter
    ):
        if who == "withdrew":
            withdraw(signature=sign_as(partner, version), person=partner, at=NOON)
        if who == "another charter":
            sign_as(partner, version)
            game.charter = type(charter).objects.create(slug="autre", name_fr="A", name_en="B")
            game.save()
            with pytest.raises(ValidationError):
                declare_session(
                    game=game, person=partner, facts=SessionFacts(TODAY, 3), language="fr", at=NOON
                )
            return
        response = browser.post(DECLARE, told(service, place), follow=True)
        assert "dont la signature est active" in words(response)
        assert "Déclarer une séance" not in words(response)
        assert not GameSession.objects.exists()

    def test_the_service_and_the_site_of_the_partner_are_proposed(
        self, browser, game, signature, service, place
    ):
        page = browser.get(DECLARE).content.decode()
        assert f'<option value="{service.pk}" selected>' in page
        assert f'<option value="{place.pk}" selected>' in page

    def test_several_services_on_a_site_that_no_list_has(
        self, browser, game, signature, service, place
    ):
        browser.post(DECLARE, told(service, place, service="0", place="0"))
        session = GameSession.objects.get()
        assert (session.service, session.place) == (None, None)
        assert "Plusieurs services" in words(browser.get(GAME))

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"held_on": "2026-03-11"}, "Ce jour est encore à venir"),
            ({"held_on": "2024-12-31"}, "janvier 2025 : pour une plus ancienne"),
            ({"held_on": ""}, "Champ requis"),
            ({"held_on": "31/02/2026"}, "Saisissez une date valide"),
            ({"people": "0"}, "Entre 1 et 100 personnes"),
            ({"people": "101"}, "Entre 1 et 100 personnes"),
            ({"people": "-4"}, "Entre 1 et 100 personnes"),
            ({"people": "douze"}, "Saisissez un nombre entier"),
            ({"people": "9" * 30}, "Entre 1 et 100 personnes"),
            ({"service": ""}, "Champ requis"),
            ({"service": "99999"}, "Sélectionnez un choix valide"),
            ({"place": "x"}, "Sélectionnez un choix valide"),
        ],
    )
    def test_what_cannot_be_is_said_and_what_was_typed_stays(
        self, changes, message, browser, game, signature, service, place
    ):
        response = browser.post(DECLARE, told(service, place, **changes))
        assert response.status_code == 422
        assert message in words(response)
        kept = {"held_on": "2026-03-09", "people": "12", **changes}
        if "people" not in changes:
            assert f'value="{kept["people"]}"' in response.content.decode()
        if "held_on" not in changes:
            assert f'value="{kept["held_on"]}"' in response.content.decode()
        assert not GameSession.objects.exists()

    @pytest.mark.parametrize("day", [dt.date(2025, 1, 1), TODAY])
    def test_the_first_and_the_last_day_that_can_be(self, day):
        check_day(day, on=TODAY)

    @pytest.mark.parametrize("people", [1, MOST_PEOPLE])
    def test_the_fewest_and_the_most_people_that_can_be(self, people):
        check_people(people)

    def test_today_is_that_of_paris(self, held, time_machine):
        late = dt.datetime(2026, 3, 10, 23, 30, tzinfo=dt.UTC)  # the 11th in Paris
        time_machine.move_to(late, tick=False)
        held(day=dt.date(2026, 3, 11), at=late)

    def test_the_database_refuses_it_too(self, held):
        session = held()
        for fields in ({"people": 0}, {"people": 101}, {"status": REFUSED}, {"reason": "x"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                GameSession.objects.filter(pk=session.pk).update(**fields)

    def test_a_session_like_another_is_asked_about(self, browser, game, held, service, place):
        held(day=dt.date(2026, 3, 9))
        response = browser.post(DECLARE, told(service, place, people="8"))
        assert response.status_code == 422
        assert "est déjà déclarée" in words(response)
        assert 'value="8"' in response.content.decode()
        browser.post(DECLARE, told(service, place, people="8", is_another="on"))
        assert sorted(GameSession.objects.values_list("people", flat=True)) == [8, 12]

    def test_of_another_day_service_or_site_it_is_not(self, held, game, partner, service, place):
        held()
        others = (
            SessionFacts(TODAY - dt.timedelta(days=1), 12, service, place),
            SessionFacts(TODAY, 12, None, place),
            SessionFacts(TODAY, 12, service, None),
        )
        for facts in others:
            declare_session(game=game, person=partner, facts=facts, language="fr", at=NOON)
        with pytest.raises(SameSessionError):
            declare_session(game=game, person=partner, facts=others[1], language="fr", at=NOON)
        assert GameSession.objects.count() == 4

    def test_who_reads_without_having_signed_sees_how_to(self, browser_of, game, reader):
        page = words(browser_of(reader).get(GAME))
        assert "Lire la charte" in page
        assert "Déclarer une séance" not in page

    def test_who_may_not_read_the_charter_has_no_game(self, browser_of, game, reader, charter_page):
        restriction = PageViewRestriction.objects.create(
            page=charter_page, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(Group.objects.create(name="Autres"))
        for path in (GAME, DECLARE):
            assert browser_of(reader).get(path).status_code == 404

    def test_in_english(self, browser, held, charter_page, english):
        charter_page.copy_for_translation(english, copy_parents=True)
        held()
        CharterPage.objects.filter(locale=english).update(live=True)
        page = words(browser.get("/en/games/jeu/"))
        assert "12 / 200 participations" in page
        assert "Heudelet site" in page


class TestCorrecting:
    def path(self, session, name="correct_session"):
        return reverse(name, args=["jeu", session.uuid])

    def test_ones_own(self, browser, held, service, place):
        session = held()
        page = browser.get(self.path(session)).content.decode()
        assert 'value="2026-03-10"' in page
        assert 'value="12"' in page
        browser.post(self.path(session), told(service, place, people="15"))
        session.refresh_from_db()
        assert (session.people, session.held_on) == (15, dt.date(2026, 3, 9))

    def test_it_is_not_like_itself(self, browser, held, service, place):
        session = held()
        response = browser.post(self.path(session), told(service, place, held_on="2026-03-10"))
        assert response.status_code == 302

    def test_ones_own_goes(self, browser, held):
        session = held()
        assert "Supprimer cette séance" in words(browser.get(self.path(session, "delete_session")))
        assert GameSession.objects.exists()
        browser.post(self.path(session, "delete_session"))
        assert not GameSession.objects.exists()

    @pytest.mark.parametrize("name", ["correct_session", "delete_session"])
    def test_nobody_elses(self, name, browser_of, held, version, sign_as, service, place, editor):
        session = held()
        other = make_user("autre")
        sign_as(other, version)
        for person in (other, editor):
            response = browser_of(person).post(self.path(session, name), told(service, place))
            assert response.status_code == 404
        session.refresh_from_db()
        assert session.people == 12

    @pytest.mark.parametrize("name", ["correct_session", "delete_session"])
    def test_not_once_it_is_closed(self, name, browser, held, decide, service, place):
        session = held()
        decide(session, close_session)
        for response in (
            browser.get(self.path(session, name), follow=True),
            browser.post(self.path(session, name), told(service, place, people="15"), follow=True),
        ):
            assert "a clôturé cette séance" in words(response)
        session.refresh_from_db()
        assert (session.people, session.status) == (12, CLOSED)

    def test_after_withdrawing_one_may_still_take_it_back(self, browser, held, signature, partner):
        session = held()
        withdraw(signature=signature, person=partner, at=NOON)
        browser.post(self.path(session, "delete_session"))
        assert not GameSession.objects.exists()

    def test_correcting_what_was_refused_submits_it_again(
        self, browser, held, decide, service, place
    ):
        session = held()
        decide(session, refuse_session, reason="Ce jour-là, le service était fermé.")
        assert "le service était fermé" in words(browser.get(self.path(session)))
        browser.post(self.path(session), told(service, place))
        session.refresh_from_db()
        assert (session.status, session.reason) == (DECLARED, "")


class TestLifeCycle:
    @pytest.fixture
    def acts(self, unit, partner, service, place):
        facts = SessionFacts(TODAY, 20, service, place)
        return {
            "correct_session": lambda one: correct_session(
                session=one, person=partner, facts=facts, at=NOON
            ),
            "close_session": lambda one: close_session(session=one, actor=unit, at=NOON),
            "refuse_session": lambda one: refuse_session(
                session=one, actor=unit, reason="Non", at=NOON
            ),
            "reopen_session": lambda one: reopen_session(session=one, actor=unit, at=NOON),
        }

    @pytest.mark.parametrize("before", GameSessionStatus)
    @pytest.mark.parametrize(
        "by", ["correct_session", "close_session", "refuse_session", "reopen_session"]
    )
    def test_each_service_moves_as_the_table_says(self, before, by, held, acts):
        session = held()
        reason = "Non" if before == REFUSED else ""
        GameSession.objects.filter(pk=session.pk).update(status=before, reason=reason)
        wanted = {name: after for after, name in GAME_SESSION_TRANSITIONS[before].items()}.get(by)
        if wanted is None:
            with pytest.raises(SessionClosedError):
                acts[by](session)
            wanted = before
        else:
            acts[by](session)
        session.refresh_from_db()
        assert session.status == wanted

    def test_a_refusal_says_why(self, held, unit):
        session = held()
        with pytest.raises(ValidationError):
            refuse_session(session=session, actor=unit, reason="  \n ", at=NOON)

    def test_the_partner_is_told_once(self, held, decide):
        session = held()
        decide(session, refuse_session, reason="Ce jour-là,\nle service était fermé.")
        jobs.send_game_notices(NOON)
        jobs.send_game_notices(NOON + dt.timedelta(hours=1))
        [message] = mail.outbox
        assert message.to == ["signataire@example.org"]
        assert "Ce jour-là, le service était fermé." in message.body
        assert f"/fr/jeux/jeu/seances/{session.uuid}/" in message.body
        assert "12" in message.body

    def test_who_has_no_address_is_told_on_the_page(self, held, decide, partner, browser):
        partner.email = ""
        partner.save()
        decide(held(), refuse_session, reason="En double.")
        jobs.send_game_notices(NOON)
        assert not mail.outbox
        assert "En double." in words(browser.get(GAME))

    def test_deleting_what_was_refused_sends_nothing(self, held, decide, partner):
        session = held()
        decide(session, refuse_session, reason="En double.")
        delete_session(session=session, person=partner, at=NOON)
        jobs.send_game_notices(NOON)
        assert not mail.outbox
        assert not GameSessionNotice.objects.exists()


class TestGauge:
    @pytest.mark.parametrize(
        ("people", "count", "percent", "missing"),
        [
            ((4,), None, None, None),
            ((5,), 5, 2, 195),
            ((100, 99), 199, 99, 1),
            ((100, 100), 200, 100, 0),
        ],
    )
    def test_counts_people_from_five_on(self, people, count, percent, missing, game, held):
        for number, one in enumerate(people):
            held(one, TODAY - dt.timedelta(days=number))
        shown = gauge(game)
        assert (shown.progress.count, shown.progress.percent, shown.progress.missing) == (
            count,
            percent,
            missing,
        )
        assert shown.sessions == len(people)

    def test_without_a_session_nothing_is_known(self, game):
        shown = gauge(game)
        assert (shown.sessions, shown.progress.count) == (0, None)

    def test_what_is_refused_does_not_count(self, game, held, decide):
        held(30, TODAY - dt.timedelta(days=1))
        decide(held(50), refuse_session, reason="Non")
        assert gauge(game).progress.count == 30

    def test_counts_from_the_first_day_of_the_goal_on(self, game, held):
        held(30, dt.date(2025, 12, 31))
        held(40, dt.date(2026, 1, 1))
        game.goal.period_start, game.goal.period_end = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
        game.goal.save()
        assert gauge(game).progress.count == 40

    def test_without_a_goal_it_counts_all(self, game, held, browser):
        held(30)
        game.goal.delete()
        game.refresh_from_db()
        assert gauge(game).progress.count == 30
        assert "<progress" not in browser.get(GAME).content.decode()

    def test_stands_on_the_page_of_the_charter(self, browser, held, charter_page):
        held(30)
        response = browser.get(charter_page.url)
        assert "30 / 200 participations" in words(response)
        assert GAME in response.content.decode()


def set_milestones(game, raw):
    game.milestones = raw
    game.full_clean()
    game.save()


def thresholds():
    return list(GameMilestone.objects.values_list("threshold", flat=True))


class TestMilestones:
    @pytest.fixture(autouse=True)
    def contact(self, home):
        return ProgrammeContact.objects.create(site=home.get_site(), email="equipe@example.org")

    def test_are_reached_once_shown_and_announced_once(self, game, held, browser):
        set_milestones(game, "20, 50")
        held(19)
        assert thresholds() == []
        held(1, TODAY - dt.timedelta(days=1))
        milestone = GameMilestone.objects.get()
        assert (milestone.threshold, milestone.reached_at) == (20, NOON)
        held(25, TODAY - dt.timedelta(days=2))
        mail.outbox.clear()
        jobs.announce_milestones(NOON)
        jobs.announce_milestones(NOON + dt.timedelta(hours=1))
        [message] = mail.outbox
        assert message.to == ["equipe@example.org"]
        assert "20 participations" in message.subject.replace("\u00a0", " ")
        assert "Jeu mét’ODD" in message.body
        assert GAME in message.body
        assert "20 participations : jalon atteint le 10 mars 2026" in words(browser.get(GAME))

    def test_stand_on_the_page_of_the_game_only(self, game, held, browser, charter_page):
        set_milestones(game, "20")
        held(30)
        for url in (charter_page.url, reverse("my_signatures")):
            response = browser.get(url)
            assert "30 / 200 participations" in words(response)
            assert "jalon atteint" not in words(response)

    def test_one_that_was_passed_before_is_refused(self, game, held):
        held(30)
        with pytest.raises(ValidationError, match="20"):
            set_milestones(game, "20, 50")
        set_milestones(game, "50")

    def test_a_game_is_set_before_anything_counts(self, charter):
        Game(
            slug="autre", name_fr="Autre", name_en="Other", charter=charter, milestones="20"
        ).full_clean()

    @pytest.mark.parametrize("undo", ["refuse", "delete", "correct"])
    def test_what_never_took_place_reached_nothing(self, undo, game, held, decide, partner):
        set_milestones(game, "20, 50")
        held(30)
        mistaken = held(40, TODAY - dt.timedelta(days=1))
        assert thresholds() == [20, 50]
        if undo == "refuse":
            decide(mistaken, refuse_session, reason="Il n’y en avait que 4.")
        elif undo == "delete":
            delete_session(session=mistaken, person=partner, at=NOON)
        else:
            facts = SessionFacts(held_on=mistaken.held_on, people=4)
            correct_session(session=mistaken, person=partner, facts=facts, at=NOON)
        assert thresholds() == [20]
        mail.outbox.clear()
        jobs.announce_milestones(NOON)
        assert [
            "20 participations" in one.subject.replace("\u00a0", " ") for one in mail.outbox
        ] == [True]
        later = NOON + dt.timedelta(days=1)
        held(25, TODAY - dt.timedelta(days=2), at=later)
        assert GameMilestone.objects.get(threshold=50).reached_at == later

    def test_a_refusal_that_was_corrected_counts_again(self, game, held, decide, partner):
        set_milestones(game, "20")
        session = held(60)
        decide(session, refuse_session, reason="Deux séances ?")
        assert thresholds() == []
        facts = SessionFacts(held_on=session.held_on, people=30)
        correct_session(session=session, person=partner, facts=facts, at=NOON)
        assert thresholds() == [20]

    def test_closing_and_opening_again_change_nothing(self, game, held, decide):
        set_milestones(game, "20")
        session = held(30)
        decide(session, close_session)
        decide(session, reopen_session)
        assert thresholds() == [20]

    def test_another_goal_begins_another_count(self, game, held, browser):
        set_milestones(game, "20")
        held(30, dt.date(2025, 12, 31))
        game.goal.period_start, game.goal.period_end = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
        game.goal.save()
        assert "jalon atteint" not in words(browser.get(GAME))
        jobs.recount_partners(NOON)
        assert thresholds() == [20]
        held(21, dt.date(2026, 1, 2))
        since = GameMilestone.objects.order_by("since").values_list("since", "threshold")
        assert list(since) == [(dt.date(2025, 1, 1), 20), (dt.date(2026, 1, 1), 20)]
        assert words(browser.get(GAME)).count("jalon atteint") == 1

    def test_without_a_goal_each_is_reached_once_too(self, game, held):
        game.goal.delete()
        game.refresh_from_db()
        set_milestones(game, "20")
        held(30)
        held(5, TODAY - dt.timedelta(days=1))
        reached = GameMilestone.objects.get()
        assert (reached.threshold, reached.since) == (20, None)
        with pytest.raises(IntegrityError), transaction.atomic():
            GameMilestone.objects.create(game=game, threshold=20, reached_at=NOON)

    def test_an_e_mail_whose_milestone_goes_meanwhile_is_not_sent(self, game, held, decide):
        set_milestones(game, "20")
        session = held(30)
        [pk] = outbox.waiting(GameMilestone.objects.all(), at=NOON)
        decide(session, refuse_session, reason="Non")
        mail.outbox.clear()

        def compose(_milestone):
            raise AssertionError

        assert not outbox.send_once(GameMilestone.objects.all(), pk, compose=compose, at=NOON)


class TestIndicators:
    def test_closed_sessions_feed_both_marked_as_what_they_are(self, held, decide):
        session = held()
        assert not Measure.objects.exists()
        decide(session, close_session)
        decide(held(8, TODAY - dt.timedelta(days=1)), close_session)
        sessions = Measure.objects.get(indicator__code="V1-04")
        people = Measure.objects.get(indicator__code="V1-05")
        assert (sessions.value, sessions.kind) == (2, CountKind.FLOW)
        assert (people.value, people.kind) == (20, CountKind.PARTICIPATIONS)
        for measure in (sessions, people):
            assert measure.perimeter_fr == "Jeu mét’ODD"
            assert (measure.period_start, measure.period_end) == (dt.date(2026, 1, 1), TODAY)
            assert measure.display == Display.TEXT
            assert measure.source.title_fr == "Séances du jeu déclarées sur le portail"
            assert measure.is_live

    def test_part_of_an_indicator_never_stands_on_a_tile(self, held, decide, reader):
        decide(held(), close_session)
        assert tiles_for(["V1-04", "V1-05"], reader) == []

    def test_its_part_is_said_beside_the_value(self, held, decide, browser):
        decide(held(), close_session)
        for code in ("V1-04", "V1-05"):
            assert "Jeu mét’ODD seulement" in words(browser.get(f"/fr/indicateurs/{code}/"))
        assert words(browser.get("/fr/indicateurs/")).count("Jeu mét’ODD seulement") == 2

    def test_what_is_declared_or_refused_does_not(self, held, decide):
        held()
        decide(held(day=TODAY - dt.timedelta(days=1)), refuse_session, reason="Non")
        jobs.recount_sessions(NOON)
        assert not Measure.objects.exists()

    def test_fewer_than_five_people_are_an_interval(self, held, decide):
        decide(held(3), close_session)
        assert values("V1-05") == [(2026, 0, Operator.INTERVAL)]
        assert values("V1-04") == [(2026, 1, Operator.EQUAL)]

    def test_opened_again_the_year_has_no_value_rather_than_zero(self, held, decide):
        session = held()
        decide(session, close_session)
        decide(session, reopen_session)
        assert not Measure.objects.exists()

    def test_each_session_counts_in_its_own_year(self, held, decide):
        decide(held(10, dt.date(2025, 12, 31)), close_session)
        decide(held(20, dt.date(2026, 1, 1)), close_session)
        assert [(year, value) for year, value, _ in values("V1-05")] == [(2025, 10), (2026, 20)]
        last_year = Measure.objects.get(indicator__code="V1-05", period_end__year=2025)
        assert last_year.period_end == dt.date(2025, 12, 31)
        assert last_year.period_precision == "year"

    def test_a_value_that_was_typed_is_left_alone(self, held, decide, indicators):
        typed = Measure.objects.create(
            indicator=indicators[1],
            raw_text="753 agents",
            value=753,
            period_start=dt.date(2026, 1, 1),
            period_end=dt.date(2026, 12, 31),
            period_precision="year",
            nature="achieved",
            reliability="sure",
            source=SourceDocument.objects.create(title_fr="Dossier", title_en="File"),
        )
        decide(held(), close_session)
        typed.refresh_from_db()
        assert typed.value == Decimal(753)
        assert Measure.objects.filter(indicator=indicators[1]).count() == 2

    def test_the_night_brings_the_period_up_to_date(self, held, decide):
        decide(held(), close_session)
        jobs.recount_sessions(NOON + dt.timedelta(days=3))
        assert values("V1-05")[0][0] == 2026
        measure = Measure.objects.get(indicator__code="V1-05")
        assert measure.period_end == TODAY + dt.timedelta(days=3)

    def test_a_game_that_feeds_nothing_writes_nothing(self, game, held, decide):
        game.sessions_indicator = game.people_indicator = None
        game.save()
        decide(held(), close_session)
        assert not Measure.objects.exists()


class TestUnit:
    LIST = "wagtailsnippets_partners_gamesession:list"

    def act(self, name, *sessions):
        path = reverse("wagtail_bulk_action", args=["partners", "gamesession", name])
        return f"{path}?{'&'.join(f'id={one.pk}' for one in sessions)}&next=/admin/"

    def test_sees_the_list(self, browser_of, unit, held):
        held()
        page = words(browser_of(unit).get(reverse(self.LIST)))
        assert "Cuisine centrale" in page
        assert "Heudelet" in page

    def test_the_list_costs_the_same_whatever_it_holds(self, browser_of, unit, held):
        browser = browser_of(unit)
        costs = []
        for first in (0, 3):
            for number in range(first, first + 3):
                held(day=TODAY - dt.timedelta(days=number))
            browser.get(reverse(self.LIST))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                browser.get(reverse(self.LIST))
            costs.append(len(queries))
        assert costs[0] == costs[1]

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_exports_it_without_formulas_nor_names(
        self, form, browser_of, unit, held, service, partner
    ):
        service.name_fr = "=CONCAT(A1)"
        service.save()
        held()
        response = browser_of(unit).get(reverse(self.LIST), {"export": form})
        content = b"".join(response.streaming_content) if response.streaming else response.content
        if form == "xlsx":
            sheet = load_workbook(io.BytesIO(content)).active
            text = str([[cell.value for cell in row] for row in sheet.iter_rows()])
            assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
        else:
            text = content.decode("utf-8-sig")
        assert "'=CONCAT(A1)" in text
        assert "12" in text
        assert partner.last_name not in text

    def test_closes_several_at_once(
        self, browser_of, unit, held, django_capture_on_commit_callbacks
    ):
        sessions = [held(), held(day=TODAY - dt.timedelta(days=1))]
        browser = browser_of(unit)
        assert browser.get(self.act("close", *sessions)).status_code == 200
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(self.act("close", *sessions))
        assert GameSession.objects.closed().count() == 2
        assert values("V1-04") == [(2026, 2, Operator.EQUAL)]

    def test_refuses_with_a_reason_and_not_without(self, browser_of, unit, held):
        session = held()
        browser = browser_of(unit)
        response = browser.post(self.act("refuse", session), {"reason": " "})
        assert response.status_code == 200
        session.refresh_from_db()
        assert session.status == DECLARED
        browser.post(self.act("refuse", session), {"reason": "En double."})
        session.refresh_from_db()
        assert (session.status, session.reason) == (REFUSED, "En double.")

    def test_is_told_of_what_looks_the_same(self, browser_of, unit, held):
        session = held()
        held(8, is_another=True)
        assert "1 autre séance" in words(browser_of(unit).get(self.act("close", session)))

    def test_what_the_life_cycle_refuses_is_said(self, browser_of, unit, held, decide):
        session = held()
        decide(session, close_session)
        browser_of(unit).post(self.act("refuse", session), {"reason": "Non"})
        session.refresh_from_db()
        assert session.status == CLOSED

    @pytest.mark.parametrize("name", ["close", "refuse", "reopen"])
    def test_nobody_else_decides(self, name, browser_of, held, reader, unit):
        session = held()
        unit.groups.get().permissions.remove(Permission.objects.get(codename="change_gamesession"))
        for person in (reader, type(unit).objects.get(pk=unit.pk)):
            browser_of(person).post(self.act(name, session), {"reason": "Non"})
        session.refresh_from_db()
        assert session.status == DECLARED

    def test_nobody_types_a_session_in_the_admin(self, desk, held):
        session = held()
        name = "wagtailsnippets_partners_gamesession"
        for view, args in (("add", []), ("edit", [session.pk]), ("delete", [session.pk])):
            response = desk.post(reverse(f"{name}:{view}", args=args), {"people": 99})
            assert response.status_code in (302, 403, 404)
        session.refresh_from_db()
        assert session.people == 12


class TestKit:
    @pytest.fixture
    def kit(self, home, game):
        page = StandardPage(title="La mallette", slug="kit", summary="Tout ce qu’il faut.")
        home.add_child(instance=page)
        game.kit = page
        game.save()
        return page

    def test_leads_to_its_page(self, kit, browser, signature):
        response = browser.get(GAME)
        assert kit.url in response.content.decode()
        assert "Tout ce qu’il faut." in words(response)

    def test_not_while_it_is_a_draft(self, kit, browser, signature):
        kit.unpublish()
        assert "La mallette" not in words(browser.get(GAME))

    def test_nor_for_who_may_not_read_it(self, kit, browser, signature):
        restriction = PageViewRestriction.objects.create(
            page=kit, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(Group.objects.create(name="Autres"))
        assert "Tout ce qu’il faut." not in words(browser.get(GAME))


class TestDashboard:
    def test_shows_the_gauge_and_what_waits(self, game, held, unit, decide):
        [panel] = panels_for(unit, at=NOON)
        assert panel.alerts == ()
        session = held()
        [panel] = panels_for(unit, at=NOON)
        [one] = panel.facts["shown"]
        assert (one["gauge"].progress.count, one["waiting"]) == (12, 1)
        [alert] = panel.alerts
        assert alert.text.startswith("1 séance de jeu attend")
        decide(session, close_session)
        [panel] = panels_for(unit, at=NOON)
        assert panel.facts["shown"][0]["waiting"] == 0
        assert panel.alerts == ()


class TestRetention:
    def test_who_declared_is_forgotten_after_two_years(self, held, decide):
        decide(held(day=dt.date(2025, 6, 1)), close_session)
        declared_at = GameSession.objects.get().declared_at
        for days in (729, 730):
            assert GameSession.objects.get().declared_by is not None
            apply_retention(at=declared_at + dt.timedelta(days=days))
        session = GameSession.objects.get()
        assert session.declared_by is None
        assert session.people == 12

    def test_a_removed_account_leaves_the_session(self, held, unit):
        session = held()
        other = make_user("parti")
        GameSession.objects.filter(pk=session.pk).update(declared_by=other)
        other.delete()
        assert GameSession.objects.get().declared_by is None


def test_two_indicators_are_two(game):
    game.people_indicator = game.sessions_indicator
    with pytest.raises(ValidationError):
        game.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        game.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("emptied")
class TestAtOnce:
    def test_tabs_that_declare_the_same_session_make_one(
        self, game, partner, signature, service, place, tmp_path
    ):
        facts = SessionFacts(TODAY, 12, service, place)
        threads = Threads(tmp_path)

        def declare():
            declare_session(game=game, person=partner, facts=facts, language="fr", at=NOON)

        errors = threads.at_once(*[declare] * 6)
        assert [type(error) for error in errors] == [SameSessionError] * 5
        assert threads.ask(GameSession.objects.count) == 1

    def test_of_two_decisions_one_wins(self, held, unit, tmp_path):
        session = held()
        threads = Threads(tmp_path)
        errors = threads.at_once(
            lambda: close_session(session=session, actor=unit, at=NOON),
            lambda: refuse_session(session=session, actor=unit, reason="Non", at=NOON),
        )
        assert [type(error) for error in errors] == [SessionClosedError]
        told = threads.ask(lambda: GameSession.objects.values_list("status", "reason").get())
        assert told in {(CLOSED, ""), (REFUSED, "Non")}
        refused = told[0] == REFUSED
        assert threads.ask(GameSessionNotice.objects.count) == int(refused)

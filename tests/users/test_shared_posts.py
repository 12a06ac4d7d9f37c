"""On a shared workstation, a session ends by itself and a page left open is left."""

import datetime as dt

import pytest
from django.test import Client

from portal.users.shared_posts import IDLE
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 3, 10, 11, 0, tzinfo=dt.UTC)
MINE = "/fr/mes-signatures/"
PASSWORD = "correct-cheval-agrafe"


@pytest.fixture
def sign_in(time_machine):
    time_machine.move_to(NOON, tick=False)
    person = make_user("agente")
    person.set_password(PASSWORD)
    person.save()

    def make(**boxes):
        browser = Client(SERVER_NAME="localhost")
        given = {"username": "agente", "password": PASSWORD, **boxes}
        assert browser.post("/fr/login/", given).status_code == 302
        return browser

    return make


def test_it_ends_when_nobody_asks_for_anything(sign_in, time_machine):
    browser = sign_in(shared="on")
    assert browser.get(MINE).status_code == 200
    time_machine.move_to(NOON + IDLE + dt.timedelta(seconds=1), tick=False)
    answer = browser.get(MINE)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/fr/login/")


def test_each_request_gives_it_the_whole_time_again(sign_in, time_machine):
    browser = sign_in(shared="on")
    for step in range(1, 5):
        time_machine.move_to(NOON + step * (IDLE - dt.timedelta(seconds=1)), tick=False)
        assert browser.get(MINE).status_code == 200


def test_a_page_left_open_is_left_and_nothing_of_it_is_kept(sign_in):
    answer = sign_in(shared="on").get(MINE)
    assert answer["Refresh"] == "301; url=/fr/login/"
    assert answer["Cache-Control"] == "private, no-store"


def test_one_s_own_workstation_is_not_concerned(sign_in, time_machine):
    browser = sign_in()
    assert "Refresh" not in browser.get(MINE)
    time_machine.move_to(NOON + dt.timedelta(hours=2), tick=False)
    assert browser.get(MINE).status_code == 200


def test_who_signs_out_and_in_again_is_asked_again(sign_in):
    browser = sign_in(shared="on")
    browser.post("/fr/logout/")
    browser.post("/fr/login/", {"username": "agente", "password": PASSWORD})
    assert "Refresh" not in browser.get(MINE)

"""A newer version: signatories are told, reminded twice at most, and nothing is carried over."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from partners.models import NewerVersionNotice, Signature
from partners.services import (
    call_for_newer_versions,
    send_newer_version_notices,
    withdraw,
)
from partners.services.newer_versions import REMINDERS
from portal.core.text import plain_text
from tests.factories import make_user

from .conftest import NOON, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

TOMORROW = NOON + dt.timedelta(days=1)


def let_pass(at):
    """Run the jobs of a day."""
    called = call_for_newer_versions(at=at)
    return called, send_newer_version_notices(at=at)


@pytest.fixture
def signature(signatory, version, sign_as):
    return sign_as(signatory, version)


@pytest.fixture
def newer(signature, publish, words):
    """The second version, in force from tomorrow."""
    return publish(valid_from=TOMORROW.date())


def test_nobody_is_told_before_it_is_in_force(newer):
    assert newer.valid_from > TODAY
    assert let_pass(NOON) == (0, 0)


def test_who_signed_the_former_one_is_told_once_and_reminded_twice(newer, signatory, settings):
    at, told = TOMORROW, []
    for wait in (dt.timedelta(), *REMINDERS):
        assert let_pass(at + wait - dt.timedelta(minutes=1)) == (0, 0) or not told
        at += wait
        if told:
            assert let_pass(at - dt.timedelta(seconds=1)) == (0, 0)
        let_pass(at)
        NewerVersionNotice.objects.filter(rank=len(told)).update(sent_at=at)
        told.append(mail.outbox[-1])
    assert len(mail.outbox) == 3
    for years in range(1, 4):
        assert let_pass(at.replace(year=at.year + years)) == (0, 0)
    first, reminder, last = told
    assert first.to == [signatory.email]
    assert first.subject == "Une nouvelle version\u00a0: Charte des partenaires (v2)"
    assert "Vous avez signé la version 1" in first.body
    assert "n’a pas été reportée" in first.body
    assert f"{settings.WAGTAILADMIN_BASE_URL}/fr/charte/\n" in first.body
    assert "2 rappels" in first.body
    assert reminder.subject.startswith("Rappel")
    assert "un rappel suivra" in reminder.body
    assert "dernier message" in last.body


def test_it_speaks_the_language_that_was_signed(signatory, version, sign_as, publish):
    sign_as(signatory, version, language="en")
    publish(valid_from=TOMORROW.date())
    let_pass(TOMORROW)
    assert mail.outbox[0].subject == "A new version: Partners’ charter (v2)"


@pytest.mark.parametrize("hour", [2, 5, 19, 23])
def test_no_e_mail_leaves_at_night(newer, hour):
    from portal.core.clock import PARIS

    at = dt.datetime.combine(TOMORROW, dt.time(hour), PARIS)
    assert let_pass(at) == (1, 0)
    morning = dt.datetime.combine(TOMORROW + dt.timedelta(days=1), dt.time(8), PARIS)
    assert send_newer_version_notices(at=morning) == 1


class TestWhoIsNotConcerned:
    def test_who_signed_it_already(self, newer, signatory, sign_as, time_machine):
        time_machine.move_to(TOMORROW, tick=False)
        sign_as(signatory, newer, at=TOMORROW)
        assert let_pass(TOMORROW) == (0, 0)

    def test_who_signed_it_while_the_e_mail_waited(self, newer, signatory, sign_as, time_machine):
        assert call_for_newer_versions(at=TOMORROW) == 1
        time_machine.move_to(TOMORROW, tick=False)
        sign_as(signatory, newer, at=TOMORROW)
        assert send_newer_version_notices(at=TOMORROW) == 0

    def test_who_withdrew(self, newer, signature, signatory):
        assert call_for_newer_versions(at=TOMORROW) == 1
        withdraw(signature=signature, person=signatory, at=TOMORROW)
        assert let_pass(TOMORROW) == (0, 0)

    def test_who_left_or_has_no_address(self, newer, signatory):
        signatory.is_active = False
        signatory.save()
        assert let_pass(TOMORROW) == (0, 0)
        signatory.is_active, signatory.email = True, ""
        signatory.save()
        assert let_pass(TOMORROW) == (0, 0)

    def test_who_never_signed(self, newer):
        make_user("personne", email="personne@example.org")
        let_pass(TOMORROW)
        assert len(mail.outbox) == 1


def test_a_mail_server_that_is_down_loses_nothing(newer, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert let_pass(TOMORROW) == (1, 0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert let_pass(TOMORROW + dt.timedelta(minutes=6)) == (0, 1)
    assert let_pass(TOMORROW + dt.timedelta(minutes=12)) == (0, 0)
    assert len(mail.outbox) == 1


def test_one_s_own_page_says_what_is_signed_and_what_is_not(
    newer, signatory, sign_as, time_machine
):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(signatory)
    mine = reverse("my_signatures")
    told = "Vous avez signé la version 1 ; vous n’avez pas signé la version 2."

    def words():
        return plain_text(browser.get(mine).content.decode()).replace("\u00a0", " ")

    assert told not in words()
    time_machine.move_to(TOMORROW, tick=False)
    browser.force_login(signatory)
    assert told in words()
    assert Signature.objects.active().get().version.number == 1
    sign_as(signatory, newer, at=TOMORROW)
    assert told not in words()

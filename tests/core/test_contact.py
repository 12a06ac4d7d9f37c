"""Asking the programme's team."""

import logging
import re
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, Site

from portal.core.contact import MAX_QUESTION, questions
from portal.core.models import ProgrammeContact
from portal.users.models import User


@pytest.fixture
def contact(db):
    """The team can be written to."""
    Site.objects.get_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": Page.get_first_root_node()},
    )
    row = ProgrammeContact.for_site(Site.objects.get(is_default_site=True))
    row.email = "rso@ville.example"
    row.save()
    return row


@pytest.fixture
def asker(db):
    return User.objects.create_user(
        "dede", "dede@ville.example", "x", first_name="D.", last_name="Testeur"
    )


@pytest.fixture
def ask(client, asker, contact):
    client.force_login(asker)
    return lambda **typed: client.post(reverse("ask"), typed)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_the_address_is_in_the_readers_language():
    assert reverse("ask") == "/fr/poser-une-question/"
    with translation.override("en"):
        assert reverse("ask") == "/en/ask/"


def test_the_form_holds_what_was_searched_for_and_says_where_it_goes(client, asker, contact):
    client.force_login(asker)
    response = client.get(reverse("ask"), {"q": "où jeter <mes> piles ?"})
    assert "où jeter &lt;mes&gt; piles ?</textarea>" in response.content.decode()
    said = text_of(response)
    assert "rso@ville.example" in said
    assert "dede@ville.example" in said
    assert "n’en garde aucune copie" in said
    assert "no-store" in response["Cache-Control"]


def test_a_question_leaves_with_the_askers_address_to_answer_to(ask):
    response = ask(question="Où jeter\nmes piles ?", q="piles")
    assert response.status_code == 302
    [message] = mail.outbox
    assert message.to == ["rso@ville.example"]
    assert message.reply_to == ["dede@ville.example"]
    assert message.subject == "Question posée sur le portail\u00a0: Où jeter mes piles ?"
    assert "Où jeter\nmes piles ?" in message.body
    assert "D. Testeur" in message.body
    assert "«\u00a0piles\u00a0»" in message.body


def test_it_is_sent_in_the_language_of_the_team(client, asker, contact):
    client.force_login(asker)
    with translation.override("en"):
        response = client.post(reverse("ask"), {"question": "Where do batteries go?"})
        assert response["Location"] == "/en/ask/sent/"
        assert "It went to rso@ville.example" in text_of(client.get(response["Location"]))
    assert mail.outbox[0].subject.startswith("Question posée")


def test_who_has_no_address_says_where_to_answer(client, contact):
    client.force_login(User.objects.create_user("sans-adresse", password="x"))
    assert 'name="answer_to"' in client.get(reverse("ask")).content.decode()
    client.post(reverse("ask"), {"question": "Où ?", "answer_to": "au dépôt, poste 12"})
    [message] = mail.outbox
    assert message.reply_to == []
    assert "au dépôt, poste 12" in message.body


@pytest.mark.parametrize(
    "question",
    ["", "  \n ", "a" * (MAX_QUESTION + 1), "a\0b"],
    ids=["empty", "blank", "too long", "NUL"],
)
def test_what_cannot_be_sent_is_said_and_kept(ask, question):
    response = ask(question=question, q="piles")
    assert response.status_code == 422
    assert mail.outbox == []
    assert question.strip() in response.content.decode()
    assert 'value="piles"' in response.content.decode()


@pytest.mark.parametrize(
    "failure", [ConnectionRefusedError(), smtplib.SMTPRecipientsRefused({}), TimeoutError()]
)
def test_when_mail_fails_nothing_typed_is_lost(ask, monkeypatch, failure, caplog):
    def fail(self, messages):
        raise failure

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    with caplog.at_level(logging.ERROR):
        for _time in range(questions.times + 1):
            response = ask(question="Où jeter mes piles ?")
    assert response.status_code == 503
    assert "Où jeter mes piles ?</textarea>" in response.content.decode()
    assert "rso@ville.example" in text_of(response)
    assert "could not leave" in caplog.text
    assert "piles" not in caplog.text
    monkeypatch.undo()
    assert ask(question="Où jeter mes piles ?").status_code == 302


def test_nobody_floods_the_team(ask, client, contact):
    for _time in range(questions.times):
        assert ask(question="Où ?").status_code == 302
    response = ask(question="Encore une")
    assert response.status_code == 429
    assert "Encore une</textarea>" in response.content.decode()
    assert len(mail.outbox) == questions.times
    client.force_login(User.objects.create_user("autre", "autre@ville.example", "x"))
    assert client.post(reverse("ask"), {"question": "Où ?"}).status_code == 302


def test_a_subject_never_breaks_a_header(ask):
    ask(question="Où ?\r\nBcc: all@ville.example", q="a\r\nTo: x@y.example")
    [message] = mail.outbox
    assert message.recipients() == ["rso@ville.example"]
    assert "\n" not in message.subject


def test_another_site_cannot_post(asker, contact):
    client = Client(enforce_csrf_checks=True)
    client.force_login(asker)
    assert client.post(reverse("ask"), {"question": "Où ?"}).status_code == 403


def test_a_visitor_is_led_to_the_login_page(client, contact):
    response = client.get(reverse("ask"))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_without_an_address_there_is_no_form(client, asker, contact):
    contact.email = ""
    contact.save()
    client.force_login(asker)
    assert client.get(reverse("ask")).status_code == 404
    assert client.post(reverse("ask"), {"question": "Où ?"}).status_code == 404
    assert mail.outbox == []


def test_hostile_queries_are_kept_as_text(client, asker, contact):
    client.force_login(asker)
    for query in ("\0", "a" * 10_000, '"><script>', "%00", "💥"):
        assert client.get(reverse("ask"), {"q": query}).status_code == 200


def test_the_editor_fills_it_in(client, admin_user, contact):
    client.force_login(admin_user)
    address = reverse("wagtailsettings:edit", args=["core", "programmecontact", contact.site_id])
    assert client.get(address).status_code == 200
    typed = {"email": "rso@ville.example", "phone": "03 80 00 00 00", "page": ""}
    assert client.post(address, typed).status_code == 302
    contact.refresh_from_db()
    assert contact.phone_link == "0380000000"
    response = client.post(address, {**typed, "phone": "appelez-nous"})
    assert "Écrivez un numéro de téléphone" in response.content.decode()

"""Signing an agreement by personal link, through the front door."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from partners import jobs
from partners.enums import AgreementStatus, SigningOrder
from partners.links import link_hash, link_of
from partners.models import (
    AgreementInvitation,
    AgreementNotice,
    AgreementVersion,
    InvitationCode,
)
from partners.services import send_agreement_notices
from partners.views import invited
from portal.core.privacy import NO_TRACE, WithholdAddresses
from portal.core.text import plain_text
from tests.factories import make_user

from . import agreements as make
from .conftest import NOON, acts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "home")]

DAY = dt.timedelta(days=1)


@pytest.fixture
def actor(db):
    return make_user("cellule")


@pytest.fixture
def out(actor):
    version = make.send(make.draft(actor), actor, NOON)
    send_agreement_notices(at=NOON)
    return version


@pytest.fixture
def visitor():
    return Client(SERVER_NAME="localhost", HTTP_USER_AGENT="Navigateur/2.0")


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


def link(email, subject=""):
    """Return the address in the last e-mail to ``email``."""
    bodies = [message.body for message in mail.outbox if message.to == [email]]
    path = [re.search(r"https?://[^/]+(/\S+)", body) for body in bodies]
    return [found[1] for found in path if found][-1]


def enter(browser, url):
    """Type the code that is sent to whoever the link is for."""
    assert browser.post(url, {"send": "1"}).status_code == 302
    code = re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0]
    assert browser.post(url, {"code": code}).status_code == 302
    return browser.get(url)


@pytest.fixture
def url(out):
    return link("personne1@example.org")


class TestLink:
    def test_is_sent_to_each_in_their_language(self, out):
        assert [message.to for message in mail.outbox] == [
            ["personne1@example.org"],
            ["personne2@example.org"],
        ]
        message = mail.outbox[0]
        assert message.subject == "À signer\N{NO-BREAK SPACE}: La convention"
        assert "31\u00a0mars 2026" in message.body
        assert "/fr/conventions/signer/" in message.body

    def test_is_kept_as_a_hash_only(self, url):
        secret = url.split("/")[-2]
        row = AgreementInvitation.objects.filter(party__number=1).values().get()
        assert secret not in str(row)
        assert row["link_hash"] == link_hash(secret)
        assert len(secret) == 43, "256 bits"

    def test_tells_nothing_without_the_code(self, visitor, url):
        page = visitor.get(url)
        assert page.status_code == 200
        for told in ("Personne 1", "personne1", "example.org", "convention »", "Association n°"):
            assert told not in words(page)
        assert "La convention" not in words(page)
        for name in ("decline_invitation", "pass_on_invitation"):
            closed = visitor.get(reverse(name, args=[url.split("/")[-2]]))
            assert "M’envoyer le code" in words(closed)
            assert "La convention" not in words(closed)

    def test_looking_sends_nothing(self, visitor, url):
        before = len(mail.outbox)
        visitor.get(url)
        visitor.head(url)
        assert len(mail.outbox) == before
        assert not InvitationCode.objects.exists()

    def test_leaves_no_trace(self, visitor, url):
        page = visitor.get(url)
        assert page["Cache-Control"] == "no-store"
        assert page["X-Robots-Tag"] == "noindex"
        assert page["Referrer-Policy"] == "same-origin"
        assert page.wsgi_request.META[NO_TRACE] is True

    def test_no_log_holds_the_link_when_the_code_is_wrong(self, visitor, url, caplog):
        visitor.post(url, {"send": "1"})
        with caplog.filtering(WithholdAddresses()):
            assert visitor.post(url, {"code": "000000"}).status_code == 422
        assert not caplog.records

    def test_nor_when_the_form_is_refused(self, url):
        strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        refused = strict.post(url, {"send": "1"})
        assert refused.status_code == 403
        assert refused.wsgi_request.META[NO_TRACE] is True
        assert not InvitationCode.objects.exists()

    @pytest.mark.parametrize("secret", ["A" * 43, "é", "x", "%00", "a" * 2000])
    def test_another_leads_nowhere(self, visitor, out, secret):
        page = visitor.get(f"/fr/conventions/signer/{secret}/")
        assert page.status_code == 404
        assert "Ce lien ne fonctionne pas" in words(page)

    def test_dies_with_its_last_day(self, visitor, url, time_machine):
        end = AgreementInvitation.objects.get(party__number=1).expires_at
        time_machine.move_to(end, tick=False)
        assert visitor.get(url).status_code == 404
        time_machine.move_to(end - dt.timedelta(seconds=1), tick=False)
        assert visitor.get(url).status_code == 200

    def test_openings_are_counted(self, visitor, url, monkeypatch):
        monkeypatch.setattr(invited.openings, "times", 2)
        assert [visitor.get(url).status_code for _ in range(3)] == [200, 200, 429]

    def test_works_again_after_the_key_of_the_portal_changed(self, out, settings):
        settings.SECRET_KEY = "another-key-" * 5
        invitation = make.invitation(out, 1)
        AgreementNotice.objects.create(
            version=out,
            kind="reminded",
            email=invitation.email,
            language="fr",
            invitation=invitation,
        )
        send_agreement_notices(at=NOON)
        invitation.refresh_from_db()
        assert invitation.link_hash == link_hash(link_of(invitation))


class TestCode:
    def test_opens_the_agreement(self, visitor, url):
        page = enter(visitor, url)
        told = words(page)
        for expected in ("Personne 1", "Présidence 1", "Préambule.", "Article 2", "Je signe"):
            assert expected in told
        assert 'name="agreed" required' in page.content.decode()
        assert "checked" not in page.content.decode().split("<main")[1]

    def test_opens_it_in_that_browser_only(self, visitor, url):
        enter(visitor, url)
        other = Client(SERVER_NAME="localhost")
        assert "La convention" not in words(other.get(url))

    def test_for_that_link_only(self, visitor, url):
        enter(visitor, url)
        assert "Préambule." not in words(visitor.get(link("personne2@example.org")))

    def test_opens_it_for_a_while(self, visitor, url, time_machine):
        enter(visitor, url)
        time_machine.move_to(NOON + invited.PROVEN_LASTS, tick=False)
        assert "Préambule." not in words(visitor.get(url))
        visitor.post(url, {"agreed": "on"})
        assert not acts().exists()

    def test_serves_once_and_is_guessed_few_times(self, visitor, url):
        visitor.post(url, {"send": "1"})
        code = re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0]
        wrong = f"{(int(code) + 1) % 10**6:06}"
        assert code not in InvitationCode.objects.get().hash
        for _ in range(5):
            assert visitor.post(url, {"code": wrong}).status_code in {200, 422}
        assert "ne fonctionne plus" in words(visitor.post(url, {"code": code}))

    def test_is_sent_few_times_an_hour(self, visitor, url):
        answers = [visitor.post(url, {"send": "1"}).status_code for _ in range(6)]
        assert answers == [302] * 5 + [429]

    def test_is_sent_to_the_invited_address_only(self, visitor, url):
        visitor.post(url, {"send": "1", "email": "autre@example.org"})
        assert mail.outbox[-1].to == ["personne1@example.org"]


class TestSigning:
    def test_needs_the_statement(self, visitor, url):
        enter(visitor, url)
        refused = visitor.post(url, {})
        assert refused.status_code == 422
        assert "Cochez" in words(refused)
        assert not acts().exists()

    def test_gives_a_receipt_on_screen_and_by_mail(self, visitor, url, out):
        enter(visitor, url)
        answer = visitor.post(url, {"agreed": "on"}, follow=True)
        record = acts().get()
        told = words(answer)
        for expected in (record.text_sha256, record.hash, str(record.uuid), "12:00:00"):
            assert expected in told
        assert mail.outbox[-1].to == ["personne1@example.org"]
        assert record.hash in mail.outbox[-1].body
        assert "a signé le 10 mars 2026" in told
        values = dict(record.values.values_list("name", "value"))
        assert values["browser"] == "Navigateur/2.0"
        assert values["statement"].startswith("J’ai lu la convention")

    def test_twice_signs_once(self, visitor, url):
        enter(visitor, url)
        visitor.post(url, {"agreed": "on"})
        visitor.post(url, {"agreed": "on"})
        assert acts().count() == 1

    def test_in_english_names_the_language_read(self, visitor, url, english):
        with translation.override("en"):
            url = reverse("invitation", args=[url.split("/")[-2]])
        assert url.startswith("/en/agreements/sign/")
        page = enter(visitor, url)
        assert "Preamble." in words(page)
        visitor.post(url, {"agreed": "on"})
        assert acts().get().language == "en"

    def test_by_all_tells_everybody(self, visitor, url, out):
        enter(visitor, url)
        visitor.post(url, {"agreed": "on"})
        other = Client(SERVER_NAME="localhost")
        second = link("personne2@example.org")
        enter(other, second)
        answer = other.post(second, {"agreed": "on"}, follow=True)
        assert "Toutes les parties ont signé" in words(answer)
        assert AgreementVersion.objects.get().status == AgreementStatus.SIGNED
        completed = [m.to[0] for m in mail.outbox if m.subject.startswith("Signée par toutes")]
        assert sorted(completed) == ["personne1@example.org", "personne2@example.org"]

    def test_in_turn_the_next_is_written_to(self, visitor, actor):
        version = make.send(make.draft(actor, order=SigningOrder.IN_TURN), actor, NOON)
        send_agreement_notices(at=NOON)
        assert len(mail.outbox) == 1
        waiting = f"/fr/conventions/signer/{link_of(make.invitation(version, 2))}/"
        early = Client(SERVER_NAME="localhost")
        assert "Ce n’est pas encore votre tour" in words(enter(early, waiting))
        first = f"/fr/conventions/signer/{link_of(make.invitation(version, 1))}/"
        enter(visitor, first)
        visitor.post(first, {"agreed": "on"})
        assert "/conventions/signer/" in mail.outbox[-1].body
        assert ["personne2@example.org"] in [message.to for message in mail.outbox]

    def test_a_mail_server_that_is_down_stops_nobody(self, visitor, url, monkeypatch):
        enter(visitor, url)

        class Broken:
            def __init__(self, *_args, **_kwargs):
                pass

            def send(self):
                raise OSError("no route")

        monkeypatch.setattr("partners.services.agreement_notices.EmailMessage", Broken)
        answer = visitor.post(url, {"agreed": "on"}, follow=True)
        assert "n’est pas encore parti" in words(answer)
        monkeypatch.undo()
        jobs.send_agreement_notices(NOON + dt.timedelta(minutes=6))
        assert mail.outbox[-1].subject.startswith("Vous avez signé")
        sent = len(mail.outbox)
        jobs.send_agreement_notices(NOON + dt.timedelta(minutes=12))
        assert len(mail.outbox) == sent


class TestDecliningAndPassingOn:
    def test_declining_takes_a_reason(self, visitor, url):
        enter(visitor, url)
        assert visitor.post(f"{url}refuser/", {"reason": "  "}).status_code == 422
        answer = visitor.post(f"{url}refuser/", {"reason": "Le préavis."}, follow=True)
        assert "Cette convention a été refusée" in words(answer)
        assert AgreementVersion.objects.get().status == AgreementStatus.DECLINED
        assert mail.outbox[-1].to == ["personne2@example.org"]
        assert "Le préavis" not in mail.outbox[-1].body

    def test_passing_on_kills_the_link(self, visitor, url):
        enter(visitor, url)
        typed = {
            "name": "Suppléance",
            "function": "Vice-présidence",
            "email": "suppleance@example.org",
        }
        assert visitor.post(f"{url}transmettre/", {**typed, "email": "x"}).status_code == 422
        same = visitor.post(f"{url}transmettre/", {**typed, "email": "personne1@example.org"})
        assert same.status_code == 422
        assert "suppleance@example.org" in words(visitor.post(f"{url}transmettre/", typed))
        assert visitor.get(url).status_code == 404
        new = link("suppleance@example.org")
        other = Client(SERVER_NAME="localhost")
        assert "Vice-présidence" in words(enter(other, new))

    def test_an_old_invitation_is_forgotten(self, visitor, url, out):
        make.sign(out, 1, NOON)
        make.sign(out, 2, NOON)
        jobs.apply_retention(NOON + 180 * DAY)
        assert AgreementInvitation.objects.exists()
        jobs.apply_retention(NOON + 203 * DAY)
        assert not AgreementInvitation.objects.exists()

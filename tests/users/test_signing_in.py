"""Signing in and out, and choosing a new password."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from portal.users.addresses import client_address
from portal.users.models import User
from portal.users.services import create_demo_accounts

from .conftest import PASSWORD

LOGIN = "/fr/login/"


def sign_in(client, password=PASSWORD, username="agent", **extra):
    return client.post(LOGIN, {"username": username, "password": password, **extra})


def test_signing_in(client, agent):
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert "no-cache" in page["Cache-Control"]
    before = client.session.session_key
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session.session_key != before
    assert client.cookies["sessionid"]["httponly"]
    assert int(client.cookies["sessionid"]["max-age"]) in range(43_100, 43_201)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/fr/actualites/", "/fr/actualites/"),
        ("/admin/pages/?a=1", "/admin/pages/?a=1"),
        ("//evil.com/", "/"),
        ("https://evil.com/", "/"),
        ("http:///evil.com", "/"),
        ("\\\\evil.com", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("\x00", "/"),
    ],
)
def test_one_only_goes_on_to_the_portal(client, agent, target, leads_to):
    response = sign_in(client, next=target)
    assert (response.status_code, response["Location"]) == (302, leads_to)


def test_a_signed_in_reader_has_no_business_there(client, agent):
    client.force_login(agent)
    assert client.get(f"{LOGIN}?next=/fr/x/")["Location"] == "/fr/x/"


def test_no_circle_between_the_editing_area_and_the_login_page(client, agent):
    client.force_login(agent)
    response = client.get(f"{LOGIN}?next=/admin/", follow=True)
    assert response.status_code == 403
    agent.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert client.get("/admin/").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_way(client, agent):
    response = sign_in(client, "wrong", next="/fr/x/")
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert 'value="/fr/x/"' in response.content.decode()


@pytest.mark.parametrize("username", ["\x00", "a" * 5000, "é", "' OR 1=1 --"])
def test_odd_names_are_wrong_names(client, db, username):
    assert sign_in(client, username=username).status_code in (200, 403)


def test_too_many_attempts_lock_that_name_there(client, agent):
    other = User.objects.create_user("other", "other@example.org", PASSWORD)
    for _attempt in range(4):
        assert sign_in(client, "wrong").status_code == 200
    response = sign_in(client, "wrong")
    assert response.status_code == 429
    assert reverse("password_reset") in response.content.decode()
    assert sign_in(client).status_code == 429, "even with the right password"
    assert sign_in(client, username=other.username).status_code == 302


def test_a_disabled_account_is_out_at_once(client, agent):
    client.force_login(agent)
    agent.is_active = False
    agent.save()
    assert client.get("/fr/")["Location"].startswith(LOGIN)


def test_signing_out(client, agent):
    client.force_login(agent)
    assert client.get("/fr/logout/").status_code == 405
    response = client.post("/fr/logout/")
    assert response["Location"] == LOGIN
    assert response["Clear-Site-Data"] == '"cache"'
    assert client.get("/fr/")["Location"].startswith(LOGIN)


def test_signing_out_of_the_editing_area_is_the_same(client, agent):
    client.force_login(agent)
    assert client.post("/admin/logout/")["Clear-Site-Data"] == '"cache"'


def test_a_form_of_another_tab_begins_again(client, agent):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    response = strict.post(f"{LOGIN}?next=/fr/x/", {"username": "agent", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next=/fr/x/")
    response = strict.post("/fr/password/", {"email": "agent@example.org"})
    assert response.status_code == 403
    assert "users/form_expired.html" in [template.name for template in response.templates]


class TestDemonstration:
    """The accounts on the login page."""

    def names(self, client):
        return [user.username for user in client.get(LOGIN).context["demonstration_accounts"]]

    def test_shown_in_a_demonstration_only(self, client, db, settings):
        create_demo_accounts(password="x")
        settings.DEMONSTRATION = False
        assert self.names(client) == []
        settings.DEMONSTRATION = True
        assert self.names(client) == ["agent", "partner", "comms", "rso", "admin"]
        User.objects.filter(username="admin").update(is_active=False)
        assert "admin" not in self.names(client)


class TestNewPassword:
    """The link by e-mail."""

    def ask(self, client, email="agent@example.org", language="fr"):
        return client.post(f"/{language}/password/", {"email": email})

    def link(self, message):
        return re.search(r"http\S+/password/new/\S+", message.body).group()

    def test_the_whole_way(self, client, agent, settings):
        settings.WAGTAILADMIN_BASE_URL = "https://portail.example.org"
        assert self.ask(client)["Location"] == "/fr/password/sent/"
        assert client.get("/fr/password/sent/").status_code == 200
        [message] = mail.outbox
        assert message.to == ["agent@example.org"]
        assert "\n" not in message.subject
        assert "agent" in message.body
        link = self.link(message)
        assert link.startswith("https://portail.example.org/fr/password/new/")

        form = client.get(link.removeprefix("https://portail.example.org"), follow=True)
        assert form.status_code == 200
        address = form.request["PATH_INFO"]
        assert "set-password" in address, "the key is kept out of the address"
        short = client.post(address, {"new_password1": "court", "new_password2": "court"})
        assert short.status_code == 200
        assert short.context["form"].errors
        new = "un tout autre mot de passe"
        done = client.post(address, {"new_password1": new, "new_password2": new}, follow=True)
        assert done.request["PATH_INFO"] == "/fr/password/changed/"
        assert sign_in(client, new).status_code == 302

        worn_out = client.get(link.removeprefix("https://portail.example.org"))
        assert worn_out.status_code == 200
        assert not worn_out.context["validlink"]

    def test_the_host_of_the_request_is_not_believed(self, client, agent, settings):
        settings.ALLOWED_HOSTS = ["*"]
        client.post("/fr/password/", {"email": agent.email}, headers={"Host": "evil.com"})
        assert "evil.com" not in mail.outbox[0].body

    def test_in_the_readers_language(self, client, agent):
        self.ask(client, language="en")
        with translation.override("en"):
            assert "/en/password/new/" in mail.outbox[0].body
        assert "Someone, no doubt you" in mail.outbox[0].body

    def test_an_unknown_address_gets_the_same_answer(self, client, agent):
        known, unknown = self.ask(client), self.ask(client, "nobody@example.org")
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        assert len(mail.outbox) == 1

    def test_few_messages_to_one_address(self, client, agent):
        for _time in range(5):
            assert self.ask(client).status_code == 302
        self.ask(client, "AGENT@example.org")
        assert len(mail.outbox) == 3
        cache.clear()
        self.ask(client)
        assert len(mail.outbox) == 4


class TestAddress:
    """Whose attempts are counted."""

    @pytest.mark.parametrize(
        ("trusted", "forwarded", "seen"),
        [
            (False, "203.0.113.9", "10.0.0.1"),
            (True, "203.0.113.9", "203.0.113.9"),
            (True, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
            (True, "", "10.0.0.1"),
            (True, "not an address", "10.0.0.1"),
            (True, "2001:db8::1", "2001:db8::1"),
        ],
    )
    def test_only_the_trusted_proxy_is_believed(self, rf, settings, trusted, forwarded, seen):
        settings.TRUST_PROXY = trusted
        request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
        assert client_address(request) == seen

"""Closed by default: who gets in where."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from portal.core.privacy import NO_TRACE

from .conftest import as_user

LOGIN = "/fr/login/"


def leads_to_login(response, language="fr"):
    return response.status_code == 302 and response["Location"].startswith(f"/{language}/login/")


CLOSED = [
    "/fr/",
    "/en/",
    "/fr/fermee/",
    "/fr/ouverte/sous-ouverte/",
    "/fr/reservee/",
    "/fr/reservee/ouverte-sous-reservee/",
    "/fr/brouillon/",
    "/fr/nulle-part/",
    "/fr/nulle-part.php",
    "/nulle-part.php",
    "/admin/",
    "/admin/pages/",
    "/fr/é/",
    "/fr/a/b/c/d/e/f/g/",
]


def test_a_visitor_is_led_to_the_login_page_whatever_exists(client, tree):
    for path in CLOSED:
        response = client.get(path)
        assert leads_to_login(response, "en" if path.startswith("/en/") else "fr"), path
        assert "no-store" in response["Cache-Control"]


def test_the_way_back_is_kept(client, tree):
    assert client.get("/fr/fermee/?a=1")["Location"] == f"{LOGIN}?next=/fr/fermee/%3Fa%3D1"


def test_the_root_leads_to_french_whatever_the_browser_says(client, tree):
    response = client.get("/", headers={"Accept-Language": "en-GB,en"})
    assert (response.status_code, response["Location"]) == (302, "/fr/")


def test_the_root_leads_to_the_language_that_was_chosen(client, tree):
    client.post(reverse("set_language"), {"language": "en", "next": "/fr/"})
    assert client.get("/")["Location"] == "/en/"


def test_an_address_without_language_or_slash_is_mended(client, tree):
    assert client.get("/fermee/")["Location"] == "/fr/fermee/"
    assert client.get("/fr/fermee")["Location"] == "/fr/fermee/"


@pytest.mark.parametrize(
    "path", ["/fr/login/", "/en/login/", "/fr/password/", "/health/live", "/robots.txt"]
)
def test_what_is_open_is_open(client, tree, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/login/", "/admin/login/", "/fr/_util/login/"])
def test_there_is_one_door(client, tree, path):
    response = client.get(f"{path}?next=/admin/")
    assert response["Location"] == f"{LOGIN}?next=/admin/"


def test_static_files_answer_not_found(client, tree):
    for path in ("/static/nothing.css", "/static/nothing", "/static/nothing/"):
        assert client.get(path).status_code == 404


def test_an_open_page_is_open_and_no_page_below_it(client, tree):
    assert client.get("/fr/ouverte/").status_code == 200
    assert leads_to_login(client.get("/fr/ouverte/sous-ouverte/"))


def test_an_open_page_costs_no_routing_twice(client, tree, django_assert_max_num_queries):
    client.get("/fr/ouverte/")
    # Wagtail's routing takes 5, privacy 2 (1 when nothing is restricted), the page's own links 7.
    with django_assert_max_num_queries(14):
        client.get("/fr/ouverte/")


def test_signed_in_readers(client, tree, agent, reader, superuser):
    readers = {"agent": agent, "reader": reader, "superuser": superuser}
    for who, path, status in [
        ("agent", "/fr/", 200),
        ("agent", "/fr/fermee/", 200),
        ("agent", "/fr/reservee/", 403),
        ("agent", "/fr/reservee/sous-reservee/", 403),
        ("agent", "/fr/reservee/ouverte-sous-reservee/", 403),
        ("agent", "/fr/brouillon/", 404),
        ("agent", "/fr/nulle-part/", 404),
        ("agent", "/nulle-part.php", 404),
        ("agent", "/admin/", 403),
        ("agent", "/admin/pages/", 403),
        ("reader", "/fr/reservee/", 200),
        ("reader", "/fr/reservee/sous-reservee/", 200),
        ("reader", "/fr/brouillon/", 404),
        ("superuser", "/fr/reservee/sous-reservee/", 200),
        ("superuser", "/admin/", 200),
    ]:
        as_user(client, readers[who])
        assert client.get(path).status_code == status, (who, path)


def test_login_required_privacy_closes_an_open_page(client, tree, agent):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=tree.open, restriction_type=PageViewRestriction.LOGIN)
    assert leads_to_login(client.get("/fr/ouverte/"))
    assert as_user(client, agent).get("/fr/ouverte/").status_code == 200


def test_programs_are_told_rather_than_led(client, tree):
    for path in ("/api/", "/api/v1/pages/", "/api/x.json"):
        response = client.get(path)
        assert response.status_code == 401, path
        assert response.json()["error"] == "authentication_required"


def test_scripts_are_told_rather_than_led(client, tree):
    response = client.get("/admin/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code == 401
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("method", ["head", "options", "post", "put", "patch", "delete", "trace"])
def test_no_method_makes_it_fail(client, tree, agent, method):
    for user in (None, agent):
        as_user(client, user)
        for path in ("/", "/fr/", "/fr/ouverte/", "/fr/fermee/", "/fr/login/", "/health/live"):
            assert getattr(client, method)(path).status_code < 500, (user, path)


HOSTILE = [
    "/%00",
    "/fr/%00/",
    "/fr/\x00/",
    "/media/%00",
    "/media/images/%00.png",
    "/media/../../etc/passwd",
    "/media/images/../../secret-key",
    "/media/%2e%2e/secret-key",
    "/media/" + "a" * 3000,
    "/documents/99999999999999999999999999/x.pdf",
    "/documents/1/%00",
    "/documents/1/" + "a" * 3000,
    "//evil.com/",
    "//evil.com",
    "/fr//evil.com/",
    "/\\evil.com",
    "/fr/" + "a/" * 1000,
    "/fr/" + "é" * 2000 + "/",
    "/fr/login/?next=//evil.com/",
    "/fr/login/?next=%00",
    "/fr/login/?next=" + "a" * 3000,
    "/fr/?page=%00&q=%F0%9F%98%80",
    "/fr/ouverte/?" + "a=1&" * 900,
    "/fr/%F0%9F%98%80/",
    "/fr/%ff%fe/",
    "/i18n/setlang/?language=%00",
    "/fr/password/new/%00/x/",
    "/fr/password/new/AAAA/x/",
]


def test_hostile_addresses_never_make_it_fail(client, tree, agent):
    client.raise_request_exception = False
    failures = []
    for user in (None, agent):
        as_user(client, user)
        for path in HOSTILE:
            response = client.get(path)
            location = response.get("Location", "")
            if response.status_code >= 500 or location.startswith(("//", "http:", "https:")):
                failures.append((user, path[:60], response.status_code, location[:60]))
    assert not failures


def test_too_many_query_fields_or_a_bad_host_are_refused_politely(client, tree):
    assert client.get("/fr/ouverte/", headers={"Host": "evil.com"}).status_code == 400


def test_a_discreet_page_leaves_no_trace(client, tree, agent, caplog):
    response = client.get("/fr/ecoute/")
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    assert response.wsgi_request.META[NO_TRACE] is True

    as_user(client, agent)
    before = Session.objects.get().expire_date, Session.objects.get().session_data
    caplog.clear()
    response = client.get("/fr/ecoute/")
    assert response.status_code == 200
    assert "sessionid" not in response.cookies
    assert (Session.objects.get().expire_date, Session.objects.get().session_data) == before
    assert "agent" not in caplog.text


def test_other_pages_are_kept_by_their_reader_only(client, tree):
    response = client.get("/fr/ouverte/")
    assert response["Cache-Control"] == "private, no-cache"
    assert NO_TRACE not in response.wsgi_request.META


def test_a_session_ends_on_time_whatever_its_use(client, tree, agent):
    as_user(client, agent)
    session = Session.objects.get()
    left = session.expire_date - timezone.now()
    assert dt.timedelta(hours=11, minutes=59) < left <= dt.timedelta(hours=12)
    store = client.session
    store["used"] = True
    store.save()
    assert Session.objects.get().expire_date == session.expire_date

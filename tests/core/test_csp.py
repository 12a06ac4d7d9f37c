"""The headers of every answer."""

import io
import logging
import re

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.utils.log import log_response
from django.utils.module_loading import import_string

from portal.core.access_log import AccessLogger
from portal.core.privacy import NO_TRACE

from .conftest import as_user


def policy(response):
    parts = response["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for words in (part.split() for part in parts)}


@pytest.mark.parametrize("path", ["/fr/ouverte/", "/fr/login/", "/fr/fermee/", "/health/live"])
def test_readers_pages_are_strict(client, tree, path):
    directives = policy(client.get(path))
    assert directives["default-src"] == ["'self'"]
    assert directives["script-src"] == ["'self'"]
    assert directives["style-src"] == ["'self'"]
    assert directives["object-src"] == ["'none'"]
    assert directives["base-uri"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'self'"]
    assert directives["form-action"] == ["'self'"]
    assert "unsafe" not in str(directives)


def test_the_editing_area_may_have_inline_code_and_no_more(client, tree, superuser):
    directives = policy(as_user(client, superuser).get("/admin/"))
    assert directives["script-src"] == ["'self'", "'unsafe-inline'"]
    assert directives["frame-ancestors"] == ["'self'"]
    assert not re.search("https?:|\\*|unsafe-eval", str(directives))


def test_error_pages_are_strict_too(client, tree, agent):
    as_user(client, agent)
    for path, status in (("/fr/reservee/", 403), ("/fr/nulle-part/", 404)):
        response = client.get(path)
        assert response.status_code == status
        assert policy(response)["script-src"] == ["'self'"]


def test_a_preview_is_as_strict_as_the_page(tree, superuser):
    from django.test import RequestFactory

    request = RequestFactory().get("/admin/")
    request.user = superuser
    response = tree.closed.make_preview_request(original_request=request)
    assert response.status_code == 200
    assert policy(response)["script-src"] == ["'self'"]
    assert policy(response)["frame-ancestors"] == ["'self'"]


def test_other_headers(client, tree):
    response = client.get("/fr/ouverte/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "Strict-Transport-Security" not in response


class TestAccessLog:
    """The production server's log."""

    @pytest.fixture
    def lines(self, monkeypatch):
        from gunicorn.glogging import Logger

        lines = []
        monkeypatch.setattr(Logger, "access", lambda *arguments: lines.append(arguments))
        return lines

    @pytest.mark.parametrize(
        ("environ", "written"),
        [
            ({"PATH_INFO": "/fr/"}, 1),
            ({"PATH_INFO": "/fr/ecoute/", NO_TRACE: True}, 0),
            ({"PATH_INFO": "/fr/password/new/MQ/secret/"}, 0),
        ],
    )
    def test_what_is_written(self, lines, environ, written):
        AccessLogger.access(object.__new__(AccessLogger), None, None, environ, None)
        assert len(lines) == written

    def test_a_line_holds_neither_search_nor_referrer(self):
        import runpy

        configuration = runpy.run_path("portal/gunicorn_settings.py")
        written = configuration["access_log_format"]
        assert not re.search(r"%\((q|r|f|a|u|\{.*)\)", written)
        assert configuration["logger_class"].__name__ == "AccessLogger"


class TestMessagesOfDjango:
    """What the log holds of requests that are refused, or that fail."""

    SECRET = "/fr/conventions/signer/secret-é/"

    @pytest.fixture
    def told(self, monkeypatch):
        """Return what the handler of the settings writes."""
        handler = logging.StreamHandler(stream := io.StringIO())
        for name in settings.LOGGING["handlers"]["console"]["filters"]:
            handler.addFilter(import_string(settings.LOGGING["filters"][name]["()"])())
        logger = logging.getLogger("django.request")
        monkeypatch.setattr(logger, "handlers", [handler])
        monkeypatch.setattr(logger, "propagate", False)
        return stream.getvalue

    @pytest.mark.parametrize(
        ("path", "traced", "status", "written"),
        [
            ("/fr/ailleurs/", True, 404, "Not Found: /fr/ailleurs/\n"),
            (SECRET, False, 404, ""),
            (SECRET, False, 422, ""),
            ("/fr/password/new/MQ/secret/", True, 404, ""),
            (SECRET, False, 503, "Service Unavailable: (address withheld)\n"),
        ],
    )
    def test_withhold_the_addresses_that_are_secrets(self, told, rf, path, traced, status, written):
        request = rf.get(path)
        if not traced:
            request.META[NO_TRACE] = True
        response = HttpResponse(status=status)
        log_response("%s: %s", response.reason_phrase, path, request=request, response=response)
        assert told() == written

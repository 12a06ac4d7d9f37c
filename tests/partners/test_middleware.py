"""What goes wrong between two clicks in the editing area is told, never an error page."""

import json

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from partners.middleware import PublicationRefusedMiddleware

ADD = "/admin/pages/add/partners/videostorypage/3/"


@pytest.fixture
def refuse():
    """Let the middleware see a page that was refused for its address, after its form was."""

    def see(path, accept):
        request = RequestFactory().post(path, headers={"Accept": accept})
        request.session = {}
        request._messages = FallbackStorage(request)
        error = ValidationError({"slug": "This address is taken."})
        answer = PublicationRefusedMiddleware(lambda _request: None).process_exception(
            request, error
        )
        return request, answer

    return see


def test_the_draft_that_saves_itself_is_told_in_its_own_form(refuse):
    _request, answer = refuse(ADD, "application/json")
    assert answer.status_code == 400
    assert json.loads(answer.content)["error_message"] == "This address is taken."


def test_a_person_is_led_back_with_a_message(refuse):
    request, answer = refuse(ADD, "text/html")
    assert (answer.status_code, answer["Location"]) == (302, ADD)
    assert [str(message) for message in get_messages(request)] == ["This address is taken."]


def test_readers_pages_keep_their_errors(refuse):
    assert refuse("/fr/", "text/html")[1] is None

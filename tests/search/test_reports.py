"""Reports on what readers ask, and who may see them and change what search finds."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from portal.users.enums import Role
from portal.users.models import User
from portal.users.services import load_groups
from search.journal import Line, note_click, note_question
from search.models import Curation, SynonymGroup

REPORTS = [f"search_report_{name}" for name in ("top", "missed", "unfollowed")]


@pytest.fixture
def asked(db):
    """Say what was asked: a query, how often, with what filters, found and clicked."""

    def note(key, times=1, *, found=1, near=0, clicks=0, language="fr", filters="", ago=0):
        line = Line(timezone.localdate() - dt.timedelta(days=ago), language, key, filters)
        for _time in range(times):
            note_question(line, query=key, found=found, near=near)
        for _time in range(clicks):
            note_click(line)

    return note


@pytest.fixture
def person(db):
    """Someone with a role."""
    load_groups(report=lambda line: None)

    def make(role: Role) -> User:
        user = User.objects.create_user(role.name.lower(), password="x")
        user.groups.add(Group.objects.get(name=role.value))
        return user

    return make


@pytest.fixture
def report(client, person):
    """Read a report, as the comms person."""
    client.force_login(person(Role.COMMUNICATION))
    return lambda name, **given: client.get(reverse(f"search_report_{name}"), given)


def rows(response, *columns):
    return [tuple(row[column] for column in columns) for row in response.context["object_list"]]


def test_top_queries_are_added_up_over_days_and_not_over_filters(asked, report):
    asked("velo", 3, found=2, clicks=1)
    asked("velo", 2, found=5, ago=40)
    asked("velo", 9, filters="kind=news")
    asked("compost", 4, clicks=4)
    asked("tri", 1, filters="kind=news")
    page = report("top")
    assert rows(page, "written", "times", "results", "opened") == [
        ("velo", 5, 5, 1),
        ("compost", 4, 1, 4),
    ]
    by_name = report("top", ordering="key")
    assert rows(by_name, "written") == [("compost",), ("velo",)]


def test_reports_take_a_period_a_language_and_words(asked, report):
    asked("velo", 3)
    asked("velo", 2, ago=40)
    asked("bike", 5, language="en")
    today = timezone.localdate()
    recent = report("top", day_from=str(today - dt.timedelta(days=7)), day_to=str(today))
    assert rows(recent, "written", "times") == [("bike", 5), ("velo", 3)]
    assert rows(report("top", language="fr"), "written", "times") == [("velo", 5)]
    assert rows(report("top", q="bik"), "written") == [("bike",)]
    for wrong in ({"day_from": "x"}, {"language": "xx"}, {"p": "99"}, {"ordering": "password"}):
        assert report("top", **wrong).status_code == 200


def test_queries_without_result_tell_their_filters(asked, report):
    asked("zythologie", 2, found=0)
    asked("velo", 1, found=0, near=3, filters="kind=event&year=2024")
    asked("velo", 5)
    page = report("missed")
    assert rows(page, "written", "filters", "times", "almost") == [
        ("zythologie", "", 2, 0),
        ("velo", "kind=event&year=2024", 1, 3),
    ]
    assert "Type\u00a0: Événement" in page.content.decode()
    assert "Année\u00a0: 2024" in page.content.decode()


def test_queries_without_click_had_results(asked, report):
    asked("velo", 2, found=3)
    asked("velo", 1, found=1, filters="kind=news")
    asked("compost", 5, clicks=1)
    asked("tri", 5, clicks=1, filters="kind=news")
    asked("tri", 5)
    asked("zythologie", 5, found=0, near=2)
    page = report("unfollowed")
    assert rows(page, "written", "times", "results") == [("velo", 3, 3)]
    assert "aucun script" in page.content.decode(), "it says what it cannot count"


@pytest.mark.parametrize("name", REPORTS)
def test_each_row_leads_to_the_form_with_its_query(asked, report, client, name):
    asked("où jeter mes piles & co", 2, found=0)
    asked("vélo", 2)
    page = client.get(reverse(name))
    [link, *_] = [row["pin_url"] for row in page.context["object_list"]]
    assert "Épingler un résultat" in page.content.decode()
    form = client.get(link)
    assert form.status_code == 200
    assert form.context["form"].instance.query in {"où jeter mes piles & co", "vélo"}


def test_reports_are_exported_and_no_cell_is_a_formula(asked, report):
    asked("=1+2", 2, found=0)
    response = report("missed", export="csv")
    text = b"".join(response.streaming_content).decode()
    [head, row] = list(csv.reader(io.StringIO(text)))
    assert head[:2] == ["Recherche", "Langue"]
    assert row[:2] == ["'=1+2", "Français"]
    assert row[3] == "2"
    book = report("missed", export="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("role", [Role.COMMUNICATION, Role.RSO_UNIT])
def test_those_who_edit_have_choices_synonyms_and_reports(client, person, role):
    client.force_login(person(role))
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    for name in REPORTS:
        assert client.get(reverse(name)).status_code == 200
        assert reverse(name) in menu
    for model in (Curation, SynonymGroup):
        names = model.snippet_viewset
        assert client.get(reverse(names.get_url_name("list"))).status_code == 200
        assert client.get(reverse(names.get_url_name("add"))).status_code == 200
        assert reverse(names.get_url_name("list")) in menu


@pytest.mark.parametrize(
    "role", [Role.AGENTS, Role.PARTNERS, Role.INDICATOR_OWNERS, Role.TECHNICAL]
)
def test_others_have_neither_menu_nor_page(client, person, role):
    client.force_login(person(role))
    menu = client.get(reverse("wagtailadmin_home"), follow=True).content.decode()
    closed = [reverse(name) for name in REPORTS]
    closed += [reverse(f"{name}_results") for name in REPORTS]
    closed += [f"{reverse(name)}?export=csv" for name in REPORTS]
    for model in (Curation, SynonymGroup):
        closed += [reverse(model.snippet_viewset.get_url_name(name)) for name in ("list", "add")]
    for address in closed:
        assert client.get(address).status_code in {302, 403}, address
        assert address not in menu
    fields = {"query": "vélo", "language": "fr", "note": ""}
    client.post(reverse(Curation.snippet_viewset.get_url_name("add")), fields)
    assert not Curation.objects.exists()

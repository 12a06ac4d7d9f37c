"""The RSO unit sets the tables of an annual report in the editing area."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from partners.models import Agreement, ReportForm
from partners.services import set_report_form
from portal.users.enums import Role
from portal.users.services import load_groups
from tests.factories import make_user

from .annual_reports import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "home")]


def in_browser(role):
    browser = Client(SERVER_NAME="localhost")
    person = make_user("quelquun")
    person.groups.add(Group.objects.get(name=role.value))
    browser.force_login(person)
    return browser


@pytest.fixture
def agreement(home):
    load_groups(report=print)
    return Agreement.objects.create(
        slug="ecoute", name_fr="Écoute", name_en="Listening", report_month=6
    )


@pytest.fixture
def unit(agreement):
    return in_browser(Role.RSO_UNIT)


@pytest.fixture
def form(agreement):
    return set_report_form(
        agreement=agreement, unit_fr="saisines", unit_en="cases", dimensions=TABLES
    )


def address(agreement):
    return reverse("report_tables", args=[agreement.slug])


def typed(*tables, **more):
    """Return what is sent of tables: their code, titles and categories."""
    sent = {
        "unit_fr": "saisines",
        "unit_en": "cases",
        "tables-TOTAL_FORMS": str(len(tables)),
        "tables-INITIAL_FORMS": str(len(tables)),
    }
    for place, table in enumerate(tables):
        sent |= {f"tables-{place}-{name}": value for name, value in table.items()}
    return sent | more


def table(code="", **instead):
    return {
        "code": code,
        "title_fr": "Genre",
        "title_en": "Gender",
        "categories_fr": "Femmes\r\nHommes\r\n\r\nNon communiqué",
        "categories_en": "Women\r\nMen\r\nNot stated",
        **instead,
    }


def kept(form):
    """Return what is typed again when nothing changes."""
    return [
        {
            "code": one["code"],
            "title_fr": one["title_fr"],
            "title_en": one["title_en"],
            "categories_fr": "\n".join(each["name_fr"] for each in one["categories"]),
            "categories_en": "\n".join(each["name_en"] for each in one["categories"]),
        }
        for one in form.dimensions
    ]


class TestSetting:
    def test_from_nothing(self, unit, agreement):
        assert "Catégories en français" in unit.get(address(agreement)).content.decode()
        answer = unit.post(address(agreement), typed(table()))
        assert answer.url == reverse("bring_annual_report", args=["ecoute"])
        made = ReportForm.objects.get()
        assert (made.unit_fr, made.unit_en) == ("saisines", "cases")
        [gender] = made.dimensions
        assert gender["code"] == "gender"
        assert [one["code"] for one in gender["categories"]] == ["women", "men", "not-stated"]
        template = reverse("annual_report_template", args=["ecoute", "csv"])
        assert "Non communiqué" in unit.get(template).content.decode()

    def test_unchanged_it_is_the_same(self, unit, agreement, form):
        before = form.dimensions
        assert unit.post(address(agreement), typed(*kept(form))).status_code == 302
        assert ReportForm.objects.get().dimensions == before

    def test_codes_stay_with_what_is_renamed_in_one_language_and_moved(self, unit, agreement, form):
        gender, *others = kept(form)
        gender |= {
            "title_fr": "Le genre",
            "categories_fr": "Sans réponse\nLes femmes\nHommes\nAutre",
            "categories_en": "Not stated\nWomen\nThe men\nOther",
        }
        assert unit.post(address(agreement), typed(*others, gender)).status_code == 302
        moved = ReportForm.objects.get().dimensions[-1]
        assert moved["code"] == "gender"
        codes = [one["code"] for one in moved["categories"]]
        assert codes == ["gender-unknown", "women", "men", "other"]

    def test_tables_are_added_moved_and_removed_without_writing(self, unit, agreement, form):
        sent = typed(*kept(form), rows="tables:add")
        assert "Tableau 4" in unit.post(address(agreement), sent).content.decode()
        page = unit.post(address(agreement), sent | {"rows": "tables:down:0"}).content.decode()
        assert page.index('value="Âge"') < page.index('value="Genre"')
        page = unit.post(address(agreement), sent | {"rows": "tables:remove:0"}).content.decode()
        assert 'value="Genre"' not in page
        assert len(ReportForm.objects.get().dimensions) == 3

    @pytest.mark.parametrize(
        ("tables", "said"),
        [
            ([table(title_en="")], "requis"),
            ([table(title_fr="?")], "pas un nom"),
            ([table(categories_en="Women\nMen")], "autant de lignes"),
            ([table(categories_fr="Femmes", categories_en="Women")], "deux catégories"),
            ([table(categories_fr="A\nA\nB")], "même nom"),
            (
                [table(categories_fr="\n".join("abcdefghijklmnopqrstuvwxyz12345"))],
                "trop de catégories",
            ),
            ([table(), table()], "même nom"),
            ([], "au moins"),
        ],
    )
    def test_what_does_not_hold_together_is_told_and_kept(self, unit, agreement, tables, said):
        answer = unit.post(address(agreement), typed(*tables))
        assert answer.status_code == 422
        page = answer.content.decode().replace("\u00a0", " ")
        assert said in page
        assert 'value="saisines"' in page
        assert not ReportForm.objects.exists()

    def test_the_draft_leads_there(self, unit, agreement):
        page = unit.get(reverse("agreement_draft", args=[agreement.slug])).content.decode()
        assert address(agreement) in page


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.RSO_UNIT, True),
        (Role.TECHNICAL, False),
        (Role.COMMUNICATION, False),
        (Role.CHARTER_REFERENTS, False),
        (Role.INDICATOR_OWNERS, False),
        (Role.PARTNERS, False),
        (Role.AGENTS, False),
    ],
)
def test_who_sets_them(agreement, role, may):
    browser = in_browser(role)
    assert (browser.get(address(agreement)).status_code == 200) is may
    browser.post(address(agreement), typed(table()))
    assert ReportForm.objects.exists() is may

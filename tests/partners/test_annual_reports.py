"""Annual reports of partners, through the front door: brought, refused, published, read, taken away."""

import csv
import datetime as dt
import io
import re
from collections import defaultdict

import pytest
import yaml
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from wagtail.users.models import UserProfile

from partners.agreements import open_duties
from partners.annual_reports.form import read_dimensions
from partners.annual_reports.published import publishable, read_published
from partners.models import Agreement, AgreementDuty, AgreementPage, AnnualReport
from partners.services import (
    follow_agreements,
    give_notice,
    publish_annual_report,
    record_paper_agreement,
    set_report_form,
)
from partners.services.agreements import Terms
from partners.services.annual_reports import reportable_years
from partners.services.loading import PROGRAMME
from portal.core.small_cells import protect
from portal.core.text import plain_text
from portal.users.enums import Role
from tests.factories import make_user

from . import agreements as make
from .annual_reports import COUNTS, TABLES, as_csv, as_xlsx, rows
from .conftest import NOON, TODAY, signed_in
from .readers import pdfsig, verapdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "home")]

THRESHOLD = 11


@pytest.fixture
def desk(steerer):
    return signed_in(steerer)


@pytest.fixture
def version(steerer):
    """An agreement in force since 2017, whose report is due in June."""
    terms = Terms(dt.date(2017, 10, 1), dt.date(2018, 12, 31), is_tacit=True)
    version = record_paper_agreement(version=make.draft(steerer, terms=terms), actor=steerer)
    Agreement.objects.update(report_month=6)
    follow_agreements(at=NOON)
    version.refresh_from_db()
    return version


@pytest.fixture
def agreement(version):
    agreement = Agreement.objects.get()
    set_report_form(agreement=agreement, unit_fr="saisines", unit_en="cases", dimensions=TABLES)
    return agreement


@pytest.fixture
def page(home, agreement, engagement):
    page = AgreementPage(title="La convention", slug="convention", agreement=agreement)
    page.engagements.set([engagement])
    home.add_child(instance=page)
    return page


@pytest.fixture
def browser(reader):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(reader)
    return browser


@pytest.fixture
def url(agreement):
    return reverse("bring_annual_report", args=[agreement.slug])


@pytest.fixture
def publish(agreement, steerer):
    """Return a function that publishes the numbers of a year."""

    def make(year=2025, counts=COUNTS, threshold=THRESHOLD):
        report = publishable(counts, read_dimensions(TABLES), threshold=threshold)
        return publish_annual_report(
            agreement=agreement, year=year, report=report, actor=steerer, at=NOON
        )

    return make


def bring(desk, url, content, *, year=2025, name="bilan.csv"):
    return desk.post(url, {"year": year, "file": SimpleUploadedFile(name, content)})


def words(response):
    told = plain_text(response.content.decode())
    return " ".join(told.replace("\u00a0", " ").replace("\u202f", " ").split())


def token(response):
    found = re.search(r'name="token" value="([^"]+)"', response.content.decode())
    return found and found[1]


class TestBringing:
    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (as_csv(rows()), "bilan.csv"),
            (as_csv(rows(), encoding="cp1252"), "bilan.csv"),
            (as_csv(rows(), delimiter="\t"), "bilan.csv"),
            (as_csv(rows(), columns=("Tableau", "Catégorie", "NOMBRE")), "bilan.csv"),
            (
                as_csv(rows(language="en"), columns=("table", "category", "number"), delimiter=","),
                "report.csv",
            ),
            (as_csv([(a, b, f" {c} ") for a, b, c in reversed(rows())]), "bilan.csv"),
            (as_xlsx(rows()), "bilan.xlsx"),
            (as_xlsx([(a, b, float(c)) for a, b, c in rows()]), "bilan.xlsx"),
        ],
        ids=["csv", "cp1252", "tabs", "accents", "english", "other order", "xlsx", "floats"],
    )
    def test_is_looked_at_then_published_as_it_was_shown(self, desk, url, content, name, agreement):
        shown = bring(desk, url, content, name=name)
        assert shown.status_code == 200
        assert "En 2025 : 47 saisines." in words(shown)
        assert not AnnualReport.objects.exists()
        done = desk.post(url, {"publish": "1", "token": token(shown)}, follow=True)
        assert "Le bilan de 2025 est publié." in words(done)
        published = AnnualReport.objects.get().published()
        assert published.total == 47
        assert [table.cells for table in published.tables] == [
            (None, None, None),
            (12, 20, None, None),
            (None, None),
        ]

    def test_what_is_hidden_is_neither_shown_nor_carried_nor_kept(self, desk, url):
        counts = {"gender": (8001, 7, 4), "age": (8001, 2, 5, 4)}
        shown = bring(desk, url, as_csv(rows(counts)))
        # Three numbers in a row in a table are hidden together; that of 8001 is the only one at stake.
        html = shown.content.decode()
        assert "8012" in words(shown).replace(" ", "")
        assert "8001" not in words(shown).replace(" ", "")
        desk.post(url, {"publish": "1", "token": token(shown)})
        kept = str(AnnualReport.objects.values_list("content").get())
        assert "8001" not in kept + html
        assert "8012" in kept

    def test_a_year_with_few_people_has_one_sentence(self, desk, url, browser, page):
        few = {"gender": (5, 5, 0), "status": (10, 0)}
        shown = bring(desk, url, as_csv(rows(few)))
        assert "En 2025 : moins de 11 saisines." in words(shown)
        desk.post(url, {"publish": "1", "token": token(shown)})
        assert AnnualReport.objects.get().content == {
            "threshold": 11,
            "total": None,
            "tables": [],
        }
        assert "En 2025 : moins de 11 saisines." in words(browser.get(page.url))

    def test_a_table_that_is_not_counted_is_left_empty(self, desk, url):
        lines = [(a, b, "" if a == "Âge" else c) for a, b, c in rows()]
        shown = bring(desk, url, as_csv(lines))
        assert "seront dits non communiqués : Âge" in words(shown)
        desk.post(url, {"publish": "1", "token": token(shown)})
        assert AnnualReport.objects.get().published().table("age") is None

    def test_the_same_again_changes_nothing(self, desk, url):
        first = bring(desk, url, as_csv(rows()))
        for _time in range(2):
            desk.post(url, {"publish": "1", "token": token(first)})
        again = bring(desk, url, as_xlsx(rows()))
        assert "il n’y a rien à changer" in words(again)
        assert token(again) is None
        assert AnnualReport.objects.count() == 1

    def test_only_what_was_shown_to_oneself_is_published(self, desk, url, steerer, time_machine):
        good = token(bring(desk, url, as_csv(rows())))
        other = make_user("autre")
        other.groups.add(Group.objects.get(name=Role.RSO_UNIT.value))
        stranger = Client(SERVER_NAME="localhost")
        stranger.force_login(other)
        for person, given in ((desk, ""), (desk, good[:-3] + "abc"), (stranger, good)):
            answer = person.post(url, {"publish": "1", "token": given}, follow=True)
            assert "choisissez de nouveau le fichier" in words(answer)
        time_machine.move_to(NOON + dt.timedelta(seconds=3601), tick=False)
        desk.force_login(steerer)
        answer = desk.post(url, {"publish": "1", "token": good}, follow=True)
        assert "choisissez de nouveau le fichier" in words(answer)
        assert not AnnualReport.objects.exists()

    def test_reasons_are_in_the_readers_language(self, desk, url, steerer):
        profile = UserProfile.get_for_user(steerer)
        profile.preferred_language = "en"
        profile.save()
        answer = bring(desk, url, as_csv([("Genre", "Femmes", "douze")]))
        assert "Line 2: The number is not a whole one" in words(answer)


# What each file lacks, what is told of it, and what must not be repeated.
WHOLE = [
    (b"", "vide", ""),
    (b"\xff\xfea", "UTF-16", ""),
    (as_csv([]), "aucune ligne", ""),
    (
        as_csv([("Martin", "Claude", "1980-01-02")], columns=("Nom", "Prénom", "Né le")),
        "liste de personnes ou de saisines (colonnes : ne, nom, prenom)",
        "Martin",
    ),
    (
        as_csv([(*rows()[0], "a@b.fr")], columns=("tableau", "categorie", "nombre", "E-mail")),
        "colonnes : email, mail",
        "a@b.fr",
    ),
    (
        as_csv([(*rows()[0], "12")], columns=("tableau", "categorie", "nombre", "N° de dossier")),
        "colonnes : dossier",
        "",
    ),
    (as_csv([("Claude", "F", "41")], columns=("Martin", "H", "52")), "La première ligne", "Martin"),
    (as_csv([("F", "41", "1")], columns=("Genre", "Âge", "nombre")), "dimensions croisées", ""),
    (
        as_csv([("x", 12, 3)], columns=("tableau", "Moins de 30 ans", "50 ans et plus")),
        "dimensions croisées",
        "",
    ),
    (as_csv([("F", "41")], columns=("Genre", "Âge")), "dimensions croisées", ""),
    (as_csv([("Genre", 12)], columns=("tableau", "nombre")), "La première ligne", ""),
    (as_csv(rows(), columns=("tableau", "tableau", "nombre")), "nommée deux fois", ""),
    (as_csv([("Genre", "Femmes", 1)] * 30), "30 lignes là où un bilan en a 9", ""),
    (as_xlsx(rows(), sheets=2), "plusieurs feuilles", "Prénom"),
    (b"PK\x03\x04 no workbook", "ne peut pas être lu", ""),
    (b"a;" * 600_000, "bien plus gros", ""),
]

# A row changed, and what is told of it.
ROWS = [
    (("Genre", "Femmes", "douze"), "n’est pas un entier"),
    (("Genre", "Femmes", "12,5"), "n’est pas un entier"),
    (("Genre", "Femmes", "-3"), "n’est pas un entier"),
    (("Genre", "Femmes", "12 %"), "n’est pas un entier"),
    (("Genre", "Femmes", "<11"), "n’est pas un entier"),
    (("Genre", "Femmes", "1000001"), "n’est pas un entier"),
    (("Genre", "Femmes", "²"), "n’est pas un entier"),
    (("Genre", "Femmes", ""), "« Femmes » n’a pas de nombre dans le tableau « Genre »"),
    (("Genre", "Hommes", "30"), "La ligne 2 porte déjà cette catégorie"),
    (("Sexe", "Femmes", "30"), "n’est pas de ce bilan. Ses tableaux : Genre, Âge, =Statut."),
    (("", "Femmes", "30"), "n’est pas de ce bilan"),
    (("Genre", "Dames", "30"), "Ses catégories : Femmes, Hommes, Non communiqué."),
    (("Genre", "Femmes de moins de 30 ans", "30"), "Elle croise plusieurs catégories"),
    (("Genre", "Femmes, Ancien agent", "30"), "Elle croise plusieurs catégories"),
    (("Genre et âge", "Femmes", "30"), "Elle croise des tableaux"),
    (("Genre", "c.martin@example.org", "1"), "qui renseignent sur une personne"),
    (("Genre", "03 80 00 00 00", "1"), "qui renseignent sur une personne"),
    (("Âge", "02/01/1980", "1"), "qui renseignent sur une personne"),
]


class TestRefusing:
    @pytest.mark.parametrize(("content", "reason", "secret"), WHOLE)
    def test_what_is_no_report_is_refused_as_a_whole(self, desk, url, content, reason, secret):
        answer = bring(desk, url, content)
        assert answer.status_code == 422
        assert reason in words(answer)
        assert not secret or secret not in answer.content.decode()
        assert token(answer) is None

    @pytest.mark.parametrize(("row", "reason"), ROWS)
    def test_a_row_is_told_with_its_line_and_nothing_is_published(self, desk, url, row, reason):
        _first, second, *others = rows()
        lines = [row, second, *others] if row[1] != "Hommes" else [second, row, *others]
        answer = bring(desk, url, as_csv(lines))
        assert answer.status_code == 422
        told = words(answer)
        assert re.search(
            rf"Ligne {3 if row[1] == 'Hommes' else 2} : [^:]*{re.escape(reason)}", told
        )
        assert "c.martin" not in told
        assert token(answer) is None

    def test_every_row_is_told(self, desk, url):
        lines = [(a, b, "x") for a, b, _c in rows()]
        told = words(bring(desk, url, as_csv(lines)))
        assert [int(line) for line in re.findall(r"Ligne (\d+) :", told)] == list(range(2, 11))

    def test_a_row_that_is_missing_is_told(self, desk, url):
        told = words(bring(desk, url, as_csv(rows()[1:])))
        assert "« Femmes » n’a pas de nombre dans le tableau « Genre » : indiquez 0" in told

    def test_tables_that_do_not_add_up_are_told(self, desk, url):
        told = words(bring(desk, url, as_csv(rows({**COUNTS, "status": (40, 8)}))))
        assert "Les tableaux n’ont pas le même total (Genre 47, Âge 47, =Statut 48)" in told

    def test_an_empty_report_is_none(self, desk, url):
        told = words(bring(desk, url, as_csv([(a, b, "") for a, b, _c in rows()])))
        assert "Aucun tableau n’est rempli." in told

    @pytest.mark.parametrize("data", [{}, {"year": "2025"}, {"year": "2026"}, {"year": "x"}])
    def test_a_form_that_lacks_something_is_shown_again(self, desk, url, data):
        assert desk.post(url, data).status_code in {200, 422}
        assert not AnnualReport.objects.exists()


class TestTemplate:
    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_filled_in_it_is_taken(self, desk, url, agreement, form):
        template = desk.get(reverse("annual_report_template", args=[agreement.slug, form]))
        numbers = iter([number for _table, _category, number in rows()])
        if form == "csv":
            lines = list(
                csv.reader(io.StringIO(template.content.decode("utf-8-sig")), delimiter=";")
            )
        else:
            sheet = load_workbook(io.BytesIO(template.content)).active
            lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
            assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
        assert lines[0] == ["tableau", "categorie", "nombre"]
        assert lines[-1][0] == "'=Statut"
        filled = [(table, category, next(numbers)) for table, category, _none in lines[1:]]
        content = as_csv(filled) if form == "csv" else as_xlsx(filled)
        assert "47 saisines" in words(bring(desk, url, content))

    def test_has_two_forms(self, desk, agreement):
        assert (
            desk.get(reverse("annual_report_template", args=[agreement.slug, "exe"])).status_code
            == 404
        )


class TestRights:
    @pytest.mark.parametrize("role", [Role.COMMUNICATION, None])
    def test_only_who_looks_after_agreements_brings_reports(self, url, agreement, role):
        person = make_user("autre")
        if role:
            person.groups.add(Group.objects.get(name=role.value))
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(person)
        template = reverse("annual_report_template", args=[agreement.slug, "csv"])
        for address in (url, template):
            assert browser.get(address).status_code in {302, 403}
        assert bring(browser, url, as_csv(rows())).status_code in {302, 403}

    def test_an_agreement_without_report_has_none(self, desk, version, page):
        page.agreement.report_form.delete()
        assert (
            desk.get(reverse("bring_annual_report", args=[version.agreement.slug])).status_code
            == 404
        )
        assert "Le bilan du partenaire" not in words(desk.get(page.url))

    def test_who_does_not_see_the_page_sees_no_report(self, page, publish, browser):
        publish()
        address = reverse("annual_reports", args=["ecoute"])
        files = [reverse("annual_reports_file", args=["ecoute", form]) for form in ("csv", "xlsx")]
        for one in (address, *files):
            assert browser.get(one).status_code == 200
            assert Client(SERVER_NAME="localhost").get(one).status_code in {302, 404}
        page.unpublish()
        for one in (address, *files):
            assert browser.get(one).status_code == 404

    def test_nothing_reported_is_no_page(self, page, browser):
        assert browser.get(reverse("annual_reports", args=["ecoute"])).status_code == 404
        assert "Aucun bilan n’est encore publié ici." in words(browser.get(page.url))

    def test_there_are_two_files(self, page, publish, browser):
        publish()
        answer = browser.get(reverse("annual_reports_file", args=["ecoute", "json"]))
        assert answer.status_code == 404


class TestReading:
    def table(self, html, caption):
        found = re.search(rf"<caption>{caption}</caption>(.*?)</table>", html, re.DOTALL)[1]
        return [
            [
                plain_text(cell).replace("\u00a0", " ")
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL)
            ]
            for line in re.findall(r"<tr>(.*?)</tr>", found, re.DOTALL)
        ]

    def test_years_stand_side_by_side(self, browser, page, publish):
        publish(2023, {"gender": (4, 2, 0)})
        publish(2024, {"gender": (1500, 14, 11), "status": (1525, 0)})
        publish(2025)
        html = browser.get(reverse("annual_reports", args=["ecoute"])).content.decode()
        assert self.table(html, "Genre") == [
            ["Catégorie", "2025", "2024", "2023"],
            ["Femmes", "masqué", "1 500", "masqué"],
            ["Hommes", "masqué", "14", "masqué"],
            ["Non communiqué", "masqué", "11", "masqué"],
            ["Total", "47", "1 525", "moins de 11"],
        ]
        assert self.table(html, "Âge")[1:] == [
            ["Moins de 30 ans", "12", "non communiqué", "masqué"],
            ["De 30 à 49 ans", "20", "non communiqué", "masqué"],
            ["50 ans et plus", "masqué", "non communiqué", "masqué"],
            ["Non communiqué", "masqué", "non communiqué", "masqué"],
            ["Total", "47", "non communiqué", "moins de 11"],
        ]

    def test_the_page_of_the_agreement_tells_the_totals(self, browser, page, publish):
        publish(2024, {"gender": (1500, 14, 11)})
        publish(2025)
        answer = browser.get(page.url)
        assert "En 2025 : 47 saisines." in words(answer)
        html = answer.content.decode()
        assert re.search(r'aria-label="Total par année \(saisines\)\. 2024: 1.525; 2025: 47"', html)
        assert self.table(html, r"Total par année \(saisines\)")[1:] == [
            ["2025", "47", "10 mars 2026"],
            ["2024", "1 525", "10 mars 2026"],
        ]
        assert "Lire tout le bilan (3 tableaux)" in words(answer)

    def test_in_english_too(self, browser, page, publish, english):
        publish()
        translated = page.copy_for_translation(english, copy_parents=True)
        translated.save_revision().publish()
        told = words(browser.get("/en/agreements/ecoute/reports/"))
        assert "In 2025: 47 cases." in told
        assert "Under 30" in told

    def test_categories_that_changed_are_all_shown(self, browser, page, publish, agreement):
        publish(2024)
        changed = [
            {
                **TABLES[1],
                "categories": [
                    {"code": "below-45", "name_fr": "Moins de 45 ans", "name_en": "Below 45"},
                    {"code": "old", "name_fr": "50 ans et plus", "name_en": "50 and over"},
                ],
            }
        ]
        set_report_form(
            agreement=agreement, unit_fr="saisines", unit_en="cases", dimensions=changed
        )
        html = browser.get(reverse("annual_reports", args=["ecoute"])).content.decode()
        table = self.table(html, "Âge")
        assert ["Moins de 45 ans", "non communiqué"] in table
        assert ["Moins de 30 ans", "12"] in table
        assert len(self.table(html, "Genre")) == 5

    def test_costs_the_same_whatever_the_number_of_years(self, browser, page, publish):
        costs = []
        for years in ((2025,), (2024, 2023, 2022, 2021)):
            for year in years:
                publish(year)
            for address in (page.url, reverse("annual_reports", args=["ecoute"])):
                browser.get(address)
                with CaptureQueriesContext(connection) as queries:
                    browser.get(address)
                costs.append(len(queries))
        assert costs[:2] == costs[2:]

    def test_files_say_what_the_page_says(self, browser, page, publish):
        publish(2024, {"gender": (4, 2, 0)})
        publish(2025)
        files = {
            form: browser.get(reverse("annual_reports_file", args=["ecoute", form])).content
            for form in ("csv", "xlsx")
        }
        told = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
        sheet = load_workbook(io.BytesIO(files["xlsx"])).active
        assert [
            ["" if cell.value is None else str(cell.value) for cell in line]
            for line in sheet.iter_rows()
        ] == told
        assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
        assert told[:3] == [
            ["year", "table", "category", "number", "smallest_number_shown", "published_on"],
            ["2024", "Total", "saisines", "", "11", "2026-03-10"],
            ["2025", "Total", "saisines", "47", "11", "2026-03-10"],
        ]
        assert ["2025", "Âge", "De 30 à 49 ans", "20", "11", "2026-03-10"] in told
        assert ["2025", "'=Statut", "Agent", "", "11", "2026-03-10"] in told
        assert len(told) == 3 + 9


@pytest.mark.usefixtures("pdf_libraries", "own_certificate", "page")
class TestPdf:
    def take(self, browser, language="fr"):
        with translation.override(language):
            answer = browser.get(reverse("annual_reports_file", args=["ecoute", "pdf"]))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert 'filename="ecoute-reports.pdf"' in answer["Content-Disposition"]
        assert "no-store" in answer["Cache-Control"]
        return answer.content

    def test_says_what_the_page_says_and_no_more(self, browser, publish, pdf_text):
        publish(2024, {"gender": (4, 2, 0)})
        publish(2025)
        told = pdf_text(self.take(browser)).replace("\u00a0", " ")
        assert "Bilan annuel La convention" in told
        assert "En 2025 : 47 saisines." in told
        for row in (
            "Catégorie 2025 2024",
            "Femmes masqué masqué",
            "De 30 à 49 ans 20 masqué",
            "=Statut",
            "Total 47 moins de 11",
        ):
            assert row in told
        assert "Un nombre inférieur à 11 est masqué" in told
        assert "ce qui était publié le 10 mars 2026" in told
        assert "/fr/conventions/ecoute/bilans/" in told.replace(" ", "")
        assert "Cachet de démonstration" in told

    def test_in_english_too(self, browser, publish, english, pdf_text, page):
        publish()
        translated = page.copy_for_translation(english, copy_parents=True)
        translated.save_revision().publish()
        told = pdf_text(self.take(browser, "en"))
        assert "In 2025: 47 cases." in told
        assert "Under 30 12" in told
        assert "published on 10 March 2026" in told

    def test_is_the_same_file_until_it_shows_something_else(self, browser, publish):
        publish(2024)
        first = self.take(browser)
        assert self.take(browser) == first
        publish(2025)
        assert self.take(browser) != first

    def test_readers_that_are_not_ours_find_it_sealed_and_accessible(
        self, browser, publish, english, page, tmp_path
    ):
        for year in (2022, 2023, 2024, 2025):
            publish(year)
        translated = page.copy_for_translation(english, copy_parents=True)
        translated.save_revision().publish()
        files = []
        for language in ("fr", "en"):
            files.append(tmp_path / f"{language}.pdf")
            files[-1].write_bytes(self.take(browser, language))
            said = pdfsig(files[-1])
            assert said.count("Signature #") == 1
            assert "Signature is Valid." in said
            assert "Total document signed" in said
        assert sorted(verapdf(*files)) == sorted(f"PASS {file} ua1" for file in files)

    def test_one_byte_changed_shows(self, browser, publish, tmp_path):
        publish()
        content = self.take(browser)
        place = content.index(b"stream") + 20
        altered = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        (tmp_path / "altered.pdf").write_bytes(altered)
        assert "Signature is Valid." not in pdfsig(tmp_path / "altered.pdf")

    def test_the_page_leads_there(self, browser, publish):
        publish()
        html = browser.get(reverse("annual_reports", args=["ecoute"])).content.decode()
        assert 'href="/fr/conventions/ecoute/bilans.pdf"' in html
        assert "Télécharger le bilan sous cachet (PDF)" in html

    def test_a_machine_that_makes_no_pdf_says_nothing_of_one(self, browser, publish, monkeypatch):
        publish()
        monkeypatch.setattr("partners.receipts.pdf.missing_libraries", lambda: ("pango-1.0",))
        page = browser.get(reverse("annual_reports", args=["ecoute"]))
        assert "PDF" not in words(page)
        address = reverse("annual_reports_file", args=["ecoute", "pdf"])
        assert browser.get(address).status_code == 404

    def test_who_does_not_see_the_page_takes_no_file(self, publish):
        publish()
        address = reverse("annual_reports_file", args=["ecoute", "pdf"])
        answer = Client(SERVER_NAME="localhost").get(address)
        assert answer.status_code == 302


def sharings(length, total):
    """Yield every way to share out ``total`` cases among ``length`` categories."""
    if length == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in sharings(length - 1, total - first):
            yield (first, *rest)


class TestHiding:
    """Whoever solves what is published, knowing the rule, is left with more than eleven values."""

    @pytest.mark.parametrize("total", [11, 12, 21, 22, 23, 30, 34])
    def test_what_is_taken_away_cannot_be_solved(self, browser, page, publish, total):
        codes = {"Genre": "gender", "Âge": "age", "'=Statut": "status"}
        lengths = {table["code"]: len(table["categories"]) for table in TABLES}
        behind = {code: self.all_behind(length, total) for code, length in lengths.items()}
        # The most telling breakdowns: everything in one place, one person apart, half and half.
        for year, counts in enumerate(
            [
                {code: (total, *[0] * (n - 1)) for code, n in lengths.items()},
                {code: (*[0] * (n - 2), 1, total - 1) for code, n in lengths.items()},
                {
                    code: (total // 2, *[0] * (n - 2), total - total // 2)
                    for code, n in lengths.items()
                },
                {code: (total - 11, 11, *[0] * (n - 2)) for code, n in lengths.items()},
            ],
            start=2022,
        ):
            publish(year, counts)
            address = reverse("annual_reports_file", args=["ecoute", "csv"])
            content = browser.get(address).content.decode("utf-8-sig")
            shown = defaultdict(list)
            for line in csv.reader(io.StringIO(content), delimiter=";"):
                if line[0] == str(year) and line[1] in codes:
                    shown[codes[line[1]]].append(int(line[3]) if line[3] else None)
            assert shown.keys() == lengths.keys()
            for code, cells in shown.items():
                for place, cell in enumerate(cells):
                    values = {tried[place] for tried in behind[code][tuple(cells)]}
                    assert counts[code][place] in values
                    assert values == {cell} if cell is not None else len(values) > THRESHOLD

    @staticmethod
    def all_behind(length, total):
        found = defaultdict(list)
        for tried in sharings(length, total):
            found[protect(tried, threshold=THRESHOLD).cells].append(tried)
        return found

    def test_the_threshold_is_the_installations(self, desk, url, settings):
        settings.SMALL_CELLS = {**settings.SMALL_CELLS, "annual_reports": 20}
        told = words(bring(desk, url, as_csv(rows())))
        assert "Les nombres inférieurs à 20 sont masqués" in told

    def test_a_preview_of_before_a_higher_threshold_is_not_published(self, desk, url, settings):
        shown = token(bring(desk, url, as_csv(rows())))
        settings.SMALL_CELLS = {**settings.SMALL_CELLS, "annual_reports": 20}
        answer = desk.post(url, {"publish": "1", "token": shown}, follow=True)
        assert "faites relire le fichier" in words(answer)
        assert not AnnualReport.objects.exists()


class TestCorrecting:
    BEFORE = {"gender": (40, 30, 30)}

    @pytest.mark.parametrize(
        ("after", "taken"),
        [
            ((41, 30, 30), False),  # one more case, and where it is
            ((41, 29, 30), False),  # somebody moved
            ((51, 41, 30), True),
            ((51, 30, 30), False),  # all that came are in one place
            ((29, 41, 30), True),
            ((40, 30, 9), True),  # only totals can be compared: all is hidden by now
            ((3, 2, 1), True),  # nothing is shown by now
        ],
    )
    def test_is_taken_when_comparing_tells_about_nobody(
        self, desk, url, publish, browser, page, after, taken
    ):
        publish(2025, self.BEFORE)
        answer = bring(desk, url, as_csv(rows({"gender": after})))
        assert (answer.status_code == 200) is taken
        if not taken:
            assert "renseignerait sur peu de personnes" in words(answer)
            return
        desk.post(url, {"publish": "1", "token": token(answer)})
        assert AnnualReport.objects.count() == 2
        told = words(browser.get(reverse("annual_reports", args=["ecoute"])))
        total = "moins de 11" if sum(after) < 11 else str(sum(after))
        assert f"En 2025 : {total} saisines." in told
        assert "10 mars 2026, corrigé" in told

    def test_is_compared_with_every_publication_of_the_year(self, publish):
        from django.core.exceptions import ValidationError

        publish(2025, self.BEFORE)
        publish(2025, {"gender": (40, 30, 9)})
        with pytest.raises(ValidationError, match="Genre"):
            publish(2025, {"gender": (41, 30, 30)})
        publish(2024, {"gender": (41, 30, 30)})

    def test_is_refused_once_categories_have_changed(self, desk, url, publish, agreement):
        publish(2025, self.BEFORE)
        changed = [{**TABLES[0], "categories": TABLES[0]["categories"][:2]}]
        set_report_form(
            agreement=agreement, unit_fr="saisines", unit_en="cases", dimensions=changed
        )
        answer = bring(desk, url, as_csv([("Genre", "Femmes", 80), ("Genre", "Hommes", 80)]))
        assert "les catégories ont changé : Genre" in words(answer)


class TestCalendar:
    def test_what_was_due_is_met(self, desk, url, version, agreement, steerer):
        assert "30 juin 2026" in words(desk.get(reverse("agreement_calendar")))
        desk.post(url, {"publish": "1", "token": token(bring(desk, url, as_csv(rows())))})
        assert "30 juin 2026" not in words(desk.get(reverse("agreement_calendar")))
        duty = AgreementDuty.objects.get()
        assert (duty.kind, duty.due_on, duty.done_by) == ("report", dt.date(2026, 6, 30), steerer)
        assert "2025 – publié le 10 mars 2026" in words(
            desk.get(reverse("agreement_desk", args=[version.pk]))
        )

    @pytest.mark.parametrize(
        ("year", "month", "due_on"),
        [
            (2025, 6, dt.date(2026, 6, 30)),
            (2023, 2, dt.date(2024, 2, 29)),
            (2024, 2, dt.date(2025, 2, 28)),
            (2025, 12, dt.date(2026, 12, 31)),
        ],
    )
    def test_of_its_own_year(self, publish, agreement, year, month, due_on):
        Agreement.objects.update(report_month=month)
        publish(year)
        assert AgreementDuty.objects.get().due_on == due_on

    def test_another_year_leaves_what_is_due(self, publish, version):
        publish(2024)
        kinds = [duty.kind for duty in open_duties(version, on=TODAY)]
        assert "report" in kinds

    def test_without_a_month_nothing_was_due(self, publish):
        Agreement.objects.update(report_month=None)
        publish()
        assert not AgreementDuty.objects.exists()

    @pytest.mark.parametrize(
        ("instant", "last"),
        [
            (dt.datetime(2025, 12, 31, 22, 59, 59, tzinfo=dt.UTC), 2024),
            (dt.datetime(2025, 12, 31, 23, 0, tzinfo=dt.UTC), 2025),  # midnight in Paris
            (dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC), 2025),  # the clocks change
        ],
    )
    def test_a_year_is_reported_once_it_is_over(
        self, desk, url, steerer, time_machine, instant, last
    ):
        time_machine.move_to(instant, tick=False)
        desk.force_login(steerer)
        years = re.findall(r'<option value="(\d+)"', desk.get(url).content.decode())
        assert (int(years[0]), years[-1]) == (last, "2017")

    def test_an_agreement_that_ended_reports_its_years(self, version, agreement, steerer):
        give_notice(version=version, actor=steerer, on=TODAY)
        assert reportable_years(agreement, on=dt.date(2027, 1, 1))[0] == 2026
        assert reportable_years(agreement, on=dt.date(2031, 1, 1))[0] == 2026

    def test_one_that_is_not_signed_reports_none(self, steerer):
        version = make.draft(steerer, slug="autre")
        assert reportable_years(version.agreement, on=TODAY) == []

    def test_a_young_one_has_no_year_yet(self, desk, steerer):
        terms = Terms(dt.date(2026, 1, 1))
        version = record_paper_agreement(version=make.draft(steerer, terms=terms), actor=steerer)
        set_report_form(agreement=version.agreement, unit_fr="a", unit_en="b", dimensions=TABLES)
        answer = desk.get(reverse("bring_annual_report", args=[version.agreement.slug]))
        assert "Aucune année n’est encore finie" in words(answer)


class TestForm:
    @pytest.fixture
    def amacod(self):
        return PROGRAMME / "agreements" / "amacod" / "report.yaml"

    def test_that_of_amacod_has_the_eight_tables(self, agreement, amacod, capsys):
        call_command("set_report_form", "ecoute", str(amacod))
        agreement = Agreement.objects.get()
        assert [table.title for table in agreement.report_form.tables()] == [
            "Genre",
            "Âge",
            "Statut",
            "Niveau de scolarisation",
            "Zone géographique",
            "Type de discrimination",
            "Motif de la saisine",
            "Suite donnée",
        ]
        assert "Zone géographique" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"tables": []}, "un tableau"),
            ({"tables": [TABLES[0], TABLES[0]]}, "même nom"),
            ({"tables": [{**TABLES[0], "categories": TABLES[0]["categories"][:1]}]}, "deux"),
            ({"tables": [{**TABLES[0], "code": "Genre !"}]}, "code"),
            ({"tables": [{**TABLES[0], "title_fr": "–"}]}, "nom"),
            ({"tables": [{"code": "x"}]}, "KeyError"),
            ({"tables": "x"}, "TypeError"),
            ({"unit_fr": ""}, "vide"),
        ],
    )
    def test_says_what_is_wrong(self, agreement, amacod, tmp_path, change, reason):
        content = {**yaml.safe_load(amacod.read_text("utf-8")), **change}
        file = tmp_path / "report.yaml"
        file.write_text(yaml.safe_dump(content), "utf-8")
        with pytest.raises(CommandError, match=reason):
            call_command("set_report_form", "ecoute", str(file))
        assert len(Agreement.objects.get().report_form.tables()) == 3

    def test_needs_an_agreement(self, amacod):
        with pytest.raises(CommandError, match="no agreement"):
            call_command("set_report_form", "personne", str(amacod))

    def test_what_is_kept_comes_back(self):
        report = publishable(COUNTS, read_dimensions(TABLES), threshold=THRESHOLD)
        assert read_published(report.as_json()) == report

    def test_tables_that_do_not_add_up_are_never_published(self):
        with pytest.raises(ValueError, match="one total"):
            publishable(
                {"gender": (1, 2, 3), "status": (1, 2)}, read_dimensions(TABLES), threshold=11
            )

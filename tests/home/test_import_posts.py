"""Posts brought in a table, through the command that imports them."""

import contextlib
import csv
import datetime as dt
import io
import tempfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from wagtail.models import Page, PageLogEntry
from wagtail_localize.models import LocaleSynchronization

from engagements.models import Sdg
from engagements.services import LoadReport
from home.models import EventPage, NewsPage, StandardPage
from home.posts import COLUMNS, read_posts
from home.services import load_examples
from home.services.posts import EXAMPLES, IMPORTED
from partners.models import StoryIndexPage, VideoStoryPage
from portal.core.dates import Precision
from portal.core.tables import TableError
from search.finding import find

NBSP = "\N{NO-BREAK SPACE}"

pytestmark = pytest.mark.django_db

NEWS = {
    "slug": "velos",
    "kind": "news",
    "title": "Des vélos pour tous",
    "published_on": "2024-03-07",
    "summary": "Emprunter, rouler, rendre.",
    "body": "Un **geste** simple.\n\n## Comment faire\n\n- réserver\n- rouler",
    "engagements": "6",
    "sdgs": "11;12",
    "tags": "vélo;mobilité douce",
    "channel": "magazine",
    "language": "fr",
}


@pytest.fixture(autouse=True)
def site(home, news_index, agenda, engagement, french, english):
    """A site in two languages, the English tree made of aliases."""
    for number in (11, 12):
        Sdg.objects.create(
            number=number, slug=f"odd-{number}", title_fr=f"ODD {number}", title_en=f"SDG {number}"
        )
    home.refresh_from_db()
    home.add_child(instance=StoryIndexPage(title="Bonnes pratiques", slug="bonnes-pratiques"))
    LocaleSynchronization.objects.create(locale=english, sync_from=french)
    return home


def row(**changes):
    return NEWS | changes


def as_csv(path, rows, *, delimiter=",", encoding="utf-8", columns=COLUMNS):
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def as_xlsx(path, rows, *, columns=COLUMNS):
    book = Workbook()
    book.active.append(list(columns))
    for one in rows:
        book.active.append([one.get(column) for column in columns])
    book.save(path)
    return path


@pytest.fixture
def run(tmp_path):
    """Import rows, or a file; return what was printed, and the failure as text."""

    def import_rows(rows, *, write=as_csv, **options):
        path = rows if isinstance(rows, Path) else write(tmp_path / "posts.csv", rows)
        out = io.StringIO()
        failure = ""
        try:
            call_command("import_posts", path, stdout=out, **options)
        except CommandError as error:
            failure = str(error)
        return out.getvalue().replace(NBSP, " "), failure.replace(NBSP, " ")

    return import_rows


def content(page):
    return {
        "title": page.title,
        "summary": page.summary,
        "live": page.live,
        "body": [(block.block_type, str(block.value)) for block in page.body],
        "engagements": [fact.number for fact in page.engagements.all()],
        "sdgs": sorted(fact.number for fact in page.sdgs.all()),
        "tags": sorted(page.tags.names()),
    }


EVERY_KIND = [
    row(),
    row(kind="event", slug="atelier", title="Atelier", published_on="2024-11-07T09:30"),
    row(kind="story", slug="gobelets", title="Des gobelets"),
    row(kind="page", slug="guide", title="Le guide"),
]


def test_each_kind_becomes_its_page_at_its_place(run):
    out, failure = run(EVERY_KIND)
    assert (out.splitlines()[-1], failure) == ("créé : 4", "")
    post = NewsPage.objects.get(locale__language_code="fr")
    assert content(post) == {
        "title": "Des vélos pour tous",
        "summary": "Emprunter, rouler, rendre.",
        "live": True,
        "body": [
            ("paragraph", "<p>Un <b>geste</b> simple.</p>"),
            ("heading", "Comment faire"),
            ("paragraph", "<ul><li>réserver</li><li>rouler</li></ul>"),
        ],
        "engagements": [6],
        "sdgs": [11, 12],
        "tags": ["mobilité douce", "vélo"],
    }
    assert (post.date, post.first_published_at.date()) == (dt.date(2024, 3, 7),) * 2
    event = EventPage.objects.get(locale__language_code="fr")
    assert event.precision == Precision.INSTANT
    assert (event.start_date, event.start_time) == (dt.date(2024, 11, 7), dt.time(9, 30))
    assert (event.end_date, event.end_time, event.demonstration) == (None, None, False)
    story = VideoStoryPage.objects.get(locale__language_code="fr")
    assert (story.date, story.film, story.live) == (post.date, None, True)
    guide = StandardPage.objects.get(locale__language_code="fr")
    assert [page.get_parent().slug for page in (post, event, story, guide)] == [
        "actualites",
        "agenda",
        "bonnes-pratiques",
        "accueil",
    ]
    assert not any(Page.find_problems())


def test_a_french_page_has_its_alias_and_an_english_row_is_a_page_of_its_own(run, english):
    run([row(), row(slug="bikes", title="Bikes", language="en")])
    alias = NewsPage.objects.get(slug="velos", locale=english)
    assert alias.is_untranslated
    own = NewsPage.objects.get(slug="bikes")
    assert (own.locale, own.alias_of_id, own.live) == (english, None, True)
    assert own.get_parent().locale == english
    assert own.get_translations().count() == 0
    out, _failure = run([row(title="Encore des vélos"), row(language="en")])
    assert "traduisez-la" in out
    alias.refresh_from_db()
    assert alias.title == "Encore des vélos"


@pytest.mark.parametrize(
    ("published_on", "precision", "first"),
    [
        ("2024-11-07", Precision.DAY, dt.date(2024, 11, 7)),
        ("07/11/2024", Precision.DAY, dt.date(2024, 11, 7)),
        ("2024-11", Precision.MONTH, dt.date(2024, 11, 1)),
        ("2024-T4", Precision.QUARTER, dt.date(2024, 10, 1)),
        ("2024", Precision.YEAR, dt.date(2024, 1, 1)),
    ],
)
def test_an_event_is_dated_as_precisely_as_it_is_known(run, published_on, precision, first):
    _out, failure = run([row(kind="event", published_on=published_on)])
    assert not failure
    event = EventPage.objects.get(locale__language_code="fr")
    assert (event.precision, event.start_date, event.start_time) == (precision, first, None)


def test_a_post_to_come_waits_for_its_day(run):
    out, _failure = run([row(published_on="2090-01-05")])
    assert "à venir" in out
    post = NewsPage.objects.get(locale__language_code="fr")
    assert not post.live
    assert post.latest_revision.approved_go_live_at is not None
    out, _failure = run([row(published_on="2090-01-05")])
    assert out.splitlines()[-1] == "inchangé : 1"


def test_who_may_not_publish_may_not_import(run, agent):
    out, failure = run([row()], user=agent.username)
    assert "ne peut pas publier à cet endroit" in out
    assert failure
    assert not NewsPage.objects.exists()
    assert "Il n’y a pas de compte « personne »" in run([row()], user="personne")[1]


def test_a_second_run_changes_nothing_and_a_changed_row_makes_a_revision(run, admin_user):
    run(EVERY_KIND)
    before = list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id"))
    out, _failure = run(EVERY_KIND)
    assert out.splitlines()[-1] == "inchangé : 4"
    assert list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id")) == before
    run([row(title="Autrement dit", tags="")], user=admin_user.username)
    post = NewsPage.objects.get(locale__language_code="fr")
    assert (post.title, list(post.tags.names())) == ("Autrement dit", [])
    assert post.revisions.count() == 2
    entry = PageLogEntry.objects.filter(action=IMPORTED, page=post).latest("pk")
    assert (entry.user, entry.revision_id) == (admin_user, post.latest_revision_id)
    assert entry.message == "Importé de posts.csv, ligne 2"
    assert PageLogEntry.objects.filter(
        page=post, action="wagtail.publish", user=admin_user
    ).exists()


def test_a_column_that_is_absent_changes_nothing(run, tmp_path):
    run([row()])
    few = as_csv(tmp_path / "few.csv", [row(title="Autre")], columns=COLUMNS[:4])
    out, failure = run(few)
    assert "Colonnes absentes" in out
    assert not failure
    post = NewsPage.objects.get(locale__language_code="fr")
    assert post.title == "Autre"
    assert list(post.tags.names()) == ["vélo", "mobilité douce"]
    assert len(post.body) == 3


def edit(post):
    post.title = "Titre de l’éditrice"
    post.save_revision().publish()


def take_offline(post):
    post.unpublish()


@pytest.mark.parametrize("change", [edit, take_offline])
def test_what_an_editor_did_is_left_alone_unless_asked(run, change):
    run([row()])
    change(NewsPage.objects.get(locale__language_code="fr"))
    out, failure = run([row(summary="Changé aussi")])
    assert "velos – laissé tel quel – Quelqu’un a modifié cette page" in out
    assert not failure
    post = NewsPage.objects.get(locale__language_code="fr")
    assert post.summary == "Emprunter, rouler, rendre."
    out, _failure = run([row(summary="Changé aussi")], overwrite=True)
    assert "l’historique le garde" in out
    post.refresh_from_db()
    assert (post.title, post.summary, post.live) == ("Des vélos pour tous", "Changé aussi", True)


def test_what_an_editor_deleted_stays_so_unless_asked(run):
    run([row()])
    NewsPage.objects.all().delete()
    out, _failure = run([row()])
    assert "puis supprimée" in out
    assert not NewsPage.objects.exists()
    run([row()], overwrite=True)
    assert NewsPage.objects.filter(live=True, alias_of=None).count() == 1


def test_a_page_that_no_import_made_is_left_alone_unless_asked(run, make_post):
    mine = make_post("velos", title="Le mien")
    out, _failure = run([row()])
    assert "aucun import ne l’a faite" in out
    mine.refresh_from_db()
    assert mine.title == "Le mien"
    out, _failure = run([row()], overwrite=True)
    assert "l’historique le garde" in out
    mine.refresh_from_db()
    assert mine.title == "Des vélos pour tous"
    assert run([row()])[0].splitlines()[-1] == "inchangé : 1"


def test_a_dry_run_says_what_would_be_and_writes_nothing(run):
    def state():
        return list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id", "numchild"))

    before = state()
    out, failure = run([*EVERY_KIND, row(slug="x", kind="film")], dry_run=True)
    assert "Rien n’a été écrit ; cela donnerait : créé : 4, refusé : 1" in out
    assert failure
    assert state() == before
    assert not PageLogEntry.objects.filter(action=IMPORTED).exists()


BAD_ROWS = [
    ({"kind": "film"}, "kind", "« film » n’est pas connu"),
    ({"kind": ""}, "kind", "Ce renseignement manque"),
    ({"title": ""}, "title", "Ce renseignement manque"),
    ({"title": "x" * 300}, "title", "255"),
    ({"summary": "x" * 301}, "summary", "300"),
    ({"body": "x" * 100_001}, "body", "Trop long"),
    ({"slug": ""}, "slug", "Ce renseignement manque"),
    ({"slug": "Écrit mal"}, "slug", "lettres minuscules"),
    ({"slug": "x" * 151}, "slug", "Trop long"),
    ({"published_on": "hier"}, "published_on", "n’est pas une date"),
    ({"published_on": "2024-02-30"}, "published_on", "n’est pas une date"),
    ({"published_on": "0024-02-03"}, "published_on", "n’est pas une date"),
    ({"published_on": "2024-02"}, "published_on", "au jour près"),
    ({"kind": "event", "published_on": "2024-03-31T02:30"}, "published_on", "n’existe pas"),
    ({"engagements": "6;16"}, "engagements", "« 16 »"),
    ({"engagements": "six"}, "engagements", "« six »"),
    ({"engagements": "²"}, "engagements", "« ² »"),
    ({"sdgs": "99"}, "sdgs", "« 99 »"),
    ({"tags": "t" * 101}, "tags", "Trop long"),
    ({"channel": "radio"}, "channel", "« radio »"),
    ({"language": "de"}, "language", "« de »"),
    ({"title": "a\0b"}, "title", "NUL"),
    ({"kind": "page", "slug": "actualites"}, "slug", "« Actualités »"),
    ({"slug": "bon"}, "slug", "La ligne 2 a déjà"),
]


@pytest.mark.parametrize(("changes", "column", "reason"), BAD_ROWS)
def test_a_bad_row_is_told_with_its_place_and_the_others_go_in(run, changes, column, reason):
    out, failure = run([row(slug="bon"), row() | changes, row(slug="bon-aussi")])
    told = next(line for line in out.splitlines() if "refusé" in line)
    assert told.startswith("Ligne 8 :")
    assert f"Colonne « {column} » :" in told
    assert reason in told
    assert "1 ligne a été refusée." in failure
    assert NewsPage.objects.filter(alias_of=None, live=True).count() == 2


def test_reasons_are_in_the_readers_language(run):
    with translation.override("en"):
        out, failure = run([row(kind="film", title="")])
    assert "Line 2: velos – rejected – Column kind: “film” is not known" in out
    assert "Column title: It is missing." in out
    assert failure == "1 row was rejected."


def test_an_imported_page_does_not_change_kind(run):
    run([row()])
    out, _failure = run([row(kind="event")])
    assert "une page d’une autre sorte" in out
    assert not EventPage.objects.exists()


def test_the_report_can_be_mended_and_imported_again(run, tmp_path):
    bad = row(slug="cassee", kind="film", title="=2+2", body="- a\n- b")
    report = tmp_path / "refus.csv"
    out, _failure = run([row(), bad], report=report)
    assert "refus.csv" in out
    text = report.read_text("utf-8-sig")
    assert "'=2+2" in text
    report.write_bytes(text.replace("film", "news").encode("utf-8"))
    out, failure = run(report)
    assert not failure
    post = NewsPage.objects.get(slug="cassee", locale__language_code="fr")
    assert post.title == "=2+2"
    assert content(post)["body"] == [("paragraph", "<ul><li>a</li><li>b</li></ul>")]


@pytest.mark.parametrize(
    "write",
    [
        as_xlsx,
        lambda path, rows: as_csv(path, rows, delimiter=";", encoding="utf-8-sig"),
        lambda path, rows: as_csv(path, rows, delimiter=";", encoding="cp1252"),
        lambda path, rows: as_csv(path, rows, delimiter="\t"),
    ],
    ids=["xlsx", "semicolons", "cp1252", "tabs"],
)
def test_twin_files_give_the_same_pages(run, tmp_path, write):
    run(EVERY_KIND)
    out, failure = run(write(tmp_path / "twin", EVERY_KIND))
    assert (out.splitlines()[-1], failure) == ("inchangé : 4", "")


def test_the_cells_of_a_workbook_have_types(run, tmp_path):
    rows = [
        row(published_on=dt.date(2024, 3, 7), engagements=6),
        row(kind="event", slug="e", published_on=dt.datetime(2024, 3, 7, 12, 15)),
        row(slug="formule", title="=1+1"),
        row(slug="vrai", title=True),
    ]
    out, failure = run(as_xlsx(tmp_path / "posts.xlsx", rows))
    assert "Ligne 4 : formule – refusé" in out
    assert "une formule" in out
    assert "Ligne 5" in out
    assert failure
    assert NewsPage.objects.get(locale__language_code="fr").date == dt.date(2024, 3, 7)
    assert EventPage.objects.get(locale__language_code="fr").start_time == dt.time(12, 15)


HEADER = ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "est vide"),
        (b"\xef\xbb\xbf\n\n", "est vide"),
        (HEADER.encode(), "aucune ligne"),
        (b"velos,news,Des velos,2024-03-07\n", "Il manque"),
        (b"slug,kind\na,news\n", "title, published_on"),
        (b"slug,slug,kind,title,published_on\n", "deux fois"),
        (HEADER.encode("utf-16"), "UTF-16"),
        (f"{HEADER}\né".encode() + b"\xe9", "ligne 2"),
        (b"PK\x03\x04 nothing", "classeur ne peut pas"),
        (b"\xd0\xcf\x11\xe0 old", "ancien format"),
        (b"\0" * 5000, "Il manque"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_refused(run, tmp_path, content, reason):
    path = tmp_path / "hostile.csv"
    path.write_bytes(content)
    _out, failure = run(path)
    assert reason in failure
    assert failure.startswith("hostile.csv")


def test_a_file_that_does_not_exist_is_named(run, tmp_path):
    assert "absent.csv" in run(tmp_path / "absent.csv")[1]


def test_what_is_unexpected_in_a_file_stays_in_its_row(run, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text(
        "\n".join(
            (
                "slug,kind,title,published_on,humeur",
                'un,news,"Un ""deux""",2024-03-07,gaie',
                'deux,news,"Deux" trois,2024-03-07,',
                "trois,news,Trois,2024-03-07,,,de trop",
                f"quatre,news,{'x' * 10_000_000},2024-03-07,",
                ",,,,",
                "cinq,news,Cinq,2024-03-07",
                'six,news,"Six,2024-03-07,',
            )
        ),
        "utf-8",
    )
    out, failure = run(path)
    assert "Colonnes ignorées : humeur." in out
    assert "4 lignes ont été refusées." in failure
    lines = [line.partition(" :")[0] for line in out.splitlines() if "refusé –" in line]
    assert lines == ["Ligne 3", "Ligne 4", "Ligne 5", "Ligne 8"]
    titles = NewsPage.objects.filter(alias_of=None).values_list("title", flat=True)
    assert set(titles) == {'Un "deux"', "Cinq"}


def test_markdown_is_not_trusted(run):
    body = (
        "<script>alert(1)</script> [a](javascript:alert(1)) [b](https://exemple.fr/?a=1&b=2)\n\n"
        "![image](https://ailleurs.fr/x.png)\n\n> Une *citation*\n\n"
        "| Lieu | Jour |\n|---|---|\n| Gymnase | lundi |\n\n[là](/nulle-part) [ici](/actualites)"
    )
    out, _failure = run([row(body=body)])
    assert "/nulle-part ne mène nulle part" in out
    post = NewsPage.objects.get(locale__language_code="fr")
    html = "".join(str(block.render()) for block in post.body)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="https://exemple.fr/?a=1&amp;b=2"' in html
    assert "<li>Gymnase – lundi</li>" in html
    assert 'href="/fr/actualites/"' in html
    assert [block.block_type for block in post.body] == ["paragraph", "quote", "paragraph"]


def test_examples_are_marked(run):
    run(EVERY_KIND, example=True)
    post, event = (m.objects.get(locale__language_code="fr") for m in (NewsPage, EventPage))
    assert "exemple" in post.tags.names()
    assert str(event.flag) == "Démonstration"
    assert "exemple" not in event.tags.names()


def test_an_acronym_is_spelled_out_whatever_the_order_of_the_rows(
    run, agent, django_capture_on_commit_callbacks
):
    """The heading comes first, then the acronym, which nothing else spells out."""
    title, acronym = "Qualité de vie et conditions de travail", "QVCT en quatre chantiers"
    with django_capture_on_commit_callbacks(execute=True):
        run([row(slug="titre", title=title), row(slug="sigle", title=acronym)])
    found = find(query="qvct", user=agent, language="fr")
    assert {hit.title for hit in found.entries} == {title, acronym}


def test_what_is_imported_is_found(run, agent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run([row(), row(slug="bikes", title="Bicycles", body="", language="en")])
    assert [hit.title for hit in find(query="velo", user=agent, language="fr").entries] == [
        "Des vélos pour tous"
    ]
    assert [hit.title for hit in find(query="bicycle", user=agent, language="en").entries] == [
        "Bicycles"
    ]


def test_a_row_costs_the_same_whatever_the_number_of_rows(run, django_assert_max_num_queries):
    rows = [row(slug=f"p-{number}") for number in range(12)]
    run(rows)
    with django_assert_max_num_queries(12):
        run(rows)


def test_the_examples_of_the_programme_can_be_read():
    numbers = {"engagements": range(1, 16), "sdgs": range(1, 18)}
    file = read_posts(EXAMPLES, **numbers)
    assert (len(file.posts), file.rejected) == (205, [])


def test_examples_whose_facts_are_missing_are_told_and_the_others_loaded(tmp_path):
    path = as_csv(tmp_path / "posts.csv", [row(), row(slug="b", engagements="7")])
    report = LoadReport()
    load_examples(report=report, path=path)
    assert (report.created["posts"], len(report.rejections)) == (1, 1)
    again = LoadReport()
    load_examples(report=again, path=path)
    assert (again.created["posts"], again.kept["posts"]) == (0, 1)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(st.text(max_size=20), max_size=30).map(
            lambda cells: f"{HEADER}\n{','.join(cells)}\n".encode("utf-8", "surrogatepass")
        ),
        st.text(alphabet=",;\"\n\r\0é-d2'=", max_size=80).map(lambda t: f"{HEADER}\n{t}".encode()),
    )
)
def test_no_file_breaks_the_reader(content):
    with tempfile.NamedTemporaryFile(suffix=".csv") as stream:
        stream.write(content)
        stream.flush()
        with contextlib.suppress(TableError):
            file = read_posts(Path(stream.name), engagements={1}, sdgs={1})
            assert all(rejected.reason for rejected in file.rejected)

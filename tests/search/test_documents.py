"""Documents are found by their text, where and by whom they may be read."""

import datetime as dt
import re

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from taggit.models import Tag
from wagtail.models import Collection, CollectionViewRestriction, Page

from portal.core import documents
from portal.core.document_text import Outcome, Reading
from portal.core.models import DocumentText, PortalDocument
from search.models import IndexEntry, Term
from tests.core import office


@pytest.fixture
def upload(db, live):
    """Upload a document, as an editor does."""

    def upload_document(text="", name="convention.pdf", title="Convention", content=None, **fields):
        file = ContentFile(office.pdf(text) if content is None else content, name=name)
        with live():
            return PortalDocument.objects.create(title=title, file=file, **fields)

    return upload_document


@pytest.fixture
def show(page, live):
    """Publish a page that links to documents."""

    def show_documents(*shown, parent=None, title="Un dossier", **fields):
        links = "".join(f'<a linktype="document" id="{one.pk}">lire</a>' for one in shown)
        return page(title, parent, body=[("paragraph", f"<p>{links}</p>")], **fields)

    return show_documents


def test_it_is_found_by_its_text_where_a_page_shows_it(upload, show, search, client, agent):
    document = upload("La charte du covoiturage")
    assert search("covoiturage").total == 0
    show(document)
    [entry] = search("covoiturage").entries
    assert (entry.kind, entry.title, entry.url) == ("document", "Convention", document.url)
    client.force_login(agent)
    assert client.get(entry.url).getvalue().startswith(b"%PDF-")
    response = client.get(reverse("search"), {"q": "covoiturages", "kind": "document"})
    content = response.content.decode()
    assert "du <mark>covoiturage</mark>" in content
    assert f"<span>{entry.note}</span>" in content
    assert re.fullmatch("PDF, \\d+\xa0octets", entry.note)
    assert 'class="search-result__kind">Document<' in content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", office.docx("Le covoit|urage")),
        ("a.pptx", office.pptx("Le covoiturage")),
        ("a.odt", office.open_document("covoiturage")),
        ("a.odp", office.open_document("covoiturage")),
        ("a.ods", office.open_document("covoiturage")),
        ("a.csv", b"mode;part\ncovoiturage;12\n"),
        ("a.MD", b"# Le covoiturage"),
    ],
)
def test_office_files_and_texts_too(upload, show, titles, name, content):
    show(upload(name=name, content=content))
    assert titles("covoiturage") == ["Convention"]


def test_a_file_without_text_is_found_by_its_title(upload, show, titles, caplog):
    show(upload(content=b"%PDF-1.7 nothing"))
    assert titles("convention") == ["Convention"]
    assert "title only" in caplog.text
    assert DocumentText.objects.get().outcome == Outcome.UNREADABLE.value


def test_captions_are_not_documents_to_read(upload, show, titles):
    show(upload(name="film.vtt", content=b"WEBVTT\n\ncovoiturage"))
    assert titles("convention") == []
    assert not DocumentText.objects.exists()


def test_a_replaced_file_is_found_by_its_new_text(upload, show, titles, live):
    document = upload("Le covoiturage")
    show(document)
    with live():
        document.file = ContentFile(office.pdf("Le vélo"), name="convention.pdf")
        document.file_size = None
        document.save()
    assert titles("covoiturage") == []
    assert titles("vélo") == ["Convention"]


def test_a_deleted_document_is_gone(upload, show, titles, live):
    document = upload("Le covoiturage")
    show(document)
    with live():
        document.delete()
    assert titles("covoiturage") == []
    assert not Term.objects.filter(text="covoiturage", documents__gt=0).exists()
    assert not DocumentText.objects.exists()


def test_tags_are_followed(upload, show, titles, live):
    document = upload("Une charte")
    show(document)
    with live():
        document.tags.add("mobilité")
    assert titles("mobilité") == ["Convention"]
    with live():
        tag = Tag.objects.get()
        tag.name = "déplacements"
        tag.save()
    assert titles("mobilité") == []
    assert titles("déplacements") == ["Convention"]
    with live():
        tag.delete()
    assert titles("déplacements") == []


def test_it_goes_with_the_last_page_that_shows_it(upload, show, titles, live):
    document = upload("Le covoiturage")
    first, second = show(document), show(document, title="Un autre")
    with live():
        first.body = []
        first.save_revision().publish()
    assert titles("covoiturage") == ["Convention"]
    with live():
        second.unpublish()
    assert titles("covoiturage") == []
    with live():
        second.save_revision().publish()
    assert titles("covoiturage") == ["Convention"]
    with live():
        Page.objects.get(pk=second.pk).delete()
    assert titles("covoiturage") == []
    assert not IndexEntry.objects.filter(kind="document").exists()


def test_a_deleted_page_leaves_it_to_the_others(upload, show, titles, live):
    document = upload("Le covoiturage")
    first, _second = show(document), show(document, title="Un autre")
    with live():
        Page.objects.get(pk=first.pk).delete()
    assert titles("covoiturage") == ["Convention"]


def test_a_draft_shows_nothing(upload, show, titles, live):
    document = upload("Le covoiturage")
    page = show(title="Un brouillon")
    with live():
        link = f'<p><a linktype="document" id="{document.pk}">lire</a></p>'
        page.body = [("paragraph", link)]
        page.save_revision()
    assert titles("covoiturage") == []


def test_a_closed_page_closes_it_unless_an_open_one_shows_it(
    upload, show, search, titles, close, member, live
):
    document = upload("Le covoiturage")
    page = show(document)
    with live():
        close(Page.objects.get(pk=page.pk))
    assert search("covoiturage").total == 0
    assert search("covoiturage").kinds == {}
    assert titles("covoiturage", member) == ["Convention"]
    show(document, title="Un autre")
    assert titles("covoiturage") == ["Convention"]


def test_closing_one_of_two_pages_leaves_it_on_the_other(upload, show, titles, close, live, page):
    document = upload("Le covoiturage")
    folder = page("Un coffre")
    show(document, parent=folder)
    show(document, title="Un autre")
    with live():
        restriction = close(Page.objects.get(pk=folder.pk))
    assert titles("covoiturage") == ["Convention"]
    with live():
        restriction.delete()
    assert titles("covoiturage") == ["Convention"]


def test_it_follows_its_page_into_a_closed_branch(upload, show, page, search, close, live, member):
    document = upload("Le covoiturage")
    shown, vault = show(document), page("Un coffre")
    close(Page.objects.get(pk=vault.pk))
    with live():
        Page.objects.get(pk=shown.pk).move(Page.objects.get(pk=vault.pk), pos="last-child")
    assert search("covoiturage").total == 0
    [entry] = search("covoiturage", member).entries
    assert entry.url == document.url


@pytest.fixture
def vault(db):
    """A collection, below another."""
    above = Collection.get_first_root_node().add_child(name="Interne")
    return above.add_child(name="Coffre")


def test_the_privacy_of_its_collection_counts(
    upload, show, search, titles, vault, group, member, admin_user, live, client, agent
):
    document = upload("Le covoiturage", collection=vault)
    show(document)
    assert titles("covoiturage") == ["Convention"]
    with live():
        restriction = CollectionViewRestriction.objects.create(
            collection=vault.get_parent(), restriction_type=CollectionViewRestriction.GROUPS
        )
    assert search("covoiturage").total == 0
    assert search("covoiturage", member).total == 0
    with live():
        restriction.groups.add(group)
    assert search("covoiturage").total == 0
    assert search("covoiturage").kinds == {}
    assert titles("covoiturage", member) == ["Convention"]
    assert titles("covoiturage", admin_user) == ["Convention"]
    client.force_login(agent)
    assert client.get(document.url).status_code == 404
    group_id = group.pk
    with live():
        group.delete()
    assert search("covoiturage", member).total == 0, group_id
    call_command("update_index", verbosity=0)
    assert search("covoiturage").total == 0
    with live():
        restriction.delete()
    assert titles("covoiturage") == ["Convention"]


def test_a_document_moved_to_a_closed_collection_is_hidden(
    upload, show, search, titles, vault, group, member, live
):
    document = upload("Le covoiturage")
    show(document)
    restriction = CollectionViewRestriction.objects.create(
        collection=vault, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.add(group)
    with live():
        document.collection = vault
        document.save()
    assert search("covoiturage").total == 0
    assert titles("covoiturage", member) == ["Convention"]


def test_each_language_that_shows_it_finds_it(upload, show, homes, search):
    document = upload("Le covoiturage")
    show(document, parent=homes["en"])
    assert search("covoiturage").total == 0
    [entry] = search("covoiturage", language="en").entries
    assert entry.note.startswith("PDF, ")
    show(document, title="Un autre")
    assert search("covoiturage").languages == {"fr": 1, "en": 1}


def test_a_file_that_takes_long_is_left_to_the_clock(upload, show, titles, monkeypatch):
    asked = []

    def slow(file, *, seconds):
        asked.append(seconds)
        late = seconds < documents.BY_THE_CLOCK
        return Reading(Outcome.TOO_LONG) if late else Reading(Outcome.READ, "Le covoiturage")

    monkeypatch.setattr(documents, "read_text", slow)
    show(upload())
    assert titles("convention") == ["Convention"]
    assert titles("covoiturage") == []
    documents.read_waiting_documents(dt.datetime.now(dt.UTC))
    assert asked == [documents.AT_ONCE, documents.BY_THE_CLOCK]
    documents.read_waiting_documents(dt.datetime.now(dt.UTC))
    assert len(asked) == 2


def test_a_file_that_never_ends_is_not_tried_again_each_minute(upload, monkeypatch):
    asked = []
    monkeypatch.setattr(
        documents,
        "read_text",
        lambda file, *, seconds: asked.append(seconds) or Reading(Outcome.TOO_LONG),
    )
    upload()
    for _minute in range(3):
        documents.read_waiting_documents(dt.datetime.now(dt.UTC))
    assert asked == [documents.AT_ONCE, documents.BY_THE_CLOCK]


def test_update_index_makes_it_again(upload, show, titles, rebuild):
    show(upload("Le covoiturage"))
    DocumentText.objects.all().delete()
    IndexEntry.objects.all().delete()
    call_command("update_index", verbosity=0)
    assert titles("covoiturage") == ["Convention"]


def test_a_missing_file_breaks_nothing(upload, show, titles, live):
    document = upload("Le covoiturage")
    show(document)
    DocumentText.objects.all().delete()
    document.file.storage.delete(document.file.name)
    with live():
        document.save()
    call_command("update_index", verbosity=0)
    assert titles("convention") == ["Convention"]


def test_the_editor_is_told(upload, client, admin_user):
    client.force_login(admin_user)
    read, scan = upload("Le covoiturage"), upload()
    for document, said in (
        (read, "le document se trouve par son contenu"),
        (scan, "le document ne se trouve que par son titre"),
    ):
        page = client.get(reverse("wagtaildocs:edit", args=[document.pk])).content.decode()
        assert said in page


def test_an_upload_through_the_admin_is_found_and_never_fails(
    client, admin_user, show, titles, django_capture_on_commit_callbacks
):
    client.force_login(admin_user)
    for name, content in (("bon.pdf", office.pdf("Le covoiturage")), ("faux.docx", b"PK\3\4")):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(
                reverse("wagtaildocs:add"),
                {
                    "title": name,
                    "file": ContentFile(content, name=name),
                    "collection": Collection.get_first_root_node().pk,
                },
            )
        assert response.status_code == 302
    show(*PortalDocument.objects.all())
    assert titles("covoiturage") == ["bon.pdf"]
    assert titles("faux") == ["faux.docx"]


def test_its_entries_cost_no_more_for_more_pages(upload, show, django_assert_max_num_queries):
    document = upload("Le covoiturage")
    for number in range(6):
        show(document, title=f"Page {number}")
    document = PortalDocument.objects.get()
    with django_assert_max_num_queries(9):
        assert len(document.search_entries()) == 1

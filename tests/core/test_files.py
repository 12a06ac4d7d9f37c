"""An uploaded file is as visible as the pages that use it."""

import gc
import json
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from wagtail.models import Collection, CollectionViewRestriction, ReferenceIndex

from portal.core.files import find_owner
from portal.core.privacy import NO_TRACE
from portal.users.models import Collectivity

from .conftest import as_user

# Wagtail leaves the files it reads for the garbage collector to close.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _no_warning_for_the_next_test():
    yield
    gc.collect()


def body_with_picture(image):
    return json.dumps(
        [
            {
                "type": "picture",
                "value": {
                    "image": {"image": image.pk, "decorative": True, "alt_text": ""},
                    "caption": "",
                },
            }
        ]
    )


def body_with_document(document):
    link = f'<p><a linktype="document" id="{document.pk}">note</a></p>'
    return json.dumps([{"type": "paragraph", "value": link}])


def statuses(client, url, readers):
    answers = {name: as_user(client, user).get(url) for name, user in readers.items()}
    for answer in answers.values():
        b"".join(answer)  # read to its end, which closes the file
    return {name: answer.status_code for name, answer in answers.items()}


@pytest.fixture
def readers(agent, reader, editor, superuser):
    return {
        "visitor": None,
        "agent": agent,
        "reader": reader,
        "editor": editor,
        "superuser": superuser,
    }


OPEN = dict.fromkeys(["visitor", "agent", "reader", "editor", "superuser"], 200)
SIGNED_IN = {**OPEN, "visitor": 404}
EDITORS = {**SIGNED_IN, "agent": 404, "reader": 404}
READERS = {**EDITORS, "reader": 200}


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("open", OPEN),
        ("closed", SIGNED_IN),
        ("below_open", SIGNED_IN),
        ("reserved", READERS),
        ("below_reserved", READERS),
        ("open_below_reserved", READERS),
        ("draft", EDITORS),
        ("discreet", OPEN),
    ],
)
def test_a_picture_is_as_visible_as_its_page(client, tree, make_image, readers, page, expected):
    image = make_image()
    page = getattr(tree, page)
    page.image = image
    page.save()
    rendition = image.get_rendition("fill-10x10")
    assert statuses(client, rendition.url, readers) == expected
    assert statuses(client, image.file.url, readers) == expected


def test_one_visible_page_is_enough(client, tree, make_image, readers):
    image = make_image()
    for page in (tree.reserved, tree.draft, tree.open):
        page.image = image
        page.save()
    assert statuses(client, image.file.url, readers) == OPEN


def test_an_unused_picture_is_for_those_who_work_with_pictures(client, tree, make_image, readers):
    assert statuses(client, make_image().file.url, readers) == EDITORS


def test_one_sees_what_one_uploaded(client, tree, make_image, agent):
    image = make_image()
    image.uploaded_by_user = agent
    image.save()
    assert as_user(client, agent).get(image.file.url).status_code == 200


def test_a_picture_in_the_body_counts(client, tree, make_image, readers):
    image = make_image()
    tree.reserved.body = body_with_picture(image)
    tree.reserved.save()
    assert statuses(client, image.get_rendition("width-10").url, readers) == READERS


def test_a_draft_neither_shows_nor_hides_anything(client, tree, make_image, agent):
    published, drafted = make_image("Published"), make_image("Drafted")
    tree.closed.image = published
    tree.closed.save_revision().publish()
    tree.closed.image = drafted
    tree.closed.save_revision()
    as_user(client, agent)
    assert client.get(published.file.url).status_code == 200
    assert client.get(drafted.file.url).status_code == 404

    tree.closed.unpublish()
    assert client.get(published.file.url).status_code == 404


def test_an_alias_shows_the_same_files_and_is_as_private(client, tree, make_image, readers):
    image = make_image()
    tree.reserved.image = image
    tree.reserved.save()
    home = tree.home.copy_for_translation(tree.english, alias=True)
    home.refresh_from_db()
    alias = tree.reserved.create_alias(parent=home, update_locale=tree.english)
    assert ReferenceIndex.objects.filter(object_id=str(alias.pk)).exists()
    assert statuses(client, image.file.url, readers) == READERS


def test_a_document_is_as_visible_as_its_page(client, tree, make_document, readers):
    document = make_document()
    tree.reserved.body = body_with_document(document)
    tree.reserved.save()
    assert statuses(client, document.file.url, readers) == READERS
    # A visitor who follows a link is led to the login page, whatever it links to.
    assert statuses(client, document.url, readers) == {**READERS, "visitor": 302}
    missing = as_user(client, None).get("/documents/999/none.pdf")
    assert missing.status_code == 302
    assert missing["Location"] == "/fr/login/?next=/documents/999/none.pdf"


def test_a_document_answers_to_its_name_only(client, tree, make_document, superuser):
    document = make_document()
    as_user(client, superuser)
    assert client.get(document.url).status_code == 200
    assert client.get(f"/documents/{document.pk}/other.pdf").status_code == 404


def test_a_film_its_other_version_and_its_poster(client, tree, make_media, readers, settings):
    from partners.models import StoryIndexPage, VideoStoryPage

    index = tree.home.add_child(instance=StoryIndexPage(title="R", slug="recits"))
    film = make_media()
    story = VideoStoryPage(title="S", slug="s", video=film, accessibility_exemption="A test")
    index.add_child(instance=story)
    for file in (film.file, film.fallback_file, film.thumbnail):
        assert statuses(client, file.url, readers) == SIGNED_IN


def test_the_privacy_of_a_collection_counts(client, tree, make_image, make_document, readers):
    collection = Collection.get_first_root_node().add_child(name="Reserved")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.add(tree.group)
    image = make_image()
    image.collection = collection
    image.save()
    tree.closed.image = image
    tree.closed.save()
    assert statuses(client, image.file.url, readers) == READERS


def test_files_of_a_fact_are_for_signed_in_readers(client, tree, make_image, readers, monkeypatch):
    from django.contrib.contenttypes.models import ContentType

    fact = Collectivity.objects.create(slug="ville", name_fr="Ville", name_en="City")
    image = make_image()
    ReferenceIndex.objects.create(
        base_content_type=ContentType.objects.get_for_model(fact),
        content_type=ContentType.objects.get_for_model(fact),
        object_id=str(fact.pk),
        to_content_type=ContentType.objects.get_for_model(image),
        to_object_id=str(image.pk),
        model_path="logo",
        content_path="logo",
        content_path_hash="00000000-0000-0000-0000-000000000000",
    )
    monkeypatch.setattr("portal.core.files.get_snippet_models", list)
    assert statuses(client, image.file.url, readers) == EDITORS, "not a snippet: nobody's business"
    monkeypatch.setattr("portal.core.files.get_snippet_models", lambda: [Collectivity])
    assert statuses(client, image.file.url, readers) == SIGNED_IN


def test_what_belongs_to_nothing_does_not_exist(client, tree, superuser, settings):
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    (Path(settings.MEDIA_ROOT) / "images").mkdir()
    (Path(settings.MEDIA_ROOT) / "images" / "stray.png").write_bytes(b"x")
    as_user(client, superuser)
    for path in ("images/stray.png", "images/none.png", "images/", "other/x.png", "images"):
        assert client.get(f"/media/{path}").status_code == 404, path


def test_a_lost_file_is_not_found(client, tree, make_image, superuser):
    image = make_image()
    default_storage.delete(image.file.name)
    assert as_user(client, superuser).get(image.file.url).status_code == 404


@pytest.mark.parametrize(
    "name", ["../x", "images/../../x", "images/\x00.png", "images/" + "a" * 300, "", "images"]
)
def test_odd_names_own_nothing(db, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert find_owner(name) is None


def test_the_cost_of_a_file(client, tree, make_image, agent, django_assert_max_num_queries):
    image = make_image()
    for page in (tree.closed, tree.below_open, tree.reserved):
        page.image = image
        page.save()
    url = image.get_rendition("width-10").url
    as_user(client, agent).get(url)
    # Two for the session and the user; the rendition, its collection's privacy, the references,
    # page privacy (four queries when something is reserved), the pages, discretion.
    with django_assert_max_num_queries(11):
        assert client.get(url).status_code == 200


class TestHeaders:
    """How files are sent."""

    @pytest.fixture
    def film(self, tree, make_media):
        return make_media()

    def test_a_range(self, client, film, superuser):
        as_user(client, superuser)
        for asked, status, length, content_range in [
            ("bytes=0-1", 206, 2, "bytes 0-1/100"),
            ("bytes=0-0", 206, 1, "bytes 0-0/100"),
            ("bytes=90-", 206, 10, "bytes 90-99/100"),
            ("bytes=-5", 206, 5, "bytes 95-99/100"),
            ("bytes=100-", 416, 0, "bytes */100"),
            ("bytes=0-1,5-6", 200, 100, None),
            ("lines=1-2", 200, 100, None),
        ]:
            response = client.get(film.file.url, headers={"Range": asked})
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert (response.status_code, len(body)) == (status, length), asked
            assert response.get("Content-Range") == content_range

    def test_a_range_of_another_version_is_the_whole_file(self, client, film, superuser):
        as_user(client, superuser)
        headers = {"Range": "bytes=0-1", "If-Range": '"other"'}
        assert client.get(film.file.url, headers=headers).status_code == 200
        headers["If-Range"] = client.get(film.file.url)["ETag"]
        assert client.get(film.file.url, headers=headers).status_code == 206

    def test_an_unchanged_file_is_not_sent_again(self, client, film, superuser):
        first = as_user(client, superuser).get(film.file.url)
        assert first["Cache-Control"] == "private, max-age=3600"
        assert first["Accept-Ranges"] == "bytes"
        for headers in (
            {"If-None-Match": first["ETag"]},
            {"If-Modified-Since": first["Last-Modified"]},
        ):
            again = client.get(film.file.url, headers=headers)
            assert (again.status_code, again.content) == (304, b"")

    def test_head(self, client, film, superuser):
        response = as_user(client, superuser).head(film.file.url)
        assert (response.status_code, response["Content-Length"]) == (200, "100")
        assert client.post(film.file.url).status_code in (403, 405)

    @pytest.mark.parametrize(
        ("name", "content_type", "disposition"),
        [
            ("captions.vtt", "text/vtt; charset=utf-8", "inline"),
            ("note.pdf", "application/pdf", "inline"),
            ("page.html", "application/octet-stream", "attachment"),
            ("drawing.svg", "application/octet-stream", "attachment"),
            ("table.csv", "application/octet-stream", "attachment"),
            ("none", "application/octet-stream", "attachment"),
        ],
    )
    def test_only_what_is_safe_is_shown(
        self, client, tree, superuser, make_document, name, content_type, disposition
    ):
        document = make_document(name)
        response = as_user(client, superuser).get(document.url)
        assert response["Content-Type"] == content_type
        assert response["Content-Disposition"].startswith(disposition)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert ("sandbox" in response["Content-Security-Policy"]) == (disposition == "attachment")

    def test_an_accented_name_is_kept(self, client, tree, superuser, make_document):
        document = make_document("Guide de l’été.odt")
        response = as_user(client, superuser).get(document.url)
        assert response.status_code == 200
        assert "filename*=utf-8''" in response["Content-Disposition"]


def test_a_discreet_pages_files_leave_no_trace(client, tree, make_image):
    image = make_image()
    tree.discreet.image = image
    tree.discreet.save()
    response = client.get(image.file.url)
    assert response["Cache-Control"] == "no-store"
    assert response.wsgi_request.META[NO_TRACE] is True

    tree.open.image = image
    tree.open.save()
    assert NO_TRACE not in client.get(image.file.url).wsgi_request.META

"""The directory of partners: who appears, what is shown, and that it all goes with the signature."""

import datetime as dt
import io
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from wagtail.models import PageViewRestriction

from partners import jobs, photos
from partners.models import DirectoryEntry, DirectoryPhoto, Signature
from partners.receipts import pdf
from partners.services import appear, leave, withdraw
from partners.services.directory import Choices
from portal.core.text import plain_text
from portal.users.models import Place, Service
from tests.factories import make_user
from tests.partners.receipts import facts

from .conftest import NOON, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]


@pytest.fixture
def service(db):
    return Service.objects.create(slug="cuisine", name_fr="Cuisine centrale", name_en="Kitchen")


@pytest.fixture
def place(db):
    return Place.objects.create(slug="heudelet", name_fr="Heudelet", name_en="Heudelet")


@pytest.fixture
def signatory(signatory, service, place):
    signatory.service, signatory.place = service, place
    signatory.save()
    return signatory


@pytest.fixture
def signature(signatory, version, sign_as):
    return sign_as(signatory, version)


@pytest.fixture
def show(charter):
    """Return a function by which somebody chooses what they show."""

    def make(person, **choices):
        return appear(person=person, charter=charter, choices=Choices(**choices), at=NOON)

    return make


@pytest.fixture
def browser_of():
    def make(person):
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(person)
        return browser

    return make


@pytest.fixture
def form_url(signature):
    return reverse("my_directory_entry", args=[signature.signed_record.uuid])


LIST = "/fr/chartes/partenaires/annuaire/"


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


def photo_file(size=(900, 600), kind="JPEG", name="moi.jpg", **extra):
    """Return a file as a phone makes it: turned, with a place and a camera in it."""
    picture = Image.new("RGB", size, "teal")
    exif = picture.getexif()
    exif[0x010F] = "Fabricant secret"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    picture.save(buffer, kind, exif=exif, **extra)
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/jpeg")


class TestWhoAppears:
    def test_nobody_without_choosing_to(self, signature, reader):
        assert not DirectoryEntry.objects.visible_to(reader).exists()

    def test_nobody_without_a_signature(self, signatory, version, show):
        with pytest.raises(ValidationError):
            show(signatory)
        assert not DirectoryEntry.objects.exists()

    def test_who_chose_to_for_whoever_is_signed_in(self, signature, signatory, show, reader):
        entry = show(signatory)
        assert list(DirectoryEntry.objects.visible_to(reader)) == [entry]
        assert not DirectoryEntry.objects.visible_to(AnonymousUser()).exists()

    def test_no_right_shows_more(self, signature, signatory, show, editor):
        silent = make_user("silencieuse")
        assert not DirectoryEntry.objects.visible_to(editor).filter(person=silent).exists()
        leave(person=signatory, charter=signature.charter)
        assert not DirectoryEntry.objects.visible_to(editor).exists()

    def test_an_account_out_of_use_is_hidden_at_once_and_deleted_at_night(
        self, signature, signatory, show, reader
    ):
        show(signatory)
        signatory.is_active = False
        signatory.save()
        assert not DirectoryEntry.objects.visible_to(reader).exists()
        jobs.apply_retention(NOON)
        assert not DirectoryEntry.objects.exists()

    def test_the_night_leaves_the_others(self, signature, signatory, show):
        show(signatory)
        jobs.apply_retention(NOON)
        assert DirectoryEntry.objects.count() == 1

    def test_a_closed_charter_closes_its_directory(
        self, signature, signatory, show, reader, charter_page, browser_of
    ):
        show(signatory)
        restriction = PageViewRestriction.objects.create(
            page=charter_page, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(Group.objects.create(name="Cellule"))
        assert not DirectoryEntry.objects.visible_to(
            type(reader).objects.get(pk=reader.pk)
        ).exists()
        assert browser_of(reader).get(LIST).status_code == 404


class TestLeaving:
    def test_withdrawing_takes_everything_away(self, signature, signatory, show):
        show(signatory, role="Cuisinier", photo=photos.remake(photo_file().read()))
        withdraw(signature=signature, person=signatory, at=NOON)
        assert not DirectoryEntry.objects.exists()
        assert not DirectoryPhoto.objects.exists()

    def test_signing_again_brings_nothing_back(self, signature, signatory, version, show, sign_as):
        show(signatory)
        withdraw(signature=signature, person=signatory, at=NOON)
        sign_as(signatory, version, at=NOON + dt.timedelta(hours=1))
        assert not DirectoryEntry.objects.exists()

    def test_signing_the_next_version_changes_nothing(
        self, signature, signatory, publish, show, sign_as, reader, time_machine
    ):
        entry = show(signatory)
        later = NOON + dt.timedelta(days=2)
        version = publish(valid_from=TODAY + dt.timedelta(days=1))
        time_machine.move_to(later)
        sign_as(signatory, version, at=later)
        assert Signature.objects.count() == 2
        assert list(DirectoryEntry.objects.visible_to(reader)) == [entry]

    def test_leaving_keeps_the_signature(self, signature, signatory, show, charter):
        show(signatory)
        assert leave(person=signatory, charter=charter)
        assert not leave(person=signatory, charter=charter)
        assert Signature.objects.active().count() == 1


class TestPhoto:
    def test_nothing_is_kept_of_the_file_but_its_points(self):
        made = photos.remake(photo_file().read())
        with Image.open(io.BytesIO(made)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (photos.SIDE, photos.SIDE))
            assert not picture.getexif()
            assert not {"exif", "icc_profile", "xmp"} & set(picture.info)
        assert b"Fabricant" not in made

    def test_it_stands_upright(self):
        sent = Image.new("RGB", (600, 600), "black")
        sent.paste("white", (0, 0, 600, 300))  # the top, which a turned phone wrote on the right
        exif = sent.getexif()
        exif[0x0112] = 6
        buffer = io.BytesIO()
        sent.save(buffer, "PNG", exif=exif)
        with Image.open(io.BytesIO(photos.remake(buffer.getvalue()))) as picture:
            assert picture.getpixel((470, 240))[0] > 200
            assert picture.getpixel((10, 240))[0] < 50

    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"GIF89a" + bytes(40),
            photo_file().read()[:2000],
            photo_file(size=(100, 400)).read(),
            b"\xff\xd8" + bytes(photos.MAX_BYTES),
        ],
        ids=["empty", "svg", "gif", "cut", "small", "heavy"],
    )
    def test_what_is_no_photo_is_refused(self, sent):
        with pytest.raises(ValidationError):
            photos.remake(sent)

    def test_a_photo_cut_short_is_refused_once_a_receipt_was_laid_out(self, pdf_libraries):
        pdf.receipt_pdf(facts())
        with pytest.raises(ValidationError):
            photos.remake(photo_file().read()[:2000])

    def test_a_bomb_is_not_decoded(self):
        buffer = io.BytesIO()
        Image.new("1", (9000, 9000)).save(buffer, "PNG")
        with pytest.raises(ValidationError, match="50"):
            photos.remake(buffer.getvalue())

    def test_transparency_becomes_white(self):
        buffer = io.BytesIO()
        Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(buffer, "PNG")
        with Image.open(io.BytesIO(photos.remake(buffer.getvalue()))) as picture:
            assert picture.getpixel((100, 100)) == (255, 255, 255)


class TestThroughTheDoor:
    def test_addresses_are_in_the_language_of_the_reader(self, form_url):
        assert reverse("directory", args=["partenaires"]) == LIST
        assert form_url.endswith("/annuaire/")

    def test_everything_is_off_until_chosen(self, browser_of, signatory, form_url, reader):
        page = browser_of(signatory).get(form_url)
        assert "checked" not in page.content.decode()
        browser_of(signatory).post(form_url, {"role": "Cuisinier", "shows_service": "on"})
        assert not DirectoryEntry.objects.exists()
        browser_of(signatory).post(form_url, {"appears": "on"})
        shown = words(browser_of(reader).get(LIST))
        assert "Claude Démonstration" in shown
        assert "Cuisine centrale" not in shown
        assert "Heudelet" not in shown

    def test_what_is_chosen_is_shown(self, browser_of, signatory, form_url, reader):
        answer = browser_of(signatory).post(
            form_url,
            {
                "appears": "on",
                "shows_service": "on",
                "shows_place": "on",
                "role": "Second de cuisine",
                "reason": "Pour  donner\nenvie.",
                "photo": photo_file(),
                "description": "En tablier",
            },
            follow=True,
        )
        assert "Vous apparaissez dans l’annuaire" in words(answer)
        page = browser_of(reader).get(LIST)
        for text in ("Second de cuisine", "Cuisine centrale · Heudelet", "Pour donner envie."):
            assert text in words(page)
        assert 'alt="En tablier"' in page.content.decode()
        photo = DirectoryPhoto.objects.get()
        url = reverse("partner_photo", args=["partenaires", photo.uuid])
        assert url in page.content.decode()
        got = browser_of(reader).get(url)
        assert (got.status_code, got["Content-Type"]) == (200, "image/webp")
        assert "private" in got["Cache-Control"]
        again = browser_of(reader).get(url, HTTP_IF_NONE_MATCH=got["ETag"])
        assert again.status_code == 304
        entry = DirectoryEntry.objects.get()
        assert "Second de cuisine" in words(browser_of(reader).get(entry.get_absolute_url()))
        assert Client(SERVER_NAME="localhost").get(url).status_code == 302
        assert Client(SERVER_NAME="localhost").get(LIST).status_code == 302

    def test_leaving_takes_effect_at_once(self, browser_of, signatory, form_url, reader):
        chosen = {"appears": "on", "photo": photo_file()}
        browser_of(signatory).post(form_url, chosen)
        entry, photo = DirectoryEntry.objects.get(), DirectoryPhoto.objects.get()
        url = reverse("partner_photo", args=["partenaires", photo.uuid])
        etag = browser_of(reader).get(url)["ETag"]
        browser_of(signatory).post(form_url, {})
        assert "Claude" not in words(browser_of(reader).get(LIST))
        assert browser_of(reader).get(entry.get_absolute_url()).status_code == 404
        assert browser_of(reader).get(url, HTTP_IF_NONE_MATCH=etag).status_code == 404
        assert not DirectoryPhoto.objects.exists()

    def test_a_photo_is_kept_replaced_or_removed(self, browser_of, signatory, form_url):
        browser = browser_of(signatory)
        browser.post(form_url, {"appears": "on", "photo": photo_file()})
        first = DirectoryPhoto.objects.get()
        browser.post(form_url, {"appears": "on", "description": "De profil"})
        assert DirectoryPhoto.objects.get().uuid == first.uuid
        assert DirectoryPhoto.objects.get().alternative == "De profil"
        browser.post(form_url, {"appears": "on", "photo": photo_file(size=(300, 300))})
        assert DirectoryPhoto.objects.get().uuid != first.uuid
        browser.post(form_url, {"appears": "on", "drops_photo": "on"})
        assert not DirectoryPhoto.objects.exists()

    def test_what_is_wrong_is_said_and_changes_nothing(self, browser_of, signatory, form_url):
        bad = SimpleUploadedFile("moi.jpg", b"pas une image", content_type="image/jpeg")
        answer = browser_of(signatory).post(
            form_url, {"appears": "on", "photo": bad, "reason": "x" * 281}
        )
        assert answer.status_code == 422
        assert "n’est pas une image" in words(answer)
        assert not DirectoryEntry.objects.exists()

    def test_only_the_owner_chooses(self, browser_of, reader, form_url):
        assert browser_of(reader).get(form_url).status_code == 404
        assert browser_of(reader).post(form_url, {"appears": "on"}).status_code == 404

    def test_an_ended_signature_gives_no_form(self, browser_of, signatory, signature, form_url):
        withdraw(signature=signature, person=signatory, at=NOON)
        answer = browser_of(signatory).post(form_url, {"appears": "on"})
        assert answer.url == reverse("my_signatures")
        assert not DirectoryEntry.objects.exists()

    def test_the_way_there_is_on_the_receipt_and_among_the_signatures(
        self, browser_of, signatory, signature, form_url
    ):
        receipt = reverse("signature_receipt", args=[signature.signed_record.uuid])
        for url in (receipt, reverse("my_signatures")):
            assert form_url in browser_of(signatory).get(url).content.decode()

    def test_an_empty_directory_says_so(self, browser_of, reader, version):
        assert "Personne n’apparaît ici pour l’instant" in words(browser_of(reader).get(LIST))


@pytest.fixture
def crowd(version, sign_as, show, service):
    """Return a function that adds partners who appear, by number."""

    def add(numbers):
        for number in numbers:
            person = make_user(
                f"p{number}",
                first_name="Élodie" if number % 2 else "Zoé",
                last_name=f"Nom{number:03}",
                service=service,
            )
            sign_as(person, version)
            show(person, shows_service=True, role="Jardinière" if number == 1 else "")

    return add


class TestManyPartners:
    def test_the_list_costs_the_same_for_n_and_3n(self, crowd, browser_of, reader):
        browser = browser_of(reader)

        def cost(url):
            assert browser.get(url).status_code == 200
            with CaptureQueriesContext(connection) as queries:
                browser.get(url)
            return len(queries)

        crowd(range(8))
        few = cost(LIST)
        crowd(range(8, 24))
        assert cost(LIST) == few
        assert few <= 16

    def test_pages_names_and_services(self, crowd, browser_of, reader, show, sign_as, version):
        crowd(range(30))
        other = make_user("seule", first_name="Œnone", last_name="Été", service=None)
        sign_as(other, version)
        show(other)
        browser = browser_of(reader)
        first = browser.get(LIST)
        assert "31 partenaires" in words(first)
        assert [entry.name for entry in first.context["entries"]][:2] == ["Œnone Été", "Zoé Nom000"]
        assert len(first.context["entries"]) == 24
        assert len(browser.get(f"{LIST}?page=2").context["entries"]) == 7
        assert len(browser.get(f"{LIST}?page=zzz").context["entries"]) == 24
        assert browser.get(f"{LIST}?name=elodie").context["total"] == 15
        assert browser.get(f"{LIST}?name=JARDINIERE").context["total"] == 1
        assert browser.get(f"{LIST}?name=oenone+ete").context["total"] == 1
        assert browser.get(f"{LIST}?service=cuisine").context["total"] == 30
        assert browser.get(f"{LIST}?service=inconnu").context["total"] == 31
        nobody = browser.get(f"{LIST}?name=personne+ici")
        assert "Personne de ce nom" in words(nobody)

    def test_a_service_that_is_not_shown_narrows_nothing_down(
        self, crowd, browser_of, reader, show, sign_as, version, service
    ):
        crowd([1])
        discreet = make_user("discrete", last_name="Discrète", service=service)
        sign_as(discreet, version)
        show(discreet)
        page = browser_of(reader).get(f"{LIST}?service=cuisine")
        assert "Discrète" not in words(page)

    def test_nobody_is_found_by_a_guessed_number(self, browser_of, reader, version):
        url = reverse("partner", args=["partenaires", uuid.uuid4()])
        assert browser_of(reader).get(url).status_code == 404

"""A small site to test stories and charters on."""

import datetime as dt
from dataclasses import replace

import pypdfium2
import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from partners.enums import VERSION_KINDS, CharterStage, EvidenceKind
from partners.models import (
    Charter,
    CharterPage,
    EvidenceRecord,
    StoryAppearance,
    StoryIndexPage,
    VideoStoryPage,
)
from partners.services import draft_charter_version, publish_charter_version, sign
from partners.services.charters import CharterWords
from portal.core.models import PortalDocument, PortalMedia
from portal.core.text import plain_text
from portal.users.enums import Authentication, Role
from portal.users.models import Collectivity
from portal.users.services import load_groups
from tests.factories import make_axis, make_engagement, make_home, make_locale, make_user
from tests.partners.readers import need_pdf_libraries, timestamping_authority

TODAY = dt.date(2026, 3, 10)
NOON = dt.datetime(2026, 3, 10, 11, 0, tzinfo=dt.UTC)


# What may be done to a sealed PDF: something added, one byte changed.
ALTERATIONS = (
    lambda pdf: pdf + b"\n% more",
    lambda pdf: pdf[: len(pdf) // 2] + b"~" + pdf[len(pdf) // 2 + 1 :],
)


def signed_in(person):
    """Return a browser in which ``person`` is signed in."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person)
    return browser


def acts():
    """Return the records of what people did: all but those that tell of versions."""
    versions = (*VERSION_KINDS, EvidenceKind.MOVED)
    return EvidenceRecord.objects.exclude(kind__in=versions).order_by("sequence")


def page_words(response):
    """Return what a page says, with plain spaces."""
    return plain_text(response.content.decode()).replace("\u00a0", " ")


@pytest.fixture
def now(time_machine):
    """Stand at noon in Paris, on 10 March 2026."""
    time_machine.move_to(NOON, tick=False)
    return NOON


@pytest.fixture
def french(db):
    return make_locale("fr")


@pytest.fixture
def english(db):
    return make_locale("en")


@pytest.fixture
def home(french):
    return make_home(french)


@pytest.fixture
def steerer(home):
    """Someone of the RSO unit."""
    load_groups(report=print)
    person = make_user("cellule", email="cellule@example.org")
    person.groups.add(Group.objects.get(name=Role.RSO_UNIT.value))
    return person


@pytest.fixture
def index(home):
    return home.add_child(instance=StoryIndexPage(title="Bonnes pratiques", slug="pratiques"))


@pytest.fixture
def axis(db):
    return make_axis(3, "Environnement", "Environment")


@pytest.fixture
def engagement(axis):
    return make_engagement(
        axis, 15, theme=("Déchets", "Waste"), statement=("Réduire nos déchets", "Reduce our waste")
    )


@pytest.fixture
def other_engagement(axis):
    return make_engagement(
        axis, 14, theme=("Achats", "Purchasing"), statement=("Acheter mieux", "Buy better")
    )


@pytest.fixture
def film(home):
    return PortalMedia.objects.create(
        title="Le gobelet",
        type="video",
        duration=65.4,
        width=1280,
        height=720,
        file=ContentFile(b"webm", name="gobelet.webm"),
        fallback_file=ContentFile(b"mp4!", name="gobelet.mp4"),
        thumbnail=ContentFile(b"poster", name="gobelet.webp"),
    )


@pytest.fixture
def captions(home):
    return PortalDocument.objects.create(
        title="Sous-titres", file=ContentFile(b"WEBVTT\n", name="gobelet.fr.vtt")
    )


@pytest.fixture
def make_story(index, engagement):
    """Return a function that adds a draft story, with appearances given as (consent, until)."""
    made = []

    def make(*appearances, title="", **fields):
        number = len(made) + 1
        story = VideoStoryPage(
            title=title or f"Une idée {number}",
            slug=f"idee-{number}",
            live=False,
            has_unpublished_changes=True,
            **fields,
        )
        story.engagements.set([engagement])
        for consent, until in appearances:
            story.appearances.add(
                StoryAppearance(person="Une personne", consent=consent, consent_until=until)
            )
        made.append(index.add_child(instance=story))
        story.save_revision()
        return VideoStoryPage.objects.get(pk=story.pk)

    return make


@pytest.fixture
def refused(make_story, film):
    """A draft with a film that has neither captions nor transcript."""
    return make_story(video=film, title="Sans sous-titres")


@pytest.fixture
def complete(make_story, film, captions):
    """A draft with a film, its captions, its transcript, and someone who agreed."""
    return make_story(
        ("yes", None),
        video=film,
        captions=captions,
        transcript="<p>On voit un gobelet.</p>",
        title="Le gobelet",
    )


@pytest.fixture
def reader(db):
    return make_user("lectrice")


@pytest.fixture
def editor(db):
    return make_user("redactrice", is_superuser=True)


@pytest.fixture
def desk(editor):
    """A browser in which the editor is signed in."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(editor)
    return browser


@pytest.fixture
def charter(db):
    return Charter.objects.create(
        slug="partenaires", name_fr="Charte des partenaires", name_en="Partners’ charter"
    )


@pytest.fixture
def author(db):
    return make_user("auteure")


@pytest.fixture
def approver(db):
    return make_user("approbateur")


@pytest.fixture
def words():
    def articles(*titles):
        return [
            {"number": number, "title": title, "body": f"{title}.\n\nFin."}
            for number, title in enumerate(titles, start=1)
        ]

    return {
        "fr": CharterWords(
            title="Charte des partenaires",
            preamble="Préambule.",
            articles=articles("Le rôle", "La durée"),
        ),
        "en": CharterWords(
            title="Partners’ charter",
            preamble="Preamble.",
            articles=articles("The role", "The duration"),
        ),
    }


@pytest.fixture
def offering(words):
    """The words of a version that offers commitments: two of transport, one of waste."""

    def catalogue(levels, *themes):
        return {
            "levels": list(levels),
            "themes": [
                {
                    "number": number,
                    "title": title,
                    "commitments": [
                        {
                            "number": place,
                            "title": name,
                            "wordings": [f"{name}, {level.lower()}" for level in levels],
                        }
                        for place, name in enumerate(names, start=1)
                    ],
                }
                for number, (title, names) in enumerate(themes, start=1)
            ],
        }

    catalogues = {
        "fr": catalogue(
            ("Un peu", "Souvent", "Toujours"),
            ("Transport", ["Venir à vélo", "Partager une voiture"]),
            ("Déchets", ["Trier"]),
        ),
        "en": catalogue(
            ("A little", "Often", "Always"),
            ("Transport", ["Cycle to work", "Share a car"]),
            ("Waste", ["Sort"]),
        ),
    }
    return {
        language: replace(given, commitments=catalogues[language])
        for language, given in words.items()
    }


@pytest.fixture
def charter_page(home, charter, engagement):
    page = CharterPage(title="La charte", slug="charte", charter=charter)
    page.engagements.set([engagement])
    home.add_child(instance=page)
    return page


@pytest.fixture
def publish(charter, author, approver, words):
    """Return a function that publishes one more version of the charter."""

    def make(valid_from=TODAY, stage=CharterStage.FINAL, texts=None):
        draft = draft_charter_version(
            charter=charter, actor=author, stage=stage, texts=texts or words
        )
        return publish_charter_version(version=draft, approver=approver, valid_from=valid_from)

    return make


@pytest.fixture
def publish_at(publish, time_machine):
    """Return a function that publishes one more version at an instant of the past."""

    def make(at, **given):
        time_machine.move_to(at, tick=False)
        made = publish(valid_from=timezone.localdate(at), **given)
        time_machine.move_to(NOON, tick=False)
        return made

    return make


@pytest.fixture
def version(publish):
    """The final version of the charter, in force."""
    return publish()


@pytest.fixture
def signatory(db):
    return make_user(
        "signataire",
        first_name="Claude",
        last_name="Démonstration",
        email="signataire@example.org",
        collectivity=Collectivity.objects.create(
            slug="ville", name_fr="Ville de Dijon", name_en="City of Dijon"
        ),
    )


@pytest.fixture
def sign_as():
    """Return a function by which somebody signs."""

    def make(person, version, *, at=NOON, language="fr", **given):
        return sign(
            person=person,
            text=version.texts.get(language=language),
            at=at,
            **{
                "authenticated_by": Authentication.PASSWORD,
                "statement": "J’ai lu cette charte et je la signe librement.",
                "address": "192.0.2.7",
                "browser": "Navigateur/1.0",
                **given,
            },
        )

    return make


@pytest.fixture(scope="session")
def pdf_libraries():
    """Skip where no PDF can be laid out."""
    need_pdf_libraries()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def own_certificate(settings, data_dir):
    """Seal with a certificate made for these tests, and no date from outside."""
    settings.DATA_DIR = data_dir
    settings.SEAL_CERTIFICATE = None
    settings.TSA_URL = ""


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """The address of an authority that dates what it is sent."""
    with timestamping_authority(tmp_path_factory.mktemp("authority")) as address:
        yield address


@pytest.fixture
def pdf_text():
    """Return a function that reads the text of a PDF."""

    def read(pdf):
        with pypdfium2.PdfDocument(pdf) as document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
        return " ".join(" ".join(pages).split())

    return read

"""A partner's space, and the good practices that partners share."""

import datetime as dt
import io
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from partners.enums import Consent
from partners.gate import PublicationRefusedError
from partners.models import Game, StoryAppearance, VideoStoryPage
from partners.services import follow_commitment, withdraw
from portal.core.models import PortalImage
from portal.core.text import plain_text
from portal.users.models import Service
from tests.factories import make_user

from .conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "charter_page")]

SPACE = "/fr/mes-signatures/"
SHARE = "/fr/mes-bonnes-pratiques/partager/"


@pytest.fixture
def workflow(home):
    """The workflow by which editors approve."""
    task = GroupApprovalTask.objects.create(name="Relecture (essai)")
    task.groups.add(Group.objects.get_or_create(name="Moderators")[0])
    WorkflowPage.objects.all().delete()
    made = Workflow.objects.create(name="Relecture (essai)")
    WorkflowTask.objects.create(workflow=made, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=made, page=home)
    return made


@pytest.fixture
def partner(signatory):
    signatory.service = Service.objects.create(slug="m", name_fr="Musées", name_en="Museums")
    signatory.save()
    return signatory


@pytest.fixture
def signature(partner, version, sign_as):
    return sign_as(partner, version)


@pytest.fixture
def browser(partner):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(partner)
    return browser


def told(**changes):
    return {
        "title": "On répare les chaises",
        "summary": "Plus rien ne part à la benne.",
        "told": "Tout a commencé un lundi.\n\n- Trier\n- Réparer\n\n<script>alert(1)</script>",
        "role": "Une partenaire, musées",
        "engagement": "",
        "alternative": "",
        "recognised": "",
        "agrees": "on",
        **changes,
    }


def picture(size=(2400, 900)):
    drawn = Image.new("RGB", size, "teal")
    exif = drawn.getexif()
    exif[0x010F] = "Fabricant secret"
    buffer = io.BytesIO()
    drawn.save(buffer, "JPEG", exif=exif)
    return SimpleUploadedFile("moi.jpg", buffer.getvalue(), content_type="image/jpeg")


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


@pytest.fixture
def share(browser, index, signature, workflow):
    """Return a function by which the partner shares a story; it returns the draft."""

    def make(**changes):
        response = browser.post(SHARE, told(**changes), follow=True)
        assert "avant de la publier" in words(response)
        return VideoStoryPage.objects.get()

    return make


class TestSharing:
    def test_arrives_as_a_draft_in_the_workflow(self, share, partner, engagement):
        story = share(engagement=engagement.pk)
        assert not story.live
        assert story.workflow_in_progress
        assert story.current_workflow_state.requested_by == partner
        draft = story.get_latest_revision_as_object()
        assert draft.title == "On répare les chaises"
        assert draft.author_role == "Une partenaire, musées"
        assert list(draft.engagements.all()) == [engagement]
        html = str(draft.body)
        assert "<li>Réparer</li>" in html
        assert "<script>" not in html
        [author] = draft.appearances.all()
        assert (author.consent, author.scope) == (Consent.YES, "portal")

    def test_who_approves_publishes_it_and_no_name_shows(self, share, browser, partner, editor):
        story = share()
        story.current_workflow_task_state.approve(user=editor)
        story.refresh_from_db()
        assert story.live
        page = browser.get(story.url).content.decode().split("<main", 1)[1]
        assert "Une partenaire, musées" in page
        assert partner.last_name not in page

    def test_others_in_the_picture_keep_it_offline_until_they_agreed(self, share, editor):
        story = share(picture=picture(), alternative="Deux personnes.", recognised="others")
        assert [one.consent for one in story.appearances.all()] == [Consent.YES, Consent.UNKNOWN]
        with pytest.raises(PublicationRefusedError):
            story.get_latest_revision().publish(user=editor)

    def test_the_picture_is_drawn_again_with_its_words(self, share):
        story = share(picture=picture(), alternative="Un atelier.", recognised="nobody")
        image = PortalImage.objects.get()
        assert story.image == image
        assert (story.image_alt, image.description) == ("Un atelier.", "Un atelier.")
        assert (image.width, image.height) == (1600, 600)
        with image.file.open() as file:
            assert b"Fabricant" not in file.read()

    @pytest.mark.parametrize("who", ["never signed", "withdrew"])
    def test_only_with_an_active_signature(self, who, browser, index, partner, version, sign_as):
        if who == "withdrew":
            withdraw(signature=sign_as(partner, version), person=partner, at=NOON)
        response = browser.post(SHARE, told(), follow=True)
        assert "dont la signature est active" in words(response)
        assert "Partager une bonne pratique" not in words(response)
        assert not VideoStoryPage.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"title": " "}, "Champ requis"),
            ({"title": "x" * 101}, "au plus 100 caractères"),
            ({"told": ""}, "Champ requis"),
            ({"told": "x" * 6001}, "au plus 6000 caractères"),
            ({"agrees": ""}, "Sans votre accord"),
            ({"engagement": "9999"}, "Sélectionnez un choix valide"),
            ({"picture": "file"}, "Dites ce que montre l’image"),
            ({"picture": "file", "alternative": "Un atelier."}, "Dites qui peut être reconnu"),
            ({"picture": "small"}, "trop petite"),
            ({"picture": "text"}, "n’est pas une image"),
        ],
    )
    def test_what_is_missing_is_said_and_what_was_typed_stays(
        self, changes, message, browser, index, signature
    ):
        files = {
            "file": picture,
            "small": lambda: picture((40, 40)),
            "text": lambda: SimpleUploadedFile("a.jpg", b"GIF89a<?php"),
        }
        sent = told(**changes)
        if "picture" in changes:
            sent["picture"] = files[changes["picture"]]()
        response = browser.post(SHARE, sent)
        assert response.status_code == 422
        assert message in words(response)
        page = unescape(response.content.decode())
        assert "Plus rien ne part à la benne." in page
        assert ("à choisir de nouveau" in page) == ("picture" in changes)
        assert not VideoStoryPage.objects.exists()
        assert not PortalImage.objects.exists()

    def test_a_second_click_makes_no_second_story(self, share, browser):
        share()
        browser.post(SHARE, told(), follow=True)
        assert VideoStoryPage.objects.count() == 1

    def test_without_a_list_of_stories_there_is_no_form(self, browser, signature):
        assert browser.get(SHARE).status_code == 404

    def test_the_role_of_the_partner_is_proposed(self, browser, index, signature):
        assert "Partenaire mét’ODD, Musées" in browser.get(SHARE).content.decode()


def with_picture(share):
    return share(picture=picture(), alternative="Deux chaises", recognised="nobody")


class TestTakingBack:
    def path(self, story):
        return reverse("withdraw_story", args=[story.pk])

    def test_a_story_online_goes_offline_for_good(self, share, browser, editor):
        story = share()
        story.current_workflow_task_state.approve(user=editor)
        assert "On répare les chaises" in words(browser.get(self.path(story)))
        response = browser.post(self.path(story), follow=True)
        assert "Pas en ligne" in words(response)
        story = VideoStoryPage.objects.get()
        assert not story.live
        with pytest.raises(PublicationRefusedError):
            story.get_latest_revision().publish(user=editor)

    def test_a_story_under_review_leaves_the_workflow(self, share, browser, editor):
        story = share()
        browser.post(self.path(story))
        story = VideoStoryPage.objects.get()
        assert not story.workflow_in_progress
        with pytest.raises(PublicationRefusedError):
            story.get_latest_revision().publish(user=editor)

    def test_though_editors_removed_who_appears(self, share, browser, editor):
        story = share()
        StoryAppearance.objects.all().delete()
        draft = story.get_latest_revision_as_object()
        draft.appearances.set([])
        draft.save_revision().publish()
        browser.post(self.path(story))
        story.refresh_from_db()
        assert not story.live

    # Wagtail leaves the files it reads for the garbage collector to close.
    @pytest.mark.filterwarnings("ignore::ResourceWarning")
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    @pytest.mark.parametrize("is_online", [True, False])
    def test_its_picture_goes_with_its_files(
        self, share, browser, editor, is_online, django_capture_on_commit_callbacks
    ):
        story = with_picture(share)
        if is_online:
            story.current_workflow_task_state.approve(user=editor)
            assert VideoStoryPage.objects.get().live
        image = PortalImage.objects.get()
        files = [image.file, image.get_rendition("width-100").file]
        assert "est supprimée" in words(browser.get(self.path(story)))
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(self.path(story))
        assert not PortalImage.objects.exists()
        assert not any(file.storage.exists(file.name) for file in files)
        story = VideoStoryPage.objects.get()
        draft = story.get_latest_revision_as_object()
        assert (story.image, draft.image, draft.image_alt) == (None, None, "")
        for revision in story.revisions.all():
            assert revision.as_object().image is None

    def test_its_picture_goes_with_the_translation_of_the_story(
        self, share, browser, editor, english
    ):
        story = with_picture(share)
        story.current_workflow_task_state.approve(user=editor)
        story.refresh_from_db()
        story.get_parent().copy_for_translation(english, copy_parents=True)
        translated = story.copy_for_translation(english)
        translated.image = story.image
        translated.save()
        browser.post(self.path(story))
        assert not PortalImage.objects.exists()
        translated.refresh_from_db()
        assert translated.image is None

    @pytest.mark.parametrize("use", ["another page", "its text"])
    def test_a_picture_that_serves_elsewhere_stays(self, share, browser, use, index, make_story):
        story = with_picture(share)
        image = PortalImage.objects.get()
        if use == "another page":
            other = make_story()
            other.image = image
            other.save()
        else:
            image.contextual_alt_text = "Deux chaises"
            story.body = [("picture", {"image": image, "caption": ""})]
            story.save()
        browser.post(self.path(story))
        assert PortalImage.objects.get().pk == image.pk
        assert VideoStoryPage.objects.get(pk=story.pk).image_id == image.pk

    def test_what_editors_put_in_its_place_stays(self, share, browser, editor):
        story = with_picture(share)
        sent = PortalImage.objects.get()
        better = PortalImage.objects.create(
            title="Atelier", file=sent.file.name, width=1, height=1, uploaded_by_user=editor
        )
        draft = story.get_latest_revision_as_object()
        draft.image, draft.image_alt = better, "L’atelier"
        draft.save_revision().publish()
        browser.post(self.path(story))
        assert list(PortalImage.objects.all()) == [better]
        draft = VideoStoryPage.objects.get().get_latest_revision_as_object()
        assert (draft.image, draft.image_alt) == (better, "L’atelier")

    def test_nobody_elses(self, share, version, sign_as, editor):
        story = share()
        other = make_user("autre")
        sign_as(other, version)
        for person in (other, editor):
            browser = Client(SERVER_NAME="localhost")
            browser.force_login(person)
            assert browser.post(self.path(story)).status_code == 404
        assert VideoStoryPage.objects.get().workflow_in_progress


class TestSpace:
    def test_holds_all_of_it_together(self, browser, charter, partner, publish, offering, sign_as):
        game = Game.objects.create(slug="jeu", name_fr="Jeu", name_en="Game", charter=charter)
        version = publish(texts=offering)
        signature = sign_as(partner, version, commitments={"1.1": 1, "2.1": 1})
        follow_commitment(
            signature=signature, person=partner, commitment="1.1", state="kept", at=NOON
        )
        page = browser.get(SPACE)
        text = words(page)
        for told_there in (
            "Mon espace partenaire",
            "Engagements tenus : 1 sur 2.",
            "Mes engagements",
            "Reçu",
            "Déclarer une séance",
            "Partager une bonne pratique",
            "Apparaître dans l’annuaire",
        ):
            assert told_there in text, told_there
        assert game.get_absolute_url() in page.content.decode()

    def test_who_signed_nothing_is_offered_nothing_of_a_partner(self, browser, charter):
        Game.objects.create(slug="jeu", name_fr="Jeu", name_en="Game", charter=charter)
        text = words(browser.get(SPACE))
        assert "Vous n’avez rien signé" in text
        assert "Déclarer une séance" not in text
        assert "Partager une bonne pratique" not in text

    def test_who_withdrew_neither(self, browser, partner, version, sign_as, charter):
        Game.objects.create(slug="jeu", name_fr="Jeu", name_en="Game", charter=charter)
        later = NOON + dt.timedelta(seconds=1)
        withdraw(signature=sign_as(partner, version), person=partner, at=later)
        text = words(browser.get(SPACE))
        assert "Déclarer une séance" not in text
        assert "Retrait" in text or "retir" in text

    def test_says_where_stories_stand(self, share, browser, editor):
        story = share()
        assert "Chez l’équipe de communication" in words(browser.get(SPACE))
        story.current_workflow_task_state.reject(user=editor)
        assert "Renvoyée par" in words(browser.get(SPACE))

    def test_stories_written_as_an_editor_are_not_there(self, browser, partner, make_story):
        make_story(title="Une autre", owner=partner)
        assert "Une autre" not in words(browser.get(SPACE))

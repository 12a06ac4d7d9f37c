"""The gate holds whichever way one publishes, and always says why."""

import datetime as dt
import logging
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.models import (
    GroupApprovalTask,
    Page,
    PageLogEntry,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
from wagtail_localize.models import Translation, TranslationSource

from partners.gate import Agreement, PublicationRefusedError, agreement_reason
from partners.models import StoryAppearance, VideoStoryPage
from partners.services import withdraw_refused_stories
from portal.core.models import PortalDocument
from portal.core.text import plain_text

from .conftest import NOON, TODAY

pytestmark = pytest.mark.usefixtures("now")

YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


def is_live(story):
    return VideoStoryPage.objects.get(pk=story.pk).live


def form_of(story, **changes):
    """Return what the editor's form posts for ``story``."""
    people = [
        {
            "id": str(item.pk or ""),
            "person": item.person,
            "consent": item.consent,
            "consent_until": item.consent_until.isoformat() if item.consent_until else "",
            "scope": item.scope,
        }
        for item in story.appearances.all()
    ]
    return nested_form_data(
        {
            "title": story.title,
            "slug": story.slug,
            "summary": story.summary,
            "image": "",
            "image_alt": "",
            "date": story.date.isoformat(),
            "author_role": "",
            "body": streamfield([]),
            "sources": "",
            "video": str(story.video_id or ""),
            "captions": str(story.captions_id or ""),
            "captions_language": "fr",
            "transcript": rich_text(story.transcript),
            "audio": "",
            "accessibility_exemption": story.accessibility_exemption,
            "appearances": inline_formset(people, initial=len([p for p in people if p["id"]])),
            "comments": inline_formset([]),
            "engagements": [str(pk) for pk in story.engagements.values_list("pk", flat=True)],
            "sdgs": [],
            "services": [],
            "places": [],
            "tags": "",
            "seo_title": "",
            "search_description": "",
            "go_live_at": "",
            "expire_at": "",
            **changes,
        }
    )


def text_of(response):
    return plain_text(response.content.decode())


class TestServices:
    def test_publishing_a_revision(self, refused, complete):
        with pytest.raises(PublicationRefusedError) as refusal:
            refused.save_revision().publish()
        assert len(refusal.value.messages) == 2
        assert not is_live(refused)
        complete.save_revision().publish()
        assert is_live(complete)

    def test_captions_are_a_webvtt_file(self, complete):
        complete.captions = PortalDocument.objects.create(
            title="Sous-titres", file=ContentFile(b"%PDF", name="sous-titres.pdf")
        )
        with pytest.raises(PublicationRefusedError):
            complete.save_revision().publish()

    def test_a_draft_is_always_saved(self, refused):
        refused.title = "Toujours sans sous-titres"
        refused.save()
        refused.save_revision()
        assert VideoStoryPage.objects.get(pk=refused.pk).title == "Toujours sans sous-titres"

    def test_a_draft_of_a_live_story_is_saved(self, complete):
        complete.save_revision().publish()
        complete.captions = None
        complete.save_revision()
        with pytest.raises(PublicationRefusedError):
            complete.get_latest_revision().publish()
        stored = VideoStoryPage.objects.get(pk=complete.pk)
        assert stored.live
        assert stored.captions is not None

    def test_a_page_added_live(self, index, film):
        with pytest.raises(PublicationRefusedError):
            index.add_child(instance=VideoStoryPage(title="Film", slug="film", video=film))
        assert not VideoStoryPage.objects.exists()

    def test_a_page_saved_live(self, refused):
        refused.live = True
        with pytest.raises(PublicationRefusedError):
            refused.save()
        with pytest.raises(PublicationRefusedError):
            refused.save(update_fields=["live"])

    def test_publishing_again_after_unpublishing(self, complete):
        complete.save_revision().publish()
        complete.refresh_from_db()
        complete.unpublish()
        complete.appearances.all()[0]
        StoryAppearance.objects.filter(page=complete).update(consent="no")
        story = VideoStoryPage.objects.get(pk=complete.pk)
        with pytest.raises(PublicationRefusedError):
            story.save_revision().publish()
        assert not is_live(complete)

    def test_reverting_to_an_older_version(self, complete, captions):
        older = complete.save_revision(clean=False)
        content = older.content
        content["captions"] = None
        older.content = content
        older.save()
        complete.save_revision().publish()
        with pytest.raises(PublicationRefusedError):
            older.publish(previous_revision=older)
        assert VideoStoryPage.objects.get(pk=complete.pk).captions_id == captions.pk

    def test_copies_that_stay_live(self, complete, index):
        complete.save_revision().publish()
        story = VideoStoryPage.objects.get(pk=complete.pk)
        copy = story.copy(keep_live=True, update_attrs={"slug": "copie"})
        assert copy.live
        StoryAppearance.objects.filter(page=story).update(consent_until=YESTERDAY)
        story = VideoStoryPage.objects.get(pk=story.pk)
        with pytest.raises(PublicationRefusedError):
            story.copy(keep_live=True, update_attrs={"slug": "copie-2"})
        with pytest.raises(PublicationRefusedError):
            story.create_alias(update_slug="alias")
        draft = story.copy(keep_live=False, update_attrs={"slug": "copie-3"})
        assert not draft.live

    def test_an_alias_follows_its_original(self, complete, home, index, english):
        complete.save_revision().publish()
        story = VideoStoryPage.objects.get(pk=complete.pk)
        alias = story.create_alias(update_slug="alias")
        story.title = "Le gobelet, suite"
        story.save_revision().publish()
        alias = VideoStoryPage.objects.get(pk=alias.pk)
        assert alias.live
        assert alias.title == "Le gobelet, suite"
        assert alias.appearances.count() == 1


class TestEditorForm:
    def test_the_publish_button_says_what_lacks_beside_the_fields(self, desk, refused):
        url = reverse("wagtailadmin_pages:edit", args=[refused.pk])
        response = desk.post(url, form_of(refused, **{"action-publish": "1"}))
        assert response.status_code == 200
        form = response.context["form"]
        assert set(form.errors) == {"captions", "transcript"}
        assert not is_live(refused)

    def test_the_publish_button_publishes_what_is_complete(self, desk, complete):
        url = reverse("wagtailadmin_pages:edit", args=[complete.pk])
        response = desk.post(url, form_of(complete, **{"action-publish": "1"}))
        assert response.status_code == 302, response.context["form"].errors
        assert is_live(complete)

    def test_a_draft_is_saved(self, desk, refused):
        url = reverse("wagtailadmin_pages:edit", args=[refused.pk])
        response = desk.post(url, form_of(refused, summary="Un brouillon"))
        assert response.status_code == 302, response.context["form"].errors
        assert VideoStoryPage.objects.get(pk=refused.pk).summary == "Un brouillon"

    def test_each_person_is_marked(self, desk, make_story):
        story = make_story(("yes", None), ("", None), ("yes", YESTERDAY))
        url = reverse("wagtailadmin_pages:edit", args=[story.pk])
        response = desk.post(url, form_of(story, **{"action-publish": "1"}))
        assert response.status_code == 200
        people = response.context["form"].formsets["appearances"].errors
        assert [sorted(errors) for errors in people] == [[], ["consent"], ["consent_until"]]
        assert not is_live(story)

    def test_a_new_story_is_not_created_live(self, desk, index, film):
        story = VideoStoryPage(title="Nouvelle", slug="nouvelle", video=film)
        url = reverse("wagtailadmin_pages:add", args=["partners", "videostorypage", index.pk])
        response = desk.post(url, form_of(story, **{"action-publish": "1"}))
        assert response.status_code == 200
        assert not VideoStoryPage.objects.exists()
        response = desk.post(url, form_of(story))
        assert response.status_code == 302, response.context["form"].errors
        assert not VideoStoryPage.objects.get().live

    def test_the_day_of_the_schedule_counts(self, desk, make_story):
        story = make_story(("yes", TODAY))
        url = reverse("wagtailadmin_pages:edit", args=[story.pk])
        later = form_of(story, go_live_at="2026-03-11 09:00", **{"action-publish": "1"})
        assert desk.post(url, later).status_code == 200
        evening = form_of(story, go_live_at="2026-03-10 23:30", **{"action-publish": "1"})
        assert desk.post(url, evening).status_code == 302
        assert VideoStoryPage.objects.get(pk=story.pk).approved_schedule


class TestBulkAction:
    def test_what_may_be_published_is_and_the_rest_is_told(self, desk, refused, complete):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        response = desk.post(f"{url}?id={refused.pk}&id={complete.pk}&next=/admin/", follow=True)
        assert response.status_code == 200
        text = text_of(response)
        assert "Sans sous-titres" in text
        assert "WebVTT" in text
        assert is_live(complete)
        assert not is_live(refused)

    def test_descendants_too(self, desk, index, refused, complete):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        response = desk.post(
            f"{url}?id={index.pk}&next=/admin/", {"include_descendants": "on"}, follow=True
        )
        assert response.status_code == 200
        assert "Sans sous-titres" in text_of(response)
        assert is_live(complete)
        assert not is_live(refused)


def schedule(story, at):
    story.go_live_at = at
    story.save_revision().publish()
    return VideoStoryPage.objects.get(pk=story.pk)


class TestSchedule:
    def test_a_schedule_is_refused_at_once(self, refused):
        with pytest.raises(PublicationRefusedError):
            schedule(refused, NOON + dt.timedelta(days=2))

    def test_an_agreement_must_cover_the_day(self, make_story):
        with pytest.raises(PublicationRefusedError):
            schedule(make_story(("yes", TODAY)), NOON + dt.timedelta(days=1))
        assert schedule(make_story(("yes", TOMORROW)), NOON + dt.timedelta(days=1))

    def test_the_scheduler_passes_over_what_it_may_not_publish(
        self, complete, make_story, time_machine, caplog
    ):
        first = schedule(complete, NOON + dt.timedelta(minutes=5))
        second = schedule(make_story(title="Après"), NOON + dt.timedelta(minutes=6))
        revision = first.latest_revision
        content = revision.content
        content["captions"] = None
        revision.content = content
        revision.save()
        time_machine.move_to(NOON + dt.timedelta(minutes=10), tick=False)
        with caplog.at_level(logging.WARNING, logger="partners"):
            call_command("publish_scheduled")
        assert not is_live(first)
        assert is_live(second)
        assert len(caplog.records) == 1
        note = PageLogEntry.objects.get(action="partners.publish.refused")
        assert note.page_id == first.pk
        assert "WebVTT" in note.data["reasons"][0]
        # It is off the schedule: the next minute is quiet.
        caplog.clear()
        call_command("publish_scheduled")
        assert not caplog.records
        assert PageLogEntry.objects.filter(action="partners.publish.refused").count() == 1

    def test_the_history_says_why(self, desk, refused):
        PageLogEntry.objects.log_action(
            instance=refused, action="partners.publish.refused", data={"reasons": ["Il manque."]}
        )
        response = desk.get(reverse("wagtailadmin_pages:history", args=[refused.pk]))
        assert "Il manque." in text_of(response)


@pytest.fixture
def moderation(index):
    workflow = Workflow.objects.create(name="Relecture")
    task = GroupApprovalTask.objects.create(name="Relire")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=index)
    return workflow


class TestWorkflow:
    def test_submitting_asks_the_gate(self, desk, refused, moderation):
        url = reverse("wagtailadmin_pages:edit", args=[refused.pk])
        response = desk.post(url, form_of(refused, **{"action-submit": "1"}))
        assert response.status_code == 200
        assert set(response.context["form"].errors) == {"captions", "transcript"}

    @pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "XMLHttpRequest"}])
    def test_the_last_approval_asks_the_gate(self, desk, editor, refused, moderation, headers):
        moderation.start(refused, editor)
        state = refused.current_workflow_state.current_task_state
        url = reverse("wagtailadmin_pages:workflow_action", args=[refused.pk, "approve", state.pk])
        response = desk.post(url, {"comment": ""}, headers=headers)
        edit = reverse("wagtailadmin_pages:edit", args=[refused.pk])
        if headers:
            assert response.json() == {"step": "success", "redirect": edit}
        else:
            assert response.headers["Location"] == edit
        text = text_of(desk.get(edit))
        assert "Sans sous-titres" in text
        assert "WebVTT" in text
        assert not is_live(refused)
        assert Page.objects.get(pk=refused.pk).workflow_in_progress

    def test_approving_from_the_form_asks_the_gate(self, desk, editor, refused, moderation):
        moderation.start(refused, editor)
        url = reverse("wagtailadmin_pages:edit", args=[refused.pk])
        data = {"action-workflow-action": "1", "workflow-action-name": "approve"}
        response = desk.post(url, form_of(refused, **data), follow=True)
        assert response.status_code == 200
        assert "WebVTT" in text_of(response)
        assert not is_live(refused)

    def test_asking_for_changes_is_not_stopped(self, desk, editor, refused, moderation):
        moderation.start(refused, editor)
        url = reverse("wagtailadmin_pages:edit", args=[refused.pk])
        data = {"action-workflow-action": "1", "workflow-action-name": "reject"}
        assert desk.post(url, form_of(refused, **data)).status_code == 302
        assert refused.current_workflow_state.status == "needs_changes"

    def test_approval_publishes_what_is_complete(self, desk, editor, complete, moderation):
        moderation.start(complete, editor)
        state = complete.current_workflow_state.current_task_state
        url = reverse("wagtailadmin_pages:workflow_action", args=[complete.pk, "approve", state.pk])
        assert desk.post(url, {"comment": ""}).status_code == 302
        assert is_live(complete)


@pytest.fixture
def translated(complete, english, django_capture_on_commit_callbacks):
    """A live story and its draft translation into English."""
    complete.save_revision().publish()
    original = VideoStoryPage.objects.get(pk=complete.pk)
    source, _created = TranslationSource.get_or_create_from_instance(original)
    translation = Translation.objects.create(source=source, target_locale=english)
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=False)
    return translation


def target(translation):
    return VideoStoryPage.objects.get(locale=translation.target_locale)


class TestTranslation:
    def test_a_translation_keeps_the_film_and_who_appears(self, translated, captions):
        story = target(translated)
        assert story.video_id
        assert story.captions_id == captions.pk
        assert story.captions_language == "fr"
        assert story.appearances.count() == 1
        assert story.engagements.count() == 1

    def test_captions_in_another_language_are_said_to_be(self, translated):
        film = target(translated).film
        assert film.captions_differ
        assert film.captions_language == "fr"
        assert not VideoStoryPage.objects.get(locale__language_code="fr").film.captions_differ

    def test_a_translation_is_refused_with_a_message(
        self, desk, translated, django_capture_on_commit_callbacks
    ):
        StoryAppearance.objects.filter(page__locale__language_code="fr").update(consent="no")
        story = target(translated)
        url = reverse("wagtailadmin_pages:edit", args=[story.pk])
        # Outside the test, the publication runs within the view, which the middleware guards.
        callbacks = django_capture_on_commit_callbacks(execute=True)
        with pytest.raises(PublicationRefusedError), callbacks:
            desk.post(url, {"action": "publish"})
        assert not is_live(story)

    def test_someone_who_withdraws_in_the_original_does_so_everywhere(
        self, translated, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            translated.save_target(publish=True)
        story = target(translated)
        assert story.live
        StoryAppearance.objects.filter(page__locale__language_code="fr").update(consent="no")
        assert len(withdraw_refused_stories(at=NOON)) == 2
        assert not is_live(story)

    def test_renewing_an_agreement_reopens_both_languages(
        self, translated, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            translated.save_target(publish=True)
        StoryAppearance.objects.update(consent_until=YESTERDAY)
        withdraw_refused_stories(at=NOON)
        original = VideoStoryPage.objects.get(locale__language_code="fr")
        original.appearances.set(
            [StoryAppearance(person="Une personne", consent="yes", consent_until=TOMORROW)]
        )
        original.save_revision().publish()
        translated.source.update_from_db()
        with django_capture_on_commit_callbacks(execute=True):
            translated.save_target(publish=True)
        assert is_live(target(translated))


@pytest.mark.django_db(transaction=True)
def test_publishing_a_translation_answers_with_a_message(complete, english, desk):
    complete.save_revision().publish()
    original = VideoStoryPage.objects.get(pk=complete.pk)
    source, _created = TranslationSource.get_or_create_from_instance(original)
    translation = Translation.objects.create(source=source, target_locale=english)
    translation.save_target(publish=False)
    StoryAppearance.objects.filter(page=original).update(consent="no")
    story = target(translation)
    url = reverse("wagtailadmin_pages:edit", args=[story.pk])
    response = desk.post(url, {"action": "publish"}, follow=True)
    assert response.status_code == 200
    refusal = next(str(message) for message in response.context["messages"])
    assert "Le gobelet" in refusal
    assert str(agreement_reason(Agreement("no"), TODAY)) in unescape(refusal)
    assert not is_live(story)


class TestCopyView:
    def test_a_copy_that_may_not_be_live_is_refused_with_a_message(self, desk, complete, index):
        complete.save_revision().publish()
        StoryAppearance.objects.filter(page=complete).update(consent_until=YESTERDAY)
        url = reverse("wagtailadmin_pages:copy", args=[complete.pk])
        data = {
            "new_title": "Copie",
            "new_slug": "copie",
            "new_parent_page": str(index.pk),
            "publish_copies": "on",
        }
        response = desk.post(url, data, follow=True)
        assert response.status_code == 200
        refusal = next(str(message) for message in response.context["messages"])
        until = Agreement("yes", YESTERDAY)
        assert str(agreement_reason(until, TODAY)) in unescape(refusal)
        assert VideoStoryPage.objects.count() == 1


class TestWithdrawal:
    @pytest.mark.parametrize(
        ("at", "live"),
        [
            (dt.datetime(2026, 3, 10, 22, 59, tzinfo=dt.UTC), True),  # 23:59 in Paris
            (dt.datetime(2026, 3, 10, 23, 0, tzinfo=dt.UTC), False),  # midnight in Paris
        ],
    )
    def test_an_agreement_ends_with_its_last_day_in_paris(self, make_story, at, live):
        story = make_story(("yes", TODAY))
        story.save_revision().publish()
        withdraw_refused_stories(at=at)
        assert is_live(story) is live

    def test_it_is_noted_and_said_once(self, make_story, caplog):
        story = make_story(("yes", YESTERDAY + dt.timedelta(days=1)))
        story.save_revision().publish()
        later = NOON + dt.timedelta(days=3)
        assert [item.pk for item in withdraw_refused_stories(at=later)] == [story.pk]
        assert withdraw_refused_stories(at=later) == []
        note = PageLogEntry.objects.get(action="partners.withdraw")
        assert note.data["reasons"]

    def test_a_film_that_loses_its_captions_goes_offline(self, complete, captions):
        complete.save_revision().publish()
        captions.delete()
        withdraw_refused_stories(at=NOON)
        assert not is_live(complete)

    def test_an_alias_goes_with_its_original(self, make_story):
        story = make_story(("yes", TODAY))
        story.save_revision().publish()
        story = VideoStoryPage.objects.get(pk=story.pk)
        alias = story.create_alias(update_slug="alias")
        withdraw_refused_stories(at=NOON + dt.timedelta(days=1))
        assert not is_live(alias)

    def test_other_stories_stay(self, complete):
        complete.save_revision().publish()
        assert withdraw_refused_stories(at=NOON) == []

    def test_the_clock_does_it(self, db):
        from portal.core.clock import Every, registered_jobs

        jobs = {job.name: job for job in registered_jobs()}
        job = jobs["withdraw stories that may no longer be shown"]
        assert job.every is Every.MINUTE
        job.run(NOON)

    def test_an_editor_is_warned_that_a_refusal_is_still_online(self, desk, complete):
        complete.save_revision().publish()
        story = VideoStoryPage.objects.get(pk=complete.pk)
        person = story.appearances.all()[0]
        person.consent = "no"
        story.appearances.set([person])
        url = reverse("wagtailadmin_pages:edit", args=[story.pk])
        response = desk.post(url, form_of(story), follow=True)
        assert response.status_code == 200
        levels = [message.level_tag for message in response.context["messages"]]
        assert any("warning" in level for level in levels)


class TestWhoAppears:
    SECRET = "Prénom-Imaginaire"

    @pytest.fixture
    def story(self, make_story):
        story = make_story(("yes", None))
        StoryAppearance.objects.filter(page=story).update(person=self.SECRET)
        story = VideoStoryPage.objects.get(pk=story.pk)
        story.save_revision().publish()
        return VideoStoryPage.objects.get(pk=story.pk)

    def test_nobody_is_named_to_readers_nor_to_search(self, story, reader):
        assert self.SECRET not in story.search_text()
        assert self.SECRET not in repr(story.search_entries())
        assert self.SECRET not in repr(story.as_card())
        assert self.SECRET not in repr(story.submission())

    def test_nobody_is_in_the_index_of_the_editing_area(self, story):
        names = {field.field_name for field in VideoStoryPage.search_fields}
        assert "appearances" not in names
        assert not VideoStoryPage.objects.all().search(self.SECRET)

    def test_a_refusal_names_nobody(self, story):
        story.appearances.all()[0]
        StoryAppearance.objects.filter(page=story).update(consent="no")
        story = VideoStoryPage.objects.get(pk=story.pk)
        with pytest.raises(PublicationRefusedError) as refusal:
            story.check_publication()
        assert self.SECRET not in str(refusal.value)


def test_what_is_protected_is_said_to_be_used(desk, charter, charter_page):
    url = reverse("wagtailsnippets_partners_charter:delete", args=[charter.pk])
    response = desk.post(url, follow=True)
    assert response.status_code in (200, 403)
    charter.refresh_from_db()
    with pytest.raises(ProtectedError):
        charter.delete()


def test_an_anonymous_browser_is_led_to_the_door(refused):
    url = reverse("wagtailadmin_pages:edit", args=[refused.pk])
    response = Client(SERVER_NAME="localhost").post(url, {"action-publish": "1"})
    assert response.status_code in (302, 403)

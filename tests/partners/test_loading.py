"""Stories and charter from the content files, once."""

import json
import shutil

import pytest
from wagtail.models import Locale

from engagements.models import Engagement, EngagementPage, LoadedRow, Sdg
from engagements.services import LoadReport, load_facts
from home.models import StandardPage
from partners.models import (
    Charter,
    CharterPage,
    CharterVersion,
    StoryIndexPage,
    VideoStoryPage,
)
from partners.services import load_charter, load_stories, load_story_translations
from portal.core.models import PortalDocument, PortalMedia
from portal.users.models import User

FILMS = ("barometre", "gobelets", "placards")


@pytest.fixture
def films(tmp_path):
    """Three films made of a few bytes, under the names that the stories give."""
    folder = tmp_path / "films"
    folder.mkdir()
    for name in FILMS:
        for kind in ("webm", "mp4", "png", "fr.audio.mp3"):
            (folder / f"{name}.{kind}").write_bytes(b"data")
        for language in ("fr", "en"):
            (folder / f"{name}.{language}.vtt").write_text("WEBVTT\n")
            (folder / f"{name}.{language}.md").write_text(f"# Titre\n\n**0:01.** {language}\n\nB\n")
        facts = {
            "title_fr": f"Film {name}",
            "duration_s": 42.5,
            "width": 960,
            "height": 540,
            "silent": True,
            "audio": {"file": f"{name}.fr.audio.mp3", "duration_s": 30, "synthetic_voice": True},
        }
        (folder / f"{name}.json").write_text(json.dumps(facts))
    return folder


@pytest.fixture
def site(home):
    """The facts of the programme, and the pages of the engagements that stories link to."""
    load_facts(report=LoadReport())
    home.add_child(
        instance=StandardPage(title="Labels", slug="labels-diversite-egalite", locale=home.locale)
    )
    for engagement in Engagement.objects.all():
        home.add_child(
            instance=EngagementPage(
                title=engagement.theme_fr, slug=engagement.slug, engagement=engagement
            )
        )
    return home


def load(home, films):
    report = LoadReport()
    load_stories(report=report, home=home, films=films)
    load_charter(report=report, home=home)
    return report


@pytest.fixture
def loaded(site, films):
    return load(site, films)


def test_everything_is_loaded(loaded, site):
    assert loaded.is_clean, list(loaded.lines())
    stories = VideoStoryPage.objects.live()
    assert stories.count() == 8
    assert StoryIndexPage.objects.child_of(site).live().count() == 1
    assert all(story.image for story in stories)
    assert all(story.engagements.exists() for story in stories)
    assert all(not story.appearances.exists() for story in stories)


def test_three_stories_have_a_film_with_all_that_makes_it_accessible(loaded):
    stories = list(VideoStoryPage.objects.live().filmed())
    assert len(stories) == 3
    for story in stories:
        film = story.film
        assert [source.type for source in film.sources] == ["video/webm", "video/mp4"]
        assert film.poster
        assert film.captions
        assert film.captions_language == "fr"
        assert film.silent
        assert film.audio.type == "audio/mpeg"
        assert film.duration_label
        assert "Titre" not in film.transcript_html
        assert "<b>" in film.transcript_html


def test_loading_again_changes_nothing(loaded, site, films):
    story = VideoStoryPage.objects.get(slug="gobelets")
    story.title = "Un autre titre"
    story.save_revision().publish()
    VideoStoryPage.objects.get(slug="barometre").delete()
    counts = [
        model.objects.count()
        for model in (VideoStoryPage, PortalMedia, PortalDocument, CharterVersion, LoadedRow)
    ]
    report = load(site, films)
    assert report.is_clean
    assert not report.created
    assert counts == [
        model.objects.count()
        for model in (VideoStoryPage, PortalMedia, PortalDocument, CharterVersion, LoadedRow)
    ]
    assert VideoStoryPage.objects.get(slug="gobelets").title == "Un autre titre"
    assert not VideoStoryPage.objects.filter(slug="barometre").exists()


def test_the_charter_has_four_eyes(loaded):
    version = CharterVersion.objects.get()
    assert version.status == "published"
    assert version.stage == "proposed"
    assert version.author != version.approver
    assert version.number == 1
    assert all(text.is_intact for text in version.texts.all())
    assert {text.language for text in version.texts.all()} == {"fr", "en"}
    assert len(version.text_for("fr").numbered_articles()) == 10
    assert CharterPage.objects.get().charter == Charter.objects.get(slug="partenaires")


def test_nobody_can_sign_in_as_the_loader(loaded):
    accounts = User.objects.filter(username__startswith="programme-")
    assert accounts.count() == 2
    for account in accounts:
        assert not account.is_active
        assert not account.has_usable_password()
        assert not account.groups.exists()


def test_a_film_that_is_missing_is_reported_and_loaded_later(site, films, tmp_path):
    aside = tmp_path / "aside"
    shutil.move(films / "gobelets.webm", aside)
    report = load(site, films)
    assert [rejection.file for rejection in report.rejections] == ["gobelets.md"]
    assert not VideoStoryPage.objects.filter(slug="gobelets").exists()
    shutil.move(aside, films / "gobelets.webm")
    assert load(site, films).is_clean
    assert VideoStoryPage.objects.get(slug="gobelets").live


def test_a_film_without_captions_is_refused_and_reported(site, films):
    (films / "gobelets.fr.vtt").unlink()
    report = load(site, films)
    assert [rejection.file for rejection in report.rejections] == ["gobelets.md"]
    assert not VideoStoryPage.objects.filter(slug="gobelets").exists()


def test_a_fact_that_is_missing_is_reported(site, films):
    Sdg.objects.get(number=16).engagement_links.all().delete()
    Sdg.objects.get(number=16).delete()
    report = load(site, films)
    assert "barometre.md" in [rejection.file for rejection in report.rejections]


def test_the_translations_have_their_own_captions(
    loaded, site, films, django_capture_on_commit_callbacks
):
    english = Locale.objects.get_or_create(language_code="en")[0]
    site.copy_for_translation(english, alias=True)
    report = LoadReport()
    with django_capture_on_commit_callbacks(execute=True):
        load_story_translations(report=report, home=site, films=films)
    assert report.is_clean, list(report.lines())
    story = VideoStoryPage.objects.get(locale=english, alias_of=None)
    assert story.live
    assert story.title == "Before ordering, open the cupboards"
    assert story.film.captions_language == "en"
    assert not story.film.captions_differ
    assert "en" in story.film.transcript_html
    assert story.video == VideoStoryPage.objects.get(slug="placards", locale=site.locale).video
    assert list(story.engagements.values_list("number", flat=True)) == [14, 15]
    assert "quarter of an hour" in story.search_text()
    assert CharterPage.objects.get(locale=english).title == "The mét’ODD partners’ charter"
    again = LoadReport()
    load_story_translations(report=again, home=site, films=films)
    assert not again.created

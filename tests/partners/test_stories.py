"""The list of stories, their films, and what else is about an engagement."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.files.base import ContentFile
from django.db import connection
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from engagements.related import RelatedQuery, related_content
from partners.films import duration_label
from partners.models import StoryIndexPage, VideoStoryPage
from partners.related import ChartersAbout, StoriesAbout
from partners.stories import story_filters, story_index_context, visible_stories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def publish(story):
    story.save_revision().publish()
    return VideoStoryPage.objects.get(pk=story.pk)


@pytest.fixture
def several(make_story, complete, other_engagement):
    """Four live stories, the oldest first; one has a film, one is about something else."""
    stories = [publish(complete)]
    for day, tag in ((3, "vélo"), (2, "vélo"), (1, "tri")):
        story = make_story(date=dt.date(2026, 2, day))
        story.tags.set([tag])
        stories.append(publish(story))
    stories[-1].engagements.set([other_engagement])
    stories[-1] = publish(stories[-1])
    return stories


def context(index, reader, query=""):
    request = RequestFactory().get(f"/{query}")
    request.user = reader
    return story_index_context(StoryIndexPage.objects.get(pk=index.pk), request)


def titles(found):
    return [card.title for card in found["cards"]]


class TestList:
    def test_the_newest_in_front(self, index, several, reader):
        found = context(index, reader)
        assert titles(found) == [story.title for story in several]
        assert found["lead_first"]

    def test_drafts_are_not_listed(self, index, several, refused, reader):
        assert refused.title not in titles(context(index, reader))

    def test_filters(self, index, several, reader):
        assert len(titles(context(index, reader, "?engagement=15"))) == 3
        assert titles(context(index, reader, "?engagement=14")) == [several[3].title]
        assert len(titles(context(index, reader, "?tag=velo"))) == 2
        assert titles(context(index, reader, "?format=film")) == [several[0].title]
        assert len(titles(context(index, reader, "?format=text"))) == 3
        both = context(index, reader, "?engagement=15&format=text&tag=velo")
        assert len(titles(both)) == 2
        assert not both["lead_first"]

    @pytest.mark.parametrize(
        "query",
        [
            "?engagement=99",
            "?engagement=abc",
            "?tag=' OR 1=1 --",
            "?format=dvd",
            "?page=-1",
            "?page=99999999999999999999",
            "?page=%00",
            "?engagement=15&engagement=14",
        ],
    )
    def test_an_odd_address_is_read_politely(self, index, several, reader, query):
        assert titles(context(index, reader, query))

    def test_what_does_not_exist_is_said_to_be_left_out(self, index, several, reader):
        assert context(index, reader, "?format=dvd")["filters"].ignored
        assert not context(index, reader, "?format=film")["filters"].ignored

    def test_filters_offer_what_gives_something(self, several, reader, other_engagement):
        filters = story_filters(QueryDict(), visible_stories(reader, "fr"))
        numbers = [value for value, _label in filters.fields["engagement"].choices]
        assert numbers == ["", "14", "15"]
        tags = [value for value, _label in filters.fields["tag"].choices]
        assert tags == ["", "tri", "velo"]

    def test_pages(self, index, make_story, reader):
        for _number in range(12):
            publish(make_story())
        assert len(titles(context(index, reader))) == 10
        assert len(titles(context(index, reader, "?page=2"))) == 2

    def test_the_same_queries_for_more_stories(self, index, make_story, reader):
        def queries():
            with CaptureQueriesContext(
                connection,
            ) as captured:
                titles(context(index, reader))
            return len(captured)

        publish(make_story())
        publish(make_story())
        queries()
        few = queries()
        for _number in range(6):
            publish(make_story())
        assert queries() == few

    def test_a_card_says_that_there_is_a_film(self, several):
        cards = [story.as_card() for story in several]
        assert [bool(card.flag) for card in cards] == [True, False, False, False]
        assert cards[0].axis == 3


class TestVisibility:
    def test_signed_out_readers_see_what_is_open(self, several):
        assert not visible_stories(AnonymousUser(), "fr")
        VideoStoryPage.objects.filter(pk=several[0].pk).update(open_to_all=True)
        assert [story.pk for story in visible_stories(AnonymousUser(), "fr")] == [several[0].pk]

    def test_a_closed_branch_is_closed_everywhere(self, index, several, reader, engagement):
        restriction = PageViewRestriction.objects.create(
            page=several[0], restriction_type=PageViewRestriction.GROUPS
        )
        group = Group.objects.create(name="Partenaires")
        restriction.groups.add(group)
        assert several[0].title not in titles(context(index, reader))
        answer = StoriesAbout()(query(reader, engagement))
        assert answer.count == 2
        filters = story_filters(QueryDict(), visible_stories(reader, "fr"))
        assert "film" in [value for value, _label in filters.fields["format"].choices]
        reader.groups.add(group)
        member = type(reader).objects.get(pk=reader.pk)
        assert StoriesAbout()(query(member, engagement)).count == 3


def query(user, *engagements, **changes):
    return RelatedQuery(
        **{
            "engagements": engagements,
            "user": user,
            "at": timezone.now(),
            "language": "fr",
            **changes,
        }
    )


class TestProviders:
    def test_stories_about_an_engagement(self, several, reader, engagement):
        answer = StoriesAbout()(query(reader, engagement))
        assert answer.count == 3
        assert [card.title for card in answer.cards] == [story.title for story in several[:3]]

    def test_the_count_is_of_all_and_the_cards_are_few(self, several, reader, engagement):
        answer = StoriesAbout()(query(reader, engagement, limit=1))
        assert answer.count == 3
        assert len(answer.cards) == 1

    def test_a_page_does_not_find_itself(self, several, reader, engagement):
        answer = StoriesAbout()(query(reader, engagement, exclude_page_id=several[0].pk))
        assert answer.count == 2

    def test_a_story_about_two_engagements_counts_once(
        self, several, reader, engagement, other_engagement
    ):
        several[0].engagements.set([engagement, other_engagement])
        publish(several[0])
        assert StoriesAbout()(query(reader, engagement, other_engagement)).count == 4

    def test_drafts_and_signed_out_readers(self, several, refused, engagement):
        assert StoriesAbout()(query(AnonymousUser(), engagement)).count == 0

    def test_another_language_has_its_own_pages(self, several, reader, engagement, english):
        assert StoriesAbout()(query(reader, engagement, language="en")).count == 0
        several[0].get_parent().copy_for_translation(english, copy_parents=True, alias=True)
        several[0].copy_for_translation(english, alias=True)
        answer = StoriesAbout()(query(reader, engagement, language="en"))
        assert answer.count == 1
        assert answer.cards[0].language == "fr"

    def test_charters(self, charter_page, reader, engagement, other_engagement):
        charter_page.save_revision().publish()
        assert ChartersAbout()(query(reader, engagement)).count == 1
        assert ChartersAbout()(query(reader, other_engagement)).count == 0
        assert ChartersAbout()(query(AnonymousUser(), engagement)).count == 0

    def test_both_are_in_the_registry(self, several, charter_page, reader, engagement):
        charter_page.save_revision().publish()
        keys = [answer.key for answer in related_content(query(reader, engagement))]
        assert keys.index("stories") < keys.index("charters")

    def test_the_same_queries_for_more_stories(self, make_story, reader, engagement):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                StoriesAbout()(query(reader, engagement))
            return len(captured)

        for _number in range(3):
            publish(make_story())
        queries()
        few = queries()
        for _number in range(6):
            publish(make_story())
        queries()
        assert queries() == few <= 4


class TestFilm:
    def test_what_the_player_shows(self, complete):
        film = publish(complete).film
        assert [source.type for source in film.sources] == ["video/webm", "video/mp4"]
        assert film.sources[0].size_label
        assert (film.width, film.height) == (1280, 720)
        assert film.poster.endswith(".webp")
        assert film.captions
        assert film.captions_language == "fr"
        assert not film.captions_differ
        assert "gobelet" in film.transcript_html

    def test_a_written_story_has_none(self, make_story):
        assert make_story().film is None

    def test_a_lost_file_costs_its_size_only(self, complete, film):
        film.file.storage.delete(film.file.name)
        shown = publish(complete).film
        assert shown.sources[0].size_label == ""
        assert shown.sources[1].size_label

    @pytest.mark.parametrize(
        ("seconds", "label"),
        [(0, ""), (0.4, ""), (1, "1\u00a0s"), (59.6, "1\u00a0min"), (65.4, "1\u00a0min 5\u00a0s")],
    )
    def test_durations_in_words(self, seconds, label):
        with translation.override("fr"):
            assert (
                duration_label(seconds).replace(" s", "\u00a0s").replace(" min", "\u00a0min")
                == label
            )

    def test_the_transcript_is_searched(self, complete):
        assert "gobelet" in publish(complete).search_text()
        assert publish(complete).search_entries()[0].date == complete.date

    def test_an_exemption_is_told(self, make_story, film):
        story = publish(make_story(video=film, accessibility_exemption="Archive de 1998"))
        assert story.film.exemption == "Archive de 1998"
        assert story.film.captions == ""


class TestPages:
    @pytest.fixture
    def browser(self, reader):
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(reader)
        return browser

    def test_nothing_plays_before_it_is_asked_for(self, browser, complete):
        response = browser.get(publish(complete).get_url())
        assert response.status_code == 200
        html = response.content.decode()
        assert "autoplay" not in html
        assert "On voit un gobelet." in html
        assert html.index("<template>") < html.index("<video") < html.index("</template>")
        assert "Une personne" not in html

    def test_the_list(self, browser, several, index):
        html = browser.get(index.get_url()).content.decode()
        assert all(story.title in html for story in several)
        assert browser.get(f"{index.get_url()}?format=film&engagement=14").status_code == 200

    def test_a_story_costs_at_most_eighteen_queries(self, browser, several, charter_page):
        charter_page.save_revision().publish()
        url = several[0].get_url()
        browser.get(url)
        with CaptureQueriesContext(connection) as captured:
            browser.get(url)
        assert len(captured) <= 18

    def test_films_are_for_those_who_read_the_page(self, browser, complete, film):
        story = publish(complete)
        source, captions = story.film.sources[0].url, story.film.captions

        def status(client, url):
            response = client.get(url)
            response.getvalue()  # reads the file to its end, which closes it
            return response.status_code

        assert status(browser, source) == 200
        assert status(browser, captions) == 200
        assert status(Client(SERVER_NAME="localhost"), source) in (302, 404)
        story.unpublish()
        assert status(browser, source) == 404

    def test_an_untranslated_story_says_so(self, browser, complete, english):
        story = publish(complete)
        story.get_parent().copy_for_translation(english, copy_parents=True, alias=True)
        alias = story.copy_for_translation(english, alias=True)
        html = browser.get(alias.get_url()).content.decode()
        assert '<html lang="en"' in html
        assert 'lang="fr"' in html

    def test_a_charter_without_version_says_so(self, browser, charter_page):
        charter_page.save_revision().publish()
        response = browser.get(charter_page.get_url())
        assert response.status_code == 200
        assert b'class="empty"' in response.content


def test_the_thumbnail_is_not_needed(make_story, captions, home):
    from portal.core.models import PortalMedia

    media = PortalMedia.objects.create(
        title="Sans vignette", type="video", duration=3, file=ContentFile(b"x", name="x.webm")
    )
    story = publish(make_story(video=media, captions=captions, transcript="<p>Rien.</p>"))
    assert story.film.poster == ""

"""The programme, loaded from the project's own data files, twice."""

import pytest
from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import Locale, Page, Site

from engagements.models import Engagement, EngagementPage
from engagements.related import RelatedQuery, related_content
from engagements.services import LoadReport, load_facts
from home.models import EventPage, HomePage, NewsPage, StandardPage
from home.services import arrange_front_page, load_pages, load_translations
from home.services.pages import demonstration_dates
from partners.services import load_charter
from portal.core.models import PortalImage
from portal.core.text import english_slug
from portal.users.models import User


def load(report):
    load_facts(report=report)
    home = load_pages(report=report)
    load_charter(report=report, home=home)
    arrange_front_page(home=home)
    with TestCase.captureOnCommitCallbacks(execute=True):
        load_translations(report=report)
    return home


@pytest.fixture(scope="module")
def programme(django_db_setup, django_db_blocker, tmp_path_factory):
    """The programme, loaded once for the tests of this module, and undone after them."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        report = LoadReport()
        load(report)
        yield report
        transaction.set_rollback(True)


@pytest.fixture
def reader(db):
    return User.objects.create_user("lectrice", password="un mot de passe assez long")


pytestmark = pytest.mark.django_db


def test_every_file_is_loaded(programme):
    assert [str(rejection) for rejection in programme.rejections] == []
    french = {"locale__language_code": "fr", "live": True}
    assert NewsPage.objects.filter(**french).count() == 20
    assert EngagementPage.objects.filter(**french).count() == 15
    assert EventPage.objects.filter(**french, demonstration=True).count() >= 6
    assert EventPage.objects.filter(**french, demonstration=False).count() >= 20
    assert not Page.objects.filter(live=False, depth__gt=1).exists()


def test_the_tree_is_sound(programme):
    assert not any(Page.find_problems())
    home = HomePage.objects.get(locale__language_code="fr")
    assert Site.objects.get().root_page_id == home.pk
    menu = list(home.get_children().live().in_menu().values_list("title", flat=True))
    assert menu[0].startswith("La démarche")
    assert menu[4:6] == ["Actualités", "Agenda"]


def test_loading_again_changes_nothing_and_asks_little(programme):
    before = list(Page.objects.order_by("path").values_list("path", "latest_revision_id"))
    report = LoadReport()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load_pages(report=report)
        load_translations(report=report)
    assert not sum(report.created.values())
    assert len(queries) < 90
    assert list(Page.objects.order_by("path").values_list("path", "latest_revision_id")) == before


def test_what_an_editor_changed_or_deleted_stays_so(programme):
    post = NewsPage.objects.get(slug="barometre-soixante-deux-sur-cent")
    post.title = "Titre de l’éditrice"
    post.save_revision().publish()
    deleted = NewsPage.objects.filter(slug="gobelets-neuf-lavages", locale=post.locale)
    deleted.get().delete()
    load_pages(report=LoadReport())
    post.refresh_from_db()
    assert post.title == "Titre de l’éditrice"
    assert not deleted.all().exists()


def test_every_picture_has_a_text_alternative(programme):
    assert not PortalImage.objects.filter(description="").exists()


def test_every_page_has_its_place_in_the_english_tree(programme):
    french, english = (Locale.objects.get(language_code=code) for code in ("fr", "en"))
    keys = set(
        Page.objects.filter(locale=french, depth__gt=1).values_list("translation_key", flat=True)
    )
    assert keys == set(
        Page.objects.filter(locale=english, depth__gt=1).values_list("translation_key", flat=True)
    )
    translated = Page.objects.filter(locale=english, alias_of=None, depth__gt=1)
    assert translated.filter(slug="62-out-of-100-so-what").exists()
    assert translated.type(NewsPage).count() == 2
    alias = NewsPage.objects.get(locale=english, slug="gobelets-neuf-lavages")
    assert alias.is_untranslated
    assert alias.content_language == "fr"
    assert alias.search_entries() == []


def test_a_translated_post_is_found_on_the_english_engagement_with_the_same_figures(
    programme, reader
):
    french = NewsPage.objects.get(slug="barometre-soixante-deux-sur-cent")
    english = french.get_translation(Locale.objects.get(language_code="en"))
    assert english.alias_of_id is None
    assert english.title == "62 out of 100. So what?"
    assert list(english.engagements.all()) == list(french.engagements.all())
    assert set(english.tags.names()) == set(french.tags.names())

    def figures(page):
        return [str(block.value) for block in page.body if block.block_type == "tile"]

    assert figures(english) == figures(french) == ["barometre-afnor"]
    found = related_content(
        RelatedQuery(
            engagements=list(Engagement.objects.filter(number=3)),
            user=reader,
            at=timezone.now(),
            language="en",
            limit=20,
        )
    )
    news = next(group for group in found if group.key == "news")
    cards = {card.title: card for card in news.cards}
    assert cards["62 out of 100. So what?"].language == ""
    assert any(card.language == "fr" for card in news.cards)


def test_links_lead_to_the_page_in_the_readers_language(programme):
    english = NewsPage.objects.get(slug="62-out-of-100-so-what")
    with translation.override("en"):
        html = "".join(str(block.render()) for block in english.body)
    page = EngagementPage.objects.get(locale__language_code="en", engagement__number=3)
    assert f'href="{page.get_url()}"' in html
    assert "/fr/" not in html


@pytest.mark.parametrize("code", ["fr", "en"])
def test_every_link_of_the_content_leads_somewhere(programme, code):
    with translation.override(code):
        for model in (NewsPage, StandardPage, EventPage):
            for page in model.objects.filter(locale__language_code=code):
                html = "".join(str(block.render()) for block in page.body)
                assert "<a>" not in html, page.slug


@pytest.mark.parametrize("offset", range(7))
def test_demonstration_events_fall_on_working_days(offset):
    import datetime as dt

    today = dt.date(2026, 11, 22) + dt.timedelta(days=offset)
    one = {
        "days_from_install": 5,
        "duration_days": 1,
        "all_day": False,
        "start_time": "12:15",
        "end_time": "13:15",
    }
    assert demonstration_dates(one, today)["start_date"].weekday() < 5
    week = {"days_from_install": 48, "duration_days": 5, "all_day": True}
    dates = demonstration_dates(week, today)
    assert (dates["start_date"].weekday(), dates["end_date"].weekday()) == (0, 4)


def test_english_slugs_end_on_a_word():
    title = "Borrowing a bike at Heudelet, from the first booking to the last return of the day"
    assert english_slug(title) == "borrowing-a-bike-at-heudelet-from-the-first-booking-to-the"
    assert english_slug("Partners’ charter") == "partners-charter"

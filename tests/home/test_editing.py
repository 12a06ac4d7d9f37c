"""What the comms person does, through the editing area, unaided."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    rich_text,
    streamfield,
)

from home.models import Campaign, EventPage, HomePage, NewsPage
from portal.users.enums import Role
from portal.users.models import User
from portal.users.services import load_groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def comms(home, client):
    load_groups(report=lambda line: None)
    user = User.objects.create_user("redactrice", password="un mot de passe assez long")
    user.groups.set(user.groups.model.objects.filter(name=Role.COMMUNICATION.value))
    client.force_login(user)
    return client


def form(**fields):
    """Return what the browser sends for a page."""
    data = {
        "title": "Un nouveau billet",
        "slug": "un-nouveau-billet",
        "summary": "Deux phrases.",
        "image": "",
        "image_alt": "",
        "sources": "",
        "date": "2026-03-02",
        "body": streamfield([("paragraph", rich_text("<p>Le texte du billet.</p>"))]),
        "comments": inline_formset([]),
        "tags": "",
        "menu_label": "",
        "go_live_at": "",
        "expire_at": "",
        **fields,
    }
    return nested_form_data(data)


def add_url(index, model):
    return reverse("wagtailadmin_pages:add", args=["home", model, index.pk])


def test_the_forms_speak_french(comms, news_index, agenda):
    with translation.override("fr"):
        for index, model in ((news_index, "newspage"), (agenda, "eventpage")):
            response = comms.get(add_url(index, model))
            assert response.status_code == 200
            assert (
                timezone.localdate().isoformat() in response.content.decode() or model != "newspage"
            )


def test_she_writes_previews_publishes_and_unpublishes_a_post(comms, news_index):
    response = comms.post(add_url(news_index, "newspage"), form())
    post = NewsPage.objects.get(slug="un-nouveau-billet")
    assert response.status_code == 302
    assert not post.live

    edit = reverse("wagtailadmin_pages:edit", args=[post.pk])
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[post.pk])
    changed = form(title="Un titre de passage")
    assert comms.post(preview, changed).json()["is_valid"]
    shown = comms.get(preview)
    assert shown.status_code == 200
    assert "Un titre de passage" in shown.content.decode()

    comms.post(edit, {**form(title="Un titre définitif"), "action-publish": "1"})
    post.refresh_from_db()
    assert post.live
    assert "Un titre définitif" in comms.get(post.get_url()).content.decode()

    comms.post(reverse("wagtailadmin_pages:unpublish", args=[post.pk]))
    post.refresh_from_db()
    assert not post.live
    assert comms.get(post.get_url()).status_code == 404


@pytest.mark.parametrize("bulk", [False, True])
def test_what_shows_a_post_in_english_goes_with_it(comms, home, make_post, english, bulk):
    home.copy_for_translation(english)
    post = make_post()
    post.copy_for_translation(english, copy_parents=True, alias=True)
    assert NewsPage.objects.count() == 2
    if bulk:
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        comms.post(f"{url}?id={post.pk}&next=/")
    else:
        comms.post(reverse("wagtailadmin_pages:delete", args=[post.pk]))
    assert NewsPage.objects.count() == 0


def test_a_draft_needs_nothing_but_a_title(comms, news_index):
    data = form(summary="", body=streamfield([]))
    assert comms.post(add_url(news_index, "newspage"), data).status_code == 302


def test_what_is_scheduled_goes_out_by_itself_then_comes_back(comms, news_index):
    now = timezone.now()
    later, end = now + dt.timedelta(hours=2), now + dt.timedelta(hours=4)
    data = form(
        go_live_at=timezone.localtime(later).strftime("%Y-%m-%d %H:%M"),
        expire_at=timezone.localtime(end).strftime("%Y-%m-%d %H:%M"),
    )
    comms.post(add_url(news_index, "newspage"), {**data, "action-publish": "1"})
    post = NewsPage.objects.get(slug="un-nouveau-billet")
    assert not post.live
    for at, live in ((now, False), (later, True), (end, False)):
        with time_machine.travel(at + dt.timedelta(minutes=1), tick=False):
            call_command("publish_scheduled", verbosity=0)
        post.refresh_from_db()
        assert post.live == live


def event_form(**fields):
    dates = {
        "precision": "instant",
        "start_date": "2026-11-03",
        "start_time": "12:30",
        "end_date": "",
        "end_time": "13:30",
        "place_text": "Hall",
        "audience": "",
        "organiser_text": "",
    }
    return form(**{"slug": "quiz", "title": "Quiz", **dates, **fields})


def test_she_publishes_an_event(comms, agenda):
    data = {**event_form(), "action-publish": "1"}
    assert comms.post(add_url(agenda, "eventpage"), data).status_code == 302
    event = EventPage.objects.get(slug="quiz")
    assert event.live
    assert event.ends_at - event.starts_at == dt.timedelta(hours=1)
    assert comms.get(event.get_url()).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"end_time": "11:00"},
        {"end_date": "2026-11-01"},
        {"precision": "month"},
        {"start_time": ""},
        {"start_date": ""},
        {"start_date": "demain"},
        {"start_date": "2026-03-29", "start_time": "02:30"},
    ],
)
def test_contradictory_dates_get_an_answer_never_an_error_page(comms, agenda, fields):
    data = {**event_form(**fields), "action-publish": "1"}
    response = comms.post(add_url(agenda, "eventpage"), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not EventPage.objects.exists()


def test_the_lists_show_the_dates(comms, news_index, agenda, make_post, make_event):
    make_post("billet", date=dt.date(2026, 3, 1))
    make_event("rencontre", precision="month", day=dt.date(2026, 10, 1))
    for url, words in (
        (reverse("wagtailadmin_explore", args=[news_index.pk]), "2026"),
        (reverse("wagtailadmin_explore", args=[agenda.pk]), "2026"),
        (reverse("news_listing:index"), "Billet"),
        (reverse("event_listing:index"), "Rencontre"),
    ):
        response = comms.get(url)
        assert response.status_code == 200
        assert words in response.content.decode()


def test_campaigns_are_hers(comms):
    url = reverse(Campaign.snippet_viewset.get_url_name("add"))
    assert comms.get(url).status_code == 200
    data = {"name_fr": "Octobre Rose", "name_en": "Pink October", "slug": "octobre-rose"}
    assert comms.post(url, data).status_code == 302
    assert Campaign.objects.get().name_fr == "Octobre Rose"


@pytest.mark.parametrize("name", HomePage.sections.field.stream_block.child_blocks)
def test_every_section_of_the_home_page_has_a_preview(comms, name):
    block = HomePage.sections.field.stream_block.child_blocks[name]
    assert block.is_previewable
    response = comms.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200
    assert "portal/portal" in response.content.decode()
    assert str(block.label)
    assert str(block.meta.description)


def test_every_page_type_says_what_it_is_for(comms, home):
    response = comms.get(reverse("wagtailadmin_pages:add_subpage", args=[home.pk]))
    assert response.status_code == 200
    assert not Page.objects.filter(title="").exists()

"""The page of a version in the editing area: drafting, writing commitments, publishing."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from partners.enums import CharterStage, CharterVersionStatus
from partners.models import CharterVersion
from partners.services import draft_charter_version
from portal.core.text import plain_text
from tests.factories import make_user

from .conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "home")]


def editor(name, *rights):
    person = make_user(name)
    codenames = ["access_admin", *(f"{right}_charterversion" for right in rights)]
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person)
    return browser


@pytest.fixture
def writer():
    return editor("redactrice-charte", "view", "add")


@pytest.fixture
def publisher():
    return editor("approbatrice-charte", "view", "add", "change")


def address(version, name="charter_version"):
    return reverse(name, args=[version.pk])


def words(response):
    return plain_text(response.content.decode()).replace("\u00a0", " ")


def block_list(prefix, *items, kind="item"):
    """Return what a browser sends for a list of blocks."""
    sent = {f"{prefix}-count": str(len(items))}
    for place, item in enumerate(items):
        inner = f"{prefix}-{place}"
        sent |= {f"{inner}-deleted": "", f"{inner}-order": str(place), f"{inner}-type": kind}
        for name, value in item.items():
            key = f"{inner}-value-{name}"
            if isinstance(value, list):
                sent |= block_list(key, *value)
            elif isinstance(value, dict):
                sent |= {f"{key}-{language}": text for language, text in value.items()}
            else:
                sent[key] = value
    return sent


def said(text):
    return {"fr": text, "en": f"{text} (en)"}


def catalogue(levels=2, wordings=2):
    return block_list(
        "levels", *(said(f"Niveau {n}") for n in range(levels)), kind="level"
    ) | block_list(
        "themes",
        {
            "title": said("Déchets"),
            "commitments": [
                {
                    "title": said("Trier"),
                    "wordings": [said(f"Trier {n}") for n in range(wordings)],
                }
            ],
        },
        kind="theme",
    )


@pytest.fixture
def draft(writer, version):
    writer.post(address(version, "draft_charter_version"), {"stage": "final"})
    return CharterVersion.objects.get(status=CharterVersionStatus.DRAFT)


def test_the_list_leads_to_the_page_of_a_version(writer, version):
    page = writer.get(reverse("wagtailsnippets_partners_charterversion:list"))
    assert f'href="{address(version)}"' in page.content.decode()


def test_a_draft_begins_with_the_words_of_the_last_version(draft, version, writer):
    assert (draft.number, draft.author.username) == (2, "redactrice-charte")
    for text in version.texts.all():
        assert draft.texts.get(language=text.language).articles == text.articles
    again = writer.post(address(version, "draft_charter_version"), {"stage": "final"}, follow=True)
    assert "a déjà un brouillon" in words(again)
    assert CharterVersion.objects.count() == 2


def test_its_author_writes_what_it_offers(writer, draft):
    page = writer.get(address(draft))
    assert "Enregistrer les engagements" in words(page)
    answer = writer.post(address(draft), catalogue(), follow=True)
    assert "Les engagements sont enregistrés" in words(answer)
    text = draft.texts.get(language="en")
    assert text.is_intact
    [theme] = text.catalogue().themes
    assert theme.title == "Déchets (en)"
    assert theme.commitments[0].wordings == ("Trier 0 (en)", "Trier 1 (en)")
    held = writer.get(address(draft)).content.decode()
    assert "Trier 1 (en)" in held
    emptied = writer.post(address(draft), block_list("levels") | block_list("themes"))
    assert emptied.status_code == 302
    assert not draft.texts.get(language="fr").catalogue()


@pytest.mark.parametrize("wrong", [catalogue(levels=3), catalogue(wordings=0)])
def test_what_is_incomplete_is_not_saved(writer, draft, wrong):
    writer.post(address(draft), catalogue())
    before = draft.texts.get(language="fr").commitments
    assert writer.post(address(draft), wrong).status_code == 422
    assert draft.texts.get(language="fr").commitments == before


def test_a_missing_translation_is_not_saved(writer, draft):
    typed = catalogue()
    typed = {key: "" if value.endswith("Trier 1 (en)") else value for key, value in typed.items()}
    assert writer.post(address(draft), typed).status_code == 422


def test_somebody_else_publishes_it(writer, publisher, draft):
    url = address(draft, "publish_charter_version")
    assert writer.post(url, {"valid_from": TODAY.isoformat()}).status_code in {302, 403}
    assert publisher.post(address(draft), catalogue()).status_code in {302, 403}
    draft.refresh_from_db()
    assert draft.status == CharterVersionStatus.DRAFT
    assert not draft.texts.get(language="fr").catalogue()
    publisher.post(url, {"valid_from": "n’importe quand"})
    draft.refresh_from_db()
    assert draft.status == CharterVersionStatus.DRAFT
    publisher.post(url, {"valid_from": "2026-03-11"})
    draft.refresh_from_db()
    assert draft.status == CharterVersionStatus.PUBLISHED
    page = words(writer.get(address(draft)))
    assert "Enregistrer les engagements" not in page


def test_who_drafts_may_not_publish_even_with_the_right(publisher, version):
    publisher.post(address(version, "draft_charter_version"), {"stage": "final"})
    draft = CharterVersion.objects.get(status=CharterVersionStatus.DRAFT)
    publisher.post(address(draft, "publish_charter_version"), {"valid_from": "2026-03-11"})
    draft.refresh_from_db()
    assert draft.status == CharterVersionStatus.DRAFT


def test_who_only_views_changes_nothing(version, charter, author, words_of_draft):
    viewer = editor("lectrice-charte", "view")
    page = viewer.get(address(version))
    assert page.status_code == 200
    assert not re.search(r"<form[^>]*charter-versions", page.content.decode())
    for name in ("draft_charter_version", "publish_charter_version"):
        viewer.post(address(words_of_draft, name), {"stage": "final", "valid_from": "2026-03-11"})
    assert CharterVersion.objects.filter(status=CharterVersionStatus.DRAFT).count() == 1


@pytest.fixture
def words_of_draft(charter, author, words, version):
    return draft_charter_version(
        charter=charter, actor=author, stage=CharterStage.FINAL, texts=words
    )


def test_others_do_not_get_in(version):
    outsider = editor("autre-charte")
    assert outsider.get(address(version)).status_code in {302, 403}

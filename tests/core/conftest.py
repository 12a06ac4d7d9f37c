"""A small tree of pages. These tests look at who gets what, not at the look: plain templates."""

import copy
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image
from wagtail.models import Locale, Page, PageViewRestriction, Site

from home.models import HomePage, StandardPage
from portal.core.models import PortalDocument, PortalImage, PortalMedia
from portal.users.models import User

PLAIN = "<!doctype html><html><title>{{ page.title }}</title><body>{{ page.title }}</body></html>"
PASSWORD = "un mot de passe assez long"


@pytest.fixture(autouse=True)
def _plain_templates(settings):
    templates = copy.deepcopy(settings.TEMPLATES)
    engine = templates[0]
    engine["APP_DIRS"] = False
    engine["OPTIONS"]["loaders"] = [
        (
            "django.template.loaders.locmem.Loader",
            {
                "base.html": "<title>{% block title %}{% endblock %}</title>"
                "{% block content %}{% endblock %}",
                "home/home_page.html": PLAIN,
                "home/standard_page.html": PLAIN,
                "403.html": "403",
                "404.html": "404",
            },
        ),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    settings.TEMPLATES = templates


@pytest.fixture
def tree(db):
    """Home > open, closed > below; reserved > below, each in French; home in English."""
    root = Page.get_first_root_node()
    for page in root.get_children():
        page.delete()
    root = Page.get_first_root_node()
    french = Locale.get_default()
    english, _created = Locale.objects.get_or_create(language_code="en")
    home = root.add_child(
        instance=HomePage(title="Accueil", slug="accueil", headline="x", locale=french)
    )
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": home, "site_name": "x"},
    )

    def add(parent, slug, **fields):
        return parent.add_child(
            instance=StandardPage(title=slug.title(), slug=slug, locale=french, **fields)
        )

    open_page = add(home, "ouverte", open_to_all=True)
    closed_page = add(home, "fermee")
    reserved = add(home, "reservee")
    group = Group.objects.create(name="Readers of the reserved branch")
    restriction = PageViewRestriction.objects.create(
        page=reserved, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(group)
    return SimpleNamespace(
        root=root,
        french=french,
        english=english,
        home=home,
        open=open_page,
        closed=closed_page,
        reserved=reserved,
        below_open=add(open_page, "sous-ouverte"),
        below_reserved=add(reserved, "sous-reservee"),
        open_below_reserved=add(reserved, "ouverte-sous-reservee", open_to_all=True),
        draft=add(home, "brouillon", live=False, open_to_all=True),
        discreet=add(home, "ecoute", open_to_all=True, leaves_no_trace=True),
        group=group,
        add=add,
    )


@pytest.fixture
def agent(db):
    return User.objects.create_user("agent", "agent@example.org", PASSWORD)


@pytest.fixture
def reader(tree):
    """An agent who may read the reserved branch."""
    user = User.objects.create_user("reader", "reader@example.org", PASSWORD)
    user.groups.add(tree.group)
    return user


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("root", "root@example.org", PASSWORD)


@pytest.fixture
def editor(db):
    """Someone who works with pictures and documents."""
    user = User.objects.create_user("editor", "editor@example.org", PASSWORD)
    group = Group.objects.create(name="Editors of pictures")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    from wagtail.models import Collection, GroupCollectionPermission

    for codename in ("change_image", "change_document", "change_media"):
        GroupCollectionPermission.objects.create(
            group=group,
            collection=Collection.get_first_root_node(),
            permission=Permission.objects.get(codename=codename),
        )
    user.groups.add(group)
    return user


def as_user(client, user):
    """Sign ``user`` in (or nobody)."""
    client.logout()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def make_image(db):
    def make(title="Image"):
        buffer = ContentFile(b"", name=f"{title.lower()}.png")
        Image.new("RGB", (40, 30), "teal").save(buffer, "PNG")
        buffer.seek(0)
        return PortalImage.objects.create(
            title=title, file=ImageFile(buffer, name=f"{title.lower()}.png")
        )

    return make


@pytest.fixture
def make_document(db):
    def make(name="note.pdf", content=b"0123456789"):
        return PortalDocument.objects.create(title=name, file=ContentFile(content, name=name))

    return make


@pytest.fixture
def make_media(db):
    def make(content=b"0123456789" * 10):
        return PortalMedia.objects.create(
            title="Film",
            type="video",
            duration=3,
            file=ContentFile(content, name="film.webm"),
            fallback_file=ContentFile(content, name="film.mp4"),
            thumbnail=ContentFile(b"x", name="film.webp"),
        )

    return make

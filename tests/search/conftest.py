"""A small site to search in."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models.signals import post_delete, post_save
from wagtail.models import Locale, Page, PageViewRestriction, Site

from home.models import HomePage, NewsIndexPage, NewsPage, StandardPage
from portal.core.searchable import SearchEntry
from portal.users.models import Collectivity, User
from search import discovery, services, signals
from search.finding import Findings, find
from search.services import rebuild_search_index


@pytest.fixture
def homes(db) -> dict[str, HomePage]:
    """The home pages of a bilingual site, with their lists of news."""
    root = Page.get_first_root_node()
    Site.objects.all().delete()
    for page in root.get_children():
        page.specific.delete()
    root = Page.get_first_root_node()
    french = HomePage(title="Accueil", slug="fr", headline="Accueil", locale=_locale("fr"))
    root.add_child(instance=french)
    english = HomePage(
        title="Home",
        slug="en",
        headline="Home",
        locale=_locale("en"),
        translation_key=french.translation_key,
    )
    Page.objects.get(pk=root.pk).add_child(instance=english)
    Site.objects.create(hostname="localhost", root_page=french, is_default_site=True)
    return {"fr": french, "en": english}


def _locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


@pytest.fixture
def indexes(homes) -> dict[str, NewsIndexPage]:
    """The lists of news."""
    lists = {}
    for language, home in homes.items():
        lists[language] = NewsIndexPage(title="Nouvelles", slug="news", locale=home.locale)
        Page.objects.get(pk=home.pk).add_child(instance=lists[language])
    return lists


@pytest.fixture
def live(django_capture_on_commit_callbacks) -> Callable[[], Any]:
    """A block of changes, after which what waits for the end of the transaction is done."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def publish(indexes, live) -> Callable[..., NewsPage]:
    """Publish a news post as an editor does."""
    numbers = iter(range(1, 10_000))

    def publish_post(
        title: str,
        text: str = "",
        *,
        language: str = "fr",
        tags: tuple[str, ...] = (),
        **fields: Any,
    ) -> NewsPage:
        post = NewsPage(
            title=title,
            slug=f"post-{next(numbers)}",
            locale=indexes[language].locale,
            date=fields.pop("date", dt.date(2025, 3, 1)),
            live=False,
            body=[("paragraph", f"<p>{text}</p>")] if text else [],
            **fields,
        )
        with live():
            Page.objects.get(pk=indexes[language].pk).add_child(instance=post)
            if tags:
                post.tags.add(*tags)
            post.save_revision().publish()
        return NewsPage.objects.get(pk=post.pk)

    return publish_post


@pytest.fixture
def add(db) -> Callable[..., None]:
    """Put a thing straight into the index, without a page behind it: quick."""
    numbers = iter(range(1, 10_000))

    def add_entry(
        title: str,
        body: str = "",
        *,
        language: str = "fr",
        kind: str = "news",
        summary: str = "",
        tags: tuple[str, ...] = (),
        names: tuple[str, ...] = (),
        date: dt.date = dt.date(2025, 3, 1),
        last_day: dt.date | None = None,
    ) -> None:
        number = next(numbers)
        entry = SearchEntry(
            kind=kind,
            kind_label=kind,
            language=language,
            title=title,
            summary=summary,
            body=body,
            url=f"/{language}/{number}/",
            date=date,
            last_day=last_day,
            names=names,
            tags=tags,
        )
        thing = Collectivity(pk=number)
        added = services._write(Collectivity, [(thing, entry)])
        services._change_vocabulary(added=added, removed=[])

    return add_entry


@pytest.fixture
def page(homes, live) -> Callable[..., StandardPage]:
    """Publish a standard page under another page."""

    def publish_page(title: str, parent: Page | None = None, **fields: Any) -> StandardPage:
        parent = Page.objects.get(pk=(parent or homes["fr"]).pk)
        instance = StandardPage(title=title, locale=parent.locale, live=False, **fields)
        with live():
            parent.add_child(instance=instance)
            instance.save_revision().publish()
        return StandardPage.objects.get(pk=instance.pk)

    return publish_page


@pytest.fixture
def agent(db) -> User:
    """A reader without any group."""
    return User.objects.create_user("agent", password="agent")


@pytest.fixture
def group(db) -> Group:
    """A group of readers."""
    return Group.objects.create(name="Cellule")


@pytest.fixture
def member(group) -> User:
    """A reader of the group."""
    user = User.objects.create_user("member", password="member")
    user.groups.add(group)
    return user


@pytest.fixture
def close(group) -> Callable[[Page], PageViewRestriction]:
    """Restrict a branch to the group."""

    def close_branch(page: Page) -> PageViewRestriction:
        restriction = PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(group)
        return restriction

    return close_branch


@pytest.fixture
def search(agent) -> Callable[..., Findings]:
    """Search as a reader who has just arrived."""

    def ask(query: str, user: User | None = None, language: str = "fr", **asked: Any) -> Findings:
        reader = User.objects.get(pk=(user or agent).pk)
        return find(query=query, user=reader, language=language, **asked)

    return ask


@pytest.fixture
def titles(search) -> Callable[..., list[str]]:
    """Search, and return the titles found."""
    return lambda *args, **asked: [entry.title for entry in search(*args, **asked).entries]


@pytest.fixture
def fact(monkeypatch, db):
    """A model, of an application that knows nothing of search, whose rows describe themselves."""

    def search_entries(self: Collectivity) -> list[SearchEntry]:
        return [
            SearchEntry(
                kind="employer",
                kind_label="Employer",
                language=language,
                title=getattr(self, f"name_{language}"),
                summary="",
                body="",
                url=f"/{language}/employers/{self.slug}/",
                group_ids=tuple(Group.objects.filter(name=self.slug).values_list("pk", flat=True)),
            )
            for language in ("fr", "en")
        ]

    monkeypatch.setattr(Collectivity, "search_entries", search_entries, raising=False)
    discovery.searchable_models.cache_clear()
    signals.connect()
    yield Collectivity
    monkeypatch.undo()
    discovery.searchable_models.cache_clear()
    for signal in (post_save, post_delete):
        signal.disconnect(sender=Collectivity, dispatch_uid="search")


@pytest.fixture
def rebuild() -> Callable[[], int]:
    """Do what ``manage.py update_index`` does."""
    return rebuild_search_index

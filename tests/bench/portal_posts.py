"""Fills the portal with posts made for measuring, then says which pages to read.

Run it as ``python -m tests.bench.portal_posts NUMBER`` with the settings of this folder, on a
portal that ``manage.py prepare`` has made. Posts are copies of the programme's own, text, picture,
links and tags, each with its English alias; their titles say that they are generated. They go in
by whole tables: through the admin, 10,000 would take an hour.
"""

import datetime as dt
import itertools
import json
import sys
import uuid
from typing import Any

import django

GENERATED = "(généré pour la mesure)"
SPREAD_DAYS = 3000
STEP = 4


def main(wanted: int) -> None:
    """Bring the number of French posts to ``wanted``; print the pages and the agent's cookie."""
    from django.db import transaction
    from django.utils import timezone

    from portal.core.clock import refresh_statistics

    with transaction.atomic():
        made = add_posts(wanted)
    if made:
        from django.core.management import call_command

        call_command("update_index", verbosity=0)
        refresh_statistics(timezone.now())
    sys.stdout.write(json.dumps({"pages": pages(), "cookie": cookie()}) + "\n")


def add_posts(wanted: int) -> int:
    """Copy the programme's French posts until there are ``wanted``; return how many were made."""
    from home.models import NewsPage

    french = NewsPage.objects.filter(locale__language_code="fr", live=True)
    models = list(french.exclude(title__endswith=GENERATED).order_by("pk"))
    missing = wanted - french.count()
    if missing <= 0:
        return 0
    indexes = {
        page.locale.language_code: page
        for page in models[0].get_parent().get_translations(inclusive=True).select_related("locale")
    }
    oldest = min(post.date for post in models)
    first = french.count()
    originals = [
        copy_of(model, indexes["fr"], number, oldest - dt.timedelta(days=number % SPREAD_DAYS + 1))
        for number, model in zip(
            range(first, first + missing), itertools.cycle(models), strict=False
        )
    ]
    insert(originals, indexes["fr"])
    link(originals, list(itertools.islice(itertools.cycle(models), missing)))
    if "en" in indexes:
        aliases = []
        for original in originals:
            alias = copy_of(original, indexes["en"], original.number, original.date)
            alias.translation_key = original.translation_key
            alias.alias_of_id = original.pk
            alias.title = alias.draft_title = original.title
            alias.number = original.number
            aliases.append(alias)
        insert(aliases, indexes["en"])
        link(aliases, list(itertools.islice(itertools.cycle(models), missing)))
    return missing


def copy_of(model: Any, parent: Any, number: int, date: dt.date) -> Any:
    """Return an unsaved copy of ``model`` under ``parent``."""
    values = {
        field.attname: getattr(model, field.attname)
        for field in model._meta.concrete_fields
        if not field.primary_key and field.attname not in {"id", "page_ptr_id"}
    }
    post = type(model)(**values)
    post.number = number
    post.title = post.draft_title = f"{model.title} {number} {GENERATED}"[:255]
    post.slug = f"genere-{number}"
    post.date = date
    post.depth = parent.depth + 1
    post.numchild = 0
    post.url_path = f"{parent.url_path}{post.slug}/"
    post.locale_id = parent.locale_id
    post.translation_key = uuid.uuid4()
    post.latest_revision_id = post.live_revision_id = post.alias_of_id = None
    return post


def insert(posts: list[Any], parent: Any) -> None:
    """Put ``posts`` under ``parent``: the rows of Page in bulk, then those of the posts."""
    from wagtail.models import Page

    last = parent.get_last_child()
    step = last._str2int(last.path[-STEP:]) if last else 0
    for number, post in enumerate(posts, start=step + 1):
        post.path = Page._get_path(parent.path, post.depth, number)
    rows = Page.objects.bulk_create(
        [
            Page(
                **{
                    field.attname: getattr(post, field.attname)
                    for field in Page._meta.concrete_fields
                    if not field.primary_key
                }
            )
            for post in posts
        ],
        batch_size=500,
    )
    for post, row in zip(posts, rows, strict=True):
        post.pk = post.id = post.page_ptr_id = row.pk
        post.save_base(raw=True, force_insert=True)
    Page.objects.filter(pk=parent.pk).update(numchild=step + len(posts))


def link(posts: list[Any], models: list[Any]) -> None:
    """Give each post the links and the tags of the post that it was copied from."""
    from portal.core.models import PageTag

    post_class = type(posts[0])
    for field in post_class._meta.many_to_many:
        if not field.remote_field.through._meta.auto_created:
            continue  # the tags, below
        through = getattr(post_class, field.name).through
        near, far = field.m2m_column_name(), field.m2m_reverse_name()
        known: dict[int, list[int]] = {}
        for page_id, fact_id in through.objects.values_list(near, far):
            known.setdefault(page_id, []).append(fact_id)
        through.objects.bulk_create(
            [
                through(**{near: post.pk, far: fact_id})
                for post, model in zip(posts, models, strict=True)
                for fact_id in known.get(model.pk, [])
            ],
            batch_size=1000,
        )
    tags: dict[int, list[int]] = {}
    for page_id, tag_id in PageTag.objects.values_list("content_object_id", "tag_id"):
        tags.setdefault(page_id, []).append(tag_id)
    PageTag.objects.bulk_create(
        [
            PageTag(content_object_id=post.pk, tag_id=tag_id)
            for post, model in zip(posts, models, strict=True)
            for tag_id in tags.get(model.pk, [])
        ],
        batch_size=1000,
    )


def pages() -> dict[str, str]:
    """Return the addresses to read, in French: of each kind, the page with most links."""
    from django.db.models import Count
    from django.urls import reverse
    from django.utils.translation import override

    from engagements.models import EngagementPage, Indicator
    from home.models import HomePage, NewsIndexPage, NewsPage

    def french(model: Any) -> Any:
        return model.objects.filter(locale__language_code="fr", live=True, alias_of=None)

    posts = french(NewsPage).exclude(title__endswith=GENERATED)
    counts = dict(
        NewsPage.engagements.through.objects.values_list("engagement_id").annotate(
            Count("newspage_id")
        )
    )
    busiest = max(
        french(EngagementPage), key=lambda page: (counts.get(page.engagement_id, 0), -page.pk)
    )
    indicator = Indicator.objects.annotate(n=Count("measures")).order_by("-n", "code").first()
    with override("fr"):
        return {
            "home": french(HomePage).get().get_url(),
            "post": posts.annotate(n=Count("engagements")).order_by("-n", "-date")[0].get_url(),
            "engagement": busiest.get_url(),
            "indicator": reverse("indicator", args=[indicator.code]),
            "news list": french(NewsIndexPage).get().get_url(),
            "search": reverse("search") + "?q=%C3%A9co-gestes",
        }


def cookie() -> str:
    """Return the cookie of a session of the demonstration account ``agent``."""
    from django.conf import settings
    from django.contrib.auth import (
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
        get_user_model,
    )
    from django.contrib.sessions.backends.db import SessionStore

    agent = get_user_model().objects.get(username="agent")
    session = SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]))

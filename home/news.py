"""What the list of news and a post show."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from home.filters import news_choices, news_filters
from portal.core.caching import remember_for_reader
from portal.core.dates import day_in_words
from portal.core.visibility import Reader, reader_of

if TYPE_CHECKING:
    from home.models import NewsIndexPage, NewsPage
    from home.querysets import NewsQuerySet

POSTS_PER_PAGE = 13  # a lead and twelve others


def visible_news(user: Reader, language: str) -> "NewsQuerySet":
    """Return the posts that ``user`` may read in the tree of ``language``."""
    from home.models import NewsPage

    posts: NewsQuerySet = NewsPage.objects.in_language(language).visible_to(user)
    return posts


def news_index_context(page: "NewsIndexPage", request: HttpRequest) -> dict[str, Any]:
    """Return a page of posts, the newest in front."""
    posts = visible_news(reader_of(request), page.locale.language_code)
    name = f"news:{page.pk}"
    choices = remember_for_reader(request, f"{name}:choices", lambda: news_choices(posts))
    filters = news_filters(request.GET, posts, choices)
    asked = filters.apply(posts)
    paginator = Paginator(asked.newest_first().for_cards(), POSTS_PER_PAGE)
    # Counted once for each choice of filters: the values that mean nothing are already left out.
    paginator.count = remember_for_reader(request, f"{name}:count:{filters.query}", asked.count)
    page_obj = paginator.get_page(request.GET.get("page"))
    return {
        "filters": filters,
        "page_obj": page_obj,
        "cards": SimpleLazyObject(lambda: [post.as_card() for post in page_obj.object_list]),
        "list_title": _("Latest posts") if not filters.chosen else _("Posts found"),
        "empty_actions": [(_("See all the news"), page.get_url() or "")],
        "lead_first": page_obj.number == 1 and not filters.chosen,
    }


def news_context(page: "NewsPage", request: HttpRequest) -> dict[str, Any]:
    """Return what else is about the same engagements."""
    return {
        "kicker": _("News"),
        "meta": SimpleLazyObject(lambda: _when_and_how_long(page)),
        "related": SimpleLazyObject(lambda: page.related_groups(request)),
    }


def _when_and_how_long(page: "NewsPage") -> str:
    return _("%(date)s · %(minutes)s min read") % {
        "date": day_in_words(page.date),
        "minutes": page.reading_minutes,
    }

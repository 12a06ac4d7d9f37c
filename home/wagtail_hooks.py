"""The editing area of the comms team: campaigns, and lists that say what matters."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import ExplorableIndexView, IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet, PageViewSet
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.models import Campaign, EventPage, NewsPage
from home.services.posts import IMPORTED
from portal.core.columns import DayColumn
from portal.core.rich_text import LocalizedPageLinkHandler


class CampaignViewSet(SnippetViewSet):
    """Campaigns that group events."""

    model = Campaign
    icon = "group"
    menu_label = _("Campaigns")
    menu_order = 130
    add_to_admin_menu = True
    list_display = ["name", "slug"]
    search_fields = ["name_fr", "name_en"]
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("name_fr"), FieldPanel("name_en")]),
                FieldPanel("summary_fr"),
                FieldPanel("summary_en"),
            ],
            heading=_("Campaign"),
        ),
        FieldPanel("slug"),
    ]


register_snippet(CampaignViewSet)


class WhenColumn(Column):
    """The dates of an event in words, as precise as they are known."""

    def get_value(self, instance: Any) -> str:
        """Return the dates, and what to beware of."""
        return f"{instance.when} – {instance.flag}" if instance.flag else instance.when


def _columns(view: Any, *added: Column) -> list[Column]:
    """Return the usual columns of a list with others after the title."""
    usual = list(view.base_columns)
    title = next(index for index, column in enumerate(usual) if column.name == "title")
    # The type and the place of the pages are those of the list.
    after = [column for column in usual[title + 1 :] if column.name not in {"type", "parent"}]
    return [*usual[: title + 1], *added, *after]


NEWS_COLUMN = DayColumn("date", label=_("Date"), sort_key="date", width="12%")
EVENT_COLUMN = WhenColumn("when", label=_("When"), sort_key="starts_at", width="28%")


class NewsExplorer(PageViewSet):
    """The posts under the news page, with their dates."""

    model = NewsPage
    columns = _columns(ExplorableIndexView, NEWS_COLUMN)


class EventExplorer(PageViewSet):
    """The events under the agenda, with their dates."""

    model = EventPage
    columns = _columns(ExplorableIndexView, EVENT_COLUMN)


class NewsListing(PageListingViewSet):
    """All the posts, in every language, one click away."""

    model = NewsPage
    icon = "doc-full"
    menu_label = _("News")
    menu_order = 110
    add_to_admin_menu = True
    columns = _columns(IndexView, NEWS_COLUMN)
    default_ordering = "-date"


class EventListing(PageListingViewSet):
    """All the events, in every language, one click away."""

    model = EventPage
    icon = "calendar-alt"
    menu_label = _("Events")
    menu_order = 120
    add_to_admin_menu = True
    columns = _columns(IndexView, EVENT_COLUMN)
    default_ordering = "-starts_at"


@hooks.register("register_admin_viewset")
def register_listings() -> list[PageListingViewSet]:
    """Give news and events lists that say their dates."""
    return [
        NewsExplorer("news_explorer"),
        EventExplorer("event_explorer"),
        NewsListing("news_listing"),
        EventListing("event_listing"),
    ]


@hooks.register("before_delete_page")
def delete_aliases(request: HttpRequest, page: Page) -> None:
    """Delete what shows a page in the other languages along with it.

    Left alone, an alias would become a page of its own, in a language that it is not written in.
    """
    if request.method == "POST":
        _delete_aliases([page])


@hooks.register("before_bulk_action")
def delete_aliases_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Any], _action: object
) -> None:
    """Do the same when several pages are deleted at once."""
    if action_type == "delete" and request.method == "POST":
        _delete_aliases([item for item in objects if isinstance(item, Page)])


def _delete_aliases(pages: Iterable[Page]) -> None:
    for page in pages:
        for alias in Page.objects.filter(alias_of=page).exclude(locale=page.locale):
            alias.delete()


@hooks.register("register_rich_text_features", order=100)
def register_links(features: FeatureRegistry) -> None:
    """Make links follow the reader's language in one query."""
    features.register_link_type(LocalizedPageLinkHandler)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name the imports in the history of pages."""

    @actions.register_action(IMPORTED)
    class Imported(LogFormatter):
        label: Any = _("Imported")

        def format_message(self, log_entry: Any) -> str:
            """Return which file the page came from, and where in it."""
            return gettext("Imported from %(file)s, line %(line)d") % {
                "file": log_entry.data["file"],
                "line": log_entry.data["line"],
            }

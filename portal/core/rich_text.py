"""Links inside rich text, in the reader's language, whatever their number in one query."""

from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from .models import cached_locale


class LocalizedPageLinkHandler(PageLinkHandler):
    """Leads to the page in the reader's language, else to the page that the editor chose.

    Wagtail's own handler asks the database several times for each link.
    """

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """Return the opening tag of each link; one without address when its page is gone."""
        asked = [_number(attrs.get("id")) for attrs in attrs_list]
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        chosen = Page.objects.filter(pk__in={pk for pk in asked if pk is not None})
        pages = list(Page.objects.filter(translation_key__in=chosen.values("translation_key")))
        for page in pages:
            page._state.fields_cache["locale"] = cached_locale(page.locale_id)
        by_id = {page.pk: page for page in pages}
        localized = {
            page.translation_key: page
            for page in pages
            if page.live and page.locale.language_code == language
        }
        return [_tag(by_id.get(pk), localized) for pk in asked]


def _number(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() else None


def _tag(page: Page | None, localized: dict[Any, Page]) -> str:
    if page is None:
        return "<a>"
    url = localized.get(page.translation_key, page).get_url()
    return f'<a href="{escape(url)}">' if url else "<a>"

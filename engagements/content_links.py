"""Links of content files: from « engagement:12 » to what Wagtail keeps in rich text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Locale, Page

from engagements.models import AxisPage, EngagementPage
from portal.core.content_files import ContentFileError, web_links_only


@dataclass(slots=True)
class ProgrammeLinks:
    """Resolves the links of the content files of one language, each once.

    Links to pages are Wagtail's own, which follow the page and its translations; pages of facts
    have an address in each language.
    """

    locale: Locale
    known: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)

    def __call__(self, scheme: str, key: str) -> Mapping[str, str] | None:
        """Return the attributes of the link.

        Raises:
            ContentFileError: it leads nowhere.

        """
        if (scheme, key) not in self.known:
            found = self._resolve(scheme, key)
            if found is None:
                raise ContentFileError(f"the link {scheme}:{key} leads nowhere")
            self.known[scheme, key] = found
        return self.known[scheme, key]

    def _resolve(self, scheme: str, key: str) -> Mapping[str, str] | None:
        match scheme:
            case "page":
                return self._page(Page.objects.filter(slug=key, depth__gt=2))
            case "axis":
                return self._page(AxisPage.objects.filter(axis__number=key))
            case "engagement":
                return self._page(EngagementPage.objects.filter(engagement__number=key))
            case "indicator" | "sdg":
                with override(self.locale.language_code):
                    return {"href": reverse(scheme, args=[key])}
            case _:
                return web_links_only(scheme, key)

    def _page(self, pages: models.QuerySet[Page]) -> Mapping[str, str] | None:
        french = pages.filter(locale__language_code="fr").values_list("pk", flat=True).first()
        return None if french is None else {"linktype": "page", "id": str(french)}

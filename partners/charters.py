"""What the page of a charter shows."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from partners.canonical import Article
from partners.commitments import Catalogue
from partners.enums import CharterStage
from portal.core.visibility import Reader

if TYPE_CHECKING:
    from engagements.models import ContentPageQuerySet
    from partners.models import Charter, CharterPage, CharterText, CharterVersion


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article, with its anchor and its paragraphs."""

    number: int
    title: str
    paragraphs: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The address of the article within the page."""
        return f"article-{self.number}"

    @property
    def label(self) -> str:
        """The word « article » and the number."""
        return _("Article %(number)d") % {"number": self.number}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The fingerprint of the text in one language."""

    language: str
    language_label: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ShownCharter:
    """The version of a charter that is in force, in one language.

    Attributes:
        language: language of the text, which may differ from the page's and the reader's.
        is_fallback: whether the text is in French for want of one in the page's language.

    """

    version: "CharterVersion"
    slug: str
    number: int
    stage: str
    stage_label: str
    is_proposed: bool
    title: str
    status_note: str
    preamble: tuple[str, ...]
    articles: tuple[ShownArticle, ...]
    valid_from: dt.date
    valid_until: dt.date | None
    language: str
    language_label: str
    is_fallback: bool
    fingerprints: tuple[Fingerprint, ...]
    catalogue: Catalogue

    @property
    def foreign_language(self) -> str:
        """Language of the text when it is not the page's; empty otherwise."""
        return self.language if self.is_fallback else ""


def paragraphs(text: str) -> tuple[str, ...]:
    """Cut a text at its empty lines."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def visible_charter_pages(user: Reader, language: str) -> "ContentPageQuerySet":
    """Return the charter pages that ``user`` may read in the tree of ``language``."""
    from partners.models import CharterPage

    pages: ContentPageQuerySet = CharterPage.objects.in_language(language).visible_to(user)
    return pages


def page_path(charter_id: int, language: str) -> str:
    """Return where a charter is read, in ``language`` if it can be; empty while no page shows it."""
    from partners.models import CharterPage

    pages = CharterPage.objects.live().filter(charter=charter_id).order_by("path")
    page = pages.filter(locale__language_code=language).first() or pages.first()
    return (page.url or "") if page else ""


def version_in_force(charter: "Charter", *, on: dt.date) -> "CharterVersion | None":
    """Return the version that holds on the day ``on``, with its texts (two queries)."""
    versions = charter.versions.in_force(on).order_by("-number")
    return versions.prefetch_related("texts").first()


def charter_text(charter: "Charter", *, on: dt.date, language: str) -> "CharterText | None":
    """Return the text in force on the day ``on``, in ``language`` only."""
    version = version_in_force(charter, on=on)
    text = version.text_for(language) if version else None
    return text if text is not None and text.language == language else None


def shown_charter(charter: "Charter", *, on: dt.date, language: str) -> ShownCharter | None:
    """Return what readers see of the version in force; None when there is none."""
    version = version_in_force(charter, on=on)
    return shown_version(version, language=language) if version else None


def shown_version(version: "CharterVersion", *, language: str) -> ShownCharter | None:
    """Return what readers see of a published version; None while it has no text."""
    text = version.text_for(language)
    if text is None or version.valid_from is None:
        return None
    return ShownCharter(
        version=version,
        slug=version.charter.slug,
        number=version.number,
        stage=version.stage,
        stage_label=version.get_stage_display(),
        is_proposed=version.stage == CharterStage.PROPOSED,
        title=text.title,
        status_note=text.status_note,
        preamble=paragraphs(text.preamble),
        articles=tuple(_shown(article) for article in text.numbered_articles()),
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        language=text.language,
        language_label=language_label(text.language),
        is_fallback=text.language != language,
        fingerprints=tuple(
            Fingerprint(item.language, language_label(item.language), item.sha256)
            for item in version.texts.all()
        ),
        catalogue=text.catalogue(),
    )


def charter_context(page: "CharterPage", *, on: dt.date, user: Reader) -> dict[str, Any]:
    """Return the version in force, where the reader stands, and the version that will follow."""
    from partners.counting import charter_counter
    from partners.games import charter_gauges
    from partners.signatures import standing

    shown = shown_charter(page.charter, on=on, language=page.locale.language_code)
    return {
        "kicker": _("Charter"),
        "shown": shown,
        "standing": standing(user, shown.version, on=on) if shown else None,
        "counter": charter_counter(page.charter) if user.is_authenticated else None,
        "gauges": charter_gauges(page.charter) if user.is_authenticated else [],
        "directory_url": (
            reverse("directory", args=[page.charter.slug]) if user.is_authenticated else ""
        ),
        "words_url": (
            reverse("partner_words", args=[page.charter.slug]) if user.is_authenticated else ""
        ),
        "announced": page.charter.versions.announced(on).first(),
    }


def _shown(article: Article) -> ShownArticle:
    return ShownArticle(article.number, article.title, paragraphs(article.body))


def language_label(language: str) -> str:
    """Return the name of a language, in the reader's."""
    return _(get_language_info(language)["name"])

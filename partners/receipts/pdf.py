"""Facts laid out as a tagged PDF (PDF/UA-1)."""

import datetime as dt
from ctypes.util import find_library
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from PIL import ImageFile

from partners.canonical import Article
from partners.charters import ShownArticle, language_label, paragraphs
from partners.receipts.clock import instant_in_words
from partners.receipts.facts import (
    AgreementFacts,
    ReceiptFacts,
    ReportFacts,
    SealedFacts,
    SignedText,
    TimestampState,
)
from partners.receipts.reading import CODE_KEY, EVIDENCE_KEY

# The libraries that lay out the text, and what Debian calls them.
_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
SYSTEM_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
_HERE = Path(__file__).parent


class PdfUnavailableError(RuntimeError):
    """This machine lacks what lays out a PDF; the message says what to install."""


@cache
def missing_libraries() -> tuple[str, ...]:
    """Return the libraries of the system that receipts lack; with none missing, they can be made."""
    return tuple(name for name in _LIBRARIES if find_library(name) is None)


def receipt_pdf(facts: ReceiptFacts) -> bytes:
    """Return the receipt, not yet sealed, in the language of the text that was signed.

    Raises:
        PdfUnavailableError: the system's libraries for text are missing.

    """
    told = {
        "signed_at": instant_in_words(facts.signed_at, facts.language),
        "preamble": paragraphs(facts.preamble),
        "articles": _articles(facts.articles),
    }
    return _lay_out("partners/receipt_pdf.html", facts, told)


def agreement_pdf(facts: AgreementFacts) -> bytes:
    """Return an agreement that all have signed, with their signatures, not yet sealed.

    Raises:
        PdfUnavailableError: the system's libraries for text are missing.

    """
    languages = {signature.language for signature in facts.signatures}
    with translation.override(facts.language):
        told = {
            "signatures": [
                {
                    "facts": signature,
                    "signed_at": instant_in_words(signature.signed_at, facts.language),
                    "language": language_label(signature.language) if len(languages) > 1 else "",
                }
                for signature in facts.signatures
            ],
            "texts": [_text(text) for text in facts.texts],
        }
    return _lay_out("partners/agreement_pdf.html", facts, told)


def report_html(facts: ReportFacts) -> str:
    """Return what the PDF of annual reports is laid out from: the same as long as it shows the same."""
    with translation.override(facts.language):
        return render_to_string(
            "partners/annual_reports_pdf.html",
            {
                "facts": facts,
                "programme": settings.WAGTAIL_SITE_NAME,
                "made_at": facts.published_on.isoformat(),
            },
        )


def _lay_out(template: str, facts: SealedFacts, told: dict[str, Any]) -> bytes:
    with translation.override(facts.language):
        return write(render_to_string(template, {**_context(facts), **told}))


def write(html: str) -> bytes:
    """Return a document as a tagged PDF.

    Raises:
        PdfUnavailableError: the system's libraries for text are missing.

    """
    weasyprint = _weasyprint()
    document = weasyprint.HTML(
        string=html,
        base_url=f"{_HERE.as_uri()}/",
        url_fetcher=weasyprint.urls.URLFetcher(allowed_protocols=("file", "data")),
    )
    content: bytes = document.write_pdf(pdf_variant="pdf/ua-1", custom_metadata=True)
    return content


def _weasyprint() -> Any:
    """Import WeasyPrint when it is needed: a machine without Pango runs the rest of the portal."""
    try:
        import weasyprint
    except OSError as error:
        raise PdfUnavailableError(
            f"PDF receipts need Pango: apt-get install {' '.join(SYSTEM_PACKAGES)}"
        ) from error
    # Importing it lets the whole process take pictures that are cut short; photos are refused so.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


def _text(text: SignedText) -> dict[str, Any]:
    with translation.override(text.language):
        language = language_label(text.language)
    return {
        "facts": text,
        "language": language,
        "preamble": paragraphs(text.preamble),
        "articles": _articles(text.articles),
    }


def _articles(articles: tuple[Article, ...]) -> list[ShownArticle]:
    return [
        ShownArticle(article.number, article.title, paragraphs(article.body))
        for article in articles
    ]


def _context(facts: SealedFacts) -> dict[str, Any]:
    return {
        "facts": facts,
        "programme": settings.WAGTAIL_SITE_NAME,
        "made_at": timezone.now().astimezone(dt.UTC).isoformat(timespec="seconds"),
        "qr": segno.make_qr(facts.address, error="m").svg_data_uri(scale=4),
        "is_pending": facts.timestamp is TimestampState.PENDING,
        "is_timestamped": facts.timestamp is TimestampState.DONE,
        "code_key": CODE_KEY,
        "evidence_key": EVIDENCE_KEY,
    }

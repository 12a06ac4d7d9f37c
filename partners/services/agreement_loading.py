"""Builds agreements from content files: those that somebody drafted, and the example of the demonstration.

An agreement is a folder named by its slug: ``agreement.yaml`` holds the facts, ``text.fr.yaml`` the words
(and ``text.en.yaml``), ``report.yaml`` the tables that the partner reports, if any. An example of ``programme/agreements`` also has a page, which tells what it means for
an agent; it is loaded once, and what an editor changed since stays.
"""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from engagements.content_links import ProgrammeLinks
from engagements.services import LoadReport
from partners.enums import OrganisationKind, SigningOrder
from partners.models import (
    Agreement,
    AgreementPage,
    AgreementVersion,
    Organisation,
    ReportForm,
)
from partners.services.agreements import (
    PartyWords,
    Terms,
    draft_agreement,
    follow_agreements,
    record_paper_agreement,
)
from partners.services.annual_reports import set_report_form
from partners.services.charters import CharterWords
from partners.services.loading import (
    AUTHOR,
    PROGRAMME,
    Loader,
    link_to_facts,
    technical_account,
)
from portal.core.content_files import (
    blocks_from_markdown,
    read_content_file,
    stream_data,
)
from portal.core.text import english_slug
from portal.core.translating import translate_page, translated_body
from portal.users.models import User


@transaction.atomic
def load_agreements(
    *,
    report: LoadReport,
    home: Page,
    programme: Path = PROGRAMME,
    images: Path | None = None,
) -> None:
    """Create the example agreements, signed on paper long ago, and their pages."""
    loader = Loader.start(report, programme, images)
    for folder in _folders(programme):

        def build(folder: Path = folder) -> None:
            _create_agreement(folder)

        def build_page(folder: Path = folder) -> None:
            _create_page(loader, home, folder)

        loader.once(f"agreements/{folder.name}", folder.name, build)
        loader.once(f"agreements/{folder.name}/page", f"{folder.name}/page.fr.md", build_page)
    follow_agreements(at=timezone.now())


@transaction.atomic
def load_agreement_translations(
    *, report: LoadReport, programme: Path = PROGRAMME, images: Path | None = None
) -> None:
    """Translate the pages of the example agreements. The English tree exists already."""
    loader = Loader.start(report, programme, images)
    english = Locale.objects.get(language_code="en")
    for folder in _folders(programme):
        pages = AgreementPage.objects.filter(locale__language_code="fr")
        page = pages.filter(agreement__slug=folder.name).first()
        if page is not None:

            def build(folder: Path = folder, page: AgreementPage = page) -> None:
                _translate(page, english, folder)

            loader.once(f"agreements/{folder.name}/en", f"{folder.name}/page.en.md", build)


@transaction.atomic
def draft_agreement_from(
    *, folder: Path, actor: User, is_example: bool = False
) -> AgreementVersion:
    """Draft an agreement, or one more version of it, from the files of a folder.

    Raises:
        DraftUnderWayError: it has a draft already, which these files may not overwrite unseen.
        ValidationError: something in them does not hold together.
        KeyError, OSError, TypeError, ValueError, yaml.YAMLError: they cannot be read as they should.

    """
    facts = _read(folder / "agreement.yaml")
    agreement = Agreement.objects.filter(slug=folder.name).first()
    if agreement is None:
        agreement = Agreement(
            slug=folder.name,
            name_fr=facts["name_fr"],
            name_en=facts["name_en"],
            report_month=facts.get("report_month"),
        )
        agreement.full_clean()
        agreement.save()
    report = folder / "report.yaml"
    if report.exists():
        set_report_form_from(file=report, agreement=agreement)
    return draft_agreement(
        agreement=agreement,
        actor=actor,
        terms=Terms(**facts["terms"]),
        parties=[_party(words) for words in facts["parties"]],
        texts={
            path.name.split(".")[1]: _words(_read(path))
            for path in sorted(folder.glob("text.*.yaml"))
        },
        signing_order=SigningOrder(facts.get("signing_order", SigningOrder.PARALLEL)),
        is_example=is_example,
    )


def set_report_form_from(*, file: Path, agreement: Agreement) -> ReportForm:
    """Say which tables the partner of an agreement reports, from a file.

    Raises:
        ValidationError, KeyError, OSError, TypeError, ValueError, yaml.YAMLError: as above.

    """
    content = _read(file)
    return set_report_form(
        agreement=agreement,
        unit_fr=content["unit_fr"],
        unit_en=content["unit_en"],
        dimensions=content["tables"],
    )


def _folders(programme: Path) -> list[Path]:
    return sorted(path.parent for path in (programme / "agreements").glob("*/agreement.yaml"))


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _create_agreement(folder: Path) -> None:
    author = technical_account(*AUTHOR)
    version = draft_agreement_from(folder=folder, actor=author, is_example=True)
    record_paper_agreement(version=version, actor=author)


def _party(words: dict[str, str]) -> PartyWords:
    organisation, _created = Organisation.objects.get_or_create(
        slug=words["slug"],
        defaults={
            "name_fr": words["name_fr"],
            "name_en": words["name_en"],
            "acronym": words.get("acronym", ""),
            "kind": OrganisationKind(words["kind"]),
        },
    )
    return PartyWords(organisation, words["function_fr"], words["function_en"])


def _words(content: dict[str, Any]) -> CharterWords:
    return CharterWords(
        title=content["title"],
        status_note=content.get("status_note", "").strip(),
        preamble=content.get("preamble", "").strip(),
        articles=[{**article, "body": article["body"].strip()} for article in content["articles"]],
    )


def _create_page(loader: Loader, home: Page, folder: Path) -> None:
    file = read_content_file(folder / "page.fr.md")
    fields = file.fields
    alt = fields.get("illustration_alt", "")
    page = AgreementPage(
        title=fields["title"],
        slug=fields["slug"],
        summary=fields["summary"],
        agreement=Agreement.objects.get(slug=folder.name),
        image=loader.picture(fields.get("illustration"), alt),
        image_alt=alt,
        body=stream_data(
            f"agreement:{folder.name}",
            blocks_from_markdown(file.body, ProgrammeLinks(home.locale)),
        ),
        sources="\n".join(fields.get("sources") or ()),
        locale=home.locale,
        live=False,
    )
    link_to_facts(page, fields)
    home.add_child(instance=page)
    page.save_revision().publish()


def _translate(page: AgreementPage, locale: Locale, folder: Path) -> None:
    file = read_content_file(folder / "page.en.md")
    fields = file.fields
    links = ProgrammeLinks(locale)

    def fill(translated: AgreementPage) -> None:
        translated.title = translated.draft_title = fields["title"]
        translated.slug = english_slug(translated.title)
        translated.summary = fields["summary"]
        translated.image_alt = fields.get("illustration_alt", translated.image_alt)
        translated.sources = "\n".join(fields.get("sources") or ())
        translated.body = translated_body(translated.body, blocks_from_markdown(file.body, links))

    translate_page(page=page, locale=locale, fill=fill)

"""Versions of charters: drafted by one person, published by another."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from partners.enums import CharterStage, CharterVersionStatus, EvidenceKind
from partners.models import Charter, CharterText, CharterVersion, EvidenceRecord
from partners.models.text import FrozenVersionError, TextEvidence
from partners.recorded import charter_facts, charter_people
from partners.services.chain import append, lock_head
from portal.users.models import User

DRAFTED = "partners.charter.draft"
CATALOGUE_CHANGED = "partners.charter.catalogue"
PUBLISHED = "partners.charter.publish"
SUPERSEDED = "partners.charter.supersede"


@dataclass(frozen=True, slots=True)
class CharterWords:
    """The words of a version in one language."""

    title: str
    articles: list[dict[str, Any]]
    preamble: str = ""
    status_note: str = ""
    commitments: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def draft_charter_version(
    *,
    charter: Charter,
    actor: User,
    stage: CharterStage,
    texts: Mapping[str, CharterWords],
    signature_years: int | None = None,
) -> CharterVersion:
    """Write a new version of ``charter``, numbered after the last, with its text per language.

    A signature lasts ``signature_years``, as the text says; without it, it has no end.

    Raises:
        ValidationError: there is no French text, or an article is missing, misnumbered, empty; or
            two languages do not have the same number of articles, nor the same commitments.

    """
    if settings.LANGUAGE_CODE not in texts:
        raise ValidationError(_("A version has a text in French, which prevails."))
    if len({len(words.articles) for words in texts.values()}) > 1:
        raise ValidationError(_("Each language has the same articles."))
    Charter.objects.select_for_update().get(pk=charter.pk)
    last = charter.versions.aggregate(last=Max("number"))["last"] or 0
    version = CharterVersion(
        charter=charter,
        number=last + 1,
        stage=stage,
        author=actor,
        signature_years=signature_years,
    )
    version.full_clean()
    version.save()
    for language, words in sorted(texts.items()):
        text = CharterText(
            version=version,
            language=language,
            title=words.title,
            status_note=words.status_note,
            preamble=words.preamble,
            articles=words.articles,
            commitments=words.commitments,
        )
        text.clean_fields(exclude={"sha256"})
        text.sha256 = text.fingerprint()
        text.full_clean()
        text.save()
    _check_shapes(version)
    log(instance=version, action=DRAFTED, user=actor, data=_fingerprints(version))
    return version


@transaction.atomic
def draft_next_version(
    *, charter: Charter, actor: User, stage: CharterStage, signature_years: int | None
) -> CharterVersion:
    """Draft the version that follows the last one of ``charter``, with the same words.

    Raises:
        ValidationError: there is a draft already, or no version to follow.

    """
    Charter.objects.select_for_update().get(pk=charter.pk)
    last = charter.versions.order_by("-number").first()
    if last is None:
        raise ValidationError(_("This charter has no version yet."))
    if last.status == CharterVersionStatus.DRAFT:
        raise ValidationError(_("This charter has a draft already."))
    texts = {
        text.language: CharterWords(
            title=text.title,
            articles=text.articles,
            preamble=text.preamble,
            status_note=text.status_note,
            commitments=text.commitments,
        )
        for text in last.texts.all()
    }
    return draft_charter_version(
        charter=charter,
        actor=actor,
        stage=stage,
        texts=texts,
        signature_years=signature_years,
    )


@transaction.atomic
def publish_charter_version(
    *, version: CharterVersion, approver: User, valid_from: dt.date
) -> CharterVersion:
    """Publish a draft, which from then on never changes, and supersede the one before.

    The chain of evidence tells both: what is published, by whom, and what ends.

    Raises:
        ValidationError: the approver wrote the version; it is not a draft; its texts are not what
            was fingerprinted; the validity begins in the past, or not after that of the version
            it supersedes.

    """
    lock_head()
    Charter.objects.select_for_update().get(pk=version.charter_id)
    version = CharterVersion.objects.select_for_update().get(pk=version.pk)
    if version.status != CharterVersionStatus.DRAFT:
        raise ValidationError(_("Only a draft can be published."))
    if version.author_id == approver.pk:
        raise ValidationError(_("Who writes a version cannot approve it."))
    if valid_from < timezone.localdate():
        raise ValidationError(_("The validity of a version does not begin in the past."))
    texts = list(version.texts.select_related("version__charter"))
    if not texts or not all(text.is_intact for text in texts):
        raise ValidationError(_("The texts are not those whose fingerprints were taken."))
    _supersede(version, approver=approver, valid_from=valid_from)
    version.status = CharterVersionStatus.PUBLISHED
    version.approver = approver
    version.published_at = timezone.now()
    version.valid_from = valid_from
    version.full_clean()
    version.save()
    append(
        lock_head(),
        kind=EvidenceKind.PUBLISHED,
        at=version.published_at,
        text=_told(version),
        details=charter_facts(version),
        values=charter_people(version),
    )
    log(instance=version, action=PUBLISHED, user=approver, data=_fingerprints(version))
    return version


@transaction.atomic
def change_catalogue(
    *, version: CharterVersion, actor: User, catalogues: Mapping[str, Mapping[str, Any]]
) -> None:
    """Put other optional commitments in the place of those of a draft.

    Only who drafts a version writes in it: whoever approves it has then written none of it.

    Args:
        version: a draft.
        actor: its author.
        catalogues: what is offered, in each language of its texts; see ``partners.commitments``.

    Raises:
        ValidationError: it is no draft, or someone else's; a language lacks something.

    """
    Charter.objects.select_for_update().get(pk=version.charter_id)
    version = CharterVersion.objects.select_for_update().get(pk=version.pk)
    if version.status != CharterVersionStatus.DRAFT:
        raise FrozenVersionError(_("A published version never changes: draft a new one."))
    if version.author_id != actor.pk:
        raise ValidationError(_("Only who drafts a version writes its commitments."))
    for text in version.texts.select_related("version__charter"):
        text.commitments = dict(catalogues.get(text.language, {}))
        text.clean_fields(exclude={"sha256"})
        text.save()
    _check_shapes(version)
    log(instance=version, action=CATALOGUE_CHANGED, user=actor, data=_fingerprints(version))


def _check_shapes(version: CharterVersion) -> None:
    if len({text.catalogue().shape() for text in version.texts.all()}) > 1:
        raise ValidationError(_("Each language has the same levels, themes and commitments."))


def _supersede(version: CharterVersion, *, approver: User, valid_from: dt.date) -> None:
    """End the published version on the eve of the new one."""
    before = version.charter.versions.filter(status=CharterVersionStatus.PUBLISHED).first()
    if before is None:
        return
    if before.valid_from is None or valid_from <= before.valid_from:
        raise ValidationError(
            _("The validity of a version begins after that of the version it supersedes.")
        )
    before.status = CharterVersionStatus.SUPERSEDED
    before.valid_until = valid_from - dt.timedelta(days=1)
    before.save()
    published = EvidenceRecord.objects.filter(
        kind=EvidenceKind.PUBLISHED, charter=before.charter.slug, version=before.number
    )
    append(
        lock_head(),
        kind=EvidenceKind.SUPERSEDED,
        at=timezone.now(),
        text=_told(before),
        about=str(published.values_list("uuid", flat=True).first() or ""),
        details={"by": version.number, "valid_until": before.valid_until.isoformat()},
    )
    log(
        instance=before,
        action=SUPERSEDED,
        user=approver,
        data={"by": version.number, "valid_until": before.valid_until.isoformat()},
    )


def _told(version: CharterVersion) -> TextEvidence:
    return TextEvidence(version=version.number, charter=version.charter.slug)


def _fingerprints(version: CharterVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "sha256": {text.language: text.sha256 for text in version.texts.all()},
    }

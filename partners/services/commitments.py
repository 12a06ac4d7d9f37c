"""Changing one's mind about commitments, following them up, and counting them all together."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.commitments import CHOSEN, Catalogue, Chosen, levels_of, read_recorded
from partners.enums import FOLLOW_UP_TRANSITIONS, EvidenceKind, FollowUp
from partners.models import (
    CharterText,
    CharterVersion,
    CommitmentCount,
    CommitmentFollowUp,
    EvidenceRecord,
    EvidenceValue,
    Signature,
)
from partners.services.chain import append, lock_head
from partners.services.signing import NotSignableError, chosen_value
from portal.core.small_cells import may_follow, protect
from portal.users.models import User


class FollowUpError(ValidationError):
    """A commitment cannot go there from where it stands."""


@transaction.atomic
def change_commitments(
    *, signature: Signature, person: User, levels: Mapping[str, int], at: dt.datetime
) -> EvidenceRecord | None:
    """Put other commitments in the place of those of a signature; return the record, if any.

    What was signed stays as it is: this is one more record of the chain, which tells all that the
    person commits to from then on. The same commitments again change nothing.

    Args:
        signature: of ``person``, active.
        person: who changes their mind.
        levels: key of each commitment, to its level; the others are given up.
        at: instant.

    Raises:
        NotSignableError: the text does not offer one of them, or was altered.
        ValidationError: the signature is someone else's, or has ended.

    """
    head = lock_head()
    signature = _active(signature, person)
    text = _text_of(signature)
    if not text.is_intact or text.sha256 != signature.signed_record.text_sha256:
        raise NotSignableError(_("The text is not the one whose fingerprint was taken."))
    chosen = chosen_value(text, levels)
    before = levels_of(signature.commitments())
    if not chosen or before == levels:
        return None
    record = append(
        head,
        kind=EvidenceKind.COMMITTED,
        at=at,
        text=text,
        about=str(signature.signed_record.uuid),
        values={"signatory": str(person.pk), **chosen},
    )
    moved = [key for key, level in before.items() if levels.get(key) != level]
    signature.follow_ups.filter(commitment__in=moved).delete()
    return record


@transaction.atomic
def follow_commitment(
    *, signature: Signature, person: User, commitment: str, state: FollowUp, at: dt.datetime
) -> FollowUp:
    """Note how far ``person`` has come with a commitment, as they say; return where it stands.

    Raises:
        FollowUpError: it cannot go there from where it stands, or was not chosen.
        ValidationError: the signature is someone else's, or has ended.

    """
    signature = _active(signature, person)
    if commitment not in levels_of(signature.commitments()):
        raise FollowUpError(_("You have not chosen that commitment."))
    follow_up = signature.follow_ups.filter(commitment=commitment).first()
    before = FollowUp(follow_up.state) if follow_up else FollowUp.CHOSEN
    if state == before:
        return before
    if state not in FOLLOW_UP_TRANSITIONS[before]:
        raise FollowUpError(_("This commitment cannot go there from where it stands."))
    if state == FollowUp.CHOSEN:
        signature.follow_ups.filter(commitment=commitment).delete()
    else:
        CommitmentFollowUp.objects.update_or_create(
            signature=signature,
            commitment=commitment,
            defaults={"state": state, "changed_at": at},
        )
    return state


@transaction.atomic
def publish_commitment_counts(*, version: CharterVersion, at: dt.datetime) -> int:
    """Count what the signatories of a version commit to; return how many themes have new numbers.

    A theme has new numbers once a month at most, and only when comparing them with any that were
    published before tells of nobody (see ``portal.core.small_cells``).
    """
    CharterVersion.objects.select_for_update().get(pk=version.pk)
    text = version.text_for(settings.LANGUAGE_CODE)
    catalogue = text.catalogue() if text else Catalogue()
    if not catalogue:
        return 0
    today = timezone.localdate(at)
    threshold = settings.SMALL_CELLS["commitments"]
    earlier = {
        theme: list(published)
        for theme, published in groupby(version.commitment_counts.all(), lambda row: row.theme)
    }
    counted = count_by_theme(version, catalogue)
    published = 0
    for theme, counts in counted.items():
        rows = earlier.get(theme, [])
        if rows and rows[-1].published_on >= today.replace(day=1):
            continue
        new = protect(counts, threshold=threshold)
        before = [row.breakdown() for row in rows]
        if new.total is None or not new.shows_something:
            continue
        if not may_follow(new, before, threshold=threshold):
            continue
        CommitmentCount.objects.create(
            version=version,
            theme=theme,
            cells=list(new.cells),
            total=new.total,
            published_on=today,
        )
        published += 1
    return published


def count_by_theme(version: CharterVersion, catalogue: Catalogue) -> dict[int, list[int]]:
    """Return, by theme, how many active signatories are at no level, then at each one.

    Who has several commitments in a theme counts once, at the highest level.
    """
    counts = {theme.number: [0] * (len(catalogue.levels) + 1) for theme in catalogue.themes}
    for chosen in _commitments_of_all(version):
        highest: Counter[int] = Counter()
        for item in chosen:
            theme = int(item.commitment.partition(".")[0])
            highest[theme] = max(highest[theme], item.level)
        for theme, row in counts.items():
            row[highest[theme]] += 1
    return counts


def _commitments_of_all(version: CharterVersion) -> Iterable[tuple[Chosen, ...]]:
    """Return what each active signatory of a version commits to now (two queries)."""
    active = Signature.objects.active().filter(version=version)
    last = {str(uuid): "[]" for uuid in active.values_list("signed_record__uuid", flat=True)}
    values = EvidenceValue.objects.filter(
        name=CHOSEN, record__charter=version.charter.slug, record__version=version.number
    ).order_by("record__sequence")
    for kind, uuid, about, value in values.values_list(
        "record__kind", "record__uuid", "record__about", "value"
    ):
        of = about if kind == EvidenceKind.COMMITTED else str(uuid)
        if of in last:
            last[of] = value
    return map(read_recorded, last.values())


def _active(signature: Signature, person: User) -> Signature:
    """Return the signature as it stands, locked, if it is active and of ``person``.

    Raises:
        ValidationError: it is not.

    """
    signatures = Signature.objects.select_for_update(of=("self",))
    found = signatures.select_related("signed_record", "version__charter").get(pk=signature.pk)
    if found.person_id != person.pk:
        raise ValidationError(_("Only who signed changes their commitments."))
    if found.ended_by_id is not None:
        raise ValidationError(_("This signature has ended: it commits you to nothing any more."))
    return found


def _text_of(signature: Signature) -> CharterText:
    text: CharterText = signature.version.texts.get(language=signature.language)
    text.version = signature.version
    return text

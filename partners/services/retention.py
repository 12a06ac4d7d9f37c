"""Deleting what is past its time, and reporting it.

``RULES`` says of each kind of data which rows may go, since when their time runs, and how long it is.
Whoever keeps something personal in ``partners`` adds a rule. What is behind the evidence goes by
``purge_values``, which records in the chain what it purged, so that a check tells it from tampering.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Model, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.enums import AGREEMENT_KINDS, AgreementStatus, DataKind, EvidenceKind
from partners.evidence import NAME
from partners.models import (
    AgreementDocument,
    AgreementInvitation,
    AgreementNotice,
    DirectoryEntry,
    EvidenceValue,
    ExpectedSignatory,
    GameSession,
    GameSessionNotice,
    InvitationCode,
    NewerVersionNotice,
    RenewalNotice,
    RetentionLine,
    RetentionRun,
    Signature,
    SignatureNotice,
    SignatureReceipt,
    SignatureScan,
    WithdrawalScan,
)
from partners.services.chain import append, lock_head
from partners.services.signing import (
    LONG_GONE,
    TECHNICAL,
    TECHNICAL_VALUES,
    end_for_departed,
)
from portal.users.models import OneTimeCode
from portal.users.services import note_closed_accounts

logger = logging.getLogger(__name__)

AT_ONCE = 1_000
NO_TIME = dt.timedelta()
# What the archives of a public body are asked about before it goes (code du patrimoine, L212-2).
ARCHIVES = (DataKind.EVIDENCE, DataKind.AGREEMENT)

# What bears the name of who signed, with whose evidence it goes, and where the record of the name is.
FILES: tuple[tuple[DataKind, DataKind, type[Model], str], ...] = (
    (DataKind.RECEIPT, DataKind.EVIDENCE, SignatureReceipt, SignatureReceipt.RECORD),
    (DataKind.SCAN, DataKind.EVIDENCE, SignatureScan, "signature__signed_record"),
    (DataKind.SCAN, DataKind.EVIDENCE, WithdrawalScan, "signature__signed_record"),
    (DataKind.DOCUMENT, DataKind.AGREEMENT, AgreementDocument, AgreementDocument.RECORD),
)

# E-mails that tell how often the signatory of a signature was reminded, while it holds.
REMINDERS: tuple[type[Model], ...] = (NewerVersionNotice, RenewalNotice)

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a kind of data is kept.

    Attributes:
        kept: how long, in words.
        rows: those that may go one day.
        since: the instant of a row from which its time runs.
        time: how long it is.
        goes_with: the kind whose deletion takes these rows along; they are not deleted alone.
        purge: how to delete them; by default, each row for good.

    """

    kind: DataKind
    kept: Promise
    rows: Callable[[], Rows]
    since: str = "kept_until"
    time: dt.timedelta = NO_TIME
    goes_with: DataKind | None = None
    purge: Callable[[Rows, dt.datetime], Iterator[Counter[DataKind]]] | None = None

    @property
    def is_held(self) -> bool:
        """Whether it waits for the archives."""
        kinds = (self.kind, self.goes_with)
        return settings.HOLD_ELIMINATION and any(kind in ARCHIVES for kind in kinds)

    def due(self, at: dt.datetime) -> Rows:
        """Return the rows whose time is over at ``at``."""
        return self.rows().filter(**{f"{self.since}__lte": at - self.time})

    def next_on(self, at: dt.datetime) -> dt.datetime | None:
        """Return when the next row is due after ``at``, of those whose time runs."""
        running = self.rows().filter(**{f"{self.since}__gt": at - self.time})
        since: dt.datetime | None = running.aggregate(first=Min(self.since))["first"]
        return since + self.time if since else None

    def apply(self, at: dt.datetime) -> Iterator[Counter[DataKind]]:
        """Delete what is due; yield how much of each kind went, as it goes."""
        if self.purge is not None:
            yield from self.purge(self.due(at), at)
        else:
            _count, deleted = self.due(at).delete()
            yield Counter({self.kind: deleted.get(self.rows().model._meta.label, 0)})


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is due of a kind of data, and when something is due next."""

    kind: DataKind
    kept: Promise
    due: int
    next_on: dt.datetime | None
    is_held: bool


@transaction.atomic
def purge_values(*, at: dt.datetime, among: Rows | None = None) -> Counter[DataKind]:
    """Let go of the values of evidence whose time has passed, and record which.

    A sealed PDF and a scan go with the name that they bear, and what ties an account to a signature with
    the last of its values. A thousand at a time: call it until there are none.

    Args:
        at: instant.
        among: the values that may go; by default all.

    Returns:
        How much of each kind of data went.

    """
    head = lock_head()
    past = EvidenceValue.objects.filter(kept_until__lte=at)
    if among is not None:
        past = past.filter(pk__in=among.values("pk"))
    values = list(past.select_related("record").order_by("record__sequence", "name")[:AT_ONCE])
    if not values:
        return Counter()
    purged: dict[str, list[str]] = {}
    for value in values:
        purged.setdefault(str(value.record.uuid), []).append(value.name)
    gone = Counter(map(kind_of_value, values))
    EvidenceValue.objects.filter(pk__in=[value.pk for value in values]).delete()
    nameless = {value.record_id for value in values if value.name == NAME}
    for kind, _with, file, record in FILES:
        files = file._default_manager.filter(**{f"{record}__in": nameless})
        gone[kind] += files.delete()[1].get(file._meta.label, 0)
    gone[DataKind.SIGNATURE] += _forget_signatures({value.record_id for value in values})
    append(head, kind=EvidenceKind.PURGED, at=at, details={"purged": purged})
    return +gone


def kind_of_value(value: EvidenceValue) -> DataKind:
    """Return the kind of data that a value of evidence is; its record is loaded."""
    if value.name in TECHNICAL_VALUES:
        return DataKind.TECHNICAL
    return DataKind.AGREEMENT if value.record.kind in AGREEMENT_KINDS else DataKind.EVIDENCE


def _forget_signatures(records: Iterable[int]) -> int:
    """Delete the signatures of which nothing is left, among those of some records."""
    over = Signature.objects.filter(signed_record__in=records, signed_record__values=None)
    keys = list(over.exclude(ended_by=None).values_list("pk", flat=True))
    told: tuple[type[Model], ...] = (SignatureNotice, *REMINDERS)
    for model in told:
        model._default_manager.filter(signature__in=keys).delete()
    return Signature.objects.filter(pk__in=keys).delete()[1].get(Signature._meta.label, 0)


def apply_retention(*, at: dt.datetime) -> RetentionRun:
    """Delete all that is past its time, and report it; what fails keeps nothing else from going."""
    note_closed_accounts(at=at)
    run = RetentionRun.objects.create(started_at=at)
    gone: Counter[DataKind] = Counter()
    failures: dict[DataKind, str] = {}
    for rule in RULES:
        if rule.is_held or rule.goes_with:
            continue
        try:
            for part in rule.apply(at):
                gone += part
        except Exception as error:
            logger.exception("Retention: what is due of %s could not be deleted", rule.kind.value)
            failures[rule.kind] = type(error).__name__
    kinds = [kind for kind in DataKind if gone[kind] or kind in failures]
    RetentionLine.objects.bulk_create(
        RetentionLine(run=run, kind=kind, rows=gone[kind], failure=failures.get(kind, ""))
        for kind in kinds
    )
    run.ended_at = timezone.now()
    run.save(update_fields=["ended_at"])
    if gone:
        logger.info("Retention: %s rows deleted", gone.total())
    return run


def forecast(*, at: dt.datetime) -> list[Forecast]:
    """Return what is due of each kind of data at ``at``, and when something is due next."""
    found: dict[DataKind, Forecast] = {}
    for rule in RULES:
        due, next_on = rule.due(at).count(), rule.next_on(at)
        if (other := found.get(rule.kind)) is not None:
            due += other.due
            next_on = min(filter(None, (next_on, other.next_on)), default=None)
        found[rule.kind] = Forecast(rule.kind, rule.kept, due, next_on, rule.is_held)
    return list(found.values())


def _purge_all(rows: Rows, at: dt.datetime) -> Iterator[Counter[DataKind]]:
    while gone := purge_values(at=at, among=rows):
        yield gone


def _values(kind: DataKind) -> Rows:
    values = EvidenceValue.objects.filter(kept_until__isnull=False)
    if kind == DataKind.TECHNICAL:
        return values.filter(name__in=TECHNICAL_VALUES)
    others = values.exclude(name__in=TECHNICAL_VALUES)
    if kind == DataKind.AGREEMENT:
        return others.filter(record__kind__in=AGREEMENT_KINDS)
    return others.exclude(record__kind__in=AGREEMENT_KINDS)


def _files(file: type[Model], record: str) -> Rows:
    """Return files with the instant until which the name on them is kept, once it has an end."""
    name = EvidenceValue.objects.filter(record=OuterRef(record), name=NAME)
    return file._default_manager.annotate(kept_until=Subquery(name.values("kept_until")[:1]))


def _signatures() -> Rows:
    """Return the signatures that have ended, until when the last of their values is kept."""
    last = EvidenceValue.objects.filter(record=OuterRef("signed_record")).order_by("-kept_until")
    ended = Signature.objects.exclude(ended_by=None)
    return ended.annotate(kept_until=Subquery(last.values("kept_until")[:1]))


def _invitations() -> Rows:
    """Return the invitations that serve no more: somebody who is still to sign is not forgotten."""
    return AgreementInvitation.objects.exclude(
        party__version__status=AgreementStatus.OUT, ended_at=None
    )


def _hidden_entries() -> Rows:
    return DirectoryEntry.objects.exclude(pk__in=DirectoryEntry.objects.shown().values("pk"))


def _values_of_departed() -> Rows:
    """Return what is behind the signatures that hold, of accounts that are closed."""
    holding = Signature.objects.active().filter(person__is_active=False)
    return EvidenceValue.objects.filter(record__signature__in=holding, kept_until=None)


def _end_for_departed(_rows: Rows, at: dt.datetime) -> Iterator[Counter[DataKind]]:
    """End the signatures of long-closed accounts; what was behind them goes as all that has ended."""
    for signature in Signature.objects.of_departed(at - LONG_GONE):
        end_for_departed(signature=signature, at=at)
    yield Counter()


def _forget_declarers(rows: Rows, _at: dt.datetime) -> Iterator[Counter[DataKind]]:
    """Forget who declared sessions, which stay."""
    yield Counter({DataKind.DECLARER: rows.update(declared_by=None)})


_HALF_A_YEAR = _("180 days")
_FIVE_YEARS = _("5 years after the end")
_WITH_EVIDENCE = _("as long as the name that they bear")

RULES = (
    Rule(
        DataKind.TECHNICAL,
        _HALF_A_YEAR,
        partial(_values, DataKind.TECHNICAL),
        purge=_purge_all,
    ),
    # Before the evidence that has ended: it then goes in the same night.
    Rule(
        DataKind.EVIDENCE,
        _FIVE_YEARS,
        _values_of_departed,
        since="record__signature__person__closed_at",
        time=LONG_GONE,
        purge=_end_for_departed,
    ),
    Rule(
        DataKind.EVIDENCE,
        _FIVE_YEARS,
        partial(_values, DataKind.EVIDENCE),
        purge=_purge_all,
    ),
    *(
        Rule(kind, _WITH_EVIDENCE, partial(_files, file, record), goes_with=goes_with)
        for kind, goes_with, file, record in FILES
    ),
    Rule(
        DataKind.SIGNATURE,
        _("as long as its evidence"),
        _signatures,
        goes_with=DataKind.EVIDENCE,
    ),
    Rule(
        DataKind.AGREEMENT,
        _FIVE_YEARS,
        partial(_values, DataKind.AGREEMENT),
        purge=_purge_all,
    ),
    Rule(
        DataKind.INVITATION,
        _("180 days after the link expires"),
        _invitations,
        since="expires_at",
        time=TECHNICAL,
    ),
    # Sending the agreement out deletes them; a draft that nobody sends keeps them no longer.
    Rule(
        DataKind.EXPECTED,
        _HALF_A_YEAR,
        ExpectedSignatory.objects.all,
        since="noted_at",
        time=TECHNICAL,
    ),
    Rule(
        DataKind.CODE,
        _("ten minutes, deleted the next night"),
        OneTimeCode.objects.all,
        since="expires_at",
    ),
    Rule(
        DataKind.CODE,
        _("ten minutes, deleted the next night"),
        InvitationCode.objects.all,
        since="expires_at",
    ),
    Rule(
        DataKind.MESSAGE,
        _HALF_A_YEAR,
        SignatureNotice.objects.all,
        since="sent_at",
        time=TECHNICAL,
    ),
    *(
        Rule(
            DataKind.MESSAGE,
            _HALF_A_YEAR,
            partial(reminder._default_manager.exclude, signature__ended_by=None),
            since="sent_at",
            time=TECHNICAL,
        )
        for reminder in REMINDERS
    ),
    # Those of invitations go with them.
    Rule(
        DataKind.MESSAGE,
        _HALF_A_YEAR,
        partial(AgreementNotice.objects.filter, invitation=None),
        since="sent_at",
        time=TECHNICAL,
    ),
    Rule(
        DataKind.MESSAGE,
        _HALF_A_YEAR,
        GameSessionNotice.objects.all,
        since="sent_at",
        time=TECHNICAL,
    ),
    Rule(
        DataKind.DIRECTORY,
        _("deleted the next night"),
        _hidden_entries,
        since="joined_at",
    ),
    # Kept for questions about a session, which stays.
    Rule(
        DataKind.DECLARER,
        _("two years"),
        partial(GameSession.objects.exclude, declared_by=None),
        since="declared_at",
        time=dt.timedelta(days=730),
        purge=_forget_declarers,
    ),
)

"""Signatures of charters, and the evidence that holds them.

Records and values are never changed: the database refuses it too (see ``partners.triggers``).
"""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.commitments import CHOSEN, Chosen, read_recorded
from partners.enums import CharterStage, EvidenceKind, SignatureState
from partners.evidence import NOTHING_BEFORE, Entry, Head, Stored, Value, shown_code

from .charter import Charter, CharterText, CharterVersion
from .notice import Notice
from .sealed import SealedFile

# How the content of each kind of scan begins.
SCANS = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}

if TYPE_CHECKING:
    from portal.users.models import User


# What becomes of a signature, by what ended it.
_ENDS = {
    EvidenceKind.SIGNED: SignatureState.REPLACED,
    EvidenceKind.WITHDRAWN: SignatureState.WITHDRAWN,
    EvidenceKind.EXPIRED: SignatureState.EXPIRED,
}
# How long before its end a signature may be renewed.
RENEWED_BEFORE = dt.timedelta(days=60)


class EvidenceHead(models.Model):
    """The last record of the chain: one row, on which whoever writes a record waits for its turn."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=NOTHING_BEFORE)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_head_of_evidence")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"

    def noted(self) -> Head:
        """Return what it says."""
        return Head(self.sequence, self.hash)


class EvidenceRecordQuerySet(models.QuerySet["EvidenceRecord"]):
    """Records of the chain."""

    def that_commit(self, signature: "Signature") -> "EvidenceRecordQuerySet":
        """Keep the records that say what a signature commits to: its own, then each change."""
        changes = Q(kind=EvidenceKind.COMMITTED, about=str(signature.signed_record.uuid))
        own = Q(pk=signature.signed_record_id)
        return self.filter(own | changes).order_by("sequence")


class EvidenceRecord(models.Model):
    """One event of the chain; ``partners.evidence`` says what its hash is computed from."""

    sequence = models.PositiveBigIntegerField(unique=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=12, choices=EvidenceKind.choices)
    at = models.DateTimeField()
    charter = models.CharField(max_length=60, blank=True)
    version = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=5, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    about = models.CharField(max_length=36, blank=True, db_index=True)
    details = models.JSONField(default=dict)
    digests = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EvidenceRecordQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("record of evidence")
        verbose_name_plural = _("records of evidence")
        ordering = ["sequence"]
        indexes = [models.Index(fields=["kind", "sequence"], name="evidence_by_kind")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"

    def entry(self) -> Entry:
        """Return what the record says, without its hash."""
        return Entry(
            sequence=self.sequence,
            uuid=str(self.uuid),
            kind=str(self.kind),
            at=self.at,
            charter=self.charter,
            version=self.version,
            language=self.language,
            text_sha256=self.text_sha256,
            about=self.about,
            details=self.details,
            digests=self.digests,
            previous_hash=self.previous_hash,
        )

    def stored(self) -> Stored:
        """Return the record as it is found, with the values that are still kept."""
        values = {value.name: Value(value.salt, value.value) for value in self.values.all()}
        return Stored(self.entry(), self.hash, values)


class EvidenceValue(models.Model):
    """A personal value behind a digest of a record; it may go once its time has passed."""

    record = models.ForeignKey(EvidenceRecord, on_delete=models.PROTECT, related_name="values")
    name = models.CharField(max_length=40)
    salt = models.CharField(max_length=32)
    value = models.TextField(blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("record", "name"), name="unique_evidence_value")
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.name}"


class SignatureQuerySet(models.QuerySet["Signature"]):
    """Signatures."""

    def active(self) -> "SignatureQuerySet":
        """Keep those that nothing ended."""
        return self.filter(ended_by=None)

    def standing(self, state: SignatureState) -> "SignatureQuerySet":
        """Keep those that stand so."""
        if state == SignatureState.ACTIVE:
            return self.active()
        ended = self.exclude(ended_by=None)
        kinds = {kind for kind, ends in _ENDS.items() if ends == state}
        return ended.filter(ended_by__kind__in=kinds)

    def over(self, on: dt.date) -> "SignatureQuerySet":
        """Keep those whose last day is past on the day ``on``, and that nothing has ended yet."""
        return self.active().filter(until__lt=on)

    def of_departed(self, by: dt.datetime) -> "SignatureQuerySet":
        """Keep those that nothing ended, though their account was closed at ``by`` or before."""
        return self.active().filter(person__is_active=False, person__closed_at__lte=by)

    def counted(self) -> "SignatureQuerySet":
        """Keep those that make a partner: active, of an account in use, and of no mere example."""
        counted = self.active().filter(person__is_active=True)
        if settings.DEMONSTRATION_CONTENT:
            return counted
        return counted.exclude(version__stage=CharterStage.PROPOSED)

    def of(self, person: "User") -> "SignatureQuerySet":
        """Keep those of ``person``, the newest first, with what shows them."""
        own = self.filter(person=person).select_related(
            "charter", "version", "signed_record", "ended_by"
        )
        return own.order_by("-signed_record__sequence")


class Signature(models.Model):
    """The present state of what someone signed; it may only end."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    charter = models.ForeignKey(
        Charter, verbose_name=_("charter"), on_delete=models.PROTECT, related_name="signatures"
    )
    version = models.ForeignKey(
        CharterVersion,
        verbose_name=_("version"),
        on_delete=models.PROTECT,
        related_name="signatures",
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    code = models.CharField(_("verification code"), max_length=26, unique=True)
    signed_record = models.OneToOneField(
        EvidenceRecord, on_delete=models.PROTECT, related_name="signature"
    )
    until = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: it has no end of its own")
    )
    ended_by = models.OneToOneField(
        EvidenceRecord,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ended_signature",
    )

    objects = SignatureQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=("person", "charter"),
                condition=Q(ended_by=None),
                name="one_active_signature_per_charter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.pk})"

    @property
    def paper(self) -> dict[str, Any]:
        """What the record says of a signature made by hand; empty for one made on the portal."""
        told: dict[str, Any] = self.signed_record.details.get("paper", {})
        return told

    @property
    def withdrawal_on_paper(self) -> dict[str, Any]:
        """What the record says of a withdrawal that a referent entered; empty for any other end."""
        if self.ended_by is None or self.ended_by.kind != EvidenceKind.WITHDRAWN:
            return {}
        told: dict[str, Any] = self.ended_by.details.get("paper", {})
        return told

    @property
    def shown_code(self) -> str:
        """The code as it is read."""
        return shown_code(self.code)

    def commitments(self) -> tuple[Chosen, ...]:
        """Return what the signatory commits to now; nothing once that is purged."""
        records = EvidenceRecord.objects.that_commit(self)
        values = EvidenceValue.objects.filter(record__in=records, name=CHOSEN)
        last = values.order_by("-record__sequence").first()
        return read_recorded(last.value) if last else ()

    @property
    def state(self) -> SignatureState:
        """Where the signature stands."""
        if self.ended_by is None:
            return SignatureState.ACTIVE
        return _ENDS[EvidenceKind(self.ended_by.kind)]

    def may_be_renewed(self, on: dt.date) -> bool:
        """Say whether the same text may be signed again on the day ``on``: its end is near."""
        return self.until is not None and on >= self.until - RENEWED_BEFORE


class SignatureReceipt(SealedFile):
    """The receipt of a signature."""

    OWNER = "signature"
    RECORD = "signature__signed_record"

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="receipt")

    @property
    def shown_code(self) -> str:
        """The verification code of the signature."""
        return self.signature.shown_code

    def text(self) -> CharterText:
        """Return the text that was signed.

        Raises:
            ValueError: it is another one by now, which no receipt may show.

        """
        signature = self.signature
        text: CharterText = signature.version.texts.get(language=signature.language)
        text.version = signature.version
        if not text.is_intact or text.sha256 != signature.signed_record.text_sha256:
            raise ValueError("the text is not the one whose fingerprint was taken")
        return text


class Scan(models.Model):
    """A sheet as the referent scanned it: kept as a receipt is."""

    content = models.BinaryField()
    suffix = models.CharField(max_length=4, choices=[(suffix, suffix) for suffix in SCANS])

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk} {self.suffix}"


class SignatureScan(Scan):
    """The sheet that was signed by hand."""

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="scan")


class WithdrawalScan(Scan):
    """The sheet by which somebody asked to withdraw."""

    signature = models.OneToOneField(
        Signature, on_delete=models.PROTECT, related_name="withdrawal_scan"
    )


class SignatureNotice(Notice):
    """The e-mail that the record of a signature, or of its end, calls for."""

    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="notices")
    record = models.OneToOneField(EvidenceRecord, on_delete=models.PROTECT, related_name="notice")

    def __str__(self) -> str:
        return f"{self.record_id} {self.sent_at or '–'}"


class RenewalNotice(Notice):
    """An e-mail that tells a signatory that their signature ends soon, and how to renew it.

    ``rank`` is 0 for the first, then that of the reminder.
    """

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("signature", "rank"), name="each_renewal_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.signature_id} {self.sent_at or '–'}"


class NewerVersionNotice(Notice):
    """An e-mail that tells a signatory that a newer version is in force, which they have not signed.

    ``rank`` is 0 for the first, then that of the reminder.
    """

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CharterVersion, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("signature", "version", "rank"), name="each_newer_version_notice_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.signature_id} {self.version_id} {self.rank}"

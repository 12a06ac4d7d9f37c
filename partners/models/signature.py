"""Signatures of charters, and the evidence that holds them.

Records and values are never changed: the database refuses it too (see ``partners.triggers``).
"""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.enums import EvidenceKind, SignatureState
from partners.evidence import NOTHING_BEFORE, Entry, Head, Stored, Value, shown_code
from partners.receipts.facts import TimestampState

from .charter import Charter, CharterVersion
from .notice import Notice

if TYPE_CHECKING:
    from portal.users.models import User


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
        withdrawn = Q(ended_by__kind=EvidenceKind.WITHDRAWN)
        return ended.filter(withdrawn if state == SignatureState.WITHDRAWN else ~withdrawn)

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
    def shown_code(self) -> str:
        """The code as it is read."""
        return shown_code(self.code)

    @property
    def state(self) -> SignatureState:
        """Where the signature stands."""
        if self.ended_by is None:
            return SignatureState.ACTIVE
        if self.ended_by.kind == EvidenceKind.WITHDRAWN:
            return SignatureState.WITHDRAWN
        return SignatureState.REPLACED


class SignatureReceipt(models.Model):
    """The sealed PDF of a signature, as it was given out last.

    It is kept beside the record that names its fingerprint, so that both are written, saved and lost
    together, and no address leads to it but through a view that knows its owner.
    """

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="receipt")
    pdf = models.BinaryField()
    timestamp = models.CharField(
        max_length=7, choices=[(state.value, state.name) for state in TimestampState]
    )
    issued_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.signature_id} {self.timestamp}"


class SignatureNotice(Notice):
    """The e-mail that the record of a signature, or of its end, calls for."""

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="notices")
    record = models.OneToOneField(EvidenceRecord, on_delete=models.PROTECT, related_name="notice")

    def __str__(self) -> str:
        return f"{self.record_id} {self.sent_at or '–'}"

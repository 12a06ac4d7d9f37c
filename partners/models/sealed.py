"""Sealed PDF files, kept beside the records that name their fingerprints."""

from typing import TYPE_CHECKING, Any

from django.db import models

from partners.receipts.facts import TimestampState

from .text import FrozenText

if TYPE_CHECKING:
    from .signature import EvidenceRecord


class SealedFile(models.Model):
    """A PDF that was sealed here, as it was given out last.

    It is kept beside the records that name its fingerprint, so that all are written, saved and lost
    together, and no address leads to it but through a view that knows who may have it.
    """

    # What it is the one file of.
    OWNER: str
    # Where the record is that its seal follows up; the file goes with the name behind that record.
    RECORD: str

    pdf = models.BinaryField()
    timestamp = models.CharField(
        max_length=7, choices=[(state.value, state.name) for state in TimestampState]
    )
    issued_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.record.uuid} {self.timestamp}"

    @property
    def record(self) -> "EvidenceRecord":
        """The record of evidence that the seal follows up."""
        found: Any = self
        for name in self.RECORD.split("__"):
            found = getattr(found, name)
        record: EvidenceRecord = found
        return record

    def is_kept(self) -> bool:
        """Say whether there is a file already of what this one is of."""
        kept = type(self)._default_manager.filter(**{self.OWNER: getattr(self, self.OWNER)})
        return kept.exists()

    @property
    def shown_code(self) -> str:
        """The verification code that the file bears, as it is read."""
        raise NotImplementedError

    def text(self) -> FrozenText:
        """Return the text that was signed, in the language of the file.

        Raises:
            ValueError: it is another one by now, which no file may show.

        """
        raise NotImplementedError

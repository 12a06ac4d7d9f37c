"""Agreements as sealed PDF, once all their parties have signed."""

from django.conf import settings
from django.db import models

from partners.evidence import shown_code

from .agreement import AgreementText, AgreementVersion
from .sealed import SealedFile
from .signature import EvidenceRecord


class AgreementDocument(SealedFile):
    """A version of an agreement with the signatures of its parties.

    ``signed_record`` is that of the party that signed last. What was signed on paper has none.
    """

    OWNER = "version"
    RECORD = "signed_record"

    version = models.OneToOneField(
        AgreementVersion, on_delete=models.PROTECT, related_name="document"
    )
    code = models.CharField(max_length=26, unique=True)
    signed_record = models.OneToOneField(
        EvidenceRecord, on_delete=models.PROTECT, related_name="agreement_document"
    )

    @property
    def shown_code(self) -> str:
        """The code as it is read."""
        return shown_code(self.code)

    @property
    def language(self) -> str:
        """The language in which all signed, else French, which prevails."""
        languages = {record.language for record in signed_records(self.version)}
        return languages.pop() if len(languages) == 1 else settings.LANGUAGE_CODE

    def text(self) -> AgreementText:
        """Return the text in the language of the file.

        Raises:
            ValueError: a text that was signed is another one by now, which no file may show.

        """
        return self.texts()[0]

    def texts(self) -> list[AgreementText]:
        """Return the texts that were signed, that of the language of the file first.

        Raises:
            ValueError: one is another by now.

        """
        signed = {record.language: record.text_sha256 for record in signed_records(self.version)}
        own = self.language
        languages = sorted({own, *signed}, key=lambda language: (language != own, language))
        texts = {text.language: text for text in self.version.texts.all()}
        found = [texts[language] for language in languages]
        for text in found:
            text.version = self.version
            if not text.is_intact or text.sha256 != signed.get(text.language, text.sha256):
                raise ValueError("the text is not the one whose fingerprint was taken")
        return found


def signed_records(version: AgreementVersion) -> list[EvidenceRecord]:
    """Return the records of the parties that signed, in the order of the parties."""
    parties = version.parties.all()
    return [party.signed_record for party in parties if party.signed_record is not None]

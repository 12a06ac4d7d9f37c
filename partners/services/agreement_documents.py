"""Agreements as sealed PDF: made once all parties have signed, by the machinery of receipts."""

import datetime as dt

from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from partners.evidence import NAME, new_code
from partners.models import AgreementDocument, AgreementParty, AgreementVersion, EvidenceRecord
from partners.models.agreement_document import signed_records
from partners.receipts import pdf
from partners.receipts.facts import AgreementFacts, PartySignature, SignedText
from partners.services import sealing
from partners.services.sealing import SOON
from partners.signatures import verification_url
from portal.users.enums import Authentication
from portal.users.models import Collectivity


def issue_agreement_document(*, version: AgreementVersion, at: dt.datetime) -> bool:
    """Make the PDF of a version that all have signed online; say whether there is one now."""
    if not AgreementVersion.objects.awaiting_document().filter(pk=version.pk).exists():
        return AgreementDocument.objects.filter(version=version).exists()
    last = max(signed_records(version), key=lambda record: record.sequence)
    document = AgreementDocument(version=version, code=new_code(), signed_record=last)
    return sealing.issue(
        document,
        facts=lambda: _facts(document),
        lay_out=pdf.agreement_pdf,
        at=at,
    )


def issue_waiting_agreement_documents(*, at: dt.datetime) -> int:
    """Make the PDF files that agreements still lack; return how many were made.

    Raises:
        SealCertificateError: none can be, as the certificate cannot be used.

    """
    lacking = AgreementVersion.objects.awaiting_document().select_related("agreement")
    waiting = lacking.alias(signed_at=Max("parties__signed_record__at"))
    return sealing.issue_waiting(
        waiting.filter(signed_at__lte=at - SOON),
        lambda version: issue_agreement_document(version=version, at=at),
    )


def date_waiting_agreement_documents(*, at: dt.datetime) -> int:
    """Add the date of the authority to those that wait for it; return how many have it."""
    documents = AgreementDocument.objects.select_related("version__agreement", "signed_record")
    return sealing.date_waiting(documents, at=at)


def _facts(document: AgreementDocument) -> AgreementFacts:
    """Return what the file tells: what was recorded when each party signed."""
    version, texts = document.version, document.texts()
    with translation.override(document.language):
        return AgreementFacts(
            title=texts[0].title,
            version=version.number,
            language=document.language,
            organisations=tuple(map(str, Collectivity.objects.all())),
            texts=tuple(
                SignedText(
                    language=text.language,
                    title=text.title,
                    sha256=text.sha256,
                    preamble=text.preamble,
                    articles=tuple(text.numbered_articles()),
                )
                for text in texts
            ),
            signatures=tuple(
                _signature(party, party.signed_record)
                for party in version.parties.select_related("signed_record")
                if party.signed_record is not None
            ),
            starts_on=version.starts_on,
            ends_on=version.first_ends_on,
            is_tacit=version.is_tacit,
            evidence_id=document.record.uuid,
            code=document.shown_code,
            address=verification_url(document),
            is_example=version.is_example,
        )


def _signature(party: AgreementParty, record: EvidenceRecord) -> PartySignature:
    recorded = dict(record.values.values_list("name", "value"))
    way = Authentication(recorded["authentication"])
    is_code = way == Authentication.EMAILED_CODE
    return PartySignature(
        organisation=party.name,
        name=recorded[NAME],
        function=recorded["function"],
        signed_at=record.at,
        authentication=_("one-time code sent to the invited address")
        if is_code
        else str(way.label),
        language=record.language,
        evidence_id=record.uuid,
        record_hash=record.hash,
    )

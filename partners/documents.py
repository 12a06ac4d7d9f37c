"""Giving a signed agreement to who may have it."""

from django.http import Http404, HttpResponse

from partners.agreements import document_name
from partners.models import AgreementDocument, AgreementVersion
from partners.receipts import pdf


def document_of(version: AgreementVersion) -> AgreementDocument | None:
    """Return the sealed PDF of a version; none where it is not made yet, or never is."""
    return AgreementDocument.objects.defer("pdf").filter(version=version).first()


def is_document_awaited(version: AgreementVersion) -> bool:
    """Say whether the PDF of a version that all have signed is to be made still."""
    lacking = AgreementVersion.objects.awaiting_document()
    return not pdf.missing_libraries() and lacking.filter(pk=version.pk).exists()


def document_answer(version: AgreementVersion) -> HttpResponse:
    """Return the sealed PDF of a version, as a file.

    Raises:
        Http404: there is none.

    """
    document = document_of(version)
    if document is None:
        raise Http404("No sealed PDF")
    response = HttpResponse(bytes(document.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document_name(document)}"'
    return response

"""The seal of a file (PAdES B-B), and its date by an outside authority (B-T), at once or later."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import urlsplit

from asn1crypto import cms
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

from partners.receipts.certificates import SealCertificate, seal_certificate
from partners.receipts.facts import SealedFacts, TimestampState
from partners.receipts.pdf import receipt_pdf

SEAL_FIELD = "Seal"
_DIGEST = "sha256"
# Of the answer of the authority: whoever signs waits no longer.
_TSA_SECONDS = 5
# Room kept in the file for a seal, its token and their certificates, in hexadecimal digits. Otherwise
# pyHanko asks the authority for one more token, which may be paid for, only to measure it.
_ROOM = 2 * 24_000
_LONGEST_TOKEN = 16_000

logger = logging.getLogger(__name__)

Facts = TypeVar("Facts", bound=SealedFacts)


class TimestampUnavailableError(RuntimeError):
    """The timestamping authority gave no token."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """What seals: a certificate and, where there is one, the address of an authority that dates."""

    certificate: SealCertificate
    tsa_url: str = ""

    def timestamper(self) -> TimeStamper | None:
        """Return what asks the authority for a token."""
        return _Authority(self.tsa_url, timeout=_TSA_SECONDS) if self.tsa_url else None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file, and whether an authority has dated it."""

    pdf: bytes
    timestamp: TimestampState


def configured_sealer() -> Sealer:
    """Return the sealer that the administrator configured.

    Raises:
        SealCertificateError: the certificate cannot be used.

    """
    return Sealer(seal_certificate(), settings.TSA_URL)


def issue(facts: Facts, sealer: Sealer, lay_out: Callable[[Any], bytes] = receipt_pdf) -> Sealed:
    """Lay out a file and seal it, without waiting for an authority that does not answer.

    What the file tells of its seal is what the seal is, whatever ``facts`` say of it.
    """
    facts = replace(facts, is_demonstration=sealer.certificate.is_demonstration)
    if sealer.tsa_url:
        try:
            return _issue(facts, sealer, TimestampState.DONE, lay_out)
        except TimestampUnavailableError as error:
            logger.warning("The PDF %s waits for its timestamp: %s", facts.evidence_id, error)
            silent = replace(sealer, tsa_url="")
            return _issue(facts, silent, TimestampState.PENDING, lay_out)
    return _issue(facts, sealer, TimestampState.NONE, lay_out)


def _issue(
    facts: SealedFacts, sealer: Sealer, state: TimestampState, lay_out: Callable[[Any], bytes]
) -> Sealed:
    return Sealed(seal(lay_out(replace(facts, timestamp=state)), sealer), state)


def seal(pdf: bytes, sealer: Sealer) -> bytes:
    """Return ``pdf`` sealed, and dated when the sealer names an authority.

    Raises:
        TimestampUnavailableError: the authority gave no token.

    """
    certificate = sealer.certificate
    signer = signers.SimpleSigner.load_pkcs12_data(
        certificate.archive, other_certs=[], passphrase=certificate.passphrase
    )
    sealed: BytesIO = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        signers.PdfSignatureMetadata(
            field_name=SEAL_FIELD, md_algorithm=_DIGEST, subfilter=SigSeedSubFilter.PADES
        ),
        signer=signer,
        timestamper=sealer.timestamper(),
        bytes_reserved=_ROOM,
    )
    return sealed.getvalue()


def add_timestamp(pdf: bytes, sealer: Sealer) -> bytes:
    """Return a sealed ``pdf`` with the date of the authority added at its end; the seal still holds.

    Raises:
        TimestampUnavailableError: no authority is configured, or it gave no token.

    """
    timestamper = sealer.timestamper()
    if timestamper is None:
        raise TimestampUnavailableError("no timestamping authority is configured (TSA_URL)")
    dated: BytesIO = signers.PdfTimeStamper(timestamper, field_name="Timestamp").timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)), _DIGEST, bytes_reserved=_ROOM
    )
    return dated.getvalue()


class _Authority(RequestsHTTPTimeStamper):
    """An authority whose every failure, whatever it answers, has one name."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            told = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            if told["hashed_message"].native != message_digest:
                raise ValueError("the token dates something else")
            if len(token.dump()) > _LONGEST_TOKEN:
                raise ValueError("the token is too long")
        except Exception as error:  # silence, a refusal, an answer that is not one
            host = urlsplit(self.url).hostname  # the address may hold a password
            raise TimestampUnavailableError(f"{host}: {error}") from error
        return token

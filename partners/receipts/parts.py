"""What a sealed receipt is made of, taken apart so that other tools can check each part."""

from dataclasses import dataclass
from io import BytesIO

from asn1crypto import pem
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import find_cms_attribute_iter


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of a receipt.

    Attributes:
        certificate: that of the seal, in PEM.
        token: the timestamp (RFC 3161, DER); empty when no authority has dated the receipt.
        dated: the bytes that the token dates: the value of the seal, or the file as it was sealed.

    """

    certificate: bytes
    token: bytes = b""
    dated: bytes = b""


def parts_of(pdf: bytes) -> Parts:
    """Return the parts of a receipt that was made here."""
    reader = PdfFileReader(BytesIO(pdf))
    seal = reader.embedded_regular_signatures[0]
    certificate: bytes = pem.armor("CERTIFICATE", seal.signer_cert.dump())
    signer = seal.signer_info
    for token in find_cms_attribute_iter(signer["unsigned_attrs"], "signature_time_stamp_token"):
        return Parts(certificate, token.dump(), signer["signature"].native)
    for date in reader.embedded_timestamp_signatures:
        start, length, again, rest = map(int, date.byte_range)
        dated = pdf[start : start + length] + pdf[again : again + rest]
        return Parts(certificate, bytes(date.pkcs7_content), dated)
    return Parts(certificate)

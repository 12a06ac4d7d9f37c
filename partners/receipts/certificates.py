"""The certificate that seals receipts: the organisation's, or the one of a demonstration."""

import datetime as dt
import hashlib
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

DEMONSTRATION_NAME = "Cachet de démonstration – aucune valeur"
_TEN_YEARS = dt.timedelta(days=3652)


class SealCertificateError(RuntimeError):
    """The PKCS#12 file cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class SealCertificate:
    """A private key with its certificate and the chain above it."""

    archive: bytes
    passphrase: bytes | None
    certificate: x509.Certificate
    is_demonstration: bool

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


def seal_certificate() -> SealCertificate:
    """Return the certificate that seals now, and remember that it does.

    Raises:
        SealCertificateError: the file that the administrator named cannot be used.

    """
    path: Path | None = settings.SEAL_CERTIFICATE
    if path is None:
        return _load(_demonstration_file(), "", is_demonstration=True)
    return _load(path, settings.SEAL_PASSPHRASE, is_demonstration=False)


def known_fingerprints() -> frozenset[str]:
    """Return the fingerprints of all certificates that ever sealed here.

    A receipt outlives the certificate that sealed it: the former ones stay in the data directory.
    """
    return frozenset(path.stem for path in _folder().glob("*.der"))


def expires_at(certificate: SealCertificate) -> dt.datetime:
    """Return when the certificate ceases to be valid."""
    return certificate.certificate.not_valid_after_utc


def _folder() -> Path:
    folder: Path = settings.DATA_DIR / "seal"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@cache
def _load(path: Path, passphrase: str, *, is_demonstration: bool) -> SealCertificate:
    secret = passphrase.encode() or None
    try:
        archive = path.read_bytes()
        key, certificate, _ = pkcs12.load_key_and_certificates(archive, secret)
    except (OSError, ValueError) as error:
        raise SealCertificateError(f"{path}: {error}") from error
    if key is None or certificate is None:
        raise SealCertificateError(f"{path}: it must hold a private key and its certificate")
    der = certificate.public_bytes(serialization.Encoding.DER)
    _create(_folder() / f"{hashlib.sha256(der).hexdigest()}.der", der)
    return SealCertificate(archive, secret, certificate, is_demonstration)


def _demonstration_file() -> Path:
    """Return the file of the demonstration certificate, made at the first need."""
    path = _folder() / "demonstration.p12"
    if not path.exists():
        _create(path, demonstration_archive())
    return path


def _create(path: Path, content: bytes) -> None:
    """Write a file whole, unless another process was faster."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def demonstration_archive() -> bytes:
    """Return a new key with a certificate that vouches for itself, in PKCS#12, without passphrase."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEMONSTRATION_NAME)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + _TEN_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, None, serialization.NoEncryption()
    )

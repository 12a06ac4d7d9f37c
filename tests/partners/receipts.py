"""A signature to make receipts of, and certificates to seal them with."""

import datetime as dt
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from partners.canonical import Article
from partners.receipts.facts import ReceiptFacts

CODE = "7Q4M-9XKD-2FHT-VB3N-8C6R-WJ5P-10"
EVIDENCE = UUID("0196f2c4-5a1e-7c3b-9d2f-4b8e6a1c7d50")


def facts(**changed: Any) -> ReceiptFacts:
    """Return the facts of a signature in French, or with what is ``changed``."""
    values: dict[str, Any] = {
        "charter_title": "Charte d’engagement des partenaires",
        "version": 2,
        "language": "fr",
        "text_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "preamble": "Cette charte dit ce que chacun donne.\n\nElle reconnaît un engagement.",
        "articles": (
            Article(
                1, "Le rôle", "Un partenaire est un relais.\n\nIl fait connaître le programme."
            ),
            Article(2, "Un engagement volontaire", "Personne n’est désigné d’office."),
        ),
        "organisations": ("Ville de Dijon", "Dijon métropole", "CCAS de Dijon"),
        "signatory_name": "Une partenaire du musée",
        "signatory_email": "partenaire@ville.example",
        "collectivity": "Ville de Dijon",
        "signed_at": dt.datetime(2026, 3, 10, 11, 4, 5, tzinfo=dt.UTC),
        "authentication": "mot de passe du compte, demandé de nouveau",
        "statement": "J’ai lu la charte, version 2, et je m’engage à la respecter.",
        "evidence_id": EVIDENCE,
        "record_hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        "code": CODE,
        "address": f"https://portail.example/fr/verifier/{CODE}/",
    }
    return ReceiptFacts(**{**values, **changed})


def organisation_archive(kind: str, passphrase: bytes) -> bytes:
    """Return a certificate that an authority gave, in PKCS#12: "elliptic", "expired" or of a web server."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    key: Any = root_key
    if kind != "elliptic":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorité d'essai")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Collectivité d'essai")])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=-1 if kind == "expired" else 400))
    )
    if kind == "for a web server":
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(usage, critical=True)
    root = (
        x509.CertificateBuilder()
        .subject_name(issuer)
        .issuer_name(issuer)
        .public_key(root_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=500))
        .not_valid_after(now + dt.timedelta(days=500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"seal",
        key,
        builder.sign(root_key, hashes.SHA256()),
        [root],
        serialization.BestAvailableEncryption(passphrase),
    )

"""What an evidence file holds: all that it takes to check one signature elsewhere, later.

It follows the list of the FNTC « fichier de preuve »: who signed what, when, proved how, the words
that were ticked, with the salts that open their digests; the text; the receipt and its timestamp;
the script that checks them (``check_evidence.py``).
"""

import datetime as dt
import io
import json
import zipfile
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation

from partners.enums import EvidenceKind
from partners.evidence import instant
from partners.models import (
    CharterText,
    EvidenceRecord,
    Signature,
    SignatureReceipt,
    SignatureScan,
    WithdrawalScan,
)
from partners.signatures import verification_url

FORMAT = 1
SCRIPT = Path(__file__).with_name("check_evidence.py")
# ZIP knows no date before 1980; the same content gives the same file.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def evidence_file(signature: Signature, *, at: dt.datetime) -> bytes:
    """Return the evidence file (ZIP) of ``signature``, as its evidence stands.

    Args:
        signature: with its records, its charter and its version.
        at: when it is made.

    """
    text: CharterText = signature.version.texts.get(language=signature.language)
    text.version = signature.version
    text_file = f"text.{text.language}.json"
    content = {
        "format": FORMAT,
        "made_at": instant(at),
        "language": text.language,
        "signature": {
            "code": signature.shown_code,
            "state": signature.state.name.lower(),
            "verification": verification_url(signature),
        },
        "text": {"file": text_file, "sha256": text.sha256},
        "records": [_record(record) for record in _records(signature)],
    }
    with translation.override(text.language):
        read_me = render_to_string(
            "partners/evidence_file.txt",
            {"signature": signature, "title": text.title, "text_file": text_file},
        )
    files: dict[str, bytes] = {
        "LISEZMOI.txt" if text.language == "fr" else "README.txt": read_me.encode("utf-8-sig"),
        "evidence.json": json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8"),
        text_file: text.canonical_bytes(),
        SCRIPT.name: SCRIPT.read_bytes(),
    }
    for name, model in (("sheet", SignatureScan), ("withdrawal", WithdrawalScan)):
        scan = model._default_manager.filter(signature=signature).first()
        if scan is not None:
            files[f"{name}.{scan.suffix}"] = bytes(scan.content)
    receipt = SignatureReceipt.objects.filter(signature=signature).first()
    if receipt is not None:
        from partners.receipts.parts import parts_of

        pdf = bytes(receipt.pdf)
        parts = parts_of(pdf)
        files |= {"receipt.pdf": pdf, "seal-certificate.pem": parts.certificate}
        if parts.token:
            files |= {"timestamp.tst": parts.token, "timestamped.bin": parts.dated}
    return _packed(files)


def _records(signature: Signature) -> list[EvidenceRecord]:
    """Return the records that tell of a signature, in order: its own first."""
    signed = signature.signed_record
    about = EvidenceRecord.objects.filter(about=str(signed.uuid)).prefetch_related("values")
    following = list(about.order_by("sequence"))
    named = [Q(details__purged__has_key=str(record.uuid)) for record in (signed, *following)]
    purges = EvidenceRecord.objects.filter(reduce(or_, named), kind=EvidenceKind.PURGED)
    return [signed, *sorted((*following, *purges), key=lambda record: record.sequence)]


def _record(record: EvidenceRecord) -> dict[str, Any]:
    stored = record.stored()
    entry = {name: getattr(stored.entry, name) for name in type(stored.entry).__slots__}
    return {
        "entry": {**entry, "at": instant(stored.entry.at)},
        "hash": stored.hash,
        "values": {
            name: {"salt": value.salt, "value": value.value}
            for name, value in stored.values.items()
        },
    }


def _packed(files: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NO_DATE), content, zipfile.ZIP_DEFLATED)
    return output.getvalue()

"""What the verification page tells of a signature, or of an agreement that all parties signed."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from partners.agreements import agreement_verdict, public_agreement_lines, signatory_lines
from partners.charters import ShownCharter, shown_version
from partners.enums import CharterStage
from partners.models import AgreementDocument, Signature
from partners.signatures import (
    Line,
    Verdict,
    public_lines,
    recorded_signatory_lines,
    shown_instant,
    verdict,
)
from partners.verification import FileReading, check_agreement, check_signature


@dataclass(frozen=True, slots=True)
class Proof:
    """What a code, or a file, leads to.

    Attributes:
        lines: what anyone who holds the code may know: never who signed.
        text: what was signed, where anybody may read it.
        is_agreement: whether organisations signed it, not somebody a charter.

    """

    code: str
    is_intact: bool
    is_example: bool
    is_agreement: bool
    verdict: Verdict
    lines: list[Line]
    text: ShownCharter | None = None


def proof_of(found: Signature | AgreementDocument, *, on: dt.date) -> Proof:
    """Check what was found, and return what is told of it on the day ``on``."""
    if isinstance(found, AgreementDocument):
        return _of_agreement(found, on)
    return _of_signature(found, on)


def file_verdict(reading: FileReading, proof: Proof | None) -> Verdict:
    """Return what a check of a file found, and of what it names."""
    if proof is None:
        return Verdict(
            "error",
            _("Neither a receipt nor an agreement of this portal"),
            _(
                "This file does not bear the seal of the portal, cannot be read, or names a signature "
                "that is not held here. What was printed and scanned again is verified by its code."
            ),
        )
    if reading.is_genuine:
        return proof.verdict
    if proof.is_agreement:
        return Verdict(
            "error",
            _("Altered file"),
            _(
                "This file names an agreement signed here, but it is not the PDF that the portal "
                "sealed: something was changed in it. Do not rely on it; verify the code instead."
            ),
        )
    return Verdict(
        "error",
        _("Altered receipt"),
        _(
            "This file names a signature made here, but it is not the receipt that the portal "
            "sealed: something was changed in it. Do not rely on it; verify the code instead."
        ),
    )


def file_lines(reading: FileReading, proof: Proof) -> list[Line]:
    """Return what a genuine file says to whoever holds it: who signed, too."""
    if not reading.is_genuine or not proof.is_intact or reading.found is None:
        return []
    dated = reading.timestamp
    date = [Line(_("Timestamp"), shown_instant(dated))] if dated is not None else []
    return [*_names(reading.found), *proof.lines, *date]


def _names(found: Signature | AgreementDocument) -> list[Line]:
    if isinstance(found, AgreementDocument):
        return signatory_lines(found.version)
    return recorded_signatory_lines(found)[:1]


def _of_signature(signature: Signature, on: dt.date) -> Proof:
    text = signature.version.texts.filter(language=signature.language).first()
    is_intact = not check_signature(signature)
    return Proof(
        code=signature.shown_code,
        is_intact=is_intact,
        is_example=signature.version.stage == CharterStage.PROPOSED,
        is_agreement=False,
        verdict=verdict(signature, is_intact=is_intact, on=on),
        lines=public_lines(signature, text) if text else [],
        text=shown_version(signature.version, language=signature.language) if text else None,
    )


def _of_agreement(document: AgreementDocument, on: dt.date) -> Proof:
    is_intact = not check_agreement(document)
    return Proof(
        code=document.shown_code,
        is_intact=is_intact,
        is_example=document.version.is_example,
        is_agreement=True,
        verdict=agreement_verdict(document.version, is_intact=is_intact, on=on),
        lines=public_agreement_lines(document, on=on),
    )

"""Check the evidence file of one signature, without the portal that made it.

    python3 check_evidence.py preuve.zip

Needs Python 3.9 or later and nothing else. Where ``openssl`` is installed, the seal of the receipt
and the timestamp are checked too; ``--tsa-ca FILE`` names the certificates of the timestamping
authority (PEM) against which to check the latter.

What is computed again, and from what:

- a record's hash: SHA-256 of its ``entry`` as JSON in UTF-8, members sorted by name, no white space
  outside strings, characters written as they are;
- a value's digest: SHA-256 of the salt followed by the value, in UTF-8;
- the text's fingerprint: SHA-256 of the file of the text;
- the receipt's fingerprint and size, as the record of its seal, or of its later date, tells them.

Prints a line for each check; ends with 0 when all hold, 1 when one does not, 2 when the file is none.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from shutil import which
from typing import Any

MAX_SIZE = 50_000_000
# What becomes of a signature, by the kind of the record that follows it up.
STATES = {"signed": "replaced", "withdrawn": "withdrawn", "expired": "expired"}
FRENCH = {
    "holds": "conforme",
    "WRONG": "NON CONFORME",
    "not checked": "non vérifié",
    "record {sequence} ({kind}): its hash": "enregistrement {sequence} ({kind}) : son empreinte",
    "record {sequence} ({kind}): it follows the one before": (
        "enregistrement {sequence} ({kind}) : il suit le précédent"
    ),
    "record {sequence} ({kind}): it is about this signature": (
        "enregistrement {sequence} ({kind}) : il porte sur cette signature"
    ),
    "record {sequence} ({kind}): the value “{name}”": (
        "enregistrement {sequence} ({kind}) : la valeur « {name} »"
    ),
    "record {sequence} ({kind}): the value “{name}” was purged": (
        "enregistrement {sequence} ({kind}) : la valeur « {name} » a été effacée au terme prévu"
    ),
    "what the file says first: state, code, text": (
        "ce que le dossier dit en tête : état, code, texte"
    ),
    "the text that was signed": "le texte signé",
    "the scan of the sheet": "la numérisation de la feuille signée",
    "the scan of the sheet was purged": "la numérisation a été effacée au terme prévu",
    "the scan of the request to withdraw": "la numérisation de la demande de retrait",
    "the receipt (PDF)": "le reçu (PDF)",
    "the receipt was purged": "le reçu a été effacé au terme prévu",
    "the receipt was not made": "le reçu n’avait pas été établi",
    "the seal of the receipt": "le cachet du reçu",
    "the seal of the receipt (openssl is not installed)": (
        "le cachet du reçu (openssl n’est pas installé)"
    ),
    "the timestamp": "l’horodatage",
    "the timestamp (name its authority by --tsa-ca)": (
        "l’horodatage (indiquez son autorité par --tsa-ca)"
    ),
    "All that was checked holds.": "Tout ce qui a été vérifié est conforme.",
    "{count} checks do not hold: do not rely on this file.": (
        "{count} vérifications ne sont pas conformes : ne vous fiez pas à ce fichier."
    ),
}


class Checks:
    """Says what holds and what does not, in the language of the file, and counts the latter."""

    def __init__(self, language: str) -> None:
        self.words = FRENCH if language == "fr" else {}
        self.wrong = 0

    def say(self, what: str, **names: Any) -> str:
        """Return a sentence in the language of the file."""
        return self.words.get(what, what).format(**names)

    def note(self, holds: bool, what: str, **names: Any) -> None:
        """Print whether something holds."""
        self.wrong += not holds
        print(f"{self.say('holds' if holds else 'WRONG'):<14}{self.say(what, **names)}")

    def pass_over(self, what: str, **names: Any) -> None:
        """Print that something could not be checked."""
        print(f"{self.say('not checked'):<14}{self.say(what, **names)}")


def sha256(content: bytes) -> str:
    """Return the SHA-256 of ``content``, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def entry_hash(entry: "dict[str, Any]") -> str:
    """Return the hash of a record, computed again."""
    return sha256(
        json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
    )


def check_records(checks: Checks, evidence: "dict[str, Any]") -> bool:
    """Check each record and its values; return whether the name was purged, the receipt with it."""
    purged = {
        (uuid, name)
        for record in evidence["records"]
        if record["entry"]["kind"] == "purged"
        for uuid, names in record["entry"]["details"].get("purged", {}).items()
        for name in names
    }
    signed = evidence["records"][0]["entry"]["uuid"]
    before = None
    for record in evidence["records"]:
        entry = record["entry"]
        named = {"sequence": entry["sequence"], "kind": entry["kind"]}
        where = "record {sequence} ({kind}): "
        checks.note(entry_hash(entry) == record["hash"], where + "its hash", **named)
        if before and before["entry"]["sequence"] >= entry["sequence"]:
            checks.note(False, where + "it follows the one before", **named)
        if before and before["entry"]["sequence"] + 1 == entry["sequence"]:
            follows = entry["previous_hash"] == before["hash"]
            checks.note(follows, where + "it follows the one before", **named)
        if before and entry["kind"] != "purged":
            checks.note(entry["about"] == signed, where + "it is about this signature", **named)
        values = record["values"]
        for name in sorted({*entry["digests"], *values}):
            value = values.get(name)
            if value is None and (entry["uuid"], name) in purged:
                checks.pass_over(where + "the value “{name}” was purged", name=name, **named)
                continue
            holds = value is not None and (
                sha256((value["salt"] + value["value"]).encode("utf-8"))
                == entry["digests"].get(name)
            )
            checks.note(holds, where + "the value “{name}”", name=name, **named)
        before = record
    return (signed, "name") in purged


def check_summary(checks: Checks, evidence: "dict[str, Any]") -> None:
    """Compare what the file says first, for people, with what the records tell."""
    first, *following = evidence["records"]
    about = [record["entry"]["kind"] for record in following]
    ends = [STATES[kind] for kind in about if kind in STATES]
    told = evidence["signature"]
    code = first["values"].get("code", {}).get("value")
    shown = told["code"]
    holds = told["state"] == (ends[-1] if ends else "active")
    holds = holds and code in {None, shown.replace("-", "")}
    holds = holds and shown in told["verification"].split("/")
    holds = holds and evidence["text"]["sha256"] == first["entry"]["text_sha256"]
    checks.note(holds, "what the file says first: state, code, text")


def check_text(checks: Checks, evidence: "dict[str, Any]", folder: Path) -> None:
    """Compare the text with the fingerprint that the records tell."""
    text = (folder / evidence["text"]["file"]).read_bytes()
    first, *following = (record["entry"] for record in evidence["records"])
    # A newer signature, which takes the place of this one, bears on another text.
    bearing = [first, *(entry for entry in following if entry["kind"] not in {"signed", "purged"})]
    told = {entry["text_sha256"] for entry in bearing if entry["text_sha256"]}
    checks.note(told == {sha256(text)}, "the text that was signed")


def check_sheet(
    checks: Checks, evidence: "dict[str, Any]", folder: Path, *, is_purged: bool
) -> None:
    """Compare the scans with what the records tell: of a sheet signed by hand, of a withdrawal."""
    entries = [record["entry"] for record in evidence["records"]]
    ends = [entry for entry in entries if entry["kind"] == "withdrawn"]
    for what, name, entry in (
        ("the scan of the sheet", "sheet.*", entries[0]),
        *(("the scan of the request to withdraw", "withdrawal.*", entry) for entry in ends),
    ):
        told = entry["details"].get("paper", {})
        scans = [path.read_bytes() for path in sorted(folder.glob(name))]
        if not scans and "sha256" not in told:
            continue
        if not scans and is_purged:
            checks.pass_over("the scan of the sheet was purged")
            continue
        expected = [(told.get("sha256"), told.get("size"))]
        checks.note([(sha256(scan), len(scan)) for scan in scans] == expected, what)


def check_receipt(
    checks: Checks, evidence: "dict[str, Any]", folder: Path, *, is_purged: bool
) -> None:
    """Compare the receipt with the records of its seal and of its date."""
    seals = [
        record["entry"]["details"]
        for record in evidence["records"]
        if record["entry"]["kind"] in {"sealed", "timestamped"}
    ]
    path = folder / "receipt.pdf"
    if not path.exists():
        if is_purged:
            checks.pass_over("the receipt was purged")
        elif seals:
            checks.note(False, "the receipt (PDF)")
        else:
            checks.pass_over("the receipt was not made")
        return
    pdf = path.read_bytes()
    holds = bool(seals) and seals[-1]["size"] == len(pdf)
    holds = holds and all(sha256(pdf[: seal["size"]]) == seal["sha256"] for seal in seals)
    checks.note(holds, "the receipt (PDF)")
    check_seal(checks, pdf, folder)


def check_seal(checks: Checks, pdf: bytes, folder: Path) -> None:
    """Let openssl compare what the seal covers with what it was made from."""
    if which("openssl") is None:
        checks.pass_over("the seal of the receipt (openssl is not installed)")
        return
    covered = re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    holds = False
    if covered:
        start, length, again, rest = map(int, covered.groups())
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", pdf[start + length : again])
        with tempfile.TemporaryDirectory() as place:
            content, seal = Path(place, "content"), Path(place, "seal")
            content.write_bytes(pdf[start : start + length] + pdf[again : again + rest])
            seal.write_bytes(der(bytes.fromhex(digits[: len(digits) // 2 * 2].decode())))
            holds = openssl(
                *("cms", "-verify", "-binary", "-noverify", "-inform", "DER"),
                *("-certfile", folder / "seal-certificate.pem", "-nointern"),
                *("-in", seal, "-content", content, "-out", Path(place, "same")),
            )
    checks.note(holds, "the seal of the receipt")


def check_timestamp(checks: Checks, folder: Path, authority: "str | None") -> None:
    """Let openssl compare the timestamp with what it dates, and with who is said to have made it."""
    token = folder / "timestamp.tst"
    if not token.exists():
        return
    if authority is None or which("openssl") is None:
        checks.pass_over("the timestamp (name its authority by --tsa-ca)")
        return
    holds = openssl(
        *("ts", "-verify", "-token_in", "-in", token, "-CAfile", authority),
        *("-data", folder / "timestamped.bin"),
    )
    checks.note(holds, "the timestamp")


def der(content: bytes) -> bytes:
    """Return the first DER value of ``content``, without the zeros that fill its place."""
    size, start = content[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(content[2:start], "big")
    return content[: start + size]


def openssl(*arguments: "str | Path") -> bool:
    """Run openssl; say whether it found what it was asked for."""
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)
    return done.returncode == 0


def unpack(path: str, folder: Path) -> None:
    """Unpack an evidence file; names that lead elsewhere are refused."""
    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > MAX_SIZE:
            raise ValueError("too large")
        for item in archive.infolist():
            if Path(item.filename).name != item.filename:
                raise ValueError(item.filename)
            (folder / item.filename).write_bytes(archive.read(item))


def main() -> int:
    """Check the file named on the command line; return what the process ends with."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="the evidence file (ZIP), or the folder of its contents")
    parser.add_argument("--tsa-ca", help="certificates of the timestamping authority (PEM)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(asked.file)
        try:
            if not folder.is_dir():
                folder = Path(place)
                unpack(asked.file, folder)
            evidence = json.loads((folder / "evidence.json").read_text("utf-8"))
            checks = Checks(evidence["language"])
            check_summary(checks, evidence)
            is_purged = check_records(checks, evidence)
            check_text(checks, evidence, folder)
            check_sheet(checks, evidence, folder, is_purged=is_purged)
            check_receipt(checks, evidence, folder, is_purged=is_purged)
            check_timestamp(checks, folder, asked.tsa_ca)
        except (OSError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile) as error:
            print(f"{asked.file}: {type(error).__name__}: {error}", file=sys.stderr)
            return 2
    if checks.wrong:
        what = "{count} checks do not hold: do not rely on this file."
        print(checks.say(what, count=checks.wrong))
        return 1
    print(checks.say("All that was checked holds."))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What judges receipts and is not ours, none of it skipped in silence."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from partners.receipts import pdf as layout

ROOT = Path(__file__).resolve().parents[2]


def lack(reason: str) -> None:
    """Skip, and say why; in continuous integration, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}: it must be there in continuous integration")
    pytest.skip(reason)


def need_pdf_libraries() -> None:
    """Skip where the system lacks what lays a PDF out."""
    if missing := layout.missing_libraries():
        lack(f"no {', '.join(missing)} (apt-get install {' '.join(layout.SYSTEM_PACKAGES)})")


def pdfsig(pdf: Path) -> str:
    """Return what Poppler says of the seals of a file."""
    if shutil.which("pdfsig") is None:
        lack("no pdfsig here (apt-get install poppler-utils)")
    said = subprocess.run(["pdfsig", "-nocert", pdf], capture_output=True, text=True, check=False)
    return said.stdout + said.stderr


def verapdf(*files: Path) -> list[str]:
    """Return what veraPDF says of each file: PASS, or FAIL and the rules that it breaks."""
    said = subprocess.run(
        [ROOT / "bin" / "verapdf", *files], capture_output=True, text=True, check=False
    )
    if said.returncode == 3:
        lack(said.stderr.strip())
    return said.stdout.splitlines()


@contextmanager
def timestamping_authority(folder: Path) -> Iterator[str]:
    """Serve a real RFC 3161 authority on the loopback, and yield its address."""
    _keys(folder)
    config = folder / "authority.yml"
    config.write_text(yaml.safe_dump(_architecture(folder)))
    process = subprocess.Popen(
        [sys.executable, "-m", "certomancer", "--config", config, "animate", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
    )
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:  # until it says where it listens, or ends
            said.append(line)
            if "Running on http://" in line:
                address = line.split("Running on ")[1].split()[0].rstrip("/")
                break
        else:
            raise AssertionError("".join(said))
        yield f"{address}/portal/tsa/tsa"
    finally:
        process.kill()
        process.communicate()


def _keys(folder: Path) -> None:
    for name in ("root", "tsa"):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        (folder / f"{name}.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def _architecture(folder: Path) -> dict:
    validity = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2100-01-01T00:00:00+0000"}

    def usage(*names: str) -> dict:
        return {
            "id": "key_usage",
            "critical": True,
            "smart-value": {"schema": "key-usage", "params": list(names)},
        }

    return {
        "keysets": {
            "keys": {
                "path-prefix": str(folder),
                "keys": {name: {"path": f"{name}.pem"} for name in ("root", "tsa")},
            }
        },
        "pki-architectures": {
            "portal": {
                "keyset": "keys",
                "entity-defaults": {"organization-name": "Horodatage d'essai"},
                "entities": {
                    "root": {"common-name": "Essai, racine"},
                    "tsa": {"common-name": "Essai, horodatage"},
                },
                "certs": {
                    "root": {
                        "subject": "root",
                        "issuer": "root",
                        "validity": validity,
                        "extensions": [
                            {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
                            usage("digital_signature", "key_cert_sign", "crl_sign"),
                        ],
                    },
                    "tsa": {
                        "subject": "tsa",
                        "issuer": "root",
                        "validity": validity,
                        "extensions": [
                            usage("digital_signature"),
                            {
                                "id": "extended_key_usage",
                                "critical": True,
                                "value": ["time_stamping"],
                            },
                        ],
                    },
                },
                "services": {"time-stamping": {"tsa": {"signing-cert": "tsa"}}},
            }
        },
    }

"""What the administrator is told at start about receipts."""

import datetime as dt
from collections.abc import Sequence
from ctypes.util import find_library
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004
from django.utils import timezone

from partners.receipts.certificates import SealCertificateError, expires_at, seal_certificate
from partners.receipts.pdf import SYSTEM_PACKAGES

_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
_NOTICE = dt.timedelta(days=30)


def check_libraries(
    app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """Say which libraries of the system PDF receipts lack; the portal runs without them."""
    missing = [name for name in _LIBRARIES if find_library(name) is None]
    if not missing:
        return []
    return [
        Warning(
            f"Receipts are shown and mailed, but not as PDF: {', '.join(missing)} is missing.",
            hint=f"apt-get install {' '.join(SYSTEM_PACKAGES)}",
            id="partners.W001",
        )
    ]


def check_certificate(
    app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """Say whether the certificate that the administrator named can seal, and will."""
    if settings.SEAL_CERTIFICATE is None:
        return []
    try:
        until = expires_at(seal_certificate())
    except SealCertificateError as error:
        return [
            Error(
                f"The certificate of the seal cannot be used: {error}",
                hint="See PORTAL_SEAL_CERTIFICATE and PORTAL_SEAL_PASSPHRASE.",
                id="partners.E002",
            )
        ]
    if until > timezone.now() + _NOTICE:
        return []
    return [
        Warning(
            f"The certificate of the seal is valid until {until:%Y-%m-%d} only.",
            hint="Ask for the next one; receipts sealed with this one stay verifiable.",
            id="partners.W003",
        )
    ]


def check_demonstration(
    app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """Say, of a deployment, that its receipts bear the seal of a demonstration."""
    if settings.SEAL_CERTIFICATE is not None:
        return []
    return [
        Warning(
            "Receipts are sealed with a demonstration certificate, and say so.",
            hint="Set PORTAL_SEAL_CERTIFICATE.",
            id="partners.W002",
        )
    ]

"""What the administrator is told at start about receipts."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning  # noqa: A004
from django.utils import timezone

from partners.receipts import pdf
from partners.receipts.certificates import SealCertificateError, expires_at, seal_certificate

_NOTICE = dt.timedelta(days=30)


def check_libraries(
    app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """Say which libraries of the system PDF receipts lack.

    It is no warning: the portal runs without them, and says so where a PDF would be.
    """
    missing = pdf.missing_libraries()
    if not missing:
        return []
    return [
        Info(
            f"Receipts are shown and mailed, but not as PDF: {', '.join(missing)} is missing.",
            hint=f"apt-get install {' '.join(pdf.SYSTEM_PACKAGES)}",
            id="partners.I001",
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

"""Personal links: who holds one was invited to sign.

A link is drawn from the invitation and the portal's own key, 256 bits that nobody guesses. The database
keeps its hash only, and an e-mail that leaves later still bears it.
"""

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import override

if TYPE_CHECKING:
    from partners.models import AgreementInvitation

SALT = "partners.links"


def link_of(invitation: "AgreementInvitation") -> str:
    """Return the secret part of the link of an invitation."""
    key = salted_hmac(SALT, invitation.uuid.hex, algorithm="sha256")
    return urlsafe_base64_encode(key.digest())


def link_hash(link: str) -> str:
    """Return what is kept of a link."""
    return hashlib.sha256(link.encode("utf-8", "replace")).hexdigest()


def link_url(invitation: "AgreementInvitation") -> str:
    """Return the address that is sent to who is invited, in their language."""
    with override(invitation.language):
        path = reverse("invitation", args=[link_of(invitation)])
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"

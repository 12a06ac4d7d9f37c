"""What must be forgotten when data change."""

from django.db.models.signals import post_delete, post_save
from wagtail.models import Locale

from .models import forget_locales


def connect() -> None:
    """Connect the receivers."""
    for signal in (post_save, post_delete):
        signal.connect(forget_locales, sender=Locale, dispatch_uid="portal.core.locales")

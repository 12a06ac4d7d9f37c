"""E-mails that events call for."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """An e-mail that an event calls for: written with the event, sent once, tried again until it is.

    ``claimed_at`` is when somebody last began to send it: meanwhile nobody else does.
    """

    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

"""E-mails that events call for."""

from django.db import models


class Notice(models.Model):
    """What an e-mail tells of: written with the event, sent once, tried again until it is.

    ``claimed_at`` is when somebody last began to send it: meanwhile nobody else does.
    """

    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

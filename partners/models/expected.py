"""Who is expected to sign an agreement, noted while it is drafted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .agreement import AgreementParty


class ExpectedSignatory(models.Model):
    """Who is to be invited for a party of a draft; forgotten as soon as the agreement is sent out."""

    party = models.OneToOneField(AgreementParty, on_delete=models.CASCADE, related_name="expected")
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    noted_at = models.DateTimeField(auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("expected signatory")
        verbose_name_plural = _("expected signatories")

    def __str__(self) -> str:
        return str(self.party)

"""Organisations that take part in the programme."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from wagtail.admin.panels import FieldPanel

from partners.enums import OrganisationKind
from portal.users.models import NamedFact


class Organisation(NamedFact):
    """A body that the programme works with."""

    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind.choices)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)

    panels = [
        *NamedFact.panels,
        FieldPanel("kind"),
        FieldPanel("acronym"),
        FieldPanel("website"),
    ]
    search_fields = [*NamedFact.search_fields, index.AutocompleteField("acronym")]

    class Meta(NamedFact.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

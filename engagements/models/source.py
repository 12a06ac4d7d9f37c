"""Source documents, and the trace of what was loaded."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from wagtail.admin.panels import FieldPanel

from portal.users.labels import Label


class SourceDocument(index.Indexed, models.Model):
    """A document that figures and dates come from."""

    title_fr = models.CharField(_("title in French"), max_length=200, unique=True)
    title_en = models.CharField(_("title in English"), max_length=200)

    title = Label()

    panels = [FieldPanel("title_fr"), FieldPanel("title_en")]
    search_fields = [index.SearchField("title_fr"), index.AutocompleteField("title_fr")]

    class Meta:
        verbose_name = _("source document")
        verbose_name_plural = _("source documents")
        ordering = ["title_fr"]

    def __str__(self) -> str:
        return self.title


class LoadedRow(models.Model):
    """A row of the programme's data files that was loaded once.

    What an editor deleted since is therefore not loaded again.
    """

    file = models.CharField(max_length=60)
    key = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("file", "key"), name="unique_loaded_row"),
        ]

    def __str__(self) -> str:
        return f"{self.file}: {self.key}"

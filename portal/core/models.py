"""Files (images, documents, films) and the base of every page."""

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, Tag
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page, PageManager
from wagtailmedia.models import AbstractMedia

from .cards import Card
from .searchable import SearchEntry
from .visibility import VisiblePageQuerySet


class PortalImage(AbstractImage):
    """An uploaded picture; its description is the default text alternative."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")


class PortalRendition(AbstractRendition):
    """A picture at one display size."""

    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_rendition"
            )
        ]


class PortalDocument(AbstractDocument):
    """An uploaded document."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")


class PortalMedia(AbstractMedia):
    """An uploaded film or sound."""

    silent = models.BooleanField(
        _("silent film"),
        default=False,
        help_text=_("Tick when the film has no sound at all; readers are told so"),
    )
    fallback_file = models.FileField(
        _("MP4 version"),
        upload_to="media",
        blank=True,
        help_text=_("For browsers that cannot play WebM"),
    )

    admin_form_fields = (*AbstractMedia.admin_form_fields, "silent", "fallback_file")

    class Meta:
        verbose_name = _("film or sound")
        verbose_name_plural = _("films and sounds")


class PageTag(ItemBase):
    """A tag on a page of any type."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="page_tags")
    content_object = ParentalKey(Page, on_delete=models.CASCADE, related_name="page_tags")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("tag", "content_object"), name="unique_page_tag")
        ]


class ContentGeneration(models.Model):
    """A counter that grows with every change of published content; caches carry it in their keys."""

    number = models.PositiveBigIntegerField(default=0)


class BasePage(Page):
    """What every page of the portal has."""

    summary = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences, shown in lists and at the top of the page"),
    )
    open_to_all = models.BooleanField(
        _("open to all"),
        default=False,
        help_text=_("Readable without signing in (by anyone on the network, or on the Internet)"),
    )

    objects = PageManager.from_queryset(VisiblePageQuerySet)()

    content_panels: list[Any] = [*Page.content_panels, FieldPanel("summary")]
    settings_panels: list[Any] = [
        *Page.settings_panels,
        MultiFieldPanel([FieldPanel("open_to_all")], heading=_("Who may read")),
    ]

    kind = "page"
    kind_label: Any = _("Page")

    class Meta:
        abstract = True

    @property
    def content_language(self) -> str:
        """Language in which the content is written: that of the original for an alias."""
        source = self.alias_of if self.alias_of_id else self
        return str(source.locale.language_code)

    @property
    def is_untranslated(self) -> bool:
        """Whether this page shows its original for want of a translation."""
        return bool(self.alias_of_id) and self.content_language != self.locale.language_code

    def as_card(self) -> Card:
        """Return what lists show of this page."""
        return Card(
            kind=self.kind,
            kind_label=self.kind_label,
            title=self.title,
            url=self.get_url() or "",
            summary=self.summary,
            language=self.content_language if self.is_untranslated else "",
        )

    def search_entries(self) -> list[SearchEntry]:
        """Return the search entry of this page; none for an alias or an unpublished page."""
        if not self.live or self.alias_of_id:
            return []
        return [
            SearchEntry(
                kind=self.kind,
                kind_label=self.kind_label,
                language=self.locale.language_code,
                title=self.title,
                summary=self.summary,
                body=self.search_text(),
                url=self.get_url() or "",
                path=self.path,
                open_to_all=self.open_to_all,
            )
        ]

    def search_text(self) -> str:
        """Return the plain text of the page's body."""
        return ""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the page, never to a shared cache."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response



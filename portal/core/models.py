"""Files (images, documents, films) and the base of every page."""

import re
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, Tag
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Locale, Page, PageManager, PageViewRestriction
from wagtailmedia.models import AbstractMedia

from .cards import Card
from .document_places import admitted_groups, places_of, restrictions_of
from .document_text import Outcome as ReadingOutcome
from .privacy import leave_no_trace
from .searchable import SearchEntry
from .tags import topics_and_marks
from .visibility import VisiblePageQuerySet

# Documents that readers open; the captions of films are documents too.
READABLE_EXTENSIONS = frozenset(
    {"pdf", "docx", "odt", "xlsx", "ods", "pptx", "odp", "txt", "csv", "md"}
)

# Locales by id: a handful of rows that every page refers to, forgotten when one of them changes.
_locales: dict[int, Locale] = {}


def cached_locale(locale_id: int) -> Locale:
    """Return a locale without asking the database again."""
    locale = _locales.get(locale_id)
    if locale is None:
        rows = {row.pk: row for row in Locale.objects.all()}
        _locales.update(rows)
        locale = rows[locale_id]
    return locale


def locale_id(language: str) -> int | None:
    """Return the key of a locale, None when there is none.

    To compare with it rather than with the code spares a join, and lets the database see at once
    which rows are few.
    """
    found = _id_in_memory(language)
    if found is None:
        _locales.update({row.pk: row for row in Locale.objects.all()})
        found = _id_in_memory(language)
    return found


def _id_in_memory(language: str) -> int | None:
    codes = ((pk, locale.language_code) for pk, locale in _locales.items())
    return next((pk for pk, code in codes if code == language), None)


def forget_locales(**_kwargs: Any) -> None:
    """Forget the cached locales (a signal receiver)."""
    _locales.clear()


class PortalImage(AbstractImage):
    """An uploaded picture; its description is the default text alternative."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        indexes = [models.Index(fields=["file"], name="image_by_file")]


class PortalRendition(AbstractRendition):
    """A picture at one display size."""

    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_rendition"
            )
        ]
        # A request for a file names nothing else.
        indexes = [models.Index(fields=["file"], name="rendition_by_file")]


class PortalDocument(AbstractDocument):
    """An uploaded document."""

    admin_form_fields = Document.admin_form_fields

    kind = "document"
    kind_label: Any = _("Document")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    @property
    def is_readable(self) -> bool:
        """Whether it is made to be read, which the captions of a film are not."""
        return self.file_extension.lower() in READABLE_EXTENSIONS

    @property
    def kept_text(self) -> "DocumentText | None":
        """The text of the file as it is now; None while it has not been read."""
        text: DocumentText | None = getattr(self, "text", None)
        return text if text is not None and text.file == self.file.name else None

    @property
    def file_note(self) -> str:
        """What the file is and how big, in the language in use: « PDF, 240 Kio »."""
        extension = self.file_extension.upper()
        size = self.file_size
        if size is None:
            try:
                size = self.file.size
            except OSError:
                return extension
        return f"{extension}, {filesizeformat(size)}"

    def search_entries(self) -> list[SearchEntry]:
        """Return an entry for each language in which a published page shows this document."""
        groups = admitted_groups(self.collection)
        if not self.is_readable or (groups is not None and not groups):
            return []
        text = self.kept_text
        restricted = restrictions_of(self.collection).exists()
        topics, marks = topics_and_marks(self.tags.names())
        entries = []
        for place in places_of(self):
            with translation.override(place.language):
                note = self.file_note
            entries.append(
                SearchEntry(
                    kind=self.kind,
                    kind_label=self.kind_label,
                    language=place.language,
                    title=self.title,
                    summary="",
                    body=text.content if text else "",
                    url=self.url,
                    date=timezone.localdate(self.created_at),
                    note=note,
                    page_id=place.page_id,
                    path=place.path,
                    open_to_all=place.open_to_all and not restricted,
                    group_ids=tuple(sorted(groups or ())),
                    tags=topics,
                    marks=marks,
                )
            )
        return entries


class DocumentText(models.Model):
    """What search knows of a document's file, and nothing that cannot be read again from it."""

    class Outcome(models.TextChoices):
        """How the reading of a file ended (``portal.core.document_text``)."""

        READ = ReadingOutcome.READ.value, _("Text read: the document is found by what it says")
        EMPTY = (
            ReadingOutcome.EMPTY.value,
            _("No text in the file (a scan?): the document is found by its title only"),
        )
        LOCKED = (
            ReadingOutcome.LOCKED.value,
            _("File locked by a password: the document is found by its title only"),
        )
        UNREADABLE = (
            ReadingOutcome.UNREADABLE.value,
            _("Text not readable: the document is found by its title only"),
        )
        TOO_LONG = (
            ReadingOutcome.TOO_LONG.value,
            _("File too long to read: the document is found by its title only"),
        )

    document = models.OneToOneField(PortalDocument, on_delete=models.CASCADE, related_name="text")
    file = models.CharField(max_length=255)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    content = models.TextField(blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("text of a document")
        verbose_name_plural = _("texts of documents")

    def __str__(self) -> str:
        return self.file

    def search_subjects(self) -> list[PortalDocument]:
        """Return the document, which is found by this text."""
        return [self.document]


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

    admin_form_fields: Any = (*AbstractMedia.admin_form_fields, "silent", "fallback_file")

    class Meta:
        verbose_name = _("film or sound")
        verbose_name_plural = _("films and sounds")


@register_setting(icon="mail")
class ProgrammeContact(BaseSiteSetting):
    """Who answers readers' questions: the team of the programme, never one person."""

    email = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_(
            "Address of the team, not of a person: questions asked on the portal go there. "
            "Without one, readers are led to the page below."
        ),
    )
    phone = models.CharField(
        _("phone"),
        max_length=30,
        blank=True,
        validators=[
            RegexValidator(r"^[+(]?[0-9][0-9 .()\u00a0\u202f-]+$", _("Type a phone number"))
        ],
    )
    page = models.ForeignKey(
        Page,
        verbose_name=_("page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The page that presents the team, or says how to reach it"),
    )

    panels: ClassVar[list[Any]] = [FieldPanel("email"), FieldPanel("phone"), FieldPanel("page")]

    class Meta:
        verbose_name = _("contact of the programme team")

    @property
    def phone_link(self) -> str:
        """The phone number as a link writes it."""
        return re.sub(r"[^+0-9]", "", self.phone)


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
    menu_label = models.CharField(
        _("short title in the menu"),
        max_length=40,
        blank=True,
        help_text=_(
            "For a page under the home page: its name in the main menu, or at the foot of every "
            "page when it is not shown in menus"
        ),
    )

    objects: ClassVar[Any] = PageManager.from_queryset(VisiblePageQuerySet)()

    content_panels: list[Any] = [*Page.content_panels, FieldPanel("summary")]
    promote_panels: list[Any] = [*Page.promote_panels, FieldPanel("menu_label")]
    settings_panels: list[Any] = [
        *Page.settings_panels,
        MultiFieldPanel([FieldPanel("open_to_all")], heading=_("Who may read")),
    ]

    kind = "page"
    kind_label: Any = _("Page")
    # A page that someone may read in distress: never stored, never logged (see `serve`).
    leaves_no_trace: Any = False
    # Relations read in the same query as the page that answers a request.
    read_along: tuple[str, ...] = ()
    # Set on the routed page by the middleware that applied the rule of `portal.core.visibility`.
    reader_admitted = False
    # Locale of an alias's original, when the query that found the alias has read it.
    source_locale_id: int | None = None

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "BasePage":
        """Make a page out of a row, its locale taken from memory."""
        page: BasePage = super().from_db(*args, **kwargs)
        if "locale_id" in page.__dict__:
            page._state.fields_cache["locale"] = cached_locale(page.locale_id)
        return page

    @property
    def content_language(self) -> str:
        """Language in which the content is written: that of the original for an alias."""
        if not self.alias_of_id:
            return str(self.locale.language_code)
        if self.source_locale_id is None:
            original: Any = self.alias_of
            self.source_locale_id = original.locale_id
        return str(cached_locale(self.source_locale_id).language_code)

    @property
    def is_untranslated(self) -> bool:
        """Whether this page shows its original for want of a translation."""
        return bool(self.alias_of_id) and self.content_language != self.locale.language_code

    @property
    def foreign_language(self) -> str:
        """Language of the content when it is not that of the page; empty otherwise."""
        return self.content_language if self.is_untranslated else ""

    def as_card(self) -> Card:
        """Return what lists show of this page."""
        return Card(
            kind=self.kind,
            kind_label=self.kind_label,
            title=self.title,
            url=self.get_url() or "",
            summary=self.summary,
            language=self.foreign_language,
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
                page_id=self.pk,
                path=self.path,
                open_to_all=self.open_to_all,
            )
        ]

    def search_text(self) -> str:
        """Return the plain text of the page's body."""
        return ""

    def get_view_restrictions(self) -> "models.QuerySet[PageViewRestriction]":
        """Return the privacy that remains to be checked: none once the reader is let in.

        Wagtail asks again for each page it serves, with a query per alias among the ancestors.
        """
        if self.reader_admitted:
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the page, never to a shared cache; leave no trace of the reading if it asks so."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if self.leaves_no_trace:
            leave_no_trace(request, response)
        elif not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response

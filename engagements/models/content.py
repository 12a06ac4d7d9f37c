"""The base of every page that speaks about engagements."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager
from wagtail_localize.fields import SynchronizedField

from engagements.blocks import BODY_BLOCKS
from portal.core.cards import Card
from portal.core.models import BasePage, PageTag, PortalImage, locale_id
from portal.core.searchable import SearchEntry
from portal.core.tags import topics_and_marks
from portal.core.text import stream_text
from portal.core.visibility import VisiblePageQuerySet, reader_of
from portal.users.models import Place, Service

from .axis import Engagement, Sdg

if TYPE_CHECKING:
    from engagements.related import Related


class ContentPageQuerySet(VisiblePageQuerySet):
    """Pages that speak about engagements."""

    def for_lines(self) -> Self:
        """Fetch along what one line about each page shows: its title, its date, its axis."""
        return (
            self.defer_streamfields()
            .select_related("image")
            .prefetch_related(Prefetch("engagements", Engagement.objects.select_related("axis")))
        )

    def for_cards(self) -> Self:
        """Fetch along what cards show, in a constant number of queries."""
        return self.for_lines().prefetch_related("image__renditions")

    def with_total(self) -> Self:
        """Add to each row how many there are in all, whatever the slice that is asked for."""
        rows = self.order_by().annotate(every=models.Value(1)).values("every")
        return self.annotate(total=models.Subquery(rows.annotate(n=Count("pk")).values("n")))

    def in_language(self, language: str) -> Self:
        """Keep the pages of the tree of ``language``, untranslated aliases included."""
        return self.filter(locale_id=locale_id(language))

    def about(self, engagements: Collection[Engagement] | models.QuerySet[Engagement]) -> Self:
        """Keep the pages linked to at least one of these engagements, each once."""
        links = self.model.engagements.through.objects.filter(engagement__in=engagements)
        return self.filter(pk__in=links.values(f"{self.model._meta.model_name}_id"))

    def about_any(self, engagements: Collection[Engagement], sdgs: Collection[Sdg] = ()) -> Self:
        """Keep the pages linked to one of these engagements, or to one of these goals."""
        if not sdgs:
            return self.about(engagements)
        own = f"{self.model._meta.model_name}_id"
        on_engagements = self.model.engagements.through.objects.filter(engagement__in=engagements)
        on_sdgs = self.model.sdgs.through.objects.filter(sdg__in=sdgs)
        return self.filter(Q(pk__in=on_engagements.values(own)) | Q(pk__in=on_sdgs.values(own)))

    def tagged(self, slug: str) -> Self:
        """Keep the pages that carry this tag."""
        return self.filter(page_tags__tag__slug=slug)


class ContentPage(BasePage):
    """A page with a picture, a body, and links to facts.

    The links go to facts, which have no language: a translation keeps them, so that it is found
    on the engagement in every language.
    """

    image = models.ForeignKey(
        PortalImage,
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = models.CharField(
        _("text alternative of the picture"),
        max_length=250,
        blank=True,
        help_text=_(
            "What the picture shows, for those who do not see it; "
            "empty: the description kept with the picture"
        ),
    )
    body = StreamField(BODY_BLOCKS, verbose_name=_("body"), blank=True)
    sources = models.TextField(
        _("sources"),
        blank=True,
        help_text=_("Where the figures and facts come from; one per line"),
    )
    engagements = ParentalManyToManyField(
        Engagement, verbose_name=_("engagements"), blank=True, related_name="+"
    )
    sdgs = ParentalManyToManyField(
        Sdg, verbose_name=_("Sustainable Development Goals"), blank=True, related_name="+"
    )
    services = ParentalManyToManyField(
        Service, verbose_name=_("services"), blank=True, related_name="+"
    )
    places = ParentalManyToManyField(Place, verbose_name=_("places"), blank=True, related_name="+")
    tags = ClusterTaggableManager(through=PageTag, verbose_name=_("tags"), blank=True)

    objects: ClassVar[Any] = PageManager.from_queryset(ContentPageQuerySet)()

    read_along = ("image",)
    # Whether the page stands in a list that can be filtered by tag; the search finds the others.
    in_list = False
    # Kinds of related content that the page leaves to the pages of its engagements.
    kinds_left_out: frozenset[str] = frozenset()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt")], heading=_("Picture")),
        FieldPanel("body"),
        FieldPanel("sources"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("engagements"),
                FieldPanel("sdgs"),
                FieldPanel("services"),
                FieldPanel("places"),
                FieldPanel("tags"),
            ],
            heading=_("What this page is about"),
        ),
        *BasePage.promote_panels,
    ]

    # Automatic derivation leaves many-to-many relations behind: a translation would lose its links.
    override_translatable_fields = [
        SynchronizedField("image"),
        SynchronizedField("engagements", overridable=False),
        SynchronizedField("sdgs", overridable=False),
        SynchronizedField("services", overridable=False),
        SynchronizedField("places", overridable=False),
    ]

    class Meta:
        abstract = True

    @property
    def illustration(self) -> PortalImage | None:
        """The picture, with the text alternative that suits this page."""
        image: PortalImage | None = self.image
        if image and self.image_alt:
            image.contextual_alt_text = self.image_alt
        return image

    @cached_property
    def linked_engagements(self) -> Sequence[Engagement]:
        """The engagements that the page speaks about, with their axes."""
        if "engagements" in getattr(self, "_prefetched_objects_cache", {}):
            return list(self.engagements.all())
        return list(self.engagements.select_related("axis"))

    @property
    def axis_number(self) -> int:
        """Number of the axis whose colour the page takes: that of its first engagement."""
        return self.linked_engagements[0].axis.number if self.linked_engagements else 0

    @property
    def source_lines(self) -> list[str]:
        """The sources, one per line."""
        return [line.strip() for line in self.sources.splitlines() if line.strip()]

    @cached_property
    def parent_url(self) -> str:
        """Address of the page above, told from this one's."""
        url = self.get_url() or ""
        return f"{url.rstrip('/').rpartition('/')[0]}/" if url else ""

    def topic_url(self, name: str, slug: str) -> str:
        """Return the address of what else carries a tag."""
        if self.in_list:
            return f"{self.parent_url}?{urlencode({'tag': slug})}"
        return f"{reverse('search')}?{urlencode({'q': name})}"

    def related_groups(self, request: HttpRequest) -> list["Related"]:
        """Return what else is about the same engagements, by kind."""
        from engagements.related import RelatedQuery, related_content

        if not self.linked_engagements:
            return []
        return related_content(
            RelatedQuery(
                engagements=self.linked_engagements,
                user=reader_of(request),
                at=timezone.now(),
                language=self.locale.language_code,
                exclude_page_id=self.pk,
                request=request,
            ),
            without=self.kinds_left_out,
            request=request,
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the page is about."""
        from engagements.about import about_context

        return {**super().get_context(request, *args, **kwargs), **about_context(self, request)}

    def as_card(self) -> Card:
        """Return what lists show of this page, in the colour of its axis."""
        return replace(super().as_card(), image=self.illustration, axis=self.axis_number)

    def search_text(self) -> str:
        """Return the plain text of the body."""
        return stream_text(self.body)

    def search_entries(self) -> list[SearchEntry]:
        """Return the search entry of this page, with its picture and the facts it speaks of."""
        topics, marks = topics_and_marks(self.tags.names())
        return [
            replace(
                entry,
                engagement_numbers=tuple(self.engagements.values_list("number", flat=True)),
                sdg_numbers=tuple(self.sdgs.values_list("number", flat=True)),
                tags=topics,
                marks=marks,
                services=tuple(self.services.values_list("slug", flat=True)),
                image_id=self.image_id,
            )
            for entry in super().search_entries()
        ]

"""Good-practice stories, written or filmed."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PageManager
from wagtail_localize.fields import SynchronizedField
from wagtailmedia.edit_handlers import MediaChooserPanel

from engagements.models import ContentPage
from partners.enums import Consent, ConsentScope
from partners.films import Film, film_of
from partners.forms import StoryForm, is_webvtt
from partners.gate import (
    Agreement,
    PublicationRefusedError,
    Reason,
    Submission,
    agreement_reason,
    agreement_reasons,
    refusal_reasons,
)
from partners.querysets import StoryQuerySet
from portal.core.cards import Card
from portal.core.models import BasePage, PortalDocument, PortalMedia
from portal.core.searchable import SearchEntry
from portal.core.text import plain_text

# The log action by which Wagtail's scheduler says that it is the one who publishes.
SCHEDULED = "wagtail.publish.scheduled"


def today() -> dt.date:
    """Return the date in Paris."""
    return timezone.localdate()


def check_language(code: str) -> None:
    """Refuse a language that the portal does not speak.

    Raises:
        ValidationError: so it is.

    """
    if code not in dict(settings.LANGUAGES):
        raise ValidationError(_("Choose one of the portal’s languages."))


class StoryIndexPage(BasePage):
    """The list of stories."""

    template = "partners/story_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["partners.VideoStoryPage"]
    kind_label = _("Stories")
    page_description = _("The list of good practices, the newest in front")

    class Meta:
        verbose_name = _("story index")
        verbose_name_plural = _("story indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the stories that the reader asked for."""
        from partners.stories import story_index_context

        return {
            **super().get_context(request, *args, **kwargs),
            **story_index_context(self, request),
        }


class VideoStoryPage(ContentPage):
    """A story or good practice, written, or filmed with all that makes a film accessible.

    The gate stands in ``save``, through which whatever goes live must pass; ``publish`` asks it
    earlier, so that a schedule is refused at once, and the editor's form earlier still, so that
    the reasons stand beside their fields.
    """

    date = models.DateField(
        _("date"),
        default=today,
        db_index=True,
        help_text=_("Shown to readers; lists put the newest in front"),
    )
    author_role = models.CharField(
        _("whose story"),
        max_length=200,
        blank=True,
        help_text=_("A role (« Une partenaire mét’ODD, service des achats »), not a name"),
    )
    video = models.ForeignKey(
        PortalMedia,
        verbose_name=_("film"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    audio = models.ForeignKey(
        PortalMedia,
        verbose_name=_("audio-only version"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    captions = models.ForeignKey(
        PortalDocument,
        verbose_name=_("captions (WebVTT)"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A .vtt file; needed to publish a film, even a silent one that shows text"),
    )
    # No `choices`: wagtail-localize lets a translation have its own value of plain fields only.
    captions_language = models.CharField(
        _("language of the captions"),
        max_length=5,
        default=settings.LANGUAGE_CODE,
        validators=[check_language],
        help_text=_("Readers in another language are told which language the captions are in"),
    )
    transcript = RichTextField(
        _("transcript"),
        blank=True,
        features=["bold", "italic", "ol", "ul"],
        help_text=_("All that is said and shown, for those who cannot see or hear the film"),
    )
    accessibility_exemption = models.TextField(
        _("reason for publishing without captions or transcript"),
        blank=True,
        help_text=_("Leave empty as a rule; it is shown to readers and kept"),
    )

    objects: ClassVar[Any] = PageManager.from_queryset(StoryQuerySet)()

    base_form_class = StoryForm
    content_panels = [
        *ContentPage.content_panels[:2],
        FieldRowPanel([FieldPanel("date"), FieldPanel("author_role")]),
        *ContentPage.content_panels[2:],
        MultiFieldPanel(
            [
                MediaChooserPanel("video", media_type="video"),
                FieldRowPanel(
                    [
                        FieldPanel("captions"),
                        FieldPanel(
                            "captions_language", widget=forms.Select(choices=settings.LANGUAGES)
                        ),
                    ]
                ),
                FieldPanel("transcript"),
                MediaChooserPanel("audio", media_type="audio"),
                FieldPanel("accessibility_exemption"),
            ],
            heading=_("Film"),
            help_text=_(
                "Leave all this empty for a written story. A film is published with its captions "
                "and its transcript."
            ),
        ),
        InlinePanel(
            "appearances",
            heading=_("Who appears"),
            label=_("person"),
            help_text=_(
                "Everyone who can be recognised in the film or the pictures. The story goes live "
                "when each of them has agreed, and offline when an agreement ends."
            ),
        ),
    ]
    override_translatable_fields = [
        *ContentPage.override_translatable_fields,
        SynchronizedField("captions"),
        SynchronizedField("captions_language"),
        SynchronizedField("audio"),
        SynchronizedField("appearances", overridable=False),
    ]
    template = "partners/video_story_page.html"
    parent_page_types = ["partners.StoryIndexPage"]
    subpage_types: list[str] = []
    kind = "story"
    kind_label = _("Story")
    in_list = True
    page_description = _("A good practice to borrow, written or filmed")

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    @cached_property
    def film(self) -> Film | None:
        """What the player shows; None for a written story."""
        return film_of(self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the film, and what is about the same engagements."""
        from partners.stories import story_context

        return {
            **super().get_context(request, *args, **kwargs),
            **story_context(self),
            "related": self.related_groups(request),
        }

    def submission(self) -> Submission:
        """Return what the gate looks at."""
        return Submission(
            has_film=self.video_id is not None,
            has_captions=self.captions is not None and is_webvtt(self.captions),
            has_transcript=bool(plain_text(self.transcript)),
            exemption=self.accessibility_exemption,
            agreements=self.agreements(),
        )

    def agreements(self) -> list[Agreement]:
        """Return what those who appear agreed to.

        A translation answers for the people of its original too: their answers are recorded
        there, and reach the translation only when it is next synchronised.
        """
        own = [appearance.agreement for appearance in self.appearances.all()]
        original = StoryAppearance.objects.filter(
            page__translation_key=self.translation_key,
            page__locale__language_code=settings.LANGUAGE_CODE,
        ).exclude(page__locale_id=self.locale_id)
        return [*own, *(appearance.agreement for appearance in original)]

    def refusal_reasons(self, on: dt.date) -> list[Reason]:
        """Return why this story may not be live on the day ``on``."""
        return refusal_reasons(self.submission(), on)

    def ended_agreements(self, on: dt.date) -> list[Reason]:
        """Return which agreements do not cover the day ``on``."""
        return agreement_reasons(self.agreements(), on)

    def check_publication(self) -> None:
        """Ask the gate about the day on which this story would go live.

        Raises:
            PublicationRefusedError: it may not be published.

        """
        now = timezone.now()
        moment = self.go_live_at if self.go_live_at and self.go_live_at > now else now
        reasons = self.refusal_reasons(timezone.localdate(moment))
        if reasons:
            raise PublicationRefusedError(self.title, reasons, pk=self.pk)

    def save(
        self,
        *args: Any,
        update_fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Write the story; what is live must satisfy the gate.

        Raises:
            PublicationRefusedError: it may not be live.

        """
        if update_fields is not None:
            update_fields = list(update_fields)
            kwargs["update_fields"] = update_fields
        if self.live and (update_fields is None or "live" in update_fields):
            reasons = self.refusal_reasons(today())
            if reasons:
                raise PublicationRefusedError(self.title, reasons, pk=self.pk)
        return super().save(*args, **kwargs)

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Publish a revision, now or later.

        The scheduler is never interrupted: a story that it may not publish is taken off the
        schedule, with a note in its history.

        Raises:
            PublicationRefusedError: the revision may not be published.

        """
        try:
            revision.as_object().check_publication()
        except PublicationRefusedError as refusal:
            if kwargs.get("log_action") != SCHEDULED:
                raise
            from partners.services.stories import refuse_scheduled_publication

            return refuse_scheduled_publication(story=self, revision=revision, refusal=refusal)
        return super().publish(revision, *args, **kwargs)

    def as_card(self) -> Card:
        """Return what lists show of this story."""
        return replace(super().as_card(), date=self.date, flag=_("Film") if self.video_id else "")

    def search_text(self) -> str:
        """Return the plain text of the body and of the transcript; never who appears."""
        return f"{super().search_text()} {plain_text(self.transcript)} {self.author_role}".strip()

    def search_entries(self) -> list[SearchEntry]:
        """Return the search entry of this story, with its date."""
        return [replace(entry, date=self.date) for entry in super().search_entries()]


class StoryAppearance(Orderable):
    """Someone who appears in a story, and what they agreed to."""

    page = ParentalKey(VideoStoryPage, on_delete=models.CASCADE, related_name="appearances")
    person = models.CharField(
        _("person"),
        max_length=120,
        help_text=_("Never shown on the site; a role is enough"),
    )
    consent = models.CharField(
        _("agreed"), max_length=3, choices=Consent.choices, blank=True, default=Consent.UNKNOWN
    )
    consent_until = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("Last day of the agreement; empty when it has no end"),
    )
    scope = models.CharField(_("for"), max_length=10, choices=ConsentScope.choices, blank=True)

    panels = [
        FieldPanel("person"),
        FieldRowPanel([FieldPanel("consent"), FieldPanel("consent_until"), FieldPanel("scope")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(consent__in=Consent.values),
                name="appearance_consent_is_known",
                violation_error_message=_("An agreement is yes, no, or not asked yet."),
            )
        ]

    def __str__(self) -> str:
        return self.person

    @property
    def agreement(self) -> Agreement:
        """What this person agreed to, without who they are."""
        return Agreement(consent=self.consent, until=self.consent_until)

    def allows_publication(self, on: dt.date | None = None) -> bool:
        """Say whether this person agreed to appear on ``on`` (today when not given)."""
        return agreement_reason(self.agreement, on or today()) is None

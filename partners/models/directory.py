"""The directory of partners: those who signed a charter and chose to be found by their colleagues."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from engagements.models.axis import in_each_language
from portal.core.searchable import SearchEntry
from portal.core.visibility import Reader
from portal.users.models import Place, Service

from .charter import Charter, CharterPage
from .milestone import Milestone
from .signature import Signature


class DirectoryEntryQuerySet(models.QuerySet["DirectoryEntry"]):
    """Entries of the directory."""

    def shown(self) -> "DirectoryEntryQuerySet":
        """Keep those of partners: an account in use, and a signature that nothing ended."""
        signed = Signature.objects.active().filter(
            person=OuterRef("person"), charter=OuterRef("charter")
        )
        return self.filter(Exists(signed), person__is_active=True)

    def visible_to(self, user: Reader) -> "DirectoryEntryQuerySet":
        """Keep those that ``user`` may see: any agent does who may read the page of the charter.

        No right shows more: neither who chose not to appear, nor who has not signed.
        """
        if not user.is_authenticated:
            return self.none()
        charters = CharterPage.objects.visible_to(user).values("charter")
        return self.shown().filter(charter__in=charters)

    def to_show(self) -> "DirectoryEntryQuerySet":
        """Read what the directory shows; of photos, all but the picture itself."""
        entries = self.select_related("person__service", "person__place", "charter", "photo")
        return entries.defer("photo__picture")


class DirectoryEntry(models.Model):
    """What a partner chose to show; without a row, they show nothing.

    It goes with the signature: withdrawing deletes it, signing again makes none.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="+")
    shows_service = models.BooleanField(default=False)
    shows_place = models.BooleanField(default=False)
    role = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=280, blank=True)
    joined_at = models.DateTimeField()

    objects = DirectoryEntryQuerySet.as_manager()

    kind = "partner"
    kind_label = _("Partner")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("entry of the directory")
        verbose_name_plural = _("entries of the directory")
        constraints = [
            models.UniqueConstraint(
                fields=("person", "charter"), name="one_directory_entry_per_charter"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the entry, in the reader's language."""
        return reverse("partner", args=[self.charter.slug, self.uuid])

    @property
    def name(self) -> str:
        """The name, as the account says it."""
        return str(self.person)

    @property
    def service(self) -> "Service | None":
        """The service, if it is shown."""
        return self.person.service if self.shows_service else None

    @property
    def place(self) -> "Place | None":
        """The place, if it is shown."""
        return self.person.place if self.shows_place else None

    @property
    def shown_photo(self) -> "DirectoryPhoto | None":
        """The photo, if there is one."""
        photo: DirectoryPhoto | None = getattr(self, "photo", None)
        return photo

    def search_entries(self) -> list[SearchEntry]:
        """Return one search entry per language; none for who is no partner any more."""
        shown = DirectoryEntry.objects.shown().to_show().filter(pk=self.pk).first()
        pages = CharterPage.objects.filter(charter=self.charter_id, live=True, alias_of=None)
        page = pages.order_by("path").first()
        if shown is None or page is None:
            return []
        return in_each_language(lambda language: shown._search_entry(language, page))

    def _search_entry(self, language: str, page: CharterPage) -> SearchEntry:
        told = [self.role, *(fact.name for fact in (self.service, self.place) if fact)]
        return SearchEntry(
            kind=self.kind,
            kind_label=self.kind_label,
            language=language,
            title=self.name,
            summary=" · ".join(text for text in told if text),
            body="",
            url=self.get_absolute_url(),
            page_id=page.pk,
            path=page.path,
            services=(self.service.slug,) if self.service else (),
        )


class DirectoryPhoto(models.Model):
    """The photo of a partner, as the portal made it again from the file that was sent.

    It is kept beside the entry, so that both go together, and no address leads to it but through a
    view that asks who reads.
    """

    entry = models.OneToOneField(DirectoryEntry, on_delete=models.CASCADE, related_name="photo")
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    picture = models.BinaryField()
    description = models.CharField(max_length=150, blank=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.entry_id}"

    @property
    def alternative(self) -> str:
        """The words for those who do not see the picture."""
        return self.description or gettext("Photo of %(name)s") % {"name": self.entry.name}


class CharterMilestone(Milestone):
    """A number of partners that was reached one day, never taken back."""

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="reached")

    class Meta(Milestone.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=("charter", "threshold"), name="unique_charter_milestone"
            )
        ]

    @property
    def counter(self) -> Charter:
        """The charter."""
        return self.charter

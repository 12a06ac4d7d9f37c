"""What search keeps: one row per published thing and language, and the vocabulary of them all.

Nothing here is a source: ``manage.py update_index`` makes it all again from the content.
"""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, Page

from portal.core.models import PortalImage
from portal.core.visibility import Reader, closed_paths, group_ids
from search import text
from search.keys import key_of
from search.synonyms import problem_of

# From this many entries on, a word in more than this share of them tells nothing apart.
_MANY = 40
_NEARLY_EVERYWHERE = 0.5
# Extracts show nothing from further down a text than this.
OPENING = 20_000

MAX_FILTERS = 500


class IndexEntryQuerySet(models.QuerySet["IndexEntry"]):
    """Entries of the index."""

    def visible_to(self, user: Reader) -> "IndexEntryQuerySet":
        """Keep the entries of what ``user`` may read.

        Page privacy is looked up when the question is asked, never stored: closing a branch hides
        it from search at once.
        """
        if user.is_authenticated and user.is_superuser:
            return self
        entries = self.in_open_branches(user)
        if not user.is_authenticated:
            return entries.filter(open_to_all=True, restricted=False)
        mine = IndexEntry.readers.through.objects.filter(
            indexentry=OuterRef("pk"), group__in=group_ids(user)
        )
        return entries.filter(Q(restricted=False) | Exists(mine))

    def in_open_branches(self, user: Reader) -> "IndexEntryQuerySet":
        """Keep what is in no branch that is closed to ``user``: a part of what they may read."""
        branches = Q()
        for path in closed_paths(user):
            branches |= Q(path__startswith=path)
        return self.exclude(branches) if branches else self

    def visible_in_bulk(self, user: Reader, numbers: Iterable[int]) -> "dict[int, IndexEntry]":
        """Return those of ``numbers`` that ``user`` may read, by number.

        One query, and a second one only where it is not plain who may: the rule of ``visible_to``
        takes longer to say than these rows to read.
        """
        found = self.in_open_branches(user).in_bulk(list(numbers))
        doubtful = {
            number
            for number, entry in found.items()
            if entry.restricted or not (entry.open_to_all or user.is_authenticated)
        }
        if doubtful:
            readable = IndexEntry.objects.visible_to(user).filter(pk__in=doubtful)
            for number in doubtful - set(readable.values_list("pk", flat=True)):
                del found[number]
        return found

    def to_show(self) -> "IndexEntryQuerySet":
        """Read what results show, pictures with it; of the text, its ``opening`` only."""
        short = self.defer("body").annotate(read_opening=Substr("body", 1, OPENING))
        return short.select_related("image").prefetch_related("image__renditions")


class IndexEntry(models.Model):
    """One published thing, in one language, as search sees it."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=50)
    page = models.ForeignKey(
        Page, null=True, editable=False, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=30)
    kind_label = models.CharField(max_length=80)
    date = models.DateField(null=True)
    last_day = models.DateField(null=True)
    path = models.CharField(max_length=255, blank=True)
    open_to_all = models.BooleanField(default=False)
    restricted = models.BooleanField(default=False)
    readers = models.ManyToManyField(Group, related_name="+")
    version = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=80, blank=True)
    url = models.TextField()
    title = models.TextField()
    names = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    engagement_numbers = models.JSONField(default=list)
    sdg_numbers = models.JSONField(default=list)
    image = models.ForeignKey(
        PortalImage, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    # Long texts last: the database reads no further than the columns it needs.
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)

    objects = IndexEntryQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("index entry")
        verbose_name_plural = _("index entries")
        constraints = [
            models.UniqueConstraint(
                fields=("content_type", "object_id", "language"), name="unique_index_entry"
            )
        ]
        indexes = [models.Index(fields=("language", "kind", "date"), name="index_entry_browse")]

    def __str__(self) -> str:
        return self.title

    @property
    def called(self) -> str:
        """The title and the other names, for an index."""
        return " / ".join((self.title, *self.names))

    @property
    def dated(self) -> str:
        """The month and the year of its date, in letters, for an index."""
        with translation.override(self.language):
            return date_format(self.date, "F Y") if self.date and self.last_day else ""

    @property
    def opening(self) -> str:
        """The beginning of the body, which ``to_show`` reads without the rest."""
        read: str | None = getattr(self, "read_opening", None)
        return self.body[:OPENING] if read is None else read


class Facet(models.TextChoices):
    """What entries can be counted by, besides their kind and language."""

    TAG = "tag", _("Tag")
    AXIS = "axis", _("Axis")
    ENGAGEMENT = "engagement", _("Engagement")
    SDG = "sdg", _("Sustainable Development Goal")
    SERVICE = "service", _("Service")


class EntryFacet(models.Model):
    """One value of one facet of an entry."""

    entry = models.ForeignKey(IndexEntry, on_delete=models.CASCADE, related_name="facets")
    facet = models.CharField(max_length=12, choices=Facet.choices)
    value = models.CharField(max_length=120)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("facet of an entry")
        verbose_name_plural = _("facets of entries")
        constraints = [
            models.UniqueConstraint(fields=("entry", "facet", "value"), name="unique_entry_facet")
        ]
        indexes = [models.Index(fields=("facet", "value", "entry"), name="entry_facet_entries")]

    def __str__(self) -> str:
        return f"{self.facet}: {self.value}"


class Term(models.Model):
    """A term of the index: in how many entries of a language it stands, and a way to write it."""

    language = models.CharField(max_length=10)
    text = models.CharField(max_length=100)
    documents = models.IntegerField()
    form = models.CharField(max_length=100)
    root = models.CharField(max_length=100, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [models.UniqueConstraint(fields=("text", "language"), name="unique_term")]
        indexes = [models.Index(fields=("root",), name="term_root")]

    def __str__(self) -> str:
        return self.text


class Acronym(models.Model):
    """An acronym that the corpus spells out, and the words that it stands for there.

    ``words`` are folded, as they are written; ``key`` leaves out those that say nothing.
    """

    language = models.CharField(max_length=10)
    letters = models.CharField(max_length=12)
    words = models.CharField(max_length=200)
    key = models.CharField(max_length=200)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("acronym")
        verbose_name_plural = _("acronyms")
        constraints = [
            models.UniqueConstraint(fields=("letters", "words", "language"), name="unique_acronym")
        ]
        indexes = [models.Index(fields=("key",), name="acronym_key")]

    def __str__(self) -> str:
        return f"{self.letters} = {self.words}"


class SynonymGroup(models.Model):
    """Words and expressions that mean the same here: each finds what holds any of the others."""

    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    expressions = models.TextField(
        _("words and expressions"),
        help_text=_(
            "Separated by commas or lines: “coworking, shared office”. Accents, capitals, hyphens "
            "and plurals make no difference."
        ),
    )
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Why, for those who come after you.")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("group of synonyms")
        verbose_name_plural = _("groups of synonyms")
        ordering = ("language", "expressions")

    def __str__(self) -> str:
        return ", ".join(self.members)

    @property
    def members(self) -> list[str]:
        """The expressions of the group, as they were written, each once."""
        written = (text.clean(item) for item in re.split(r"[,;\n]", self.expressions))
        return list(dict.fromkeys(item for item in written if item))

    def clean(self) -> None:
        """Refuse a group that says nothing, or that would make queries find nearly everything."""
        super().clean()
        problem = problem_of(self.members, self.language, everywhere=_stands_everywhere)
        if problem:
            raise ValidationError({"expressions": problem})


def _stands_everywhere(term: str, language: str) -> bool:
    """Say whether ``term`` stands in more than half of the entries, once there are many."""
    entries = IndexEntry.objects.filter(language=language).count()
    found = Term.objects.filter(text=term, language=language).values_list("documents", flat=True)
    return entries >= _MANY and sum(found) > entries * _NEARLY_EVERYWHERE


class Curation(ClusterableModel):
    """What editors show first, or never, for one query.

    Attributes:
        key: the query as ``search.pinning`` recognises it, however it is typed.

    """

    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    query = models.CharField(
        _("query"),
        max_length=200,
        help_text=_(
            "As readers type it. Accents, capitals, hyphens, plurals and small words make no "
            "difference."
        ),
    )
    key = models.CharField(max_length=200, editable=False)
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Why, for those who come after you.")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("query with chosen results")
        verbose_name_plural = _("queries with chosen results")
        ordering = ("query",)
        constraints = [
            models.UniqueConstraint(fields=("language", "key"), name="unique_curation"),
            models.CheckConstraint(condition=~Q(key=""), name="curation_of_words"),
        ]

    def __str__(self) -> str:
        return self.query

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the key of the query."""
        self.key = key_of(self.query, self.language)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a query without words, and one that has its chosen results already."""
        super().clean()
        self.key = key_of(self.query, self.language)
        if not self.key:
            raise ValidationError({"query": _("Write at least one word.")})
        same = Curation.objects.filter(language=self.language, key=self.key).exclude(pk=self.pk)
        if known := same.first():
            problem = _("“%(query)s” has its chosen results already: change them there.")
            raise ValidationError(
                {"query": ValidationError(problem, params={"query": known.query})}
            )


class Place(models.TextChoices):
    """Where editors put a result."""

    FIRST = "first", _("Always first")
    NOWHERE = "nowhere", _("Never")


class CuratedResult(Orderable):
    """One result that editors put somewhere: anything that has an entry, found again by what it is.

    Its entry may be gone for a while (a page taken offline) and come back under another number.
    """

    curation = ParentalKey(Curation, on_delete=models.CASCADE, related_name="results")
    place = models.CharField(
        _("display"), max_length=10, choices=Place.choices, default=Place.FIRST
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=50)

    wagtail_reference_index_ignore = True

    class Meta(Orderable.Meta):
        verbose_name = _("chosen result")
        verbose_name_plural = _("chosen results")
        constraints = [
            models.UniqueConstraint(
                fields=("curation", "content_type", "object_id"), name="unique_curated_result"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_place_display()}: {self.content_type_id}-{self.object_id}"


class AskedQuery(models.Model):
    """What was asked on a day, and how often: never by whom (``search.journal``).

    Attributes:
        query: the query as it was first typed that day; ``key`` is what its spellings share.
        filters: those in use, as the address of the page says them.
        missed: how often nothing held all the words.
        found: how many results there were, the last time.
        near: how many held some of the words, the last time, for want of others.
        clicks: on results.

    """

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    key = models.CharField(max_length=200)
    filters = models.CharField(_("filters"), max_length=MAX_FILTERS)
    query = models.CharField(_("query"), max_length=200)
    asked = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    near = models.PositiveIntegerField()
    clicks = models.PositiveIntegerField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("query of readers")
        verbose_name_plural = _("queries of readers")
        constraints = [
            models.UniqueConstraint(
                fields=("day", "language", "key", "filters"), name="unique_asked_query"
            )
        ]

    def __str__(self) -> str:
        return self.query


class IndexState(models.Model):
    """The one row whose token changes with the index: what was made of the index before is stale.

    Attributes:
        synonyms_loaded: whether the programme's synonyms were given to the editors.

    """

    token = models.UUIDField(default=uuid.uuid4)
    synonyms_loaded = models.BooleanField(default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("state of the index")
        verbose_name_plural = _("states of the index")

    def __str__(self) -> str:
        return str(self.token)


class PendingWrite(models.Model):
    """An entry that changed, and that an engine outside the database has yet to hear of.

    Written with the change, deleted once the engine has it: nothing is missing after a failure. The
    number tells the engine which of two changes of one entry is the later. Without an entry, it is
    the index of the admin that missed something.
    """

    entry_id = models.PositiveBigIntegerField(null=True)
    since = models.DateTimeField(auto_now_add=True, db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("pending write")
        verbose_name_plural = _("pending writes")

    def __str__(self) -> str:
        return f"{self.entry_id}"

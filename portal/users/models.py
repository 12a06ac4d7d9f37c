"""People, and the collectivities, services and places they belong to."""

import datetime as dt

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch import index
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from .enums import Category
from .labels import Label


class NamedFact(index.Indexed, models.Model):
    """A fact that has a slug and a name in each language."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)

    name = Label()

    panels = [FieldRowPanel([FieldPanel("name_fr"), FieldPanel("name_en")]), FieldPanel("slug")]
    search_fields = [
        index.SearchField("name_fr"),
        index.AutocompleteField("name_fr"),
        index.AutocompleteField("name_en"),
    ]

    class Meta:
        abstract = True
        ordering = ["name_fr"]

    def __str__(self) -> str:
        return self.name


class Collectivity(NamedFact):
    """One of the employers that share the programme."""

    class Meta(NamedFact.Meta):
        verbose_name = _("collectivity")
        verbose_name_plural = _("collectivities")


class Service(NamedFact):
    """A department of the organisation, with the other names it goes by."""

    aliases = models.CharField(
        _("other names"),
        max_length=300,
        blank=True,
        help_text=_("Former or shorter names, separated by semicolons; search understands them"),
    )

    panels = [*NamedFact.panels, FieldPanel("aliases")]
    search_fields = [*NamedFact.search_fields, index.AutocompleteField("aliases")]

    class Meta(NamedFact.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")


class Place(NamedFact):
    """A site where agents work or meet."""

    note_fr = models.CharField(_("note in French"), max_length=300, blank=True)
    note_en = models.CharField(_("note in English"), max_length=300, blank=True)

    note = Label()

    panels = [*NamedFact.panels, FieldPanel("note_fr"), FieldPanel("note_en")]

    class Meta(NamedFact.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")


class User(AbstractUser):
    """A person who signs in."""

    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    collectivity = models.ForeignKey(
        Collectivity,
        verbose_name=_("collectivity"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    place = models.ForeignKey(
        Place,
        verbose_name=_("place"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    category = models.CharField(
        _("category"), max_length=10, choices=Category.choices, blank=True, default=""
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    closed_at = models.DateTimeField(
        _("closed at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the portal found that the account is not in use any more"),
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class EmailedCodeQuerySet(models.QuerySet["EmailedCode"]):
    """Codes sent by e-mail."""

    def usable(self, at: dt.datetime) -> "EmailedCodeQuerySet":
        """Keep those that may still be typed at ``at``."""
        return self.filter(expires_at__gt=at, tries_left__gt=0)


class EmailedCode(models.Model):
    """The last code sent to somebody, hashed; what inherits it says to whom."""

    hash = models.CharField(max_length=128)
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()

    objects = EmailedCodeQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.expires_at)


class OneTimeCode(EmailedCode):
    """The last code sent to a person with an account."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")


class AppliedGrant(models.Model):
    """A right that the programme's file gave to a group, so that it is given only once."""

    role = models.CharField(max_length=40)
    grant = models.CharField(max_length=200)
    group = models.ForeignKey(Group, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("role", "grant"), name="unique_applied_grant")
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.grant}"

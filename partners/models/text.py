"""Texts that are signed: frozen once their version is, with the fingerprint of their bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.canonical import Article, ArticlesError, fingerprint, read_articles

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DRAFT = "draft"


class FrozenVersionError(ValidationError):
    """A published version, or one of its texts, was about to change."""


def refuse(message: "StrOrPromise") -> NoReturn:
    """Refuse a change of something that never changes."""
    raise FrozenVersionError(message, code="frozen")


@dataclass(frozen=True, slots=True)
class TextEvidence:
    """What a record of evidence says of a text, or of a version with all its texts."""

    version: int
    language: str = ""
    text_sha256: str = ""
    charter: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def check_articles(raw: object) -> None:
    """Refuse articles that are not numbered 1 to n, or lack a title or a body.

    Raises:
        ValidationError: so it is.

    """
    try:
        read_articles(raw)
    except ArticlesError as error:
        raise ValidationError(
            _("Articles are numbered from 1, without a gap, each with a title and a body: %(why)s"),
            params={"why": str(error)},
        ) from error


class FrozenText(models.Model):
    """The text of a version in one language, and the SHA-256 of its canonical bytes.

    A text of its own kind names its ``version``, whose status is ``draft`` until it is frozen.
    """

    version: Any
    version_id: Any

    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=200)
    status_note = models.TextField(
        _("note on the status"),
        blank=True,
        help_text=_("What readers must know of this text's standing; not part of the text"),
    )
    preamble = models.TextField(_("preamble"), blank=True)
    articles = models.JSONField(_("articles"), default=list, validators=[check_articles])
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.version} ({self.language})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the text of a draft, with its fingerprint.

        Raises:
            FrozenVersionError: the version is published, or was.

        """
        self._refuse_if_frozen()
        self.check_content()
        self.sha256 = self.fingerprint()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the text of a draft.

        Raises:
            FrozenVersionError: the version is published, or was.

        """
        self._refuse_if_frozen()
        return super().delete(*args, **kwargs)

    def check_content(self) -> None:
        """Refuse articles that are not complete.

        Raises:
            ValidationError: so they are.

        """
        check_articles(self.articles)

    def numbered_articles(self) -> list[Article]:
        """Return the articles."""
        return read_articles(self.articles)

    def canonical_bytes(self) -> bytes:
        """Return the bytes that the fingerprint bears on."""
        raise NotImplementedError

    def evidence(self) -> TextEvidence:
        """Return what a record of evidence says of it."""
        raise NotImplementedError

    def fingerprint(self) -> str:
        """Compute the fingerprint of the text as it stands."""
        return fingerprint(self.canonical_bytes())

    @property
    def is_intact(self) -> bool:
        """Whether the text still is the one whose fingerprint was taken."""
        try:
            return self.sha256 == self.fingerprint()
        except ValueError:  # altered so that it cannot even be read
            return False

    def _refuse_if_frozen(self) -> None:
        versions: Any = self._meta.get_field("version").related_model
        status = versions.objects.filter(pk=self.version_id).values_list("status", flat=True)
        if status.first() not in (None, DRAFT):
            refuse(_("The text of a published version never changes: draft a new version."))


class TextsByLanguage:
    """A version that has texts."""

    texts: Any

    def text_for(self, language: str | None = None) -> Any:
        """Return the text in ``language`` (the reader's), else in French, else any."""
        wanted = (language or get_language() or settings.LANGUAGE_CODE)[:2]
        texts = {text.language: text for text in self.texts.all()}
        return (
            texts.get(wanted)
            or texts.get(settings.LANGUAGE_CODE)
            or next(iter(texts.values()), None)
        )

"""Forms of the editing area."""

from typing import Any

from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtailmedia.forms import BaseMediaForm
from wagtailmedia.models import MediaType

HELP_TEXTS = {
    "file": _("A film: WebM (VP9 or AV1), 720 lines at most, light enough for a phone"),
    "width": _("In pixels; the page keeps the room for the film before it is loaded"),
    "thumbnail": _("Picture shown until the reader starts the film: PNG, JPEG or WebP, 16:9"),
}


class DocumentForm(BaseDocumentForm):
    """The form of a document, which says whether search has its text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = self._reading()

    def _reading(self) -> Any:
        document = self.instance
        if document.pk is None:
            return _("Readers find a document by its text once a published page links to it")
        if not document.is_readable:
            return ""
        text = document.kept_text
        if text is None:
            return _("Text not read yet: this takes a minute at most")
        return text.get_outcome_display()


class MediaForm(BaseMediaForm):
    """The form of a film or of a sound: each with the fields that it needs, and no others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.type == MediaType.AUDIO:
            for name in ("silent", "fallback_file", "thumbnail"):
                self.fields.pop(name, None)
            self._help("file", _("A sound: MP3, Ogg, Opus or M4A"))
            return
        for name, text in HELP_TEXTS.items():
            self._help(name, text)
        if "thumbnail" in self.fields:
            self.fields["thumbnail"].widget.attrs["accept"] = ".png,.jpg,.jpeg,.webp"
        if "fallback_file" in self.fields:
            fallback = self.fields["fallback_file"]
            fallback.widget.attrs["accept"] = ".mp4"
            fallback.validators.append(FileExtensionValidator(["mp4"]))

    def _help(self, name: str, text: Any) -> None:
        if name in self.fields:
            self.fields[name].help_text = text

"""What the player of a story shows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.db.models.fields.files import FieldFile
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.images.models import SourceImageIOError
from wagtail.rich_text import expand_db_html

from portal.core.models import PortalMedia

if TYPE_CHECKING:
    from partners.models import VideoStoryPage

FILM_TYPES = {"webm": "video/webm", "mp4": "video/mp4"}
SOUND_TYPES = {"mp3": "audio/mpeg", "ogg": "audio/ogg", "opus": "audio/ogg", "m4a": "audio/mp4"}
POSTER_SIZE = "fill-960x540|format-webp"


@dataclass(frozen=True, slots=True)
class FilmSource:
    """One file, in one format."""

    url: str
    type: str
    size_label: str


@dataclass(frozen=True, slots=True)
class Film:
    """A film with all that makes it accessible.

    Attributes:
        poster: address of the picture shown until the reader asks for the film.
        sources: the film, in the order of preference.
        captions: address of the WebVTT file, empty when there is none.
        captions_language: language of the captions, which may differ from the page's.
        captions_label: that language, in the reader's language.
        captions_differ: whether readers must be told so.
        audio: the audio-only version, if any.
        silent: whether the film has no sound at all.
        exemption: why there are no captions or no transcript, empty when nothing lacks.

    """

    title: str
    poster: str
    sources: tuple[FilmSource, ...]
    width: int
    height: int
    duration_label: str
    captions: str = ""
    captions_language: str = ""
    captions_label: str = ""
    captions_differ: bool = False
    audio: FilmSource | None = None
    silent: bool = False
    transcript_html: str = ""
    exemption: str = ""


def film_of(story: "VideoStoryPage") -> Film | None:
    """Return the film of ``story``; None when it is written."""
    video = story.video
    if video is None:
        return None
    language = story.captions_language if story.captions else ""
    return Film(
        title=video.title,
        poster=_poster(story, video),
        sources=tuple(
            _source(file, FILM_TYPES) for file in (video.file, video.fallback_file) if file
        ),
        width=video.width or 1280,
        height=video.height or 720,
        duration_label=duration_label(video.duration),
        captions=story.captions.url if story.captions else "",
        captions_language=language,
        captions_label=_(get_language_info(language)["name"]) if language else "",
        captions_differ=bool(language) and language != story.content_language,
        audio=_source(story.audio.file, SOUND_TYPES) if story.audio else None,
        silent=video.silent,
        transcript_html=mark_safe(expand_db_html(story.transcript)),
        exemption=story.accessibility_exemption,
    )


def duration_label(seconds: float) -> str:
    """Return a duration in words; empty when it is not known."""
    whole = round(seconds)
    if whole <= 0:
        return ""
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return _("%(seconds)d s") % {"seconds": rest}
    if not rest:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}


def _source(file: FieldFile, types: dict[str, str]) -> FilmSource:
    extension = (file.name or "").rpartition(".")[2].lower()
    return FilmSource(url=file.url, type=types.get(extension, ""), size_label=_size_label(file))


def _size_label(file: FieldFile) -> str:
    try:
        return filesizeformat(file.size)
    except OSError:  # the file is gone: readers are still told the rest
        return ""


def _poster(story: "VideoStoryPage", video: PortalMedia) -> str:
    if video.thumbnail:
        return str(video.thumbnail.url)
    if story.image is None:
        return ""
    try:
        return str(story.image.get_rendition(POSTER_SIZE).url)
    except (SourceImageIOError, ObjectDoesNotExist, OSError):
        return ""

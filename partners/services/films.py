"""Films that come with the programme: each is a folder of files that share its name.

``<film>.yaml`` says what the files cannot (title, duration, size, whether it is silent); beside it,
``<film>.webm`` and ``<film>.mp4``, a poster, one ``<film>.<language>.vtt`` and one
``<film>.<language>.md`` (the transcript) per language, and the sound alone, if there is any.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.core.files import File
from wagtail.models import Collection

from portal.core.content_files import FRONT_MATTER, ContentFileError, rich_text
from portal.core.models import PortalDocument, PortalMedia

FILMS = Path(__file__).resolve().parent.parent / "programme" / "films"
POSTERS = ("webp", "png", "jpg")
SOUNDS = ("opus", "ogg", "m4a", "mp3")


@dataclass(frozen=True, slots=True)
class FilmFolder:
    """The files of one film."""

    folder: Path
    name: str

    @classmethod
    def find(cls, films: Path, name: str) -> "FilmFolder":
        """Return the files of the film ``name``.

        Raises:
            ContentFileError: there is no such film.

        """
        for folder in (films / name, films):
            if (folder / f"{name}.webm").exists():
                return cls(folder, name)
        raise ContentFileError(f"no film called {name}")

    def file(self, *suffixes: str) -> Path | None:
        """Return the first of the files ``<film>.<suffix>`` that exists."""
        paths = (self.folder / f"{self.name}.{suffix}" for suffix in suffixes)
        return next((path for path in paths if path.exists()), None)

    def about(self) -> dict[str, Any]:
        """Return what the files cannot say."""
        path = self.file("yaml")
        return dict(yaml.safe_load(path.read_text(encoding="utf-8"))) if path else {}

    def transcript(self, language: str) -> str:
        """Return the transcript in ``language`` as rich text, empty when there is none."""
        path = self.file(f"{language}.md", f"transcript.{language}.md")
        if path is None:
            return ""
        return rich_text(FRONT_MATTER.sub("", path.read_text(encoding="utf-8")).strip())


@dataclass(frozen=True, slots=True)
class LoadedFilm:
    """A film in the library of media."""

    video: PortalMedia
    audio: PortalMedia | None


def load_film(*, film: FilmFolder, title: str) -> LoadedFilm:
    """Put a film and its sound into the library of media."""
    about = film.about()
    video = PortalMedia(
        title=about.get("title") or title,
        type="video",
        duration=about.get("duration", 0),
        width=about.get("width"),
        height=about.get("height"),
        silent=about.get("silent", False),
        collection=Collection.get_first_root_node(),
    )
    _attach(video, "file", film.file("webm"))
    _attach(video, "fallback_file", film.file("mp4"))
    _attach(video, "thumbnail", film.file(*POSTERS))
    video.save()
    sound = film.file(*SOUNDS)
    return LoadedFilm(video, _sound(sound, video) if sound else None)


def load_captions(*, film: FilmFolder, language: str, title: str) -> PortalDocument | None:
    """Put the captions of a film in ``language`` into the library; None when there are none."""
    path = film.file(f"{language}.vtt")
    if path is None:
        return None
    document = PortalDocument(title=title, collection=Collection.get_first_root_node())
    _attach(document, "file", path)
    document.file_size = path.stat().st_size
    document.save()
    return document


def _sound(path: Path, video: PortalMedia) -> PortalMedia:
    audio = PortalMedia(
        title=video.title,
        type="audio",
        duration=video.duration,
        collection=Collection.get_first_root_node(),
    )
    _attach(audio, "file", path)
    audio.save()
    return audio


def _attach(owner: Any, field: str, path: Path | None) -> None:
    if path is not None:
        with path.open("rb") as stream:
            getattr(owner, field).save(path.name, File(stream), save=False)

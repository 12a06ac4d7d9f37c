"""Films that come with the programme: files that share the name of the film.

``<film>.json`` says what the files cannot (titles, duration, size, whether it is silent, and which
sound goes with it); beside it, ``<film>.webm`` and ``<film>.mp4``, a poster, one
``<film>.<language>.vtt`` and one ``<film>.<language>.md`` (the transcript) per language.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from wagtail.models import Collection

from portal.core.content_files import ContentFileError, rich_text
from portal.core.models import PortalDocument, PortalMedia

FILMS = Path(__file__).resolve().parent.parent / "programme" / "films"
POSTERS = ("webp", "png", "jpg")
TITLE = re.compile(r"^# .*$", re.MULTILINE)


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
        folder = cls(films, name)
        if folder.file("webm") is None or folder.file("json") is None:
            raise ContentFileError(f"no film called {name}")
        return folder

    def file(self, *suffixes: str) -> Path | None:
        """Return the first of the files ``<film>.<suffix>`` that exists."""
        paths = (self.folder / f"{self.name}.{suffix}" for suffix in suffixes)
        return next((path for path in paths if path.exists()), None)

    def about(self) -> dict[str, Any]:
        """Return what the files cannot say."""
        text = (self.folder / f"{self.name}.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    def sound(self) -> Path | None:
        """Return the file of the sound alone; None when there is none."""
        audio = self.about().get("audio")
        return self.folder / audio["file"] if audio else None

    def transcript(self, language: str) -> str:
        """Return the transcript in ``language`` as rich text, empty when there is none."""
        path = self.file(f"{language}.md")
        if path is None:
            return ""
        # The page has the title already.
        return rich_text(TITLE.sub("", path.read_text(encoding="utf-8")).strip())


@dataclass(frozen=True, slots=True)
class LoadedFilm:
    """A film in the library of media."""

    video: PortalMedia
    audio: PortalMedia | None


def load_film(*, film: FilmFolder, title: str) -> LoadedFilm:
    """Put a film and its sound into the library of media."""
    about = film.about()
    video = PortalMedia(
        title=about.get("title_fr") or title,
        type="video",
        duration=about["duration_s"],
        width=about.get("width"),
        height=about.get("height"),
        silent=about.get("silent", False),
        collection=Collection.get_first_root_node(),
    )
    _attach(video, "file", film.file("webm"))
    _attach(video, "fallback_file", film.file("mp4"))
    _attach(video, "thumbnail", film.file(*POSTERS))
    video.save()
    sound = film.sound()
    return LoadedFilm(video, _sound(sound, video, about["audio"]) if sound else None)


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


def _sound(path: Path, video: PortalMedia, about: dict[str, Any]) -> PortalMedia:
    voice = " (voix de synthèse)" if about.get("synthetic_voice") else ""
    audio = PortalMedia(
        title=f"{video.title}{voice}",
        type="audio",
        duration=about.get("duration_s", 0),
        collection=Collection.get_first_root_node(),
    )
    _attach(audio, "file", path)
    audio.save()
    return audio


def _attach(owner: Any, field: str, path: Path | None) -> None:
    if path is not None:
        with path.open("rb") as stream:
            getattr(owner, field).save(path.name, File(stream), save=False)

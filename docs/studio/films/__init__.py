"""Three short silent films, drawn by the same hand as the illustrations."""

from __future__ import annotations

from pathlib import Path

from . import barometre, gobelets, placards
from .kit import Film, write_pictures, write_words

FILMS: dict[str, Film] = {f.name: f for f in (placards.FILM, gobelets.FILM, barometre.FILM)}


def make(names: list[str], folder: Path, *, pictures: bool = True) -> None:
    """Make the films asked for (all by default), or only the words that go with them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or list(FILMS):
        if pictures:
            write_pictures(FILMS[name], folder)
        for file, size in write_words(FILMS[name], folder).items():
            print(f"{file}  {size / 1000:.0f} kB")

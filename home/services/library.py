"""What the content files name: facts and pictures, each read once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models

from engagements.models import Engagement, KeyFigure, Sdg
from engagements.tiles import available_keys
from home.models import Campaign
from portal.core.content_files import Block, ContentFileError
from portal.core.illustrations import find_or_create_image
from portal.core.models import PortalImage
from portal.users.models import Place, Service

SUFFIXES = (".webp", ".png", ".jpg")


@dataclass(slots=True)
class Library:
    """Finds facts by what the files call them, and makes the pictures."""

    images: Path
    facts: dict[type[models.Model], dict[str, Any]] = field(default_factory=dict)
    pictures: dict[str, PortalImage | None] = field(default_factory=dict)
    tiles: set[str] | None = None

    def find(self, model: type[models.Model], attribute: str, keys: Iterable[Any]) -> list[Any]:
        """Return the facts that ``keys`` name.

        Raises:
            ContentFileError: one of them does not exist.

        """
        if model not in self.facts:
            rows = model._default_manager.all()
            self.facts[model] = {str(getattr(row, attribute)): row for row in rows}
        known = self.facts[model]
        names = [str(key) for key in keys]
        if missing := [name for name in names if name not in known]:
            raise ContentFileError(f"no {model._meta.model_name} called {', '.join(missing)}")
        return [known[name] for name in names]

    def one(self, model: type[models.Model], key: str | None) -> Any:
        """Return the fact of that slug, None when no key is given."""
        return self.find(model, "slug", [key])[0] if key else None

    def links(self, fields: dict[str, Any]) -> dict[str, list[Any]]:
        """Return the facts that a page is about, by field of the page."""
        return {
            "engagements": self.find(Engagement, "number", fields.get("engagements") or ()),
            "sdgs": self.find(Sdg, "number", fields.get("sdgs") or ()),
            "services": self.find(Service, "slug", fields.get("services") or ()),
            "places": self.find(Place, "slug", fields.get("places") or ()),
        }

    def campaign(self, slug: str | None) -> Campaign | None:
        """Return a campaign, None when no slug is given."""
        campaign: Campaign | None = self.one(Campaign, slug)
        return campaign

    def key_figures(self, slugs: Iterable[str]) -> list[KeyFigure]:
        """Return the key figures of these slugs."""
        return self.find(KeyFigure, "slug", slugs)

    def picture(self, name: str | None, description: str = "") -> PortalImage | None:
        """Return the picture of that name, None when no name is given or when it is missing."""
        if not name:
            return None
        if name not in self.pictures:
            paths = (self.images / f"{name}{suffix}" for suffix in SUFFIXES)
            path = next((path for path in paths if path.exists()), None)
            title = name.replace("-", " ").capitalize()
            self.pictures[name] = (
                find_or_create_image(path=path, title=title, description=description)
                if path
                else None
            )
        return self.pictures[name]

    def missing_pictures(self) -> list[str]:
        """Return the names that were asked for and have no file."""
        return sorted(name for name, picture in self.pictures.items() if picture is None)

    def check_tiles(self, blocks: Iterable[Block]) -> None:
        """Refuse a tile that readers would not see.

        Raises:
            ContentFileError: the figure does not exist, or is not validated.

        """
        if self.tiles is None:
            self.tiles = available_keys()
        for kind, value in blocks:
            if kind == "tile" and value not in self.tiles:
                raise ContentFileError(f"no validated figure called {value}")

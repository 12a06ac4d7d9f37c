"""Pictures that come with the programme's content files."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import yaml
from django.core.files import File
from wagtail.models import Collection

from .models import PortalImage, PortalRendition

# The sizes at which the components show pictures; a test compares them with the templates.
DISPLAY_SIZES = ("fill-{480x320,720x480,1200x800}", "fill-{160x120,320x240}")
DISPLAY_FORMAT = "format-webp"


def display_specs() -> list[str]:
    """Return the specification of each rendition that components ask for."""
    specs = []
    for sizes in DISPLAY_SIZES:
        method, _brace, values = sizes.rstrip("}").partition("{")
        specs += [f"{method}{value}|{DISPLAY_FORMAT}" for value in values.split(",")]
    return specs


def prepare_renditions(*, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Draw the renditions that no reader has asked for yet; return how many.

    Without it, the first reader of each page would wait for its pictures.
    """
    wanted = frozenset(display_specs())
    drawn = defaultdict(set)
    for image_id, spec in PortalRendition.objects.values_list("image_id", "filter_spec"):
        drawn[image_id].add(spec)
    images = [image for image in PortalImage.objects.all() if not wanted <= drawn[image.pk]]
    for position, image in enumerate(images, start=1):
        progress(position, len(images))
        image.get_renditions(*sorted(wanted - drawn[image.pk]))
    return len(images)


def descriptions(folder: Path) -> dict[str, dict[str, str]]:
    """Return what the pictures of ``folder`` show, by name and language."""
    path = folder / "descriptions.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def find_or_create_image(*, path: Path, title: str, description: str) -> PortalImage:
    """Return the picture that holds the bytes of ``path``; create it the first time.

    ``description`` is for a picture that the descriptions of its folder do not name. What an editor
    wrote on the picture since then is left alone.

    Raises:
        FileNotFoundError: there is no such file.

    """
    digest = hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
    known = PortalImage.objects.filter(file_hash=digest).first()
    if known is not None:
        return known
    shown = descriptions(path.parent).get(path.stem, {}).get("fr", description)
    with path.open("rb") as stream:
        image = PortalImage(
            title=title,
            description=shown,
            collection=Collection.get_first_root_node(),
            file=File(stream, name=path.name),
        )
        image.file_size = path.stat().st_size
        image.file_hash = digest
        image.save()
    return image

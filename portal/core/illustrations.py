"""Pictures that come with the programme's content files."""

import hashlib
from pathlib import Path

from django.core.files import File
from wagtail.models import Collection

from .models import PortalImage


def find_or_create_image(*, path: Path, title: str, description: str) -> PortalImage:
    """Return the picture that holds the bytes of ``path``; create it the first time.

    What an editor wrote on the picture since then is left alone.

    Raises:
        FileNotFoundError: there is no such file.

    """
    digest = hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
    known = PortalImage.objects.filter(file_hash=digest).first()
    if known is not None:
        return known
    with path.open("rb") as stream:
        image = PortalImage(
            title=title,
            description=description,
            collection=Collection.get_first_root_node(),
            file=File(stream, name=path.name),
        )
        image.file_size = path.stat().st_size
        image.file_hash = digest
        image.save()
    return image

"""Pictures that partners send: read with caution, and made again without anything but the picture."""

import io
import warnings
from collections.abc import Callable
from typing import NewType

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000
SMALLEST_SIDE = 120
SIDE = 480
WHOLE_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPE = "image/webp"
NOT_A_PICTURE = _("This file is no picture that can be read: send a JPEG, PNG or WebP.")

# The bytes that ``remake`` made: the only ones that are kept.
Picture = NewType("Picture", bytes)


def remake(sent: bytes) -> Picture:
    """Return a square WebP of what is in the middle of a picture.

    Raises:
        ValidationError: it is too heavy, too large, too small, or no picture that can be read.

    """

    def square(picture: Image.Image) -> Image.Image:
        return ImageOps.fit(picture, (SIDE, SIDE), Image.Resampling.LANCZOS)

    return _remade(sent, SIDE, square)


def remake_whole(sent: bytes) -> Picture:
    """Return a WebP of the whole of a picture, no larger than pages show.

    Raises:
        ValidationError: it is too heavy, too large, too small, or no picture that can be read.

    """

    def whole(picture: Image.Image) -> Image.Image:
        if max(picture.size) <= WHOLE_SIDE:
            return picture
        return ImageOps.contain(picture, (WHOLE_SIDE, WHOLE_SIDE), Image.Resampling.LANCZOS)

    return _remade(sent, WHOLE_SIDE, whole)


def _remade(sent: bytes, side: int, shape: Callable[[Image.Image], Image.Image]) -> Picture:
    """Draw a picture again; nothing of the file is kept but its points.

    No place, date, camera nor thumbnail.
    """
    if len(sent) > MAX_BYTES:
        raise ValidationError(_("This file is too heavy: 8 MB at most."))
    try:
        with warnings.catch_warnings():
            # Its size is judged below; what Pillow warns of besides is about the file's comments.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(sent), formats=FORMATS) as opened:
                _check_size(*opened.size)
                # A JPEG is read at about the size that is needed.
                opened.draft("RGB", (side * 2, side * 2))
                upright = ImageOps.exif_transpose(opened)
                shaped = shape(_opaque(upright))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, ValidationError):
            raise
        raise ValidationError(NOT_A_PICTURE) from error
    clean = Image.new("RGB", shaped.size)
    clean.paste(shaped)
    made = io.BytesIO()
    clean.save(made, "WEBP", quality=82, method=4)
    return Picture(made.getvalue())


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ValidationError(_("This picture is too large: 50 million points at most."))
    if min(width, height) < SMALLEST_SIDE:
        raise ValidationError(_("This picture is too small: 120 points at least on each side."))


def _opaque(picture: Image.Image) -> Image.Image:
    """Return the picture without transparency, on white."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layers.size, "white"), layers).convert("RGB")

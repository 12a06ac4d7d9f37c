"""From SVG to small palette PNG files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import resvg_py
from PIL import Image, ImageDraw


def raster(svg: str, width: int, height: int, fonts: Sequence[str] = ()) -> Image.Image:
    """An SVG document as an RGB image; text uses the font files given, never the machine's."""
    data = bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            height=height,
            skip_system_fonts=True,
            font_files=list(fonts) or None,
        )
    )
    return Image.open(io.BytesIO(data)).convert("RGB")


def save_png(image: Image.Image, target: Path, colours: int = 96) -> int:
    """Write a palette PNG without dithering; return its size in bytes."""
    palette = image.quantize(
        colours, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE
    )
    palette.save(target, optimize=True)
    return target.stat().st_size


def contact_sheet(
    images: dict[str, Image.Image], columns: int = 3, width: int = 520
) -> Image.Image:
    """All drawings at a reading size, with the 4:3 crop marked."""
    height = width * 9 // 16
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (width + 8), rows * (height + 8)), "#888888")
    for k, image in enumerate(images.values()):
        x, y = (k % columns) * (width + 8), (k // columns) * (height + 8)
        sheet.paste(image.resize((width, height), Image.Resampling.LANCZOS), (x, y))
        margin = (width - height * 4 // 3) // 2
        draw = ImageDraw.Draw(sheet)
        for edge in (x + margin, x + width - margin):
            draw.line([(edge, y), (edge, y + 8)], fill="#888888")
    return sheet

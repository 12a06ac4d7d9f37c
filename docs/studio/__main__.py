"""Command line: `PYTHONPATH=docs python -m studio images|films|words|sheet [name ...]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from .draw import document
from .render import contact_sheet, raster, save_png
from .scenes import SCENES

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "home" / "programme" / "images"
FILMS = ROOT / "partners" / "programme" / "films"
WIDTH, HEIGHT = 1600, 900


def scene(name: str) -> str:
    """The SVG document of one illustration."""
    return document(SCENES[name](), WIDTH, HEIGHT)


def images(names: list[str]) -> None:
    """Draw illustrations as palette PNG files."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name in names or sorted(SCENES):
        size = save_png(raster(scene(name), WIDTH, HEIGHT), IMAGES / f"{name}.png")
        print(f"{name}.png  {size / 1000:.0f} kB")


def sheet(names: list[str], target: Path) -> None:
    """Draw a contact sheet, to look at the set as a whole."""
    contact_sheet({n: raster(scene(n), 800, 450) for n in names or sorted(SCENES)}).save(target)


def main() -> None:
    """Read the arguments and draw."""
    parser = argparse.ArgumentParser(prog="studio", description=__doc__)
    parser.add_argument("what", choices=("images", "films", "words", "sheet"))
    parser.add_argument("names", nargs="*", help="only these (all by default)")
    parser.add_argument(
        "--output", type=Path, default=Path("sheet.png"), help="where the sheet goes"
    )
    options = parser.parse_args()
    if options.what == "images":
        images(options.names)
    elif options.what == "sheet":
        sheet(options.names, options.output)
    else:
        from .films import make

        make(options.names, FILMS, pictures=options.what == "films")


if __name__ == "__main__":
    main()

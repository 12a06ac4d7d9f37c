"""One style sheet and one script for the whole portal, joined from their sources.

Sources stand beside what they dress: ``portal/core/static_src/<layer>.css`` for the layers of the
cascade, ``templates/components/<name>/<name>.css`` and ``.js`` for the components. They are joined
into ``portal/portal.css`` and ``portal/portal.js`` when static files are found or collected.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import rcssmin
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

LAYERS = ("reset", "tokens", "base", "components", "pages", "utilities", "print")
SOURCES = Path(__file__).parent / "static_src"
COMPONENTS = Path(__file__).resolve().parents[2] / "templates" / "components"

# Whoever serves static files reads them, whoever built them.
PERMISSIONS = 0o644

_COMMENT = re.compile(r"^\s*(//.*|/\*.*\*/)?\s*$")


def style_sources(layer: str) -> list[Path]:
    """Return the style sheets of ``layer``, in the order in which they are joined."""
    own = [SOURCES / f"{layer}.css", *sorted((SOURCES / layer).glob("*.css"))]
    components = sorted(COMPONENTS.glob("*/*.css")) if layer == "components" else []
    return [path for path in (*own, *components) if path.exists()]


def script_sources() -> list[Path]:
    """Return the scripts, in the order in which they are joined."""
    return [*sorted(SOURCES.glob("*.js")), *sorted(COMPONENTS.glob("*/*.js"))]


def join_styles() -> str:
    """Return the style sheet of the portal, its sources in cascade layers, without comments."""
    parts = [f"@layer {','.join(LAYERS)};"]
    for layer in LAYERS:
        rules = "\n".join(path.read_text("utf-8") for path in style_sources(layer))
        if rules:
            parts.append(f"@layer {layer}{{{rules}}}")
    return str(rcssmin.cssmin("\n".join(parts)))


def join_scripts() -> str:
    """Return the module of the portal: each source in a block of its own, comment lines left out."""
    parts = []
    for path in script_sources():
        lines = path.read_text("utf-8").splitlines()
        kept = (line.rstrip() for line in lines if not _COMMENT.match(line))
        parts.append("{\n" + "\n".join(kept) + "\n}\n")
    return "".join(parts)


ASSETS: dict[str, Callable[[], str]] = {
    "portal/portal.css": join_styles,
    "portal/portal.js": join_scripts,
}


class ComponentAssetsFinder(BaseFinder):
    """Finds the joined style sheet and script, written again when a source has changed."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.DATA_DIR / "assets", base_url=None)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Nothing can be configured wrongly."""
        return []

    def _build(self, name: str) -> Path:
        target = Path(self.storage.path(name))
        content = ASSETS[name]()
        if not target.exists() or target.read_text("utf-8") != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            # Two requests may build at once: each writes a file of its own, then puts it in place.
            with NamedTemporaryFile(
                "w", encoding="utf-8", dir=target.parent, suffix=".tmp", delete=False
            ) as temporary:
                temporary.write(content)
            built = Path(temporary.name)
            built.chmod(PERMISSIONS)
            built.replace(target)
        return target

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the place of a joined file on disk."""
        if path not in ASSETS:
            return []
        found = str(self._build(path))
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Yield both joined files, as ``collectstatic`` wants them."""
        for path in ASSETS:
            if not matches_patterns(path, ignore_patterns or []):
                self._build(path)
                yield path, self.storage

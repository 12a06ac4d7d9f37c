"""The thirty illustrations, by name."""

from __future__ import annotations

from collections.abc import Callable

from . import city, people, tools

SCENES: dict[str, Callable[[], str]] = {**city.SCENES, **tools.SCENES, **people.SCENES}

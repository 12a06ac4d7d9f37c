"""Filters that are links: one press, no form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class FilterLink:
    """One value of a filter."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """The values of one filter, that of « everything » first."""

    label: str
    links: Sequence[FilterLink]


def filter_group(
    label: str,
    name: str,
    options: Mapping[str, str],
    current: Mapping[str, str],
    *,
    everything: str,
) -> FilterGroup:
    """Return the links that set ``name`` and keep the other filters of ``current``."""
    return FilterGroup(
        label,
        [
            FilterLink(
                text,
                "?" + urlencode({k: v for k, v in {**current, name: value}.items() if v}),
                current.get(name, "") == value,
            )
            for value, text in {"": everything, **options}.items()
        ],
    )

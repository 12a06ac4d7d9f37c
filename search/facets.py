"""What results can be filtered by: names in the reader's language, counts, where each choice leads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from engagements.models import Engagement, Sdg
from portal.core.tags import language_of_tags
from portal.users.models import Service
from search.discovery import kind_labels
from search.selection import FACETS, Selection

TITLES: Mapping[str, str | Promise] = {
    "kind": _("Kind"),
    "axis": _("Axis"),
    "engagement": _("Engagement"),
    "sdg": _("SDG"),
    "service": _("Service"),
    "tag": _("Topic"),
    "year": _("Year"),
}
# How many values stand in sight; the others are folded, unless they are but a few.
_SHOWN = 5
_FEW = 2
# Facets without a fixed list of values: the most frequent are proposed.
_OPEN = frozenset({"tag", "service"})
_MOST = 15

Address = Callable[[Selection], str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: where it leads, and how many results wait there."""

    label: str | Promise
    url: str
    count: int = 0
    active: bool = False
    language: str = ""
    axis: int = 0
    value: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A facet as the page shows it: the first values, and from ``cut`` on, those that are folded."""

    name: str
    title: str | Promise
    choices: list[Choice]
    cut: int

    @property
    def folded(self) -> int:
        """How many values are folded."""
        return len(self.choices) - self.cut

    @property
    def is_open(self) -> bool:
        """Whether one of the folded values is chosen."""
        return any(choice.active for choice in self.choices[self.cut :])


@dataclass(frozen=True, slots=True)
class Names:
    """What the values of facets are called, in the reader's language."""

    engagements: Mapping[int, Engagement]
    goals: Mapping[int, Sdg]
    services: Mapping[str, Service]

    def of(self, facet: str, value: str) -> str:
        """Return the name of a value; empty when nothing goes by it."""
        match facet:
            case "kind":
                return str(capfirst(str(kind_labels().get(value, ""))))
            case "axis":
                axes = (engagement.axis for engagement in self.engagements.values())
                return next((str(axis) for axis in axes if str(axis.number) == value), "")
            case "engagement":
                engagement = self.engagements.get(int(value))
                return str(engagement) if engagement else ""
            case "sdg":
                goal = self.goals.get(int(value))
                return f"{goal.number}. {goal.title}" if goal else ""
            case "service":
                service = self.services.get(value)
                return str(service) if service else ""
            case _:
                return value

    def axis_of(self, facet: str, value: str) -> int:
        """Return the number of the axis whose colour a value takes, 0 for none."""
        if facet == "axis":
            return int(value)
        engagement = self.engagements.get(int(value)) if facet == "engagement" else None
        return engagement.axis.number if engagement else 0


def read_names() -> Names:
    """Read the names of the values of facets (three queries)."""
    engagements = Engagement.objects.select_related("axis").order_by("number")
    return Names(
        {engagement.number: engagement for engagement in engagements},
        {goal.number: goal for goal in Sdg.objects.order_by("number")},
        {service.slug: service for service in Service.objects.order_by("slug")},
    )


def counted(
    counts: Mapping[str, Mapping[str, int]], selection: Selection, names: Names
) -> dict[str, list[tuple[str, str, int]]]:
    """Return, for each facet, its values, their names and counts, in the order to show them.

    What is chosen stays, even when nothing has it.
    """
    found: dict[str, list[tuple[str, str, int]]] = {}
    for facet in FACETS:
        values = {**dict.fromkeys(selection.filters.get(facet, ()), 0), **counts.get(facet, {})}
        named = [
            (value, names.of(facet, value) or (value if facet == "kind" else ""), count)
            for value, count in values.items()
        ]
        found[facet] = sorted((item for item in named if item[1]), key=_ORDERS[facet])
    return found


def groups(
    counts: Mapping[str, Mapping[str, int]],
    total: int,
    selection: Selection,
    names: Names,
    address: Address,
) -> list[Group]:
    """Return the facets worth showing: those that tell results apart, and those in use."""
    shown = []
    for facet, values in counted(counts, selection, names).items():
        kept = [
            (value, label, count)
            for position, (value, label, count) in enumerate(values)
            if facet not in _OPEN or position < _MOST or selection.has(facet, value)
        ]
        in_use = bool(selection.filters.get(facet))
        if not in_use and (not kept or (len(kept) == 1 and kept[0][2] == total)):
            continue
        choices = [
            Choice(
                label=label,
                url=address(selection.toggled(facet, value)),
                count=count,
                active=selection.has(facet, value),
                language=language_of_tags() if facet == "tag" else "",
                axis=names.axis_of(facet, value),
                value=value,
            )
            for value, label, count in kept
        ]
        cut = len(choices) if len(choices) <= _SHOWN + _FEW else _SHOWN
        shown.append(Group(facet, TITLES[facet], choices, cut))
    return shown


def chips(selection: Selection, names: Names, address: Address) -> list[Choice]:
    """Return the filters in use, each leading to the same results without it."""
    return [
        Choice(
            label=f"{TITLES[facet]} {value}"
            if facet == "year"
            else names.of(facet, value) or value,
            url=address(selection.toggled(facet, value)),
            active=True,
            language=language_of_tags() if facet == "tag" else "",
            axis=names.axis_of(facet, value),
            value=value,
        )
        for facet in FACETS
        for value in selection.filters.get(facet, ())
    ]


def _by_count(item: tuple[str, str, int]) -> tuple[object, ...]:
    return -item[2], item[1].casefold()


def _by_number(item: tuple[str, str, int]) -> tuple[object, ...]:
    return (int(item[0]),)


def _newest(item: tuple[str, str, int]) -> tuple[object, ...]:
    return (-int(item[0]),)


_ORDERS: Mapping[str, Callable[[tuple[str, str, int]], tuple[object, ...]]] = {
    "kind": _by_count,
    "axis": _by_number,
    "engagement": _by_number,
    "sdg": _by_number,
    "service": _by_count,
    "tag": _by_count,
    "year": _newest,
}

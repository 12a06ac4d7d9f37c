"""Tiles: what a figure shows when it stands alone.

A tile speaks only of validated measures. Its subject is an indicator or a key figure, named by a
short key (``V1-05``, ``barometre-afnor``) that editors never have to type.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from engagements.enums import CountKind, Direction, Display, MeasureStatus, Nature
from engagements.figures import (
    COMPARABLE_NATURES,
    change_between,
    change_in_words,
    read_quantity,
)
from engagements.models.axis import Axis
from engagements.models.indicator import Indicator, KeyFigure
from engagements.models.measure import COUNTED_SEVERAL_TIMES, Measure
from portal.core.dates import period_in_words
from portal.core.visibility import Reader

Subject = Indicator | KeyFigure
Choices = list[tuple[str, str | list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Tile:
    """What the tile component shows.

    Attributes:
        value_text: the number as the reader writes it, with its operator in words and its symbol.
        unit: the words after the number; empty when a symbol says it all.
        period: in words; empty when the source gives none.
        status: in words; a tile is always validated.
        nature: in words when the value was neither achieved nor computed; empty otherwise.
        change_text: change since the last comparable period, with its sign; empty when there is none.
        change_favourable: None when neither way is better in itself.
        url: page of the indicator or of the key figure.
        axis: number of its axis; 0 for the programme as a whole.
        caveat: what the count adds up, when a person may count several times; empty otherwise.

    """

    value_text: str
    unit: str
    label: str
    period: str
    source: str
    status: str
    nature: str
    change_text: str
    change_favourable: bool | None
    url: str
    axis: int
    caveat: str


def subject_key(subject: Subject) -> str:
    """Return the key by which pages name ``subject``."""
    return subject.code if isinstance(subject, Indicator) else subject.slug


def subject_url(subject: Subject) -> str:
    """Return the address of the page of ``subject``, in the reader's language."""
    if isinstance(subject, Indicator):
        return reverse("indicator", args=[subject.code])
    return reverse("key_figure", args=[subject.slug])


def subject_axis(subject: Subject) -> int:
    """Return the number of the axis of ``subject``, 0 for the programme as a whole."""
    return subject.engagement.axis.number if subject.engagement else 0


def tile_of(subject: Subject, measures: Sequence[Measure]) -> Tile | None:
    """Return the tile of ``subject``; None when none of its ``measures`` may stand on a tile.

    ``measures`` are the validated measures of the subject, the latest first.
    """
    shown = next((measure for measure in measures if measure.is_tileable), None)
    if shown is None or shown.quantity is None:
        return None
    language = get_language() or ""
    reading = read_quantity(shown.quantity, subject.unit, language)
    change = None
    if shown is measures[0]:
        series = [measure.observation for measure in measures]
        change = change_between(series, Direction(subject.direction))
    return Tile(
        value_text=reading.text,
        unit=reading.unit,
        label=subject.label,
        period=period_in_words(shown.period, language),
        source=shown.source.title,
        status=str(MeasureStatus.VALIDATED.label),
        nature="" if shown.nature in COMPARABLE_NATURES else str(Nature(shown.nature).label),
        change_text=change_in_words(change, subject.unit, language),
        change_favourable=change.favourable if change else None,
        url=subject_url(subject),
        axis=subject_axis(subject),
        caveat=str(CountKind(shown.kind).label) if shown.kind in COUNTED_SEVERAL_TIMES else "",
    )


def tiles_by_key(keys: Iterable[str], user: Reader) -> dict[str, Tile]:
    """Return the tiles named by ``keys`` that ``user`` may see, in one query.

    A key that names nothing, nothing visible, or nothing validated has no tile.
    """
    asked = list(keys)
    if not asked:
        return {}
    measures = (
        Measure.objects.about(asked)
        .visible_to(user)
        .filter(status=MeasureStatus.VALIDATED)
        .with_subject()
        .latest_first()
    )
    grouped: dict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        grouped[subject_key(measure.known_subject)].append(measure)
    made = ((key, tile_of(of_key[0].known_subject, of_key)) for key, of_key in grouped.items())
    return {key: tile for key, tile in made if tile}


def tiles_for(keys: Iterable[str], user: Reader) -> list[Tile]:
    """Return the tiles named by ``keys`` that ``user`` may see, in their order, in one query."""
    asked = list(keys)
    found = tiles_by_key(asked, user)
    return [found[key] for key in asked if key in found]


def request_tiles(keys: Iterable[str], request: HttpRequest) -> dict[str, Tile]:
    """Return the tiles named by ``keys``, read once per request however many blocks ask."""
    known: dict[str, Tile | None] = getattr(request, "_portal_tiles", {})
    missing = [key for key in keys if key not in known]
    if missing:
        found = tiles_by_key(missing, request.user)
        known |= {key: found.get(key) for key in missing}
        request._portal_tiles = known  # type: ignore[attr-defined]
    return {key: tile for key in keys if (tile := known[key])}


def available_keys() -> set[str]:
    """Return the keys of all the subjects that have a tile, for some reader."""
    pairs = (
        Measure.objects.for_tiles()
        .exclude(indicator__live=False)
        .exclude(key_figure__live=False)
        .values_list("indicator__code", "key_figure__slug")
    )
    return {code or slug for code, slug in pairs}


def choices() -> Choices:
    """Return the subjects that can stand on a tile, by axis, with their present value.

    A last group names those whose figure is not validated, or no longer is: a page that shows one
    says so in the editor. The label and value of a restricted subject are not given away.
    """
    groups: dict[int, list[tuple[str, str]]] = defaultdict(list)
    unavailable: list[tuple[str, str]] = []
    language = get_language() or ""
    for subject, measures in _subjects_meant_for_tiles():
        key = subject_key(subject)
        shown = next((measure for measure in measures if measure.is_tileable), None)
        if subject.restricted_to.all():
            label = _("%(key)s (restricted)") % {"key": key}
        elif shown and shown.quantity:
            value = read_quantity(shown.quantity, subject.unit, language)
            period = period_in_words(shown.period, language)
            label = f"{subject.label} – {value}" + (f" ({period})" if period else "")
        else:
            label = subject.label
        if shown and subject.live:
            groups[subject_axis(subject)].append((key, label))
        else:
            unavailable.append((key, label))
    titles = {0: _("The whole programme")} | {
        axis.number: f"{axis.number}. {axis.title}" for axis in Axis.objects.all()
    }
    found: Choices = [("", _("Choose a figure"))]
    for number, title in titles.items():
        if groups[number]:
            found.append((title, sorted(groups[number], key=lambda choice: choice[1])))
    if unavailable:
        group = sorted(unavailable, key=lambda choice: choice[1])
        found.append((_("No validated figure: shown nowhere"), group))
    return found


def _subjects_meant_for_tiles() -> Iterable[tuple[Subject, list[Measure]]]:
    measures = (
        Measure.objects.filter(display=Display.TILE)
        .with_subject()
        .prefetch_related("indicator__restricted_to", "key_figure__restricted_to")
        .latest_first()
    )
    grouped: dict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        grouped[subject_key(measure.known_subject)].append(measure)
    return [(of_key[0].known_subject, of_key) for of_key in grouped.values()]

"""Loads the programme's facts from its data files, through the rules of the models.

A row is loaded once. What an editor changed or deleted since stays as the editor left it.
"""

import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.utils import timezone

from engagements.enums import MeasureStatus
from engagements.models import (
    Award,
    Axis,
    Engagement,
    EngagementSdg,
    Indicator,
    IndicatorLink,
    KeyFigure,
    LoadedRow,
    Measure,
    Milestone,
    Sdg,
    SourceDocument,
    Target,
)
from portal.core.caching import bump_generation
from portal.users import __file__ as people_package
from portal.users.models import Collectivity, Place, Service

from .reporting import LoadReport

FACTS = Path(__file__).resolve().parent.parent / "programme"
PEOPLE = Path(people_package).resolve().parent / "programme"

Row = dict[str, str]
Fact = TypeVar("Fact", bound=models.Model)


class BadRowError(ValueError):
    """A row that says something that no rule of a model can check."""


@dataclass(slots=True)
class Loader:
    """The state of one load: where files are, and what other rows name."""

    facts: Path
    people: Path
    report: LoadReport
    validated: frozenset[str] = frozenset()
    found: dict[tuple[type[models.Model], str, str], models.Model] = field(default_factory=dict)

    def get(self, model: type[Fact], attribute: str, value: str) -> Fact:
        """Return the row that a column names, once per load."""
        key = (model, attribute, value)
        if key not in self.found:
            try:
                self.found[key] = model._default_manager.get(**{attribute: value})
            except ObjectDoesNotExist:
                raise BadRowError(
                    f"no {model._meta.model_name} with {attribute} “{value}”"
                ) from None
        return self.found[key]  # type: ignore[return-value]

    def get_or_none(self, model: type[Fact], attribute: str, value: str) -> Fact | None:
        """Return the row that a column names, None when the column is empty."""
        return self.get(model, attribute, value) if value else None


Build = Callable[[Loader, Row], models.Model]


@dataclass(frozen=True, slots=True)
class File:
    """One data file: its columns that name a row, and how a row becomes an object."""

    name: str
    key: tuple[str, ...]
    model: type[models.Model]
    lookups: tuple[str, ...]
    build: Build
    of_people: bool = False

    def path(self, loader: Loader) -> Path:
        """Return where the file is."""
        return (loader.people if self.of_people else loader.facts) / self.name


def _text(row: Row, *columns: str) -> dict[str, str]:
    return {column: row[column] for column in columns}


def _both(row: Row, *names: str) -> dict[str, str]:
    return _text(row, *(f"{name}_{language}" for name in names for language in ("fr", "en")))


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadRowError(f"“{text}” is not a whole number") from None


def _decimal(text: str) -> Decimal | None:
    """Return the number, None when it is missing: never 0."""
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BadRowError(f"“{text}” is not a number") from None


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadRowError(f"“{text}” is not a date (YYYY-MM-DD)") from None


def _period(row: Row) -> dict[str, Any]:
    return {name: _date(row[name]) for name in ("period_start", "period_end")}


def _source(loader: Loader, row: Row, column: str = "source_document") -> SourceDocument:
    return loader.get(SourceDocument, "title_fr", row[column])


def _collectivity(loader: Loader, row: Row) -> Collectivity:
    return Collectivity(slug=row["code"], **_both(row, "name"))


def _service(loader: Loader, row: Row) -> Service:
    return Service(**_text(row, "slug", "aliases"), **_both(row, "name"))


def _place(loader: Loader, row: Row) -> Place:
    return Place(
        **_text(row, "slug"),
        **_both(row, "name", "note"),
    )


def _source_document(loader: Loader, row: Row) -> SourceDocument:
    return SourceDocument(title_fr=row["source_document"], title_en=row["title_en"])


def _axis(loader: Loader, row: Row) -> Axis:
    return Axis(number=_integer(row["number"]), slug=row["slug"], **_both(row, "title"))


def _sdg(loader: Loader, row: Row) -> Sdg:
    return Sdg(number=_integer(row["number"]), slug=row["slug"], **_both(row, "title"))


def _engagement(loader: Loader, row: Row) -> Engagement:
    return Engagement(
        number=_integer(row["number"]),
        slug=row["slug"],
        axis=loader.get(Axis, "number", row["axis"]),
        **_both(row, "theme", "statement"),
    )


def _sdg_link(loader: Loader, row: Row) -> EngagementSdg:
    return EngagementSdg(
        engagement=loader.get(Engagement, "number", row["engagement"]),
        sdg=loader.get(Sdg, "number", row["sdg"]),
        status=row["status"],
    )


def _indicator(loader: Loader, row: Row) -> Indicator:
    return Indicator(
        **_text(row, "code", "value_type", "direction", "sensitivity"),
        **_both(row, "theme", "label", "unit", "counted", "open_point"),
        volet=_integer(row["volet"]),
        engagement=loader.get(Engagement, "number", row["engagement"]),
        owner=loader.get_or_none(Service, "slug", row["owner"]),
        source=loader.get_or_none(SourceDocument, "title_fr", row["source"]),
    )


def _key_figure(loader: Loader, row: Row) -> KeyFigure:
    return KeyFigure(
        **_text(row, "slug", "direction"),
        **_both(row, "label", "definition", "unit"),
        engagement=loader.get_or_none(Engagement, "number", row["engagement"]),
        owner=loader.get_or_none(Service, "slug", row["owner"]),
    )


def _measure(loader: Loader, row: Row) -> Measure:
    # A figure that two sources print has two codes; the list of validated ones names one of them.
    validated = not loader.validated.isdisjoint(row["codes"].split(";"))
    return Measure(
        **_text(row, "codes", "raw_text", "operator", "period_precision", "nature", "kind"),
        **_text(row, "display", "reliability", "source_line"),
        **_both(row, "perimeter", "note"),
        **_period(row),
        indicator=loader.get_or_none(Indicator, "code", row["indicator"]),
        key_figure=loader.get_or_none(KeyFigure, "slug", row["key_figure"]),
        value=_decimal(row["value"]),
        value_max=_decimal(row["value_max"]),
        source=_source(loader, row),
        status=MeasureStatus.VALIDATED if validated else MeasureStatus.TO_CONFIRM,
        validated_at=timezone.now() if validated else None,
    )


def _target(loader: Loader, row: Row) -> Target:
    value = _decimal(row["value"])
    if value is None:
        raise BadRowError("a target has a value")
    return Target(
        **_text(row, "codes", "source_line"),
        **_both(row, "label", "unit", "note"),
        **_period(row),
        indicator=loader.get(Indicator, "code", row["indicator"]),
        value=value,
        source=_source(loader, row),
    )


def _indicator_link(loader: Loader, row: Row) -> IndicatorLink:
    return IndicatorLink(
        key_figure=loader.get(KeyFigure, "slug", row["key_figure"]),
        indicator=loader.get(Indicator, "code", row["indicator"]),
        role=row["role"],
    )


def _award(loader: Loader, row: Row) -> Award:
    return Award(
        **_text(row, "slug", "precision"),
        **_both(row, "name", "note"),
        awarded_by=row["organisation_fr"],
        place_text=row["place"],
        date=_date(row["date"]),
        engagement=loader.get(Engagement, "number", row["engagement"]),
    )


def _milestone(loader: Loader, row: Row) -> Milestone:
    return Milestone(
        **_text(row, "slug", "kind", "status", "precision"),
        **_both(row, "title", "text"),
        date=_date(row["date"]),
        end_date=_date(row["end_date"]),
        engagement=loader.get_or_none(Engagement, "number", row["engagement"]),
        source=loader.get_or_none(SourceDocument, "title_fr", row["source"]),
    )


FILES = (
    File("collectivities.csv", ("code",), Collectivity, ("slug",), _collectivity, True),
    File("services.csv", ("slug",), Service, ("slug",), _service, True),
    File("places.csv", ("slug",), Place, ("slug",), _place, True),
    File("sources.csv", ("source_document",), SourceDocument, ("title_fr",), _source_document),
    File("axes.csv", ("number",), Axis, ("number",), _axis),
    File("sdgs.csv", ("number",), Sdg, ("number",), _sdg),
    File("engagements.csv", ("number",), Engagement, ("number",), _engagement),
    File(
        "sdg_links.csv",
        ("engagement", "sdg"),
        EngagementSdg,
        ("engagement__number", "sdg__number"),
        _sdg_link,
    ),
    File("indicators.csv", ("code",), Indicator, ("code",), _indicator),
    File("key_figures.csv", ("slug",), KeyFigure, ("slug",), _key_figure),
    File("measures.csv", ("codes",), Measure, ("codes",), _measure),
    File(
        "indicator_links.csv",
        ("key_figure", "indicator"),
        IndicatorLink,
        ("key_figure__slug", "indicator__code"),
        _indicator_link,
    ),
    File("targets.csv", ("codes",), Target, ("codes",), _target),
    File("awards.csv", ("slug",), Award, ("slug",), _award),
    File("milestones.csv", ("slug",), Milestone, ("slug",), _milestone),
)


@transaction.atomic
def load_facts(
    *,
    report: LoadReport,
    again: bool = False,
    facts: Path = FACTS,
    people: Path = PEOPLE,
    progress: Callable[[str], None] = lambda name: None,
) -> None:
    """Create the facts that were never loaded; change none.

    Args:
        report: told of every row.
        again: also create again what an editor deleted.
        facts: directory of the programme's facts.
        people: directory of the collectivities, services and places.
        progress: called with the name of each file before it is read.

    """
    loader = Loader(facts, people, report, frozenset(_codes(facts / "validated_measures.csv")))
    loaded = set() if again else set(LoadedRow.objects.values_list("file", "key"))
    for file in FILES:
        progress(file.name)
        _load_file(loader, file, loaded)
    if report.created:
        bump_generation()
    report.notes.extend(account_for_register(facts).lines())


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, restkey="")
        for row in reader:
            yield reader.line_num, row


def _load_file(loader: Loader, file: File, loaded: set[tuple[str, str]]) -> None:
    done = []
    for line, row in _rows(file.path(loader)):
        try:
            key = " | ".join(row[column] for column in file.key)
            if (file.name, key) in loaded:
                loader.report.kept[file.name] += 1
                continue
            natural = dict(zip(file.lookups, (row[column] for column in file.key), strict=True))
            if file.model._default_manager.filter(**natural).exists():
                loader.report.kept[file.name] += 1
            else:
                with transaction.atomic():
                    fact = file.build(loader, row)
                    fact.full_clean()
                    fact.save()
                loader.report.created[file.name] += 1
            done.append(LoadedRow(file=file.name, key=key))
        except KeyError as error:
            loader.report.reject(file.name, line, f"no column {error}")
        except (BadRowError, ValidationError, ValueError, TypeError) as error:
            reason = str(error) if isinstance(error, BadRowError) else error
            loader.report.reject(file.name, line, reason)
    LoadedRow.objects.bulk_create(done, ignore_conflicts=True)


def _codes(path: Path, column: str = "code") -> list[str]:
    return [code for _, row in _rows(path) for code in row[column].split(";")]


@dataclass(frozen=True, slots=True)
class RegisterAccount:
    """How the lines of the register of source figures are accounted for."""

    total: int
    of_measures: int
    of_targets: int
    merged: int
    missing: tuple[str, ...]
    repeated: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether each line of the register is accounted for exactly once."""
        return not (self.missing or self.repeated or self.unknown)

    def lines(self) -> Iterable[str]:
        """Yield the account as lines of text."""
        yield (
            f"register of {self.total} figures: {self.of_measures} in measures, "
            f"{self.of_targets} in targets, {self.merged} merged"
        )
        for name in ("missing", "repeated", "unknown"):
            if codes := getattr(self, name):
                yield f"register: {name} {', '.join(codes)}"


def account_for_register(facts: Path = FACTS) -> RegisterAccount:
    """Count where each line of the register went."""
    register = _codes(facts / "figures_source.csv", "id")
    measures = _codes(facts / "measures.csv", "codes")
    targets = _codes(facts / "targets.csv", "codes")
    merged = _codes(facts / "merged.csv")
    used = Counter([*measures, *targets, *merged])
    return RegisterAccount(
        total=len(register),
        of_measures=len(measures),
        of_targets=len(targets),
        merged=len(merged),
        missing=tuple(code for code in register if code not in used),
        repeated=tuple(sorted(code for code, count in used.items() if count > 1)),
        unknown=tuple(sorted(set(used) - set(register))),
    )

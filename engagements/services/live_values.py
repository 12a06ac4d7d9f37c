"""Writing what the portal counts by itself as values of indicators."""

import datetime as dt

from django.db import transaction

from engagements.enums import MeasureStatus, Nature, Reliability
from engagements.figures import Quantity, read_quantity
from engagements.live_figures import LiveFigure, LiveReading, registered_figures
from engagements.models import Indicator, Measure, SourceDocument
from engagements.models.measure import LIVE
from portal.core.caching import bump_generation
from portal.core.dates import Period


def record_live_values(*, at: dt.datetime, key: str | None = None) -> int:
    """Bring the values of live figures (that of ``key``) up to date; return how many changed."""
    return sum(
        _record(figure, indicator, at)
        for figure in registered_figures(key)
        for indicator in figure.indicators()
    )


@transaction.atomic
def _record(figure: LiveFigure, pk: int, at: dt.datetime) -> int:
    """Write the present values of an indicator: one row a year, which keeps its last reading.

    What the RSO unit did with a row (sent back, withdrawn) stays; other rows are left alone.
    """
    # Who counts waits for who is writing, so that the last to write counted last.
    indicator = Indicator.objects.select_for_update().get(pk=pk)
    return sum(_write(figure, indicator, reading, at) for reading in figure.readings(pk, at))


def _write(figure: LiveFigure, indicator: Indicator, reading: LiveReading, at: dt.datetime) -> bool:
    """Write the value of one year; say whether it changed."""
    code = live_code(figure.key, indicator, reading.period.end.year)
    before = Measure.objects.filter(codes=code).first()
    if reading.quantity is None:
        if before is not None:
            before.delete()
        return before is not None
    told = _told(indicator, reading.quantity, reading.period)
    if before is None:
        french, english = reading.perimeter
        Measure.objects.create(
            codes=code,
            indicator=indicator,
            nature=Nature.COMPUTED,
            kind=reading.kind,
            perimeter_fr=french,
            perimeter_en=english,
            reliability=Reliability.SURE,
            display=reading.display,
            status=MeasureStatus.VALIDATED,
            validated_at=at,
            source=_source(figure),
            **told,
        )
        return True
    if all(getattr(before, name) == value for name, value in told.items()):
        return False
    # Search keeps no value: only what is remembered of pages has to be forgotten.
    Measure.objects.filter(pk=before.pk).update(**told)
    bump_generation()
    return True


def live_code(key: str, indicator: Indicator, year: int) -> str:
    """Return the code of the row that holds a live figure of one year."""
    return f"{LIVE}{key}:{indicator.code}:{year}"


def _told(indicator: Indicator, quantity: Quantity, period: Period) -> dict[str, object]:
    return {
        "raw_text": str(read_quantity(quantity, indicator.unit_fr, "fr")),
        "value": quantity.value,
        "value_max": quantity.value_max,
        "operator": quantity.operator,
        "period_start": period.start,
        "period_end": period.end,
        "period_precision": period.precision,
    }


def _source(figure: LiveFigure) -> SourceDocument:
    french, english = figure.source
    source, _created = SourceDocument.objects.get_or_create(
        title_fr=french, defaults={"title_en": english}
    )
    return source

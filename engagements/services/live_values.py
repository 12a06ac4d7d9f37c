"""Writing what the portal counts by itself as values of indicators."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from engagements.enums import CountKind, Display, MeasureStatus, Nature, Reliability
from engagements.figures import Quantity, read_quantity
from engagements.live_figures import LiveFigure, registered_figures
from engagements.models import Indicator, Measure, SourceDocument
from engagements.models.measure import LIVE
from portal.core.caching import bump_generation
from portal.core.dates import Precision


def record_live_values(*, at: dt.datetime, key: str | None = None) -> int:
    """Bring the values of live figures (that of ``key``) up to date; return how many changed."""
    return sum(
        _record(figure, indicator, at)
        for figure in registered_figures(key)
        for indicator in figure.indicators()
    )


@transaction.atomic
def _record(figure: LiveFigure, pk: int, at: dt.datetime) -> bool:
    """Write the present value of an indicator: one row a year, which keeps the year's last reading.

    What the RSO unit did with that row (sent back, withdrawn) stays; other rows are left alone.
    """
    # Who counts waits for who is writing, so that the last to write counted last.
    indicator = Indicator.objects.select_for_update().get(pk=pk)
    quantity, day = figure.quantity(pk, at), timezone.localdate(at)
    code = live_code(figure.key, indicator, day.year)
    told = _told(indicator, quantity, day)
    before = Measure.objects.filter(codes=code).first()
    if before is None:
        Measure.objects.create(
            codes=code,
            indicator=indicator,
            nature=Nature.COMPUTED,
            kind=CountKind.STOCK,
            reliability=Reliability.SURE,
            display=Display.TILE,
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


def _told(indicator: Indicator, quantity: Quantity, day: dt.date) -> dict[str, object]:
    return {
        "raw_text": str(read_quantity(quantity, indicator.unit_fr, "fr")),
        "value": quantity.value,
        "value_max": quantity.value_max,
        "operator": quantity.operator,
        "period_start": day,
        "period_end": day,
        "period_precision": Precision.DAY,
    }


def _source(figure: LiveFigure) -> SourceDocument:
    french, english = figure.source
    source, _created = SourceDocument.objects.get_or_create(
        title_fr=french, defaults={"title_en": english}
    )
    return source

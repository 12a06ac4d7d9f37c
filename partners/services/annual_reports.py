"""The annual reports of partners: which tables they have, and their publication."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from partners.agreements import ENDED
from partners.annual_reports.published import PublishedReport, unsafe_tables
from partners.enums import DutyKind
from partners.models import Agreement, AnnualReport, ReportForm
from partners.services.agreements import ACTION, close_duty
from partners.terms import report_due_on
from portal.users.models import User

PUBLISHED = f"{ACTION}publish_annual_report"


class AlreadyPublishedError(Exception):
    """What is given is what is shown already: there is nothing to do."""


def set_report_form(
    *, agreement: Agreement, unit_fr: str, unit_en: str, dimensions: Iterable[Mapping[str, Any]]
) -> ReportForm:
    """Say which tables the partner of an agreement reports; what was published stays as it is.

    Raises:
        ValidationError: they do not hold together.
        KeyError, TypeError: something is missing, or of another sort.

    """
    form = ReportForm.objects.filter(agreement=agreement).first() or ReportForm(agreement=agreement)
    form.unit_fr, form.unit_en, form.dimensions = unit_fr, unit_en, list(dimensions)
    form.full_clean()
    form.save()
    return form


@transaction.atomic
def publish_annual_report(
    *, agreement: Agreement, year: int, report: PublishedReport, actor: User, at: dt.datetime
) -> AnnualReport:
    """Publish what may be shown of a year; the report that was due for it is dealt with.

    Raises:
        AlreadyPublishedError: it is what was published last of that year.
        ValidationError: the year is not over, or the agreement did not hold then, or comparing with
            what was published of that year would tell about few people.

    """
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    check_report(agreement=agreement, year=year, report=report, at=at)
    last = agreement.annual_reports.filter(year=year).order_by("-number").first()
    on = timezone.localdate(at)
    version = agreement.versions.shown().latest("number")
    published = AnnualReport.objects.create(
        agreement=agreement,
        year=year,
        number=last.number + 1 if last else 1,
        content=report.as_json(),
        published_at=at,
        published_by=actor,
    )
    log(instance=version, action=PUBLISHED, user=actor, data={"year": year})
    if agreement.report_month is not None:
        close_duty(
            version=version,
            kind=DutyKind.REPORT,
            due_on=report_due_on(year, agreement.report_month),
            actor=actor,
            on=on,
        )
    return published


def check_report(
    *, agreement: Agreement, year: int, report: PublishedReport, at: dt.datetime
) -> None:
    """Refuse what ``publish_annual_report`` would refuse, writing nothing.

    Raises:
        AlreadyPublishedError, ValidationError: as there.

    """
    if year not in reportable_years(agreement, on=timezone.localdate(at)):
        raise ValidationError(_("A year is reported once it is over, if the agreement held then."))
    if report.threshold < settings.SMALL_CELLS["annual_reports"]:
        raise ValidationError(_("Smaller numbers are hidden by now: read the file again."))
    earlier = [one.published() for one in agreement.annual_reports.filter(year=year)]
    if earlier and earlier[-1].as_json() == report.as_json():
        raise AlreadyPublishedError
    if unsafe := unsafe_tables(report, earlier):
        raise ValidationError(
            _(
                "Comparing with what was published of that year would tell about few people, or the "
                "categories have changed: %(tables)s. The numbers that were published stay. Tell of "
                "the correction in words, on the page of the agreement."
            ),
            params={"tables": ", ".join(table.dimension.title for table in unsafe)},
        )


def reportable_years(agreement: Agreement, *, on: dt.date) -> list[int]:
    """Return the years that may be reported on the day ``on``, the last in front.

    They are over, and the agreement held in them.
    """
    terms = [version.term_on(on) for version in agreement.versions.shown()]
    if not terms:
        return []
    last = on.year - 1
    if all(term.status in ENDED for term in terms):
        last = min(last, max(term.ends_on.year for term in terms if term.ends_on))
    return list(range(last, min(term.starts_on.year for term in terms) - 1, -1))

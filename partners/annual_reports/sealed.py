"""Annual reports as a sealed PDF: what their page shows, made when somebody asks for it.

No record of evidence names it, since nobody signed anything: its seal says who published these
numbers, and that they are still those. It is laid out once as long as it shows the same.
"""

import hashlib

from django.conf import settings
from django.core.cache import cache

from partners.annual_reports.shown import ShownReports
from partners.receipts import pdf
from partners.receipts.certificates import seal_certificate
from partners.receipts.facts import ReportFacts
from portal.users.models import Collectivity

DAY = 24 * 60 * 60


def sealed_report(reports: ShownReports, *, title: str, path: str, language: str) -> bytes:
    """Return the PDF of what is shown of an agreement, under the seal of the organisation.

    Args:
        reports: what is shown, of one year at least.
        title: of the page of the agreement.
        path: of the page of its reports.
        language: that of the reader.

    Raises:
        PdfUnavailableError: the system's libraries for text are missing.
        SealCertificateError: the certificate of the seal cannot be used.

    """
    from partners.receipts.sealing import Sealer, seal

    sealer = Sealer(seal_certificate())
    html = pdf.report_html(
        ReportFacts(
            language=language,
            title=title,
            organisations=tuple(map(str, Collectivity.objects.all())),
            reports=reports,
            published_on=max(year.published_on for year in reports.years),
            address=settings.WAGTAILADMIN_BASE_URL + path,
            is_demonstration=sealer.certificate.is_demonstration,
        )
    )
    shown = hashlib.sha256((sealer.certificate.fingerprint + html).encode()).hexdigest()
    key = f"annual-report:{shown}"
    made: bytes | None = cache.get(key)
    if made is None:
        made = seal(pdf.write(html), sealer)
        cache.set(key, made, timeout=DAY)
    return made

"""What signatories commit to, all together: what is published, and nothing finer."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.commitment_counts import counts_table, published_counts
from partners.models import CharterVersion

from .panel import Panel


class CommitmentsPanel(Panel):
    """By theme and level, by the function that the page, the files and the API go through."""

    key = "commitments"
    title = _("Commitments of signatories")
    is_wide = True

    def read(self) -> dict[str, Any]:
        """Return the published numbers of the versions in force (three queries)."""
        versions = CharterVersion.objects.in_force(self.on).order_by("charter__slug")
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        shown = []
        for version in versions.select_related("charter").prefetch_related(
            "texts", "commitment_counts"
        ):
            counts = published_counts(version, language=language)
            if counts is not None:
                shown.append({"version": version, "counts": counts, "table": counts_table(counts)})
        return {"shown": shown}

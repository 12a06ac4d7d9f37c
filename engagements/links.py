"""The pages that present axes and engagements, in the reader's language."""

from collections.abc import Iterable

from engagements.models import Axis, AxisPage, Engagement, EngagementPage
from portal.core.models import locale_id
from portal.core.visibility import Reader


def engagement_urls(user: Reader, language: str) -> dict[int, str]:
    """Return the addresses of the engagements' pages by number of engagement (one query)."""
    pages = (
        EngagementPage.objects.visible_to(user)
        .filter(locale_id=locale_id(language))
        .select_related("engagement", "locale")
        .defer_streamfields()
    )
    return {page.engagement.number: page.get_url() or "" for page in pages}


def axis_urls(user: Reader, language: str) -> dict[int, str]:
    """Return the addresses of the axes' pages by number of axis (one query)."""
    pages = (
        AxisPage.objects.visible_to(user)
        .filter(locale_id=locale_id(language))
        .select_related("axis", "locale")
        .defer_streamfields()
    )
    return {page.axis.number: page.get_url() or "" for page in pages}


def give_urls(engagements: Iterable[Engagement], user: Reader, language: str) -> None:
    """Set ``url`` on each engagement: the address of its page, empty when the reader has none."""
    asked = list(engagements)
    urls = engagement_urls(user, language) if asked else {}
    for engagement in asked:
        engagement.url = urls.get(engagement.number, "")


def give_axis_urls(axes: Iterable[Axis], user: Reader, language: str) -> None:
    """Set ``url`` on each axis: the address of its page, empty when the reader has none."""
    asked = list(axes)
    urls = axis_urls(user, language) if asked else {}
    for axis in asked:
        axis.url = urls.get(axis.number, "")

"""What partners does by itself."""

import datetime as dt

from portal.core.clock import Every, register


def withdraw_stories(at: dt.datetime) -> None:
    """Take offline the stories whose agreements have ended."""
    from partners.services import withdraw_refused_stories

    withdraw_refused_stories(at=at)


def register_jobs() -> None:
    """Add the jobs of partners: each minute, so that an agreement ends with its last day."""
    register("withdraw stories that may no longer be shown", Every.MINUTE, withdraw_stories)

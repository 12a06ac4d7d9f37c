"""What a panel of the dashboard is."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from partners.permissions import can_read_signatures
from portal.users.models import User


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody should look at.

    Attributes:
        text: what, in one sentence.
        is_critical: whether proof or a right is at stake.
        url: where it is dealt with, if it is somewhere.

    """

    text: str
    is_critical: bool = False
    url: str = ""


class Panel(ABC):
    """A part of the dashboard; it reads the database once, when it is made.

    Attributes:
        key: of its anchor and of its template.
        title: its heading.
        is_wide: whether it takes the whole width.
        facts: what its template shows.
        alerts: what somebody should look at.

    """

    key: str
    title: Promise
    is_wide = False

    def __init__(self, at: dt.datetime) -> None:
        """Read what it shows, as of ``at``."""
        self.at = at
        self.on = timezone.localdate(at)
        self.facts = self.read()
        self.alerts: Sequence[Alert] = self.watch()

    @classmethod
    def is_for(cls, user: User) -> bool:
        """Say whether ``user`` may see it: who answers for signatures."""
        return can_read_signatures(user)

    @property
    def template(self) -> str:
        """The template that shows it."""
        return f"partners/admin/dashboard/{self.key}.html"

    @abstractmethod
    def read(self) -> dict[str, Any]:
        """Return what it shows, in as many queries however many rows there are."""

    def watch(self) -> Sequence[Alert]:
        """Return what somebody should look at, of what was read."""
        return ()

"""The dashboard by which the RSO unit steers: a list of panels, each in a module of its own.

A panel to come is a class (``panel.Panel``), a template of its key under
``templates/partners/admin/dashboard/``, and a line in ``PANELS``.
"""

import datetime as dt

from portal.users.models import User

from .agreements import AgreementsPanel
from .charters import ChartersPanel
from .commitments import CommitmentsPanel
from .games import GamesPanel
from .machinery import EvidencePanel, MessagesPanel, ReceiptsPanel, RetentionPanel
from .panel import Alert, Panel

__all__ = ["PANELS", "Alert", "Panel", "panels_for"]

PANELS: tuple[type[Panel], ...] = (
    ChartersPanel,
    CommitmentsPanel,
    AgreementsPanel,
    GamesPanel,
    EvidencePanel,
    ReceiptsPanel,
    MessagesPanel,
    RetentionPanel,
)


def panels_for(user: User, *, at: dt.datetime) -> list[Panel]:
    """Return the panels that ``user`` may see, as of ``at``."""
    return [panel(at) for panel in PANELS if panel.is_for(user)]

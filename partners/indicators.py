"""The indicators that signatures feed, for the registry of live figures in engagements."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from engagements.figures import Quantity
from partners.figures import published_quantity

PARTNERS = "partners"


@dataclass(frozen=True, slots=True)
class ActivePartners:
    """People with an active signature of a charter that feeds the indicator, each counted once."""

    key: str = PARTNERS
    source: tuple[str, str] = (
        "Signatures de la charte sur le portail",
        "Signatures of the charter on the portal",
    )

    def indicators(self) -> Sequence[int]:
        """Return the numbers of the indicators that charters feed, once somebody has signed one."""
        from partners.models import Charter, Signature

        signed = Signature.objects.values("charter")
        fed = Charter.objects.filter(pk__in=signed).exclude(indicator=None)
        return sorted(set(fed.values_list("indicator", flat=True)))

    def quantity(self, indicator: int, _at: dt.datetime) -> Quantity:
        """Return the number of partners now, as it may be published."""
        from partners.models import Signature

        counted = Signature.objects.counted().filter(charter__indicator=indicator)
        return published_quantity(counted.values("person").distinct().count())

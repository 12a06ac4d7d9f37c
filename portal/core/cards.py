"""What a list, a related-content box or a search result shows of one thing."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from .models import PortalImage


@dataclass(frozen=True, slots=True)
class Card:
    """One thing in a list.

    Attributes:
        kind: machine name of the kind (``news``, ``event``, ``story``...), for the style.
        kind_label: the kind in the reader's language.
        language: language of the text, when it differs from the reader's; empty otherwise.
        date: publication date, or start of an event.
        date_label: the date in words, when it is less precise than a day.
        image: picture to be rendered at card size, if any.
        axis: number of the axis whose colour the card takes, 0 when it has none.
        flag: short word above the title (« démonstration », « annulé »), if any.

    """

    kind: str
    kind_label: str | Promise
    title: str
    url: str
    summary: str = ""
    language: str = ""
    date: dt.date | None = None
    date_label: str = ""
    image: "PortalImage | None" = None
    axis: int = 0
    flag: str | Promise = ""

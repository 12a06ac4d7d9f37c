"""Facts of the programme, and the pages that present them."""

from .axis import Axis, Engagement, EngagementSdg, Sdg
from .content import ContentPage, ContentPageQuerySet
from .indicator import Indicator, IndicatorLink, KeyFigure, MeasuredFact
from .measure import Measure, Target
from .milestone import Award, Milestone
from .pages import AxisPage, EngagementPage
from .source import LoadedRow, SourceDocument

__all__ = [
    "Award",
    "Axis",
    "AxisPage",
    "ContentPage",
    "ContentPageQuerySet",
    "Engagement",
    "EngagementPage",
    "EngagementSdg",
    "Indicator",
    "IndicatorLink",
    "KeyFigure",
    "LoadedRow",
    "Measure",
    "MeasuredFact",
    "Milestone",
    "Sdg",
    "SourceDocument",
    "Target",
]

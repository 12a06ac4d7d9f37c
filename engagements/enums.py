"""Vocabularies and life cycles of what is promised and measured."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Volet(models.IntegerChoices):
    """The three parts of the programme's table of indicators."""

    GOVERNANCE = 1, _("Project governance")
    SOCIAL = 2, _("Social domain")
    ENVIRONMENT = 3, _("Environmental domain")


class Direction(models.TextChoices):
    """Which way a figure should go."""

    UP = "up", _("A rise is favourable")
    DOWN = "down", _("A fall is favourable")
    NEUTRAL = "neutral", _("Neither way is better in itself")


class ValueType(models.TextChoices):
    """What sort of quantity an indicator is."""

    COUNT = "count", _("Count")
    RATE = "rate", _("Rate")
    AMOUNT = "amount", _("Amount of money")
    GAP = "gap", _("Gap")
    RATIO = "ratio", _("Ratio")
    DURATION = "duration", _("Mean duration")
    MASS = "mass", _("Mass")
    AREA = "area", _("Area")
    VOLUME_OR_CHANGE = "volume_or_change", _("Volume or change")
    QUALITATIVE = "qualitative", _("Milestone, not a number")


class Sensitivity(models.TextChoices):
    """How sensitive the data behind an indicator are."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium: never for small groups")
    HIGH = "high", _("High: never broken down")


class SdgLinkStatus(models.TextChoices):
    """Where the link between an engagement and a goal comes from."""

    SOURCED = "sourced", _("Stated by the programme")
    PROPOSED = "proposed", _("Proposed")


class Operator(models.TextChoices):
    """How a value is to be read."""

    EQUAL = "eq", _("exactly")
    AT_LEAST = "ge", _("at least")
    MORE_THAN = "gt", _("more than")
    ABOUT = "approx", _("about")
    INTERVAL = "interval", _("between two bounds")


class Nature(models.TextChoices):
    """What a value is: only what was achieved or computed may be compared or added."""

    ACHIEVED = "achieved", _("Achieved")
    COMPUTED = "computed", _("Computed")
    TARGET = "target", _("Target")
    PROJECTION = "projection", _("Projection")
    ESTIMATE = "estimate", _("Estimate")
    EQUIVALENCE = "equivalence", _("Equivalence")
    BUDGET = "budget", _("Budget")
    RESOURCE = "resource", _("Means")
    CONTEXT = "context", _("Context")
    REFERENCE = "reference", _("Reference")


class CountKind(models.TextChoices):
    """What a count adds up."""

    UNIQUE_PEOPLE = "unique_people", _("people, each counted once")
    PARTICIPATIONS = "participations", _("participations (a person may count several times)")
    REGISTRATIONS = "registrations", _("registrations")
    STOCK = "stock", _("stock at a date")
    FLOW = "flow", _("flow over the period")


class Reliability(models.TextChoices):
    """What the reading of the source concluded about a value."""

    SURE = "sure", _("Sure")
    SURE_ROUNDED = "sure_rounded", _("Sure, rounded")
    SURE_BOUND = "sure_bound", _("Sure, a bound")
    PLAUSIBLE = "plausible", _("Plausible")
    TO_CONFIRM = "to_confirm", _("To be confirmed")
    CONTRADICTORY = "contradictory", _("Contradictory sources")
    AMBIGUOUS = "ambiguous", _("Ambiguous")
    IMPLAUSIBLE = "implausible", _("Implausible")
    UNVERIFIABLE = "unverifiable", _("Cannot be checked")


class Display(models.TextChoices):
    """Where a value may appear at all."""

    TILE = "tile", _("On a tile")
    TEXT = "text", _("In tables and text")
    HIDDEN = "hidden", _("Nowhere")


class MeasureStatus(models.TextChoices):
    """Life cycle of a measure."""

    DRAFT = "draft", _("Draft")
    TO_CONFIRM = "to_confirm", _("To be confirmed")
    VALIDATED = "validated", _("Validated")
    WITHDRAWN = "withdrawn", _("Withdrawn")


MEASURE_TRANSITIONS: dict[MeasureStatus, frozenset[MeasureStatus]] = {
    MeasureStatus.DRAFT: frozenset({MeasureStatus.TO_CONFIRM, MeasureStatus.WITHDRAWN}),
    MeasureStatus.TO_CONFIRM: frozenset({MeasureStatus.VALIDATED, MeasureStatus.WITHDRAWN}),
    MeasureStatus.VALIDATED: frozenset({MeasureStatus.TO_CONFIRM, MeasureStatus.WITHDRAWN}),
    MeasureStatus.WITHDRAWN: frozenset({MeasureStatus.TO_CONFIRM}),
}


# What a reader may see: whether it stands in a table or on a tile, validated or with its caveat.
SHOWN_STATUSES = frozenset({MeasureStatus.VALIDATED, MeasureStatus.TO_CONFIRM})
SHOWN_DISPLAYS = frozenset({Display.TILE, Display.TEXT})


class LinkRole(models.TextChoices):
    """Why a key figure is shown beside an indicator, whose value it is not."""

    PROXY = "proxy", _("Approximation of the indicator, not its value")
    COMPONENT = "component", _("Component of the indicator")
    PARTIAL = "partial", _("Part of what the indicator counts")
    TOTAL = "total", _("Total that covers several indicators")
    DENOMINATOR = "denominator", _("Denominator")
    RELATED = "related", _("Related figure")


class MilestoneKind(models.TextChoices):
    """What a milestone marks."""

    PROGRAMME = "programme", _("Programme")
    LABEL = "label", _("Label")
    PLAN = "plan", _("Plan")
    AGREEMENT = "agreement", _("Agreement")
    GOVERNANCE = "governance", _("Governance")
    FORTHCOMING = "forthcoming", _("Announced")


class MilestoneStatus(models.TextChoices):
    """Whether a milestone has been reached."""

    DONE = "done", _("Reached")
    PLANNED = "planned", _("Planned")
    TO_CONFIRM = "to_confirm", _("To be confirmed")

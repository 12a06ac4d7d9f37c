"""Changes with side effects."""

from .live_values import record_live_values
from .loading import load_facts
from .measures import (
    change_measure_status,
    reopen_measure,
    submit_measure,
    validate_measure,
    withdraw_measure,
)
from .reporting import LoadReport

__all__ = [
    "LoadReport",
    "change_measure_status",
    "load_facts",
    "record_live_values",
    "reopen_measure",
    "submit_measure",
    "validate_measure",
    "withdraw_measure",
]

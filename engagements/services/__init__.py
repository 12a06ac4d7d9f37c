"""Changes with side effects."""

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
    "reopen_measure",
    "submit_measure",
    "validate_measure",
    "withdraw_measure",
]

"""What a load did, row by row."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that the rules of the models refused."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


@dataclass(slots=True)
class LoadReport:
    """What was created, what was there already, and what was refused, file by file."""

    created: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def reject(self, file: str, line: int, reason: str | Exception) -> None:
        """Record a refused row."""
        text = _reason_of(reason) if isinstance(reason, Exception) else reason
        self.rejections.append(Rejection(file, line, text))

    @property
    def is_clean(self) -> bool:
        """Whether every row is in the database."""
        return not self.rejections

    def lines(self) -> Iterable[str]:
        """Yield the report as lines of text."""
        for file in sorted({*self.created, *self.kept}):
            yield f"{file}: {self.created[file]} created, {self.kept[file]} already loaded"
        yield from self.notes
        if self.rejections:
            yield f"{len(self.rejections)} rejected:"
            yield from (f"  {rejection}" for rejection in self.rejections)


def _reason_of(error: Exception) -> str:
    if isinstance(error, ValidationError):
        if hasattr(error, "error_dict"):
            return "; ".join(
                " ".join(messages) if name == NON_FIELD_ERRORS else f"{name}: {' '.join(messages)}"
                for name, messages in error.message_dict.items()
            )
        return " ".join(error.messages)
    return f"{type(error).__name__}: {error}"

"""What is counted, and the milestones that its number reaches."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.figures import SMALLEST_SHOWN, read_thresholds

from .notice import Notice


def check_thresholds(raw: str) -> None:
    """Refuse what is not a list of numbers, each large enough to be told.

    Raises:
        ValidationError: so it is.

    """
    try:
        numbers = read_thresholds(raw)
    except ValueError as error:
        raise ValidationError(
            _("Write whole numbers, separated by commas: 10, 50, 100.")
        ) from error
    if any(number < SMALLEST_SHOWN for number in numbers):
        raise ValidationError(
            _("The smallest milestone is %(smallest)d."), params={"smallest": SMALLEST_SHOWN}
        )


class Counted(models.Model):
    """Something whose number is shown, and whose milestones are announced.

    Who inherits it says what is counted, and has ``reached``: its milestones.
    """

    milestones = models.CharField(
        _("milestones"),
        max_length=200,
        blank=True,
        validators=[check_thresholds],
        help_text=_(
            "Numbers to announce, separated by commas: 10, 50, 100. The first time that one is "
            "reached, the page says so and the programme’s team gets an e-mail, once."
        ),
    )

    reached: Any

    class Meta:
        abstract = True

    def count(self) -> int:
        """Return the number, at this instant."""
        raise NotImplementedError

    def in_words(self, number: int) -> str:
        """Return a number with what it counts, such as « 50 partners »."""
        raise NotImplementedError

    def public_path(self) -> str:
        """Return where it is read, in the active language; empty while no page shows it."""
        raise NotImplementedError

    def current_count(self) -> dict[str, Any]:
        """Return what tells the milestones of the count that runs from those of a former one."""
        return {}

    def clean(self) -> None:
        """Refuse to announce late a milestone that was passed before anybody set it."""
        super().clean()
        try:
            thresholds = self.thresholds
        except ValueError:  # said by the field itself
            return
        if self.pk is None or not thresholds:
            return
        announced = self.reached.filter(**self.current_count())
        reached = set(announced.values_list("threshold", flat=True))
        count = self.count()
        late = [number for number in thresholds if number <= count and number not in reached]
        if late:
            raise ValidationError(
                {
                    "milestones": ValidationError(
                        _("These are passed already: take away %(numbers)s."),
                        params={"numbers": ", ".join(map(str, late))},
                    )
                }
            )

    @property
    def thresholds(self) -> list[int]:
        """The milestones, in order."""
        return read_thresholds(self.milestones)


class Milestone(Notice):
    """A number that was reached one day: written once, told once."""

    threshold = models.PositiveIntegerField()
    reached_at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = [models.F("threshold").asc()]

    def __str__(self) -> str:
        return f"{self.counter}: {self.threshold}"

    @property
    def counter(self) -> Counted:
        """What reached it."""
        raise NotImplementedError

"""The gate: why a story may not be published, if anything stands in its way.

Pure rule: no database, no request. Every way to publish asks it (see ``VideoStoryPage``).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.enums import Consent


@dataclass(frozen=True, slots=True)
class Agreement:
    """What someone who appears agreed to. Nothing here says who they are."""

    consent: str
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """What the gate looks at."""

    has_film: bool = False
    has_captions: bool = False
    has_transcript: bool = False
    exemption: str = ""
    agreements: Sequence[Agreement] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason not to publish.

    Attributes:
        field: what to complete, by the name of the field.
        message: the reason, to be shown as it is.
        position: which of the people who appear it is about, from 0; None for the film.

    """

    field: str
    message: str | Promise
    position: int | None = None


def agreement_reason(agreement: Agreement, on: dt.date) -> str | Promise | None:
    """Say why someone's agreement does not cover the day ``on``; None when it does.

    The last day of an agreement is covered.
    """
    if agreement.consent == Consent.NO:
        return _("Someone who appears did not agree to it.")
    if agreement.consent != Consent.YES:
        return _("Someone who appears has not been asked, or the answer is not recorded.")
    if agreement.until is not None and agreement.until < on:
        return _("The agreement of someone who appears ends before the day of publication.")
    return None


def agreement_reasons(agreements: Iterable[Agreement], on: dt.date) -> list[Reason]:
    """Return a reason for each person whose agreement does not cover the day ``on``."""
    reasons = []
    for position, agreement in enumerate(agreements):
        message = agreement_reason(agreement, on)
        if message is not None:
            field = "consent_until" if agreement.consent == Consent.YES else "consent"
            reasons.append(Reason(field, message, position))
    return reasons


def film_reasons(submission: Submission) -> list[Reason]:
    """Return what a film lacks; nothing when there is no film, or an exemption with its reason."""
    if not submission.has_film or submission.exemption.strip():
        return []
    reasons = []
    if not submission.has_captions:
        reasons.append(
            Reason("captions", _("The film has no captions: add a WebVTT file, or an exemption."))
        )
    if not submission.has_transcript:
        reasons.append(
            Reason("transcript", _("The film has no transcript: write it, or an exemption."))
        )
    return reasons


def refusal_reasons(submission: Submission, on: dt.date) -> list[Reason]:
    """Return every reason why a story may not be published on the day ``on``."""
    return [*film_reasons(submission), *agreement_reasons(submission.agreements, on)]


class PublicationRefusedError(Exception):
    """A story was about to be published that may not be.

    It is not a ``ValidationError``: callers that swallow those, or show a message of their own,
    must not hide the reasons.
    """

    def __init__(self, title: str, reasons: Sequence[Reason], pk: int | None = None) -> None:
        self.title = title
        self.reasons = tuple(reasons)
        self.pk = pk
        super().__init__(title, self.reasons)

    @property
    def messages(self) -> list[str]:
        """The reasons, each once, in the language of whoever reads."""
        return list(dict.fromkeys(str(reason.message) for reason in self.reasons))

    def __str__(self) -> str:
        return f"{self.title}: {' '.join(self.messages)}"

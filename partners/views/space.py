"""A partner's space: their charter and commitments, their receipts, the game, their good practices."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partners.charters import page_path, visible_charter_pages
from partners.enums import FollowUp, SignatureState
from partners.games import Gauge, gauge
from partners.models import (
    CharterText,
    CharterVersion,
    DirectoryEntry,
    Game,
    GameSession,
    Signature,
    SignatureReceipt,
)
from partners.sharing import shared_by, shown_story
from partners.signatures import newer_version, renewable_version
from partners.views.games import kit_of
from partners.views.readers import person_of
from portal.core.models import BasePage
from portal.users.models import User


@dataclass(frozen=True, slots=True)
class ShownSignature:
    """A signature, and what its signatory may do about it.

    Attributes:
        newer: the version that replaced it, when there is one.
        renewable: the version to sign to go on, when it ends soon.
        renewed_at: where it is read, and commitments chosen anew, before it is signed.
        chosen: how many commitments they chose; None when none is offered to them any more.
        kept: how many of these they say that they keep.

    """

    signature: Signature
    newer: CharterVersion | None
    renewable: CharterVersion | None
    renewed_at: str = ""
    chosen: int | None = None
    kept: int = 0


@dataclass(frozen=True, slots=True)
class ShownGame:
    """A game that the reader may run."""

    game: Game
    gauge: Gauge
    kit: BasePage | None
    declared: int


@never_cache
@require_safe
def my_space(request: HttpRequest) -> HttpResponse:
    """Show what the reader has signed, and what a partner does from there."""
    person = person_of(request)
    signatures = list(Signature.objects.of(person))
    active = [one for one in signatures if one.state == SignatureState.ACTIVE]
    receipts = SignatureReceipt.objects.filter(signature__person=person)
    entries = DirectoryEntry.objects.filter(person=person)
    context = {
        "signatures": [_shown(signature) for signature in signatures],
        "sealed": set(receipts.values_list("signature", flat=True)),
        "listed": set(entries.values_list("charter", flat=True)),
        "games": _games(request, person, active),
        "is_partner": bool(active),
        "stories": [shown_story(story) for story in shared_by(person)],
        "pages": visible_charter_pages(person, get_language() or "fr"),
        "ACTIVE": SignatureState.ACTIVE,
    }
    return render(request, "partners/my_space.html", context)


def _shown(signature: Signature) -> ShownSignature:
    on = timezone.localdate()
    newer, renewable = newer_version(signature, on=on), renewable_version(signature, on=on)
    versions = newer, renewable, _read_at(renewable) if renewable else ""
    texts = CharterText.objects.filter(version=signature.version_id).exclude(commitments={})
    if signature.state != SignatureState.ACTIVE or not texts.exists():
        return ShownSignature(signature, *versions)
    kept = signature.follow_ups.filter(state=FollowUp.KEPT).values_list("commitment", flat=True)
    chosen = {item.commitment for item in signature.commitments()}
    return ShownSignature(signature, *versions, len(chosen), len(chosen & set(kept)))


def _read_at(version: CharterVersion) -> str:
    """Return the page of a charter, where commitments are chosen; without one, where it is signed."""
    sign = reverse("sign_charter", args=[version.charter.slug, version.number])
    return page_path(version.charter_id, get_language() or "fr") or sign


def _games(request: HttpRequest, person: User, active: list[Signature]) -> list[ShownGame]:
    charters = {signature.charter_id for signature in active}
    games = Game.objects.filter(charter__in=charters).select_related("goal", "kit__locale")
    return [
        ShownGame(
            game=game,
            gauge=gauge(game, url=game.get_absolute_url()),
            kit=kit_of(game, request),
            declared=GameSession.objects.of(person).filter(game=game).count(),
        )
        for game in games
    ]

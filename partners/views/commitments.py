"""What a partner commits to, for themselves; what all commit to, for everyone."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partners.commitment_counts import (
    Counts,
    counts_csv,
    counts_json,
    counts_table,
    published_counts,
)
from partners.commitment_form import CommitmentsForm
from partners.commitments import Chosen, levels_of
from partners.enums import FOLLOW_UP_TRANSITIONS, CharterVersionStatus, FollowUp, SignatureState
from partners.models import CharterPage, CharterText, CharterVersion, Signature
from partners.services import change_commitments, follow_commitment

from .readers import charter_page_of, own_signature


@dataclass(frozen=True, slots=True)
class Followed:
    """A commitment that someone chose, where they say it stands, and where it may go."""

    chosen: Chosen
    state: FollowUp
    next: list[FollowUp]

    @property
    def is_kept(self) -> bool:
        """Whether its signatory says that they keep it."""
        return self.state == FollowUp.KEPT


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_commitments(request: HttpRequest, record: str) -> HttpResponse:
    """Show a partner what they commit to, and take note of how far they have come."""
    signature, text = _active(request, record)
    if request.method == "POST":
        return _follow(request, signature)
    states = dict(signature.follow_ups.values_list("commitment", "state"))
    followed = []
    for chosen in signature.commitments():
        state = FollowUp(states.get(chosen.commitment, FollowUp.CHOSEN))
        following = [other for other in FollowUp if other in FOLLOW_UP_TRANSITIONS[state]]
        followed.append(Followed(chosen, state, following))
    context = {
        "signature": signature,
        "followed": followed,
        "kept": sum(item.is_kept for item in followed),
        "language": text.language if text.language != get_language() else "",
    }
    return render(request, "partners/my_commitments.html", context)


def _follow(request: HttpRequest, signature: Signature) -> HttpResponse:
    try:
        follow_commitment(
            signature=signature,
            person=signature.person,
            commitment=request.POST.get("commitment", ""),
            state=FollowUp(request.POST.get("state", "")),
            at=timezone.now(),
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    except ValueError:
        messages.error(request, gettext("Nothing was noted: try again."))
    else:
        messages.success(request, gettext("Noted. Only you see it."))
    return HttpResponseRedirect(request.path)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_commitments(request: HttpRequest, record: str) -> HttpResponse:
    """Let a partner change their mind."""
    signature, text = _active(request, record)
    form = CommitmentsForm(
        request.POST if request.method == "POST" else None,
        catalogue=text.catalogue(),
        levels=levels_of(signature.commitments()),
    )
    if form.is_valid():
        changed = change_commitments(
            signature=signature, person=signature.person, levels=form.levels(), at=timezone.now()
        )
        told = gettext("Your commitments are changed.") if changed else gettext("Nothing changes.")
        messages.success(request, told)
        return HttpResponseRedirect(reverse("my_commitments", args=[signature.signed_record.uuid]))
    context = {
        "form": form,
        "signature": signature,
        "language": text.language if text.language != get_language() else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "partners/choose_commitments.html", context, status=status)


@never_cache
@require_safe
def commitment_counts(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show what is published of the commitments of all signatories."""
    page, counts = _published(request, slug, number)
    context = {
        "page": page,
        "counts": counts,
        "table": counts_table(counts),
        "language": counts.language if counts.language != get_language() else "",
    }
    return render(request, "partners/commitment_counts.html", context)


@never_cache
@require_safe
def commitment_counts_file(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponse:
    """Give the same as a file."""
    _page, counts = _published(request, slug, number)
    response: HttpResponse
    if form == "json":
        response = JsonResponse(counts_json(counts), json_dumps_params={"ensure_ascii": False})
    elif form == "csv":
        content = counts_csv(counts).encode("utf-8-sig")
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    else:
        raise Http404("No such form")
    name = f"{slug}-v{number}-commitments.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _active(request: HttpRequest, record: str) -> tuple[Signature, CharterText]:
    """Return a signature of the reader that holds, and the text that they signed."""
    signature = own_signature(request, record)
    text = signature.version.texts.get(language=signature.language)
    if signature.state != SignatureState.ACTIVE or not text.commitments:
        raise Http404("Nothing to follow up")
    return signature, text


def _published(request: HttpRequest, slug: str, number: int) -> tuple[CharterPage, Counts]:
    page = charter_page_of(request, slug)
    version = get_object_or_404(
        CharterVersion.objects.exclude(status=CharterVersionStatus.DRAFT)
        .select_related("charter")
        .prefetch_related("texts"),
        charter__slug=slug,
        number=number,
    )
    counts = published_counts(version, language=get_language() or "fr")
    if counts is None:
        raise Http404("This version offers no commitment")
    return page, counts

"""The directory of partners: finding them, and what each one chooses to show."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partners.directory import listing
from partners.enums import SignatureState
from partners.figures import SMALLEST_SHOWN
from partners.models import DirectoryEntry, DirectoryPhoto, Signature
from partners.photos import CONTENT_TYPE, MAX_BYTES, Picture, remake
from partners.services import appear, leave
from partners.services.directory import Choices
from partners.views.readers import charter_page_of, own_signature, person_of
from partners.words import word_cloud
from portal.users.models import User

PER_PAGE = 24
MAX_NAME = 100
FEWEST_SERVICES = 2
for_this_reader = cache_control(private=True, no_cache=True)


class EntryForm(forms.Form):
    """What a partner chooses to show: nothing of it is on until they say so."""

    marks_optional = True

    appears = forms.BooleanField(label=_("I appear in the directory of partners"), required=False)
    shows_service = forms.BooleanField(label=_("Show my service"), required=False)
    shows_place = forms.BooleanField(label=_("Show my site"), required=False)
    role = forms.CharField(
        label=_("My role, in a few words"),
        help_text=_("As colleagues would say it: “second cook”, “school caretaker”"),
        max_length=100,
        required=False,
    )
    photo = forms.FileField(
        label=_("My photo"),
        help_text=_(
            "JPEG, PNG or WebP, 8 MB at most. The portal keeps a small square of it, without the place "
            "and the date that a phone writes in it."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    drops_photo = forms.BooleanField(label=_("Remove my photo"), required=False)
    description = forms.CharField(
        label=_("Description of the photo"),
        help_text=_("For colleagues who do not see it; without one, it says whose photo it is"),
        max_length=150,
        required=False,
    )
    reason = forms.CharField(
        label=_("Why I am a partner, in one sentence"),
        help_text=_(
            "Shown with your entry. Its words may also join those of the other partners, without "
            "your name, in a picture of the words that come back most often. 280 characters at most."
        ),
        max_length=280,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, has_photo: bool, person: User, **kwargs: Any) -> None:
        """Keep what there is something to choose about."""
        super().__init__(*args, **kwargs)
        if not has_photo:
            del self.fields["drops_photo"]
        for name, fact in (("shows_service", person.service), ("shows_place", person.place)):
            if fact is None:
                del self.fields[name]
            else:
                self.fields[name].help_text = fact.name
        # What is too long is said to be so, never cut while it is typed or pasted.
        self.fields["reason"].widget.attrs.pop("maxlength", None)

    def clean_photo(self) -> Picture | None:
        """Make the photo again out of the file that was sent."""
        sent = self.cleaned_data["photo"]
        if sent is None:
            return None
        if sent.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is too heavy: 8 MB at most."))
        return remake(sent.read())

    def clean_reason(self) -> str:
        """Write the sentence on one line."""
        return " ".join(self.cleaned_data["reason"].split())

    def choices(self) -> Choices:
        """Return what was chosen."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name != "appears"}
        return Choices(**chosen)


class FilterForm(forms.Form):
    """How the list is narrowed."""

    name = forms.CharField(
        label=_("Name or role"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    service = forms.ChoiceField(label=_("Service"), required=False)

    def __init__(self, *args: Any, services: dict[str, str], **kwargs: Any) -> None:
        """Offer the services that partners show; none when there is nothing to choose from."""
        super().__init__(*args, **kwargs)
        choices = self.fields["service"]
        if isinstance(choices, forms.ChoiceField):
            choices.choices = [("", gettext("All")), *services.items()]
        if len(services) < FEWEST_SERVICES:
            del self.fields["service"]


@require_safe
@for_this_reader
def directory(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the partners who chose to appear, by name."""
    page = charter_page_of(request, slug)
    visible = DirectoryEntry.objects.visible_to(request.user).filter(charter=page.charter_id)
    asked = {name: _line(request.GET.get(name, "")) for name in ("name", "service")}
    found = listing(visible, **asked)
    page_obj = Paginator(found.entries, PER_PAGE).get_page(request.GET.get("page"))
    entries = visible.to_show().in_bulk(list(page_obj))
    mine = Signature.objects.of(person_of(request))
    chosen = {name: value for name, value in asked.items() if value}
    return render(
        request,
        "partners/directory.html",
        {
            "page": page,
            "entries": [entries[pk] for pk in page_obj if pk in entries],
            "page_obj": page_obj,
            "total": page_obj.paginator.count,
            "form": FilterForm(asked, services=found.services),
            "chosen": chosen,
            "base_query": urlencode(chosen),
            "everything": [(gettext("Show all partners"), reverse("directory", args=[slug]))],
            "mine": mine.active().filter(charter=page.charter_id).first(),
        },
    )


@require_safe
@for_this_reader
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the words that come back most often in why partners are partners."""
    page = charter_page_of(request, slug)
    context = {"page": page, "words": word_cloud(page.charter), "smallest": SMALLEST_SHOWN}
    return render(request, "partners/partner_words.html", context)


@require_safe
@for_this_reader
def partner(request: HttpRequest, slug: str, uuid: str) -> HttpResponse:
    """Show one partner; once they have left, nobody."""
    page = charter_page_of(request, slug)
    entries = DirectoryEntry.objects.visible_to(request.user).to_show()
    entry = get_object_or_404(entries, charter=page.charter_id, uuid=uuid)
    context = {"page": page, "entry": entry, "is_mine": entry.person_id == request.user.pk}
    return render(request, "partners/partner.html", context)


@require_safe
@for_this_reader
def photo(request: HttpRequest, slug: str, uuid: str) -> HttpResponse:
    """Give the photo of a partner, by a number that changes with each photo."""
    visible = DirectoryEntry.objects.visible_to(request.user).filter(charter__slug=slug)
    found = DirectoryPhoto.objects.filter(entry__in=visible)
    etag = f'"{uuid}"'
    if request.headers.get("If-None-Match") == etag and found.filter(uuid=uuid).exists():
        return HttpResponseNotModified(headers={"ETag": etag})
    picture = get_object_or_404(found.only("picture"), uuid=uuid).picture
    return HttpResponse(bytes(picture), content_type=CONTENT_TYPE, headers={"ETag": etag})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_entry(request: HttpRequest, record: str) -> HttpResponse:
    """Let a partner choose whether they appear in the directory, and what is shown."""
    signature = own_signature(request, record)
    if signature.state != SignatureState.ACTIVE:
        messages.info(request, gettext("Only who has signed the charter appears in the directory."))
        return HttpResponseRedirect(reverse("my_signatures"))
    person, charter = signature.person, signature.charter
    entry = DirectoryEntry.objects.to_show().filter(person=person, charter=charter).first()
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=_shown_now(entry),
        person=person,
        has_photo=entry is not None and entry.shown_photo is not None,
    )
    if request.method == "POST" and form.is_valid():
        return _keep(request, signature, form)
    context = {"signature": signature, "entry": entry, "form": form, "person": person}
    status = 422 if form.is_bound else 200
    return render(request, "partners/my_entry.html", context, status=status)


def _keep(request: HttpRequest, signature: Signature, form: EntryForm) -> HttpResponse:
    person, charter = signature.person, signature.charter
    if form.cleaned_data["appears"]:
        appear(person=person, charter=charter, choices=form.choices(), at=timezone.now())
        messages.success(request, gettext("You appear in the directory as you chose."))
    else:
        leave(person=person, charter=charter)
        messages.success(
            request,
            gettext("You do not appear in the directory: nothing is kept of what you showed."),
        )
    return HttpResponseRedirect(reverse("my_directory_entry", args=[signature.signed_record.uuid]))


def _shown_now(entry: DirectoryEntry | None) -> dict[str, Any]:
    if entry is None:
        return {}
    photo_of = entry.shown_photo
    return {
        "appears": True,
        "shows_service": entry.shows_service,
        "shows_place": entry.shows_place,
        "role": entry.role,
        "reason": entry.reason,
        "description": photo_of.description if photo_of else "",
    }


def _line(text: str) -> str:
    return " ".join(text.split())[:MAX_NAME]

"""Sharing a good practice, and taking it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from engagements.models import Engagement
from partners.enums import Recognised
from partners.models import Signature, StoryIndexPage, VideoStoryPage
from partners.photos import MAX_BYTES, Picture, remake_whole
from partners.services import share_story, withdraw_story
from partners.services.sharing import SharedWords
from partners.sharing import shared_by, shown_story
from partners.views.readers import person_of


class StoryForm(forms.Form):
    """What a partner writes, and what they agree to."""

    marks_optional = True

    title = forms.CharField(
        label=_("Title"),
        help_text=_("What you do, in a few words: “We repair instead of throwing away”"),
        max_length=100,
    )
    summary = forms.CharField(
        label=_("In one sentence"),
        help_text=_("What it changes; lists show it below the title"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    told = forms.CharField(
        label=_("Tell it"),
        help_text=_(
            "How it began, what you do, what it takes, what you would tell a colleague who wants to "
            "try. Leave an empty line between two paragraphs; begin the items of a list with “- ”. "
            "Name nobody: roles are enough."
        ),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    role = forms.CharField(
        label=_("Who tells it"),
        help_text=_("As readers see it, without your name: “A partner, museums of Dijon”"),
        max_length=120,
    )
    engagement = forms.ModelChoiceField(
        label=_("The engagement that it serves"),
        queryset=Engagement.objects.all(),
        required=False,
        empty_label=_("I do not know"),
    )
    picture = forms.FileField(
        label=_("A picture"),
        help_text=_(
            "JPEG, PNG or WebP, 8 MB at most. The portal draws it again, without the place and the "
            "date that a phone writes in it."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    alternative = forms.CharField(
        label=_("What the picture shows"),
        help_text=_("For those who do not see it; needed with a picture"),
        max_length=250,
        required=False,
    )
    recognised = forms.ChoiceField(
        label=_("Who can be recognised in the picture"),
        help_text=_("Other people are asked before anything is published"),
        choices=[("", _("No picture")), *Recognised.choices],
        required=False,
    )
    agrees = forms.BooleanField(
        label=_(
            "I agree that this story, and its picture if there is one, are published on this portal. I "
            "may change my mind at any time."
        ),
        error_messages={"required": _("Without your agreement, it is published nowhere.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what is too long, rather than cut it while it is typed or pasted."""
        super().__init__(*args, **kwargs)
        for name in ("summary", "told"):
            self.fields[name].widget.attrs.pop("maxlength", None)

    def clean_picture(self) -> Picture | None:
        """Draw again the picture that was sent."""
        sent = self.cleaned_data["picture"]
        if sent is None:
            return None
        if sent.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is too heavy: 8 MB at most."))
        return remake_whole(sent.read())

    def clean(self) -> dict[str, Any]:
        """Ask about the picture what it needs."""
        cleaned = super().clean() or {}
        if cleaned.get("picture"):
            if not cleaned.get("alternative"):
                self.add_error("alternative", _("Say what the picture shows, in a few words."))
            if not cleaned.get("recognised"):
                self.add_error("recognised", _("Say who can be recognised in the picture."))
        return cleaned

    def words(self) -> SharedWords:
        """Return what was written."""
        told = self.cleaned_data
        return SharedWords(
            title=" ".join(told["title"].split()),
            summary=" ".join(told["summary"].split()),
            told=told["told"],
            role=" ".join(told["role"].split()),
            engagement=told["engagement"],
            picture=told["picture"],
            alternative=told["alternative"] if told["picture"] else "",
            recognised=Recognised(told["recognised"] or Recognised.NOBODY),
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest) -> HttpResponse:
    """Take a good practice that a partner shares, for those who approve stories to read."""
    person = person_of(request)
    if not Signature.objects.active().filter(person=person).exists():
        messages.info(
            request, gettext("Only partners whose signature is active share good practices.")
        )
        return HttpResponseRedirect(reverse("my_signatures"))
    index = _index()
    is_sent = request.method == "POST"
    form = StoryForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        initial={"role": _usual_role(person.service.name if person.service else "")},
    )
    if form.is_valid():
        try:
            share_story(person=person, index=index, words=form.words(), at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                gettext("Thank you: the communication team reads your story before publishing it."),
            )
            return HttpResponseRedirect(reverse("my_signatures"))
    context = {"form": form, "index": index, "chose_picture": bool(request.FILES)}
    status = 422 if form.is_bound else 200
    return render(request, "partners/share_story.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once whether the author of a story takes it back, and take it offline."""
    person = person_of(request)
    story: VideoStoryPage = get_object_or_404(shared_by(person), pk=pk)
    shown = shown_story(story)
    if not shown.may_be_withdrawn:
        return HttpResponseRedirect(reverse("my_signatures"))
    if request.method == "POST":
        withdraw_story(story=story, person=person, at=timezone.now())
        messages.success(request, gettext("Your story is not online, and nobody will publish it."))
        return HttpResponseRedirect(reverse("my_signatures"))
    return render(request, "partners/withdraw_story.html", {"story": shown})


def _index() -> StoryIndexPage:
    """Return the list that stories join: that of the reader's language, or else the French one.

    Raises:
        Http404: the site has none.

    """
    live = StoryIndexPage.objects.live().order_by("path")
    for language in (get_language() or "", "fr"):
        found: StoryIndexPage | None = live.filter(locale__language_code=language).first()
        if found is not None and found.alias_of_id is None:
            return found
    raise Http404("No list of stories")


def _usual_role(service: str) -> str:
    partner = gettext("A partner")
    return f"{partner}, {service}" if service else partner

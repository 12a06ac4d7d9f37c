"""The awareness game, for partners: its kit, its gauge, and the sessions that they run."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from partners.enums import GameSessionStatus
from partners.games import (
    SessionFacts,
    check_day,
    check_people,
    first_day,
    gauge,
    may_declare,
)
from partners.models import CharterPage, Game, GameSession
from partners.services import (
    SameSessionError,
    SessionClosedError,
    correct_session,
    declare_session,
    delete_session,
)
from partners.views.readers import charter_page_of, person_of
from portal.core.models import BasePage
from portal.core.visibility import reader_of
from portal.users.models import Place, Service

SEVERAL = OTHER = "0"


class SessionForm(forms.Form):
    """What a partner tells of a session; nothing in it can name somebody who took part."""

    held_on = forms.DateField(
        label=_("Day of the session"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    service = forms.ChoiceField(label=_("Service of the people"))
    place = forms.ChoiceField(label=_("Site"))
    people = forms.IntegerField(
        label=_("Number of people"),
        help_text=_("Those who took part, yourself not counted. A number only: never a name."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    is_another = forms.BooleanField(
        label=_("It is another session: declare it too"), required=False
    )

    def __init__(self, *args: Any, warns: bool = False, **kwargs: Any) -> None:
        """Offer the services and the sites; ``warns`` once a session like it was found."""
        super().__init__(*args, **kwargs)
        self.services = {str(one.pk): one for one in Service.objects.all()}
        self.places = {str(one.pk): one for one in Place.objects.all()}
        self._offer("service", self.services, _("Several services"))
        self._offer("place", self.places, _("Another site, which is not in the list"))
        today = timezone.localdate()
        self.fields["held_on"].widget.attrs |= {
            "min": first_day(today).isoformat(),
            "max": today.isoformat(),
        }
        self.warns = warns

    def _offer(self, name: str, known: dict[str, Any], other: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            names = sorted(((pk, one.name) for pk, one in known.items()), key=lambda one: one[1])
            field.choices = [("", _("Choose")), *names, (SEVERAL, other)]

    def clean_held_on(self) -> Any:
        """Refuse a day that cannot be."""
        day = self.cleaned_data["held_on"]
        check_day(day, on=timezone.localdate())
        return day

    def clean_people(self) -> int:
        """Refuse a number that cannot be."""
        people: int = self.cleaned_data["people"]
        check_people(people)
        return people

    def facts(self) -> SessionFacts:
        """Return what was told."""
        told = self.cleaned_data
        return SessionFacts(
            held_on=told["held_on"],
            people=told["people"],
            service=self.services.get(told["service"]),
            place=self.places.get(told["place"]),
        )


@never_cache
@require_safe
def game(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a game: how far its goal is, its kit, and the sessions that the reader declared."""
    shown, page = _game(request, slug)
    person = person_of(request)
    context = {
        "game": shown,
        "page": page,
        "gauge": gauge(shown),
        "kit": kit_of(shown, request),
        "may_declare": may_declare(person, shown),
        "sessions": GameSession.objects.of(person).filter(game=shown),
        "REFUSED": GameSessionStatus.REFUSED,
    }
    return render(request, "partners/game.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the declaration of a session."""
    shown, page = _game(request, slug)
    person = person_of(request)
    if not may_declare(person, shown):
        messages.info(request, gettext("Only partners whose signature is active declare sessions."))
        return HttpResponseRedirect(shown.get_absolute_url())
    form = _form(request, {"service": person.service_id or "", "place": person.place_id or ""})
    if form.is_valid():
        try:
            declare_session(
                game=shown,
                person=person,
                facts=form.facts(),
                language=get_language() or "fr",
                at=timezone.now(),
                is_another=form.cleaned_data["is_another"],
            )
        except SameSessionError as error:
            form = _warn(request, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("Thank you: the session is declared."))
            return HttpResponseRedirect(shown.get_absolute_url())
    return _show(request, form, game=shown, page=page, session=None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, slug: str, uuid: str) -> HttpResponse:
    """Correct one's own declaration, as long as the RSO unit has not closed it."""
    shown, page = _game(request, slug)
    session = _own(request, shown, uuid)
    if session.is_closed:
        return _refuse_closed(request, shown)
    form = _form(
        request,
        {
            "held_on": session.held_on,
            "service": session.service_id or SEVERAL,
            "place": session.place_id or OTHER,
            "people": session.people,
        },
    )
    if form.is_valid():
        try:
            correct_session(
                session=session,
                person=person_of(request),
                facts=form.facts(),
                at=timezone.now(),
                is_another=form.cleaned_data["is_another"],
            )
        except SameSessionError as error:
            form = _warn(request, error)
        except SessionClosedError:
            return _refuse_closed(request, shown)
        else:
            messages.success(request, gettext("The session is corrected."))
            return HttpResponseRedirect(shown.get_absolute_url())
    return _show(request, form, game=shown, page=page, session=session)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, slug: str, uuid: str) -> HttpResponse:
    """Ask once whether a declaration goes, and delete it."""
    shown, page = _game(request, slug)
    session = _own(request, shown, uuid)
    if session.is_closed:
        return _refuse_closed(request, shown)
    if request.method == "POST":
        try:
            delete_session(session=session, person=person_of(request), at=timezone.now())
        except SessionClosedError:
            return _refuse_closed(request, shown)
        messages.success(request, gettext("The session is deleted."))
        return HttpResponseRedirect(shown.get_absolute_url())
    context = {"game": shown, "page": page, "session": session}
    return render(request, "partners/delete_session.html", context)


def kit_of(game: Game, request: HttpRequest) -> BasePage | None:
    """Return the page of the kit that the reader may open, in their language if there is one."""
    if game.kit is None:
        return None
    pages = Page.objects.live().filter(translation_key=game.kit.translation_key)
    own = {page.locale.language_code: page for page in pages.select_related("locale")}
    page = own.get(get_language() or "") or own.get(game.kit.locale.language_code)
    if page is None:
        return None
    specific = page.specific
    if not isinstance(specific, BasePage):
        return None
    visible = type(specific).objects.visible_to(reader_of(request)).filter(pk=page.pk)
    return specific if visible.exists() else None


def _game(request: HttpRequest, slug: str) -> tuple[Game, CharterPage]:
    known = Game.objects.select_related("charter", "goal", "kit__locale")
    shown = get_object_or_404(known, slug=slug)
    return shown, charter_page_of(request, shown.charter.slug)


def _own(request: HttpRequest, game: Game, uuid: str) -> GameSession:
    own = GameSession.objects.of(person_of(request)).filter(game=game)
    return get_object_or_404(own, uuid=uuid)


def _form(request: HttpRequest, initial: dict[str, Any]) -> SessionForm:
    return SessionForm(request.POST if request.method == "POST" else None, initial=initial)


def _warn(request: HttpRequest, error: ValidationError) -> SessionForm:
    """Return the form as it was typed, with the question that the warning asks."""
    form = SessionForm(request.POST, warns=True)
    form.full_clean()
    form.add_error("is_another", error)
    return form


def _show(request: HttpRequest, form: SessionForm, **context: Any) -> HttpResponse:
    shown = {**context, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "partners/declare_session.html", shown, status=status)


def _refuse_closed(request: HttpRequest, game: Game) -> HttpResponse:
    messages.info(
        request,
        gettext("The RSO unit has closed this session: write to it if something is wrong."),
    )
    return HttpResponseRedirect(game.get_absolute_url())

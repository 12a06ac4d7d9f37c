"""Asking the programme's team: a short form that leaves by e-mail, and is kept nowhere."""

import logging
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.users.models import User
from portal.users.throttling import HourlyLimit

from .caching import remember_for_reader
from .models import ProgrammeContact
from .visibility import can_view_page, reader_of

MAX_QUESTION = 2_000
MAX_QUERY = 200
questions = HourlyLimit("question", 5)

logger = logging.getLogger(__name__)


class QuestionForm(forms.Form):
    """The question, and where to answer who has no e-mail address."""

    marks_optional = True

    question = forms.CharField(
        label=_("Your question"),
        max_length=MAX_QUESTION,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    answer_to = forms.CharField(
        label=_("Where to answer you"),
        help_text=_("Your account has no e-mail address: a phone number, a department, a place"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, asker: User, **kwargs: Any) -> None:
        """Prepare the form of ``asker``."""
        super().__init__(*args, **kwargs)
        if asker.email:
            del self.fields["answer_to"]
        # A question too long is said to be so, never cut while it is typed or pasted.
        self.fields["question"].widget.attrs.pop("maxlength", None)


def way_to_ask(request: HttpRequest, query: str = "") -> tuple[str, str] | None:
    """Return where this reader asks the team (a label and an address); None when nothing is set."""
    by_mail, page = remember_for_reader(request, "way to ask", lambda: _ways_to_ask(request))
    if by_mail:
        asked = f"?{urlencode({'q': query})}" if query else ""
        return gettext("Ask the programme team"), f"{reverse('ask')}{asked}"
    return (gettext("Ask the programme team"), page) if page else None


def _ways_to_ask(request: HttpRequest) -> tuple[bool, str]:
    """Say whether the team is asked by mail; and where else, an empty address for nowhere."""
    contact = ProgrammeContact.for_request(request)
    page = None if contact.email else _page_of(contact, request)
    return bool(contact.email), page.url if page is not None else ""


def send_question(
    *, contact: ProgrammeContact, asker: User, question: str, answer_to: str = "", query: str = ""
) -> None:
    """Send a question to the team, in the language of the portal.

    Raises:
        OSError: the mail server cannot be reached, or refuses the message.
        ValueError: an address is not one.

    """
    with translation.override(settings.LANGUAGE_CODE):
        subject = gettext("Question asked on the portal: %(beginning)s") % {
            "beginning": Truncator(" ".join(question.split())).chars(60)
        }
        body = render_to_string(
            "core/email/question.txt",
            {
                "question": question,
                "asker": asker,
                "answer_to": asker.email or answer_to,
                "query": query,
            },
        )
    EmailMessage(
        subject, body, to=[contact.email], reply_to=[asker.email] if asker.email else None
    ).send()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form, and send what was typed in it; what could not leave stays in the form."""
    contact = ProgrammeContact.for_request(request)
    asker = reader_of(request)
    if not contact.email or not isinstance(asker, User):
        raise Http404("Nobody to ask")
    typed = request.POST if request.method == "POST" else request.GET
    query = typed.get("q", "").replace("\0", "")[:MAX_QUERY]
    failure, status = "", 200
    form = QuestionForm(initial={"question": query}, asker=asker)
    if request.method == "POST":
        form = QuestionForm(request.POST, asker=asker)
        if form.is_valid():
            failure, status = _send(contact, asker, form.cleaned_data, query)
            if not failure:
                return HttpResponseRedirect(reverse("asked"))
        else:
            status = 422
    context = {
        "form": form,
        "query": query,
        "failure": failure,
        "contact": contact,
        "contact_page": _page_of(contact, request),
        "asker": asker,
    }
    return render(request, "core/ask.html", context, status=status)


def _send(
    contact: ProgrammeContact, asker: User, answers: dict[str, Any], query: str
) -> tuple[str, int]:
    """Send the question; return what went wrong, in words for the asker and as a status."""
    who = str(asker.pk)
    if not questions.take(who):
        return gettext("You have asked several questions this hour: try again a little later."), 429
    try:
        send_question(contact=contact, asker=asker, query=query, **answers)
    except (OSError, ValueError):
        questions.give_back(who)
        logger.exception("A question to the programme team could not leave")
        return gettext("The portal cannot send e-mail at the moment."), 503
    return "", 200


@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Say that the question has left."""
    return render(request, "core/asked.html", {"contact": ProgrammeContact.for_request(request)})


def _page_of(contact: ProgrammeContact, request: HttpRequest) -> Any:
    """Return the page that presents the team, in the reader's language; None when closed to them."""
    if contact.page is None:
        return None
    page = contact.page.localized
    return page.specific if page.live and can_view_page(reader_of(request), page.specific) else None

"""Signing in and out, and choosing a new password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from . import shared_posts
from .models import User
from .services import read_demo_accounts
from .throttling import HourlyLimit

resets = HourlyLimit("password-reset", 3)


class SignInForm(AuthenticationForm):
    """Refuses a name longer than any account's as it does a wrong one: no table would hold it."""

    shared = forms.BooleanField(
        label=_("Shared workstation"),
        help_text=_("The session ends by itself after five minutes without a click."),
        required=False,
    )

    def clean_username(self) -> str:
        """Return the name."""
        username: str = self.cleaned_data["username"]
        if len(username) > (self.username_field.max_length or 254):
            raise self.get_invalid_login_error()
        return username


class SignInView(views.LoginView):
    """The login page."""

    form_class = SignInForm

    template_name = "users/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, for a short while where others come next."""
        response = super().form_valid(form)
        if form.cleaned_data["shared"]:
            shared_posts.begin(self.request)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demonstration accounts, in a demonstration only."""
        context = super().get_context_data(**kwargs)
        context["demonstration_accounts"] = demonstration_accounts()
        return context


def demonstration_accounts() -> list[User]:
    """Return the demonstration accounts that exist, in the order of their file."""
    if not settings.DEMONSTRATION:
        return []
    names = [entry["username"] for entry in read_demo_accounts()]
    users = User.objects.filter(username__in=names, is_active=True)
    return sorted(users, key=lambda user: names.index(user.username))


class SignOutView(views.LogoutView):
    """Signing out, which also empties the browser's cache: the next reader is someone else."""

    @method_decorator(never_cache)
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out."""
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


class ThrottledPasswordResetForm(PasswordResetForm):
    """Sends few messages to one address, whoever asks for them."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Send the message, unless enough were sent this hour."""
        if resets.take(self.cleaned_data["email"].casefold()):
            super().save(*args, **kwargs)


class PasswordResetView(views.PasswordResetView):
    """Asks for the address to send a link to."""

    form_class = ThrottledPasswordResetForm
    template_name = "users/password_reset_form.html"
    email_template_name = "users/email/password_reset.txt"
    subject_template_name = "users/email/password_reset_subject.txt"
    success_url = reverse_lazy("password_reset_done")
    title = _("Forgotten password")

    def form_valid(self, form: Any) -> HttpResponse:
        """Build the link on the public address: a request's own host is not to be trusted."""
        self.extra_email_context = {"base_url": settings.WAGTAILADMIN_BASE_URL}
        return super().form_valid(form)


class PasswordResetDoneView(views.PasswordResetDoneView):
    """Says that a link was sent, if the address is known."""

    template_name = "users/password_reset_done.html"
    title = _("Message sent")


class PasswordResetConfirmView(views.PasswordResetConfirmView):
    """Asks for the new password."""

    template_name = "users/password_reset_confirm.html"
    success_url = reverse_lazy("password_reset_complete")
    title = _("New password")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the page after what it says: the link may be worn out."""
        context = super().get_context_data(**kwargs)
        if not self.validlink:
            context["title"] = _("This link no longer works")
        return context


class PasswordResetCompleteView(views.PasswordResetCompleteView):
    """Says that the new password is in force."""

    template_name = "users/password_reset_complete.html"
    title = _("Password changed")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form is out of date; the login form of another tab simply begins again."""
    if request.path == reverse("login"):
        return HttpResponseRedirect(request.get_full_path())
    return render(request, "users/form_expired.html", {"reason": reason}, status=403)

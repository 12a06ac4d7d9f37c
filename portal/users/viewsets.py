"""Management of users in the editing area."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import CreateView, DeleteView, EditView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from portal.users.removal import held_message, is_held

EXTRA_FIELDS = {"service", "collectivity", "place", "category", "phone"}


class PortalUserCreationForm(UserCreationForm):
    """A new user."""

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | EXTRA_FIELDS


class PortalUserEditForm(UserEditForm):
    """An existing user."""

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | EXTRA_FIELDS


class OnlySuperusersMakeSuperusers:
    """Keeps those who manage users from giving themselves all rights."""

    request: HttpRequest

    def get_form(self, *args: Any, **kwargs: Any) -> BaseForm:
        """Return the form, its « administrator » box shut for all but administrators."""
        form: BaseForm = super().get_form(*args, **kwargs)  # type: ignore[misc]
        if not self.request.user.is_superuser and "is_superuser" in form.fields:
            form.fields["is_superuser"].disabled = True
        return form


class PortalCreateView(OnlySuperusersMakeSuperusers, CreateView):
    """Creation of a user."""


class PortalEditView(OnlySuperusersMakeSuperusers, EditView):
    """Change of a user."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse to touch an administrator's account to anyone else."""
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class PortalDeleteView(DeleteView):
    """Removal of a user, unless something that is kept for good bears their name."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say that an account cannot go, before it is asked whether it shall."""
        if is_held(self.object):
            messages.error(request, held_message([self.object]))
            return redirect("wagtailusers_users:edit", self.object.pk)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class UserViewSet(WagtailUserViewSet):
    """Users, with their service, collectivity, place, category and phone."""

    add_view_class = PortalCreateView
    edit_view_class = PortalEditView
    delete_view_class = PortalDeleteView

    def get_form_class(self, for_update: bool = False) -> type[BaseForm]:
        """Return the form with the portal's fields."""
        return PortalUserEditForm if for_update else PortalUserCreationForm

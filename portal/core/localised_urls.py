"""URLs of the kernel that exist in each language."""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from . import contact

urlpatterns = [
    path(
        _("ask/"),
        include(
            [
                path("", contact.ask, name="ask"),
                path(_("sent/"), contact.asked, name="asked"),
            ]
        ),
    ),
]

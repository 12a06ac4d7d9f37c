"""URLs: composes the applications; nothing imports this module."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.urls import serve_pattern
from wagtail.views import serve

from portal.core.decorators import open_to_all
from portal.users.views import SignOutView

# Wagtail has login pages of its own; there is one door here.
to_login = open_to_all(RedirectView.as_view(pattern_name="login", query_string=True))

urlpatterns = [
    path("", include("portal.core.urls")),
    path("api/", include("search.api_urls")),
    path("login/", to_login),
    path(f"{settings.ADMIN_PATH}login/", to_login),
    path(f"{settings.ADMIN_PATH}logout/", open_to_all(SignOutView.as_view())),
    path(settings.ADMIN_PATH, include(wagtailadmin_urls)),
    *i18n_patterns(
        path("", include("portal.users.urls")),
        path("", include("portal.core.localised_urls")),
        path("", include("engagements.urls")),
        path("", include("partners.urls")),
        path("", include("home.urls")),
        path("", include("search.urls")),
        path("_util/login/", to_login, name="wagtailcore_login"),
        re_path(serve_pattern, serve, name="wagtail_serve"),
    ),
]

"""Addresses of the facts' pages."""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from . import views

urlpatterns = [
    path(
        _("indicators/"),
        include(
            [
                path("", views.indicator_list, name="indicator_list"),
                path("<slug:code>/", views.indicator, name="indicator"),
                path("<slug:code>/csv/", views.indicator_csv, name="indicator_csv"),
            ]
        ),
    ),
    path(
        _("figures/"),
        include(
            [
                path("<slug:slug>/", views.key_figure, name="key_figure"),
                path("<slug:slug>/csv/", views.key_figure_csv, name="key_figure_csv"),
            ]
        ),
    ),
    path(
        _("goals/"),
        include(
            [
                path("", views.sdg_list, name="sdg_list"),
                path("<int:number>/", views.sdg, name="sdg"),
            ]
        ),
    ),
    path(_("timeline/"), views.timeline, name="timeline"),
]

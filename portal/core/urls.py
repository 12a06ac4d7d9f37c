"""URLs of the kernel, outside the languages."""

from django.conf import settings
from django.urls import path
from django.views.i18n import set_language

from . import views
from .decorators import open_to_all
from .gallery import gallery

urlpatterns = [
    path("health/live", views.health_live, name="health_live"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("gallery/", gallery, name="gallery"),
    path("robots.txt", views.robots, name="robots"),
    path("i18n/setlang/", open_to_all(set_language), name="set_language"),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:name>", views.media_file, name="media_file"),
    path(
        "documents/<int:document_id>/<str:document_filename>",
        views.document,
        name="wagtaildocs_serve",
    ),
]

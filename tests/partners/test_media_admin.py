"""The form by which films and sounds come in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Collection

from portal.core.models import PortalMedia

pytestmark = pytest.mark.django_db


def post(desk, kind, **files):
    data = {
        "title": "Film",
        "duration": "3",
        "width": "960",
        "height": "540",
        "collection": str(Collection.get_first_root_node().pk),
        "tags": "",
    }
    uploads = {name: SimpleUploadedFile(filename, b"data") for name, filename in files.items()}
    return desk.post(reverse("wagtailmedia:add", args=[kind]), {**data, **uploads})


def test_a_film_with_its_second_version(desk):
    assert post(desk, "video", file="film.webm", fallback_file="film.mp4").status_code == 302
    media = PortalMedia.objects.get()
    assert media.fallback_file.name.endswith(".mp4")


@pytest.mark.parametrize(
    ("field", "name"),
    [("file", "film.exe"), ("fallback_file", "film.svg"), ("thumbnail", "affiche.svg")],
)
def test_other_files_are_refused(desk, field, name):
    response = post(desk, "video", **{"file": "film.webm", field: name})
    assert response.status_code == 200
    assert set(response.context["form"].errors) <= {field, "__all__"}
    assert response.context["form"].errors
    assert not PortalMedia.objects.exists()


def test_each_kind_has_its_own_fields(desk):
    film = desk.get(reverse("wagtailmedia:add", args=["video"])).context["form"]
    sound = desk.get(reverse("wagtailmedia:add", args=["audio"])).context["form"]
    assert {"silent", "fallback_file", "thumbnail", "width"} <= set(film.fields)
    assert not {"silent", "fallback_file", "thumbnail", "width"} & set(sound.fields)
    assert film.fields["file"].widget.attrs["accept"] == ".webm,.mp4"
    assert film.fields["fallback_file"].widget.attrs["accept"] == ".mp4"
    assert str(film.fields["thumbnail"].help_text)

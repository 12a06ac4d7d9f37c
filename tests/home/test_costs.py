"""A page costs the same number of queries for few things and for many."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images.tests.utils import get_test_image_file

from home.services.translations import SECTIONS
from portal.core.models import PortalImage

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the temporary file of a rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FUTURE = dt.date(2199, 1, 1)


@pytest.fixture
def fill(make_post, make_event, engagement):
    def fill(numbers):
        for number in numbers:
            picture = PortalImage.objects.create(
                title=f"Image {number}", file=get_test_image_file(f"image-{number}.png")
            )
            body = [("paragraph", "<p>Un texte.</p>"), ("heading", "Titre")]
            common = {"engagements": [engagement], "tags": [f"t{number}"], "image": picture}
            make_post(f"billet-{number}", body=body, **common)
            make_event(f"evenement-{number}", body=body, **common)
            make_event(f"futur-{number}", precision="year", day=FUTURE, **common)

    return fill


def cost(client, url):
    assert client.get(url).status_code == 200  # fills the caches
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def test_lists_and_pages_cost_the_same_for_n_and_3n(
    client, agent, home, news_index, agenda, make_post, make_event, fill, engagement
):
    client.force_login(agent)
    home.sections = [
        {"type": kind, "value": {"title": kind, "count": 4}}
        for kind in SECTIONS
        if kind not in {"charter", "figures"}
    ]
    home.save_revision().publish()
    make_post("temoin", engagements=[engagement])
    make_event("temoin", engagements=[engagement])
    addresses = [
        home.get_url(),
        news_index.get_url(),
        news_index.get_url() + "?engagement=6",
        agenda.get_url(),
        news_index.get_url() + "temoin/",
        agenda.get_url() + "temoin/",
    ]
    fill(range(5))
    few = {url: cost(client, url) for url in addresses}
    fill(range(5, 15))
    many = {url: cost(client, url) for url in addresses}
    assert many == few
    assert few[home.get_url()] <= 25
    assert few[news_index.get_url() + "temoin/"] <= 18

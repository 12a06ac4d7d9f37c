"""Fixtures shared by all tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as effort

from portal.core.models import forget_locales

DATABASES = {"db", "transactional_db", "django_db_setup", "live_server"}  # fixtures that give one


def pytest_configure() -> None:
    """Make accounts with a password that takes no time to hash: that of the portal is slow on purpose.

    Nothing is timed: a machine that has much else to do says nothing of the portal.
    """
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    effort.register_profile(
        "unhurried", effort(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    effort.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _fresh_caches(settings: object, tmp_path: Path) -> None:
    """Start each test with empty caches and its own folder of uploaded files."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    for alias in ("default", "renditions"):
        caches[alias].clear()


@pytest.fixture(scope="session", autouse=True)
def _time_to_read() -> Iterator[None]:
    """Let a document be read at once on a machine that has much else to do; none waits for the clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.core.documents.AT_ONCE", 60.0)
        patch.setattr("portal.core.documents.BY_THE_CLOCK", 90.0)
        yield


@pytest.fixture(autouse=True)
def _language_of_the_portal(settings: object) -> None:
    """Start each test in French, with no language known from the test before."""
    forget_locales()
    translation.activate(settings.LANGUAGE_CODE)  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and say why it is skipped where there is none.

    Mark also what asks for no database: pytest-django refuses it one, so no database changes it.
    """
    chromium = shutil.which("chromium")
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if not (item.get_closest_marker("django_db") or asked & DATABASES):
            item.add_marker(pytest.mark.no_database)
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if not chromium:
                if os.environ.get("CI") == "true":
                    raise pytest.UsageError("Chromium must be installed in continuous integration")
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium here (apt-get install chromium)")
                )

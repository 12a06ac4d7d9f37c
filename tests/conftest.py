"""Fixtures shared by all tests."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.utils import translation

from portal.core.models import forget_locales


def pytest_configure() -> None:
    """Make accounts with a password that takes no time to hash: that of the portal is slow on purpose."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _fresh_caches(settings: object, tmp_path: Path) -> None:
    """Start each test with empty caches and its own folder of uploaded files."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    for alias in ("default", "renditions"):
        caches[alias].clear()


@pytest.fixture(autouse=True)
def _language_of_the_portal(settings: object) -> None:
    """Start each test in French, with no language known from the test before."""
    forget_locales()
    translation.activate(settings.LANGUAGE_CODE)  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and say why it is skipped where there is none."""
    chromium = shutil.which("chromium")
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if not chromium:
                if os.environ.get("CI") == "true":
                    raise pytest.UsageError("Chromium must be installed in continuous integration")
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium here (apt-get install chromium)")
                )

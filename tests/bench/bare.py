"""Makes the bare project: what ``wagtail start`` gives, plus two languages.

Its page is the home page that the template ships, moved to the depth of a post
(root / home / index / page); the reader is signed in, and not staff.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NAME = "bare"

LOCAL_SETTINGS = """
from .base import MIDDLEWARE

SECRET_KEY = "only-for-measuring" * 4
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
LANGUAGE_CODE = "fr"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("fr", "French"), ("en", "English")]
WAGTAIL_I18N_ENABLED = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ROOT_URLCONF = "bare.translated_urls"
MIDDLEWARE = ["bench_query_counter.QueryCounterMiddleware", *MIDDLEWARE]
_session = MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
MIDDLEWARE.insert(_session + 1, "django.middleware.locale.LocaleMiddleware")
"""

TRANSLATED_URLS = """
from django.conf.urls.i18n import i18n_patterns

from bare.urls import urlpatterns as shipped

# The last pattern hands over to Wagtail; it moves under the language.
urlpatterns = [*shipped[:-1], *i18n_patterns(shipped[-1])]
"""

FILL = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from home.models import HomePage
from wagtail.models import Locale

Locale.objects.get_or_create(language_code="en")
home = HomePage.objects.get(depth=2)
if not home.get_children().exists():
    index = home.add_child(instance=HomePage(title="Index", slug="index"))
    index.add_child(instance=HomePage(title="Page", slug="page"))
reader, _ = User.objects.get_or_create(username="reader")
session = SessionStore()
session[SESSION_KEY] = str(reader.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = reader.get_session_auth_hash()
session.create()
page = HomePage.objects.get(slug="page")
print(json.dumps({
    "pages": {"bare": page.get_url()},
    "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
}))
"""


def environment() -> dict[str, str]:
    """Return the environment in which the bare project runs."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")}
    kept.pop("PYTHONPATH", None)
    return {**kept, "DJANGO_SETTINGS_MODULE": f"{NAME}.settings.production"}


def build(folder: Path) -> dict[str, Any]:
    """Make the project in ``folder``; return its page and the cookie of its reader."""
    if not (folder / "manage.py").exists():
        folder.mkdir(parents=True)
        wagtail = Path(sys.executable).with_name("wagtail")
        _run(folder, str(wagtail), "start", NAME, str(folder))
    (folder / NAME / "settings" / "local.py").write_text(LOCAL_SETTINGS)
    (folder / NAME / "translated_urls.py").write_text(TRANSLATED_URLS)
    shutil.copy(HERE / "query_counter.py", folder / "bench_query_counter.py")
    _run(folder, sys.executable, "manage.py", "migrate", "--verbosity", "0")
    _run(folder, sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    filled = _run(folder, sys.executable, "manage.py", "shell", "--no-imports", "--command", FILL)
    return dict(json.loads(filled.splitlines()[-1]))


def _run(folder: Path, *command: str) -> str:
    return subprocess.run(
        command, cwd=folder, env=environment(), check=True, stdout=subprocess.PIPE, text=True
    ).stdout

"""The portal's settings with the generated texts, and with the query counter around everything."""

from tests.bench.portal_settings import *  # noqa: F403
from tests.bench.portal_settings import INSTALLED_APPS as PORTAL_APPS

INSTALLED_APPS = [*PORTAL_APPS, "tests.bench.search"]

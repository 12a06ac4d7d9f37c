"""The portal's settings with the query counter around everything."""

from portal.settings import *  # noqa: F403
from portal.settings import LOGGING as PORTAL_LOGGING
from portal.settings import MIDDLEWARE as PORTAL_MIDDLEWARE

MIDDLEWARE = ["tests.bench.query_counter.QueryCounterMiddleware", *PORTAL_MIDDLEWARE]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": PORTAL_LOGGING["loggers"],
}

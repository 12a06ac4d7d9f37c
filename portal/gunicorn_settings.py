"""How the production server runs: ``gunicorn -c portal/gunicorn_settings.py portal.wsgi``."""

from typing import Any

from portal.core.access_log import AccessLogger
from portal.environment import read_environment

bind = f"0.0.0.0:{read_environment().port}"
workers = 2
threads = 4
worker_class = "gthread"
preload_app = True
max_requests = 5_000
max_requests_jitter = 500
timeout = 60
graceful_timeout = 30
keepalive = 5
limit_request_line = 4094
control_socket_disable = True
logger_class = AccessLogger
accesslog = "-"
# No query string (searches, links of password reset), no referring page, no user agent.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'


def post_fork(_server: Any, _worker: Any) -> None:
    """Give each worker its own connections."""
    from django.db import connections

    connections.close_all()

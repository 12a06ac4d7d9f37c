"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

# Load every view now, once, rather than at the first request of each worker.
reverse("login")

# What is loaded stays for good: garbage collections need not go through it again and again.
gc.collect()
gc.freeze()

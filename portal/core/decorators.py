"""Decorators of views."""

from django.contrib.auth.decorators import login_not_required

# Every view is closed until it says otherwise; this is how it says so.
open_to_all = login_not_required

__all__ = ["open_to_all"]

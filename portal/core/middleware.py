"""Middleware."""

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import LoginRequiredMiddleware


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Content security policy."""


class ClosedByDefaultMiddleware(LoginRequiredMiddleware):
    """Everything needs a signed-in reader, save what says otherwise."""

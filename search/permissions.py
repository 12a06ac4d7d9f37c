"""Who may look into search, and change what it finds."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from wagtail.permission_policies import ModelPermissionPolicy

from search.models import AskedQuery, Curation

reports_policy = ModelPermissionPolicy(AskedQuery)
READ_REPORTS = "view"


def can_read_reports(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Say whether ``user`` may see what readers ask."""
    return bool(reports_policy.user_has_permission(user, READ_REPORTS))


def can_choose_results(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Say whether ``user`` may choose what queries show, and so see why they show what they do."""
    return bool(ModelPermissionPolicy(Curation).user_has_permission(user, "change"))

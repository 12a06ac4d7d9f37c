"""Who may do what in the lists of the editing area."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Lets those in who may view, and lets nobody write."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether ``user`` may do ``action``: only ``view``."""
        return action == "view" and bool(super().user_has_permission(user, action))

    def users_with_any_permission(self, actions: Any) -> Any:
        """Return the users who may view, when that is among ``actions``."""
        return super().users_with_any_permission(set(actions) & {"view"})

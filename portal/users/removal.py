"""Which accounts cannot be removed: those that something kept for good refers to."""

from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext

from portal.users.models import User


def is_held(user: User) -> bool:
    """Say whether something refuses the removal of ``user``: a signature, a charter they wrote."""
    try:
        Collector(using=DEFAULT_DB_ALIAS).collect([user])
    except ProtectedError:
        return True
    return False


def held_message(users: Iterable[User]) -> str:
    """Return what to tell who wanted to remove ``users``."""
    names = ", ".join(user.get_full_name() or user.get_username() for user in users)
    return gettext(
        "This account cannot be removed, because a signature or a charter that is kept refers to "
        "it: %(names)s. Make it inactive instead; nobody can then sign in with it."
    ) % {"names": names}

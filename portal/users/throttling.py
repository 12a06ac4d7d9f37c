"""How often an hour somebody may do something."""

import contextlib
import hashlib

from django.core.cache import cache

_HOUR = 60 * 60


class HourlyLimit:
    """So many times an hour, each counted under the name of whom it is about."""

    def __init__(self, name: str, times: int) -> None:
        """Allow ``times`` an hour of what is called ``name``."""
        self.name = name
        self.times = times

    def take(self, who: str) -> bool:
        """Count one time more for ``who``; say whether it is within the limit."""
        key = self._key(who)
        cache.add(key, 0, timeout=_HOUR)
        try:
            return cache.incr(key) <= self.times
        except ValueError:  # it expired between the two calls
            return True

    def give_back(self, who: str) -> None:
        """Count one time less for ``who``: it did not take place."""
        with contextlib.suppress(ValueError):  # it expired meanwhile
            cache.decr(self._key(who))

    def _key(self, who: str) -> str:
        return f"{self.name}:{hashlib.sha256(who.encode()).hexdigest()}"

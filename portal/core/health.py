"""Whether the portal can serve: a small registry of checks, which higher layers fill in."""

import logging
import secrets
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

logger = logging.getLogger(__name__)

Check = Callable[[], bool]

_checks: dict[str, Check] = {}
# Applied migrations are never unapplied under a running process: once complete, always complete.
_migrated = False


def register_check(name: str, check: Check) -> None:
    """Add a check; it returns whether its part works, and may raise."""
    _checks[name] = check


def run_check(name: str) -> bool:
    """Say whether the part called ``name`` works; a check that raises, or is unknown, does not."""
    check = _checks.get(name)
    if check is None:
        return False
    try:
        return check()
    except Exception:
        logger.exception("Health check %s failed", name)
        return False


def run_checks() -> dict[str, bool]:
    """Run every registered check, in the order of registration."""
    return {name: run_check(name) for name in _checks}


def database_answers() -> bool:
    """Say whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations_are_applied() -> bool:
    """Say whether every migration of the code is applied."""
    global _migrated  # noqa: PLW0603
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def cache_answers() -> bool:
    """Say whether the cache gives back what it was given."""
    key = f"health:{secrets.token_hex(8)}"
    cache.set(key, key, timeout=10)
    answered = bool(cache.get(key) == key)
    cache.delete(key)
    return answered


register_check("database", database_answers)
register_check("migrations", migrations_are_applied)
register_check("cache", cache_answers)

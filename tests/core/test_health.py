"""Whether the portal can serve."""

import pytest

from portal.core import health


@pytest.fixture(autouse=True)
def _own_checks(monkeypatch):
    checks = {
        "database": health.database_answers,
        "migrations": health.migrations_are_applied,
        "cache": health.cache_answers,
    }
    monkeypatch.setattr(health, "_checks", checks)
    monkeypatch.setattr(health, "_migrated", False)


def test_live_asks_nothing_of_anyone(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_ready(client, db):
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "cache": "ok"},
    }


@pytest.mark.parametrize("failing", ["database", "migrations", "cache", "search"])
@pytest.mark.parametrize("how", ["says so", "raises"])
def test_what_fails_is_named_without_its_secrets(client, db, failing, how):
    def fail():
        if how == "raises":
            raise RuntimeError("postgres://portal:secret@database.internal")
        return False

    health.register_check(failing, fail)
    response = client.get("/health/ready")
    assert response.status_code == 503
    answer = response.json()
    assert answer["status"] == "failed"
    assert [name for name, state in answer["checks"].items() if state != "ok"] == [failing]
    assert "secret" not in response.content.decode()
    assert "internal" not in response.content.decode()


def test_a_missing_migration_fails(client, db, monkeypatch):
    from django.db.migrations.executor import MigrationExecutor

    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["pending"])
    assert client.get("/health/ready").json()["checks"]["migrations"] == "failed"


def test_a_dead_cache_fails(client, db, settings):
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    }
    assert client.get("/health/ready").json()["checks"]["cache"] == "failed"


def test_one_check_alone(db):
    assert health.run_check("cache")
    assert not health.run_check("nothing of that name")

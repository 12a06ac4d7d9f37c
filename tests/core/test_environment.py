"""The environment is read in one place, and says what is wrong with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from partners.receipts.certificates import demonstration_archive
from portal.environment import Mode, read_environment, variable_names

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PORTAL_MODE": "production",
    "PORTAL_SECRET_KEY": "k3V9-" * 15 + "xyzABC",
    "PORTAL_BASE_URL": "https://portail.example.org",
}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch):
    for name in variable_names():
        monkeypatch.delenv(name, raising=False)


def test_nothing_is_needed_to_develop():
    environment = read_environment({})
    assert environment.portal_mode is Mode.DEVELOPMENT
    assert environment.database["ENGINE"] == "django.db.backends.sqlite3"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_MODE", "prod"),
        ("PORTAL_BASE_URL", "portail.example.org"),
        ("PORTAL_BASE_URL", "https://"),
        ("PORTAL_BASE_URL", "https://example.org/portail"),
        ("PORTAL_BASE_URL", "https://example.org:port"),
        ("PORTAL_ALLOWED_HOSTS", "https://example.org"),
        ("PORTAL_TRUST_PROXY", "perhaps"),
        ("PORTAL_EMAIL_FROM", "nobody"),
        ("DATABASE_URL", "mysql://u:secret@h/n"),
        ("DATABASE_URL", "postgres://u:secret@h:port/n"),
        ("DATABASE_URL", "postgres://u:secret@h"),
        ("CACHE_URL", "memcached://h"),
        ("CACHE_URL", "redis://h:port"),
        ("EMAIL_URL", "h:25"),
        ("EMAIL_URL", "smtp://u:secret@h:port"),
        ("PORTAL_SEAL_CERTIFICATE", "/nowhere/organisation.p12"),
        ("TSA_URL", "tsa.example.org"),
        ("TSA_URL", "https://"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "70000"),
    ],
)
def test_a_malformed_value_is_named_and_not_repeated(name, value):
    with pytest.raises(ImproperlyConfigured) as error:
        read_environment({name: value})
    assert name in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, True),
        ({"PORTAL_MODE": "demonstration"}, True),
        ({"PORTAL_DEMONSTRATION_CONTENT": "false"}, False),
        (PRODUCTION, False),
        ({**PRODUCTION, "PORTAL_DEMONSTRATION_CONTENT": "true"}, True),
    ],
)
def test_production_leaves_demonstration_content_out_unless_asked(variables, expected):
    assert read_environment(variables).demonstration_content is expected


def test_an_unknown_variable_is_named_with_those_that_exist():
    with pytest.raises(ImproperlyConfigured, match=r"PORTAL_SECRET: unknown variable") as error:
        read_environment({"PORTAL_SECRET": "x"})
    assert "PORTAL_SECRET_KEY" in str(error.value)


def test_all_problems_are_told_at_once():
    with pytest.raises(ImproperlyConfigured) as error:
        read_environment({"PORT": "x", "PORTAL_MODE": "y", "PORTAL_Z": "z"})
    for name in ("PORT", "PORTAL_MODE", "PORTAL_Z"):
        assert name in str(error.value)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"PORTAL_SECRET_KEY": ""}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_SECRET_KEY": "short"}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_SECRET_KEY": "a" * 60}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_BASE_URL": "http://portail.example.org"}, "PORTAL_BASE_URL"),
        ({"PORTAL_BASE_URL": ""}, "PORTAL_BASE_URL"),
        ({"DEMO_PASSWORD": "x"}, "DEMO_PASSWORD"),
    ],
)
def test_production_refuses_to_start_without_its_secrets(change, named):
    read_environment(PRODUCTION)
    with pytest.raises(ImproperlyConfigured, match=named):
        read_environment({**PRODUCTION, **change})


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in variable_names()}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_djangos_own_audit(tmp_path):
    certificate = tmp_path / "organisation.p12"
    certificate.write_bytes(demonstration_archive())
    result = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        **PRODUCTION,
        PORTAL_DATA_DIR=str(tmp_path),
        DATABASE_URL="postgres://portal:x@localhost:5432/portal",
        CACHE_URL="redis://localhost:6379/0",
        EMAIL_URL="smtp+tls://portal:x@localhost:587",
        PORTAL_SEAL_CERTIFICATE=str(certificate),
    )
    assert result.returncode == 0, result.stderr


def test_production_without_secrets_says_so_on_one_line(tmp_path):
    result = manage("check", PORTAL_MODE="production", PORTAL_DATA_DIR=str(tmp_path))
    assert result.returncode != 0
    assert "PORTAL_SECRET_KEY is required" in result.stderr.strip().splitlines()[-1]

"""The one typed place where environment variables are read.

Each field below is one variable; its description is the text shown in the README's table,
which a test compares with this file.
"""

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent


class Mode(StrEnum):
    """What the portal is being run for."""

    DEVELOPMENT = "development"
    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


def _split(value: str) -> SplitResult:
    """Split an address; its port, if any, must be a number."""
    parts = urlsplit(value)
    try:
        parts.port  # noqa: B018
    except ValueError:
        raise ValueError("its port must be a number") from None
    return parts


class Environment(BaseSettings):
    """Every environment variable that the portal understands."""

    model_config = SettingsConfigDict(extra="ignore", case_sensitive=True, env_ignore_empty=True)

    portal_mode: Mode = Field(
        Mode.DEVELOPMENT,
        validation_alias="PORTAL_MODE",
        description="`development` (debug pages), `demonstration` (debug off, demonstration "
        "accounts; what `make run` uses) or `production` (refuses to start without its secrets)",
    )
    portal_secret_key: SecretStr = Field(
        SecretStr(""),
        validation_alias="PORTAL_SECRET_KEY",
        description="Secret that signs sessions and links, 50 characters or more; required in "
        "production, otherwise generated once and kept in the data directory",
    )
    portal_base_url: str = Field(
        "http://localhost:8000",
        validation_alias="PORTAL_BASE_URL",
        description="Public address of the portal, used in e-mails and calendars; must be "
        "`https://` in production",
    )
    portal_allowed_hosts: str = Field(
        "",
        validation_alias="PORTAL_ALLOWED_HOSTS",
        description="Further host names the portal answers to, separated by commas",
    )
    portal_data_dir: Path = Field(
        BASE_DIR / "var",
        validation_alias="PORTAL_DATA_DIR",
        description=(
            "Directory of the SQLite database, the uploaded files, the generated secret and the "
            "certificates that sealed receipts"
        ),
    )
    portal_trust_proxy: bool = Field(
        False,
        validation_alias="PORTAL_TRUST_PROXY",
        description="`true` when a reverse proxy sets `X-Forwarded-Proto` and `X-Forwarded-For`",
    )
    portal_demonstration_content: bool | None = Field(
        None,
        validation_alias="PORTAL_DEMONSTRATION_CONTENT",
        description="`true` to load invented events and example posts with the programme, `false` "
        "to leave them out; left out in production, loaded otherwise",
    )
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="`postgres://user:password@host:5432/name`; SQLite in the data directory "
        "otherwise",
    )
    elasticsearch_url: str = Field(
        "",
        validation_alias="ELASTICSEARCH_URL",
        description="`https://user:password@host:9200`, an Elasticsearch 8 (or an OpenSearch 3, "
        "with `opensearch-py`); the full-text search of the database otherwise",
    )
    elasticsearch_prefix: str = Field(
        "portal",
        validation_alias="ELASTICSEARCH_PREFIX",
        description="Beginning of the names of the portal's indexes, when several share a cluster",
    )
    cache_url: str = Field(
        "locmemcache://",
        validation_alias="CACHE_URL",
        description="`redis://host:6379/0`; the memory of each process otherwise",
    )
    email_url: str = Field(
        "consolemail://",
        validation_alias="EMAIL_URL",
        description="`smtp+tls://user:password@host:587`; printed on the console otherwise",
    )
    email_from: str = Field(
        "portail@localhost",
        validation_alias="PORTAL_EMAIL_FROM",
        description="Sender of the portal's e-mails",
    )
    seal_certificate: Path | None = Field(
        None,
        validation_alias="PORTAL_SEAL_CERTIFICATE",
        description="PKCS#12 file (`.p12`) of the organisation’s certificate, which seals receipts; "
        "a demonstration certificate is made in the data directory otherwise",
    )
    seal_passphrase: SecretStr = Field(
        SecretStr(""),
        validation_alias="PORTAL_SEAL_PASSPHRASE",
        description="Passphrase of that file",
    )
    tsa_url: str = Field(
        "",
        validation_alias="TSA_URL",
        description="`https://…`, a timestamping authority (RFC 3161) that dates the seal of "
        "receipts; they are sealed without an outside date otherwise",
    )
    commitments_threshold: int = Field(
        5,
        ge=2,
        validation_alias="PORTAL_COMMITMENTS_THRESHOLD",
        description="Smallest number of people that the statistics of commitments show, from their "
        "next publication on",
    )
    reports_threshold: int = Field(
        11,
        ge=2,
        validation_alias="PORTAL_REPORTS_THRESHOLD",
        description="Smallest number that the annual reports of partners show, from their next "
        "publication on",
    )
    hold_elimination: bool = Field(
        False,
        validation_alias="PORTAL_HOLD_ELIMINATION",
        description="`true` while the archives service has not agreed to what retention deletes after "
        "five years: the evidence of signatures stays until then",
    )
    demo_password: SecretStr = Field(
        SecretStr(""),
        validation_alias="DEMO_PASSWORD",
        description="Password of the demonstration accounts; generated and printed otherwise",
    )
    port: int = Field(
        8000, ge=1, le=65535, validation_alias="PORT", description="Port that `make run` serves on"
    )

    @field_validator("portal_base_url")
    @classmethod
    def _check_base_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        parts = _split(value)
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("must be an address without a path, like https://portal.example.org")
        return value.rstrip("/")

    @field_validator("portal_allowed_hosts")
    @classmethod
    def _check_allowed_hosts(cls, value: str) -> str:
        for host in value.split(","):
            if not re.fullmatch(r"\s*(\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:]+\])?\s*", host):
                raise ValueError("must be host names separated by commas, without http:// or port")
        return value

    @field_validator("email_from")
    @classmethod
    def _check_email_from(cls, value: str) -> str:
        if not re.fullmatch(r"[^@<>\s]+@[^@<>\s]+|[^@<>]+<[^@<>\s]+@[^@<>\s]+>", value):
            raise ValueError("must be an address, or a name and an <address>")
        return value

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: str) -> str:
        if value and not value.startswith(("postgres://", "postgresql://", "sqlite:///")):
            raise ValueError("must begin with postgres:// (or sqlite:///)")
        if value and not _split(value).path.strip("/"):
            raise ValueError("must end with the name of the database")
        return value

    @field_validator("elasticsearch_url")
    @classmethod
    def _check_elasticsearch_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        if value and not _split(value).hostname:
            raise ValueError("must name a host, like https://search.example.org:9200")
        return value

    @field_validator("elasticsearch_prefix")
    @classmethod
    def _check_elasticsearch_prefix(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", value):
            raise ValueError("must be lower-case letters, digits, - and _")
        return value

    @field_validator("cache_url")
    @classmethod
    def _check_cache_url(cls, value: str) -> str:
        if not value.startswith(("redis://", "rediss://", "locmemcache://")):
            raise ValueError("must begin with redis://, rediss:// or locmemcache://")
        _split(value)
        return value

    @field_validator("seal_certificate")
    @classmethod
    def _check_seal_certificate(cls, value: Path | None) -> Path | None:
        if value and not value.is_file():
            raise ValueError("must be a file")
        return value

    @field_validator("tsa_url")
    @classmethod
    def _check_tsa_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        if value and not _split(value).hostname:
            raise ValueError("must name a host, like https://tsa.example.org/rfc3161")
        return value

    @field_validator("email_url")
    @classmethod
    def _check_email_url(cls, value: str) -> str:
        schemes = ("smtp://", "smtp+tls://", "smtp+ssl://", "consolemail://", "memorymail://")
        if not value.startswith(schemes):
            raise ValueError("must begin with " + ", ".join(schemes))
        _split(value)
        return value

    @model_validator(mode="after")
    def _check_production(self) -> "Environment":
        if self.portal_mode is not Mode.PRODUCTION:
            return self
        problems = []
        secret = self.portal_secret_key.get_secret_value()
        if len(secret) < 50 or len(set(secret)) < 5:
            problems.append(
                "PORTAL_SECRET_KEY is required in production (50 characters or more, at random)"
            )
        if self.demo_password.get_secret_value():
            problems.append("DEMO_PASSWORD has no place in production")
        if not self.portal_base_url.startswith("https://"):
            problems.append("PORTAL_BASE_URL must begin with https:// in production")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def demonstration_content(self) -> bool:
        """Whether invented events and example posts are loaded with the programme."""
        if self.portal_demonstration_content is None:
            return self.portal_mode is not Mode.PRODUCTION
        return self.portal_demonstration_content

    @property
    def database(self) -> dict[str, Any]:
        """Django's DATABASES entry."""
        if self.database_url:
            return dict(environ.Env.db_url_config(self.database_url))
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(self.portal_data_dir / "portal.sqlite3"),
        }

    @property
    def cache(self) -> dict[str, Any]:
        """Django's CACHES entry."""
        return dict(environ.Env.cache_url_config(self.cache_url))

    @property
    def email(self) -> dict[str, Any]:
        """Django's EMAIL_* settings."""
        return dict(environ.Env.email_url_config(self.email_url))


def variable_names() -> list[str]:
    """Return the names of all understood variables, in the order of the table."""
    return [str(field.validation_alias) for field in Environment.model_fields.values()]


def read_environment(source: Mapping[str, str] = os.environ) -> Environment:
    """Read the environment.

    Raises:
        ImproperlyConfigured: names each malformed value and each unknown ``PORTAL_`` variable.

    """
    known = variable_names()
    problems = [
        f"{name}: unknown variable (known: {', '.join(n for n in known if n[:7] == 'PORTAL_')})"
        for name in sorted(source)
        if name.startswith("PORTAL_") and name not in known
    ]
    environment = None
    try:
        environment = Environment.model_validate(
            {name: source[name] for name in known if source.get(name)}
        )
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            place = ".".join(str(part) for part in detail["loc"])
            message = detail["msg"].removeprefix("Value error, ")
            problems.append(f"{place}: {message}" if place else message)
    if environment is None or problems:
        raise ImproperlyConfigured("Environment: " + " | ".join(problems))
    return environment

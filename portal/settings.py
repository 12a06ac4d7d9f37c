"""Django settings: composes the applications; nothing imports this module."""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from portal.environment import BASE_DIR, Mode, read_environment

django_stubs_ext.monkeypatch()

ENV = read_environment()
DEBUG = ENV.portal_mode is Mode.DEVELOPMENT
DEMONSTRATION = ENV.portal_mode is Mode.DEMONSTRATION
PRODUCTION = ENV.portal_mode is Mode.PRODUCTION
DEMONSTRATION_CONTENT = ENV.demonstration_content
DEMO_PASSWORD = ENV.demo_password.get_secret_value()
DATA_DIR = ENV.portal_data_dir
SEAL_CERTIFICATE = ENV.seal_certificate
SEAL_PASSPHRASE = ENV.seal_passphrase.get_secret_value()
TSA_URL = ENV.tsa_url
HOLD_ELIMINATION = ENV.hold_elimination
# The smallest number of people that is published, by set of data (see portal.core.small_cells).
SMALL_CELLS = {
    "commitments": ENV.commitments_threshold,
    "annual_reports": ENV.reports_threshold,
}


def _kept_secret(path: Path) -> str:
    """Return the secret kept in ``path``, generating it at the first start."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key() + get_random_secret_key())
    return path.read_text()


SECRET_KEY = ENV.portal_secret_key.get_secret_value() or _kept_secret(DATA_DIR / "secret-key")

INSTALLED_APPS = [
    "search",
    "home",
    "partners",
    "engagements",
    "portal.core",
    "portal.users",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtailmedia",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.users.apps.AdminUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.core.middleware.ContentSecurityPolicyMiddleware",
    "portal.core.middleware.ResponseHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.core.middleware.UnknownAddressMiddleware",
    "portal.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.users.shared_posts.SharedPostMiddleware",
    "portal.core.middleware.ClosedByDefaultMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
    "partners.middleware.PublicationRefusedMiddleware",
]

ADMIN_PATH = "admin/"
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "portal.core.context_processors.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": ENV.database}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers never wait for the one writer; a writer takes its lock at once instead of failing later.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening a connection costs more than all the queries of a page, with SQLite as with PostgreSQL.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": ENV.cache,
    "renditions": {**ENV.cache, "KEY_PREFIX": "renditions"},
    "searches": {**ENV.cache, "KEY_PREFIX": "searches"},
}
for name, cache in CACHES.items():
    if cache["BACKEND"].endswith("LocMemCache"):
        # Each in a store of its own: by default both share one of 300 entries, and evict each other.
        entries = 500 if name == "searches" else 5000  # a page of results weighs some 20 kB
        CACHES[name] = {**cache, "LOCATION": name, "OPTIONS": {"MAX_ENTRIES": entries}}

EMAIL_TIMEOUT = 10  # seconds: nobody waits longer for a mail server that does not answer
vars().update(ENV.email)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from

# People
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "users/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "portal.users.addresses.client_address"
TRUST_PROXY = ENV.portal_trust_proxy
CSRF_FAILURE_VIEW = "portal.users.views.csrf_failure"

# Languages and time
LANGUAGE_CODE = "fr"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("fr", _("French")), ("en", _("English"))]
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.core.staticfiles.ComponentAssetsFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 60 * 60
WHITENOISE_KEEP_ONLY_HASHED_FILES = not DEBUG

# Wagtail
WAGTAIL_SITE_NAME = "mét’ODD"
WAGTAILADMIN_BASE_URL = ENV.portal_base_url
WAGTAILIMAGES_IMAGE_MODEL = "core.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "core.PortalDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILMEDIA = {
    "MEDIA_MODEL": "core.PortalMedia",
    "VIDEO_EXTENSIONS": ["webm", "mp4"],
    "AUDIO_EXTENSIONS": ["mp3", "ogg", "m4a", "opus"],
    "MEDIA_FORM_BASE": "portal.core.forms.MediaForm",
}
WAGTAILDOCS_EXTENSIONS = [
    "pdf",
    "docx",
    "odt",
    "xlsx",
    "ods",
    "pptx",
    "odp",
    "txt",
    "csv",
    "md",
    "vtt",
]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.core.forms.DocumentForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_WEBP_QUALITY = 72
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no third-party request
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no third-party request
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # films are kept here, never embedded
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAIL_ALLOW_UNICODE_SLUGS = False
ELASTICSEARCH_URL = ENV.elasticsearch_url
ELASTICSEARCH_PREFIX = ENV.elasticsearch_prefix
WAGTAILSEARCH_BACKENDS: dict[str, dict[str, str]] = {
    "default": {"BACKEND": "search.backends.admin_database"}
}
if ELASTICSEARCH_URL:  # and the database's index too, for when the cluster is down
    WAGTAILSEARCH_BACKENDS["database"] = WAGTAILSEARCH_BACKENDS["default"]
    WAGTAILSEARCH_BACKENDS["default"] = {
        "BACKEND": "search.backends.admin",
        "URL": ELASTICSEARCH_URL,
        "INDEX_PREFIX": f"{ELASTICSEARCH_PREFIX}-admin-",
    }
WAGTAIL_FRONTEND_LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "login"
WAGTAIL_PASSWORD_RESET_ENABLED = False  # the portal has its own
WAGTAIL_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

# Security
BASE_HOST = ENV.portal_base_url.split("://")[1].split("/")[0].rsplit(":", 1)[0]
ALLOWED_HOSTS = [
    BASE_HOST,
    *(host.strip() for host in ENV.portal_allowed_hosts.split(",") if host.strip()),
    *([] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]),
]
CSRF_TRUSTED_ORIGINS = [ENV.portal_base_url] if PRODUCTION else []
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-sessionid" if PRODUCTION else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if PRODUCTION else "csrftoken"
SESSION_COOKIE_AGE = 60 * 60 * 12
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frame-ancestors in the content security policy replaces X-Frame-Options
]

# Readers' pages: nothing inline, nothing from elsewhere. Previews are framed by the editing area.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
# The editing area: Wagtail's own pages hold inline scripts and styles.
ADMIN_CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **CONTENT_SECURITY_POLICY["DIRECTIVES"],
        "script-src": [SELF, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF, "data:"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"withhold": {"()": "portal.core.privacy.WithholdAddresses"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["withhold"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # What the last ones tell at each save is in the audit log of the editing area.
        name: {"level": "WARNING"}
        for name in (
            "axes",
            "django_tasks",
            "fontTools",
            "pyhanko",
            "weasyprint",
            "wagtail",
            "wagtail_localize",
        )
    }
    # Who issued a certificate of ours is not judged: each is known by its fingerprint.
    | {"pyhanko.sign.validation": {"level": "ERROR"}},
}

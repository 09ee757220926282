"""Django's settings, built from the environment (see `environment`)."""

import os
import secrets
from pathlib import Path

import dj_database_url

from dailypapers.site import accounts, environment

PACKAGE = Path(__file__).resolve().parent.parent


def _home() -> Path:
    """The home folder, made if there is none. Raises `WrongSetting` where it cannot be had."""
    folder = environment.HOME.read().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise environment.WrongSetting(
            f"The home folder {folder} cannot be made ({error.strerror}); set DAILYPAPERS_HOME to another"
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise environment.WrongSetting(
            f"The home folder {folder} cannot be written to; give it to this user, or set DAILYPAPERS_HOME"
        )
    return folder


HOME = _home()

DEBUG = environment.DEBUG.read()
BASE_URL = environment.BASE_URL.read().rstrip("/")
SITE_NAME = environment.SITE_NAME.read()
FIELDS = environment.FIELDS.read()
SOURCES = environment.SOURCES.read()
THUMBNAILS = environment.THUMBNAILS.read()
CONTACT = environment.CONTACT.read()
INDEX_URL = environment.INDEX_URL.read() or str(HOME / "index")
ENCODER = environment.ENCODER.read()
TUNE = environment.TUNE.read()
LISTING_ZONE = environment.TIME_ZONE.read()


def _secret_key() -> str:
    """The key set, or one made on first use and kept in the home folder, readable by its owner only."""
    if key := environment.SECRET_KEY.read():
        return key
    kept = HOME / "secret-key"
    if not kept.exists():
        fresh = HOME / f"secret-key.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        try:
            kept.hardlink_to(fresh)  # Two processes may start at once: the first link wins for both.
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept.read_text()


SECRET_KEY = _secret_key()

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = []
if BASE_URL:
    ALLOWED_HOSTS.append(BASE_URL.split("://", 1)[-1].split("/")[0].rsplit(":", 1)[0])
    CSRF_TRUSTED_ORIGINS.append(BASE_URL)

ACCOUNTS = accounts.mode(BASE_URL)
INVITATIONS = environment.INVITATIONS.read()
API_LIMIT = environment.API_LIMIT.read()
COMMENTS_PER_HOUR = environment.COMMENTS_PER_HOUR.read()
COMMENTS_PER_HOUR_NEW = environment.COMMENTS_PER_HOUR_NEW.read()
VOTES_PER_DAY_NEW = environment.VOTES_PER_DAY_NEW.read()
SUBMIT = environment.SUBMIT.read()
SUBMIT_DAYS = environment.SUBMIT_DAYS.read()
SUBMIT_DAILY = environment.SUBMIT_DAILY.read()
NEW_DAYS = environment.NEW_DAYS.read()
NEW_LINKS_WAIT = (environment.NEW_LINKS.read() or ("wait" if ACCOUNTS == "open" else "show")) == "wait"
ORGANIZATIONS = environment.ORGANIZATIONS.read()
GROUPS = environment.GROUPS.read()
PROXIES = environment.PROXIES.read()
WEBSUB_HUB = environment.WEBSUB_HUB.read()
_MAIL = accounts.mail(BASE_URL)
globals().update(_MAIL)
_PROVIDER_APPS, SOCIALACCOUNT_PROVIDERS, SIGN_IN_ORIGINS = accounts.providers()
SENDS_MAIL = not _MAIL["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
"""Whether a code sent by mail can reach anyone: by a server, or printed for who runs it on loopback."""
SENDS_DIGESTS = bool(environment.EMAIL_URL.read() and BASE_URL)
"""Whether papers can be sent: there is a mail server, and an address that links in mails lead to."""
POSTAL_ADDRESS = environment.POSTAL_ADDRESS.read()
DIGEST_PICTURES = environment.DIGEST_PICTURES.read()
DIGEST_RATE = environment.DIGEST_RATE.read()
DKIM_KEY = environment.DKIM_KEY.read()
DKIM_SELECTOR = environment.DKIM_SELECTOR.read()

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *_PROVIDER_APPS,
    "django_htmx",
    "dailypapers.catalogue.apps.CatalogueConfig",
    "dailypapers.community.apps.CommunityConfig",
    "dailypapers.ingest.apps.IngestConfig",
    "dailypapers.ranking.apps.RankingConfig",
    "dailypapers.digests.apps.DigestsConfig",
    "dailypapers.web.apps.WebConfig",
    "dailypapers.api.apps.ApiConfig",
]

MIDDLEWARE = [
    "dailypapers.site.security.health_for_anyone",
    "django.middleware.security.SecurityMiddleware",
    "dailypapers.site.security.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "dailypapers.api.markdown.answer.markdown_for_who_asks",
    "dailypapers.site.security.pages_are_of_whom_they_show",
    "dailypapers.site.security.limits_know_the_visitor",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dailypapers.site.security.owner_on_loopback",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "dailypapers.site.urls"
WSGI_APPLICATION = "dailypapers.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dailypapers.web.context.site",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["dailypapers.web.templatetags.papers"],
        },
    }
]

# Each thread that serves has a connection, and so a cache, of its own; what it maps of the file counts again
# for each. With caches of 64 MB and 256 MB mapped a process came to 1,260 MB, not 690, and was no quicker.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;"
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA journal_size_limit=67108864;"
    ),
}


def _database() -> dj_database_url.DBConfig:
    """The database named, else a file in the home folder. Raises `WrongSetting`; never repeats a password."""
    url = environment.DATABASE_URL.read() or f"sqlite:///{HOME / 'dailypapers.sqlite3'}"
    expected = "expected postgresql://user:password@host/name or sqlite:////folder/file.sqlite3"
    if url.partition("://")[0] not in ("sqlite", "postgresql", "postgres", "pgsql"):
        kind = url.partition("://")[0][:20] if "://" in url else "no kind of database"
        raise environment.WrongSetting(f"DAILYPAPERS_DATABASE_URL names {kind}: {expected}")
    try:
        found = dj_database_url.parse(url, conn_max_age=600)
    except ValueError:
        raise environment.WrongSetting(f"DAILYPAPERS_DATABASE_URL cannot be read: {expected}") from None
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = _SQLITE_OPTIONS
        try:
            Path(str(found["NAME"])).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise environment.WrongSetting(
                f"The folder of the database {found['NAME']} cannot be made ({error.strerror}); "
                "see DAILYPAPERS_DATABASE_URL"
            ) from None
    return found


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CACHES = {
    "default": {
        "BACKEND": "dailypapers.site.shared_cache.SharedCache",
        "LOCATION": str(HOME / "cache.sqlite3"),
    },
    "memory": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "lists",
        # What lists and feeds remember for seconds is a few KB each; searches as feeds have no end.
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}

FILE_UPLOAD_HANDLERS = [
    "dailypapers.site.uploads.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

AUTH_USER_MODEL = "community.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
        "UserAttributeSimilarityValidator": {"user_attributes": ("email", "name", "handle")},
    }.items()
]
CSRF_FAILURE_VIEW = "dailypapers.web.pages.errors.forged"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

ACCOUNT_ADAPTER = "dailypapers.community.signing_in.Accounts"
ACCOUNT_SIGNUP_FORM_CLASS = "dailypapers.community.signing_up.NameAtSignUp"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if SENDS_MAIL else "none"
# By codes and not by links: a link would be made from the name that a request was sent to.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = SENDS_MAIL
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = SENDS_MAIL
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = SENDS_MAIL
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https://") else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
SOCIALACCOUNT_ADAPTER = "dailypapers.community.signing_in.OtherSites"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
MFA_SUPPORTED_TYPES = ["webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# On loopback there is no TLS; browsers allow passkeys there all the same.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = accounts.is_loopback_address(BASE_URL)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
if BASE_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # What stamina says of a retry names neither the address nor the reason; ingest/http.py does.
    "loggers": {"dailypapers": {"level": "INFO"}, "stamina": {"level": "ERROR"}},
}

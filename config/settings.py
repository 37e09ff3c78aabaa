"""The portal's only settings file; the only place where the environment is read.

Nothing set gives the embedded profile (SQLite, a Redis-compatible server on a unix socket in the
data folder, letters as files). ``DATABASE_URL`` and ``REDIS_URL`` give the production profile.
"""

import os
import tempfile
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import quote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMO = env.bool("DEMO", default=False)
TESTING = env.bool("TESTING", default=False)
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()


def socket_path(folder: Path) -> Path:
    """Where the embedded broker listens; sun_path holds at most 107 bytes, so a deep folder moves it to /tmp."""
    near = folder / "broker.sock"
    if len(bytes(near)) <= 100:
        return near
    return Path(tempfile.gettempdir()) / f"portal-{sha256(bytes(folder)).hexdigest()[:16]}" / "broker.sock"


BROKER_SOCKET = socket_path(DATA_DIR)

SQLITE = not env.str("DATABASE_URL", default="").startswith(("postgres", "psql"))
PRODUCTION = not (DEMO or TESTING or DEBUG)


def own_key(file: Path) -> str:
    """The key kept in the data folder, made at first use; of two processes that make one, the first wins."""
    if not file.exists():
        with suppress(OSError):  # a folder that cannot be written: `prepare` and `demo` say so in a sentence
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=file.parent) as fresh:  # readable by its owner alone
                fresh.write(token_urlsafe(50))
                fresh.flush()
                os.link(fresh.name, file)
    return file.read_text() if file.exists() else token_urlsafe(50)


SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if PRODUCTION and not SQLITE:
        raise ImproperlyConfigured("SECRET_KEY must be set where DATABASE_URL names a server.")
    SECRET_KEY = own_key(DATA_DIR / "secret_key")
# Keys that seal personal data, "id:base64" pairs, the first one seals; empty: derived from SECRET_KEY.
FIELD_KEYS = env.list("FIELD_KEYS", default=[])

# The address people type. Its scheme decides whether cookies are secure and HTTPS is enforced.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
if PRODUCTION and not SQLITE and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must be an https:// address where DATABASE_URL names a server.")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver", urlsplit(SITE_URL).hostname]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked by machines, inside
if env.bool("BEHIND_PROXY", default=False):  # a proxy that always sets, and never passes on, this header
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

INSTALLED_APPS = [
    "apps.pages",  # before the packages whose templates it overrides
    "apps.accounts.admin_config.PortalAdminConfig",
    "django.forms",  # its widgets' templates, for FORM_RENDERER
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "config.static.PortalStaticFiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_include_bootstrap",
    "lucide",
    "apps.accounts",
    "apps.enterprises",
    "apps.rules",
    "apps.outbox",
    "apps.workflow",
    "apps.examination",
    "apps.papers",
    "apps.privacy",
    "apps.health",
    "apps.verifications",
    "apps.evidence",
    "apps.notices",
    "apps.certificates",
    "apps.applications",
    "apps.insurance",
    "apps.pledges",
    "apps.listings",
    "apps.rights",
    "apps.alliance",
    "apps.diligence",
    "apps.statistics",
    "apps.public",
    "apps.portal",
    "apps.desk",
    "apps.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.rules.middleware.LegalClockMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.DoorMiddleware",
    "apps.accounts.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "apps.pages.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # widgets of our own stand in templates/
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

SQLITE_PRAGMAS = f"PRAGMA journal_mode=WAL;PRAGMA synchronous={'OFF' if TESTING else 'NORMAL'};"
if SQLITE:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA_DIR / "portal.sqlite3"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
            # A file: threads that race need one database. Its tables come from the models: see tests/tables.py.
            "TEST": {"NAME": str(DATA_DIR / "test.sqlite3"), "MIGRATE": False},
        }
    }
else:
    DATABASES = {"default": env.db("DATABASE_URL")}
    DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
    # Pages read a few hundred rows by an index: starting parallel workers or compiling the plan costs more than it saves.
    QUICK = "-c max_parallel_workers_per_gather=0 -c jit=off -c random_page_cost=1.1"
    if TESTING:  # a database that is thrown away need not reach the disk
        QUICK += " -c synchronous_commit=off"
    DATABASES["default"]["OPTIONS"] = {"options": QUICK} | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "config.cache.FailOpenRedisCache",
        "LOCATION": REDIS_URL or f"unix://{quote(str(BROKER_SOCKET))}?db=1",
    }
}
if TESTING:  # the broker of one test must not count the visits of the next: no server stands at this address
    CACHES["default"]["LOCATION"] = f"unix://{quote(str(BROKER_SOCKET))}.none"
# A publish that finds the broker down or hung gives up in less than half a second; the sweep does the rest.
CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{quote(str(BROKER_SOCKET))}?virtual_host=0"
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 0.4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A task whose worker was killed is given to another after this many seconds; no task may take as long.
VISIBILITY = env.int("TASK_VISIBILITY", default=600 if REDIS_URL else 60)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 0.4,
    "socket_connect_timeout": 0.4,
    "retry_on_timeout": False,
    "max_retries": 0,
    "visibility_timeout": VISIBILITY,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_TIME_LIMIT = VISIBILITY * 5 // 6
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "config.celery.TickingScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 2
SESSION_ENGINE = "apps.accounts.sessions"  # rows that know whose they are and when they end

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "apps.demo.backends.RefuseDemoPassword",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:  # hundreds of people sign in
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"apps.accounts.passwords.{name}"}
    for name in ("LengthValidator", "ClassesValidator", "OwnDataValidator", "RunsValidator", "ReuseValidator")
] + [{"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}]
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_RATE_LIMITS = False  # the one lockout is apps.accounts.lockout, in the database
ACCOUNT_FORMS = {"change_password": "apps.accounts.forms.NewPasswordForm"}
MFA_ADAPTER = "apps.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "apps.accounts.forms.SignInCodeForm",
    "reauthenticate": "apps.accounts.forms.ConfirmCodeForm",
    "authenticate_webauthn": "apps.accounts.forms.SignInPasskeyForm",
    "reauthenticate_webauthn": "apps.accounts.forms.ConfirmPasskeyForm",
    "add_webauthn": "apps.accounts.forms.NewPasskeyForm",
    "edit_webauthn": "apps.accounts.forms.PasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow it for localhost alone
MFA_ALLOW_UNVERIFIED_EMAIL = True  # e-mail opens no door here
MFA_TOTP_TOLERANCE = 1
# Signing in by the office's identity provider: only where it is named; else there is no such address.
OIDC_URL = env.str("OIDC_URL", default="")
OIDC_NAME = env.str("OIDC_NAME", default="OpenID Connect")
OIDC_USERNAME_CLAIM = env.str("OIDC_USERNAME_CLAIM", default="preferred_username")
if OIDC_URL:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "apps.accounts.oidc.IdentityAdapter"
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "office",
                    "name": OIDC_NAME,
                    "client_id": env.str("OIDC_CLIENT_ID"),
                    "secret": env.str("OIDC_SECRET"),
                    "settings": {"server_url": OIDC_URL},
                }
            ],
        }
    }
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "config.static.PortalStaticStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG
MEDIA_ROOT = DATA_DIR / "files"  # documents by content hash; never served by the web server

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "apps.pages.views.csrf_failure"

if EMAIL_URL := env.str("EMAIL_URL", default=""):  # smtp+tls://user:password@host:587
    globals().update(env.email_url_config(EMAIL_URL))
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "apps.outbox.backends.EmlFolderBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@data-ip.example")
REPLY_TO_EMAIL = env.str("REPLY_TO_EMAIL", default=DEFAULT_FROM_EMAIL)
# The company register: the dotted path of an adapter (see apps/verifications/register.py); empty: none is connected.
COMPANY_REGISTER = env.str("COMPANY_REGISTER", default="apps.verifications.register.from_file" if DEMO else "")
COMPANY_REGISTER_FILE = env.str(
    "COMPANY_REGISTER_FILE", default=str(BASE_DIR / "apps" / "demo" / "company_register.json")
)
LETTERS_DIR = BASE_DIR / "templates" / "letters"
# By how much this machine's clock and the database's may differ while cases still end by themselves. Tests travel in time,
# and their database does not.
CLOCK_DRIFT_LIMIT = None if TESTING else timedelta(seconds=env.int("CLOCK_DRIFT_LIMIT", default=300))
FAILPOINT = env.str("FAILPOINT", default="")  # where a test kills the process, see apps/outbox/failpoints.py

# Everything goes to stderr, one JSON object a line in production; the demo points each process's stderr at a file.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "config.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json" if PRODUCTION else "plain"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING" if TESTING else "INFO")},
    # Django's own handlers (a console for DEBUG, mail to admins) are taken away; its records go to the root.
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}

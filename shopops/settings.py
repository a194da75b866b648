"""Settings, all from the environment; see docs/deploy.md for the list.

Without DATABASE_URL the project runs on its own PostgreSQL and Valkey below STATE and makes its own secrets (demo,
development, tests). With DATABASE_URL it is a deployment: secrets and host names must be given.
"""

import hashlib
import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from shopops import embedded, env

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = embedded.state_dir()
IS_DEPLOYED = bool(os.environ.get("DATABASE_URL"))
DEBUG = env.boolean("DEBUG", False)

SECRET_KEY = env.text("SECRET_KEY", None if IS_DEPLOYED else embedded.local_secret("secret-key"))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [] if IS_DEPLOYED else ["*"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
# The address in links that leave the application (e-mail, feeds).
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip("/")
MARKETPLACE_NAME = env.text("MARKETPLACE_NAME", "ShopOps Market")
# Whose law the packs of notice periods and working time follow: CN or EU; see docs/policies.md.
JURISDICTION = env.text("JURISDICTION", "CN")

INSTALLED_APPS = [
    "shopops.console",  # before unfold and admin: its templates win
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "django_filters",
    "django_fsm",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    # 1 kernel
    "shopops.ui",
    "shopops.accounts",
    "shopops.audit",
    "shopops.policies",
    "shopops.metrics",
    "shopops.clocks",
    "shopops.jobs",
    "shopops.notifications",
    "shopops.work",
    "shopops.webhooks",
    "shopops.api",
    "shopops.transitions",
    "shopops.signin",
    "shopops.saved_views",
    "shopops.exchange",
    # 2-5 the floors, see docs/architecture.md
    "merchants",
    "merchants.changes",
    "merchants.credit",
    "merchants.exits",
    "merchants.file",
    "merchants.leads",
    "merchants.registers",
    "merchants.screening",
    "orders",
    "warning_center",
    "complaints",
    "maintenance",
    # 7 what composes them
    "shopops.portal",
    "shopops.demo",
    "shopops.bench",
]

MIDDLEWARE = [
    "shopops.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "shopops.ui.middleware.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shopops.ui.middleware.LanguageMiddleware",
    "shopops.api.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shopops.bodies.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shopops.audit.history.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shopops.ui.middleware.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shopops.signin.middleware.SignInMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "shopops.urls"
WSGI_APPLICATION = "shopops.wsgi.application"
ASGI_APPLICATION = "shopops.asgi.application"

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
                "shopops.ui.context_processors.ui",
                "merchants.portal.context",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "shopops.ui.templatetags.ui",
                "shopops.ui.templatetags.when",
            ],
        },
    }
]

DATABASES = {"default": dj_database_url.parse(embedded.database_url(), conn_max_age=60, conn_health_checks=True)}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = embedded.redis_url()
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# The unique index is on lower(email), which the first does not see; the proxy redirects to HTTPS, see docs/deploy.md.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "security.W008"]

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "shopops.accounts.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
CSRF_FAILURE_VIEW = "shopops.ui.views.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/portal/"
ACCOUNT_ADAPTER = "shopops.signin.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "name*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "shopops.accounts.forms.SignupExtraForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# Second factors, see docs/signin.md
MFA_REQUIRED_FOR_OPERATORS = env.boolean("MFA_REQUIRED_FOR_OPERATORS", IS_DEPLOYED)
if IS_DEPLOYED and not MFA_REQUIRED_FOR_OPERATORS:
    raise ImproperlyConfigured(
        "MFA_REQUIRED_FOR_OPERATORS=false is for the demo: in a deployment operators need a second factor. Remove it."
    )
MFA_ADAPTER = "shopops.signin.factors.MFAAdapter"
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_DEPLOYED  # http://localhost

# Lock-out: 5 failures of an account from a network, for 15 minutes. The rate limits of allauth stay on besides.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 1 if env.boolean("BEHIND_PROXY", False) else 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "shopops.signin.lockout.client_network"
AXES_USERNAME_CALLABLE = "shopops.signin.lockout.account"
AXES_LOCKOUT_CALLABLE = "shopops.signin.lockout.response"
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

# The log of sign-ins. Which network is where: a TOML file, or another provider (shopops/signin/places.py).
SIGN_IN_LOG_DAYS = env.integer("SIGN_IN_LOG_DAYS", 400)
NETWORK_PLACES = env.text("NETWORK_PLACES", "")
NETWORK_PLACES_PROVIDER = env.text("NETWORK_PLACES_PROVIDER", "shopops.signin.places.FileProvider")

# Keys for personal data at rest; the first encrypts, all decrypt (rotation: put the new key first).
FIELD_KEYS = env.text("FIELD_KEYS", None if IS_DEPLOYED else env.fernet_key(embedded.local_secret("field-key"))).split(
    ","
)

# Key of the digests that find equal personal numbers without decrypting them; apart from SECRET_KEY, so that this can
# be rotated. Changed: run `manage.py rotate_field_keys --digests`.
DIGEST_KEY = env.text("DIGEST_KEY", "") or SECRET_KEY

# Ed25519 key (32 bytes in hexadecimal) that signs the audit log's seals; empty: they are not signed.
AUDIT_SIGNING_KEY = env.text(
    "AUDIT_SIGNING_KEY",
    "" if IS_DEPLOYED else hashlib.sha256(embedded.local_secret("audit-signing-key").encode()).hexdigest(),
)

UNFOLD = {
    "SITE_TITLE": _("ShopOps console"),
    "SITE_HEADER": MARKETPLACE_NAME,
    "SITE_SUBHEADER": _("Console"),
    "SITE_SYMBOL": "storefront",
    "SITE_URL": "/portal/",
    "SHOW_HISTORY": False,
    "SHOW_LANGUAGES": True,
    "DASHBOARD_CALLBACK": "shopops.console.home.dashboard",
    "SIDEBAR": {"show_search": True, "navigation": "shopops.console.navigation.groups"},
    "COLORS": {
        "primary": {
            "50": "#f1f3fd",
            "100": "#e9ecfc",
            "200": "#ced5f8",
            "300": "#acb7ff",
            "400": "#7f8dee",
            "500": "#4d5fd0",
            "600": "#3446b5",
            "700": "#26369a",
            "800": "#1f2c7c",
            "900": "#1b2663",
            "950": "#10163a",
        }
    },
}

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "shopops.ui.dates"
USE_TZ = True
# The marketplace's own zone: its days, windows and promises are counted in it.
TIME_ZONE = env.text("MARKETPLACE_TIME_ZONE", "Asia/Shanghai")

# Static files and uploads
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if IS_DEPLOYED else None
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(STATE_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_DEPLOYED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_DEPLOYED
DATA_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024  # a scan of 10 MB through the API, with its facts
# Bytes of a form with its files; more is refused unread. The largest file a page takes is 20 MB (imports).
MAX_BODY = env.integer("MAX_BODY", 25 * 1024 * 1024)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # the form of a large policy has some thousand fields

# Mail. Without SMTP_HOST messages are written to STATE/mail, so that the demo shows them.
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "ShopOps <noreply@shopops.example>")
EMAIL_HOST = env.text("SMTP_HOST", "")
EMAIL_PORT = env.integer("SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("SMTP_TLS", False)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = str(STATE_DIR / "mail")
# SMS: an address as Apprise writes it, with {phone} for the number. Chat bots on hosts of one's own: "host:port".
# See docs/notifications.md.
SMS_URL = env.text("SMS_URL", "")
CHAT_HOSTS = env.words("CHAT_HOSTS", [])

# Jobs
CELERY_BROKER_URL = embedded.celery_broker_url()
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Reading licences takes a core and memory for seconds: workers of its own take it, see docs/ocr.md.
CELERY_TASK_ROUTES = {"merchants.read_document": {"queue": "ocr"}}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_connect_timeout": 3,
    "socket_timeout": 30,
    "socket_keepalive": True,
    "health_check_interval": 20,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for as long as it takes
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_LOG_FORMAT = "%(levelname)s %(message)s"  # whoever collects the lines adds the time
CELERY_WORKER_TASK_LOG_FORMAT = "%(levelname)s %(task_name)s: %(message)s"
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat-schedule")

# Periodic work: few, named, one call each. Times are marketplace time.
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "shopops.heartbeat", "schedule": 10.0, "options": {"expires": 10}},  # see shopops/health.py
    "update-counters": {
        "task": "shopops.run_job",
        "args": ["update_counters"],
        "schedule": crontab(minute=10, hour="*"),
    },
    "score-merchants": {"task": "shopops.run_job", "args": ["score_merchants"], "schedule": crontab(minute=30, hour=0)},
    "check-risks": {"task": "shopops.run_job", "args": ["check_risks"], "schedule": crontab(minute=40, hour="*")},
    "screen-applications": {
        "task": "shopops.run_job",
        "args": ["screen_applications"],
        "schedule": crontab(minute="*/5"),
    },
    "try-screening": {"task": "shopops.run_job", "args": ["try_screening"], "schedule": crontab(minute=15, hour=1)},
    "activate-policies": {"task": "shopops.run_job", "args": ["activate_policies"], "schedule": crontab()},
    "land-imports": {"task": "shopops.run_job", "args": ["land_imports"], "schedule": crontab()},
    "seal-audit": {"task": "shopops.run_job", "args": ["seal_audit"], "schedule": crontab()},
    "extend-calendars": {
        "task": "shopops.run_job",
        "args": ["extend_calendars"],
        "schedule": crontab(minute=20, hour=3),
    },
    "send-due-notices": {"task": "shopops.run_job", "args": ["send_due_notices"], "schedule": crontab()},
    "forget-api-answers": {
        "task": "shopops.run_job",
        "args": ["forget_idempotent_answers"],
        "schedule": crontab(minute=25, hour="*"),
    },
    "tell-of-ends": {"task": "shopops.run_job", "args": ["tell_of_ends"], "schedule": crontab(minute=10, hour=8)},
    "verify-merchants": {
        "task": "shopops.run_job",
        "args": ["verify_merchants"],
        "schedule": crontab(minute=40, hour=8),
    },
    "close-invitations": {
        "task": "shopops.run_job",
        "args": ["close_invitations"],
        "schedule": crontab(minute=25, hour="*"),
    },
    "review-batches": {"task": "shopops.run_job", "args": ["review_batches"], "schedule": crontab()},
    "run-exits": {"task": "shopops.run_job", "args": ["run_exits"], "schedule": crontab(minute=35, hour="*")},
    "export-records": {"task": "shopops.run_job", "args": ["export_records"], "schedule": crontab()},
    "forget-sign-ins": {"task": "shopops.run_job", "args": ["forget_sign_ins"], "schedule": crontab(minute=20, hour=4)},
    "clean-webhooks": {"task": "shopops.run_job", "args": ["clean_webhooks"], "schedule": crontab(minute=20, hour=4)},
    "watch-jobs": {"task": "shopops.run_job", "args": ["watch_jobs"], "schedule": crontab(minute="*/5")},
    # The sweeps find what nobody was told of; who comes too late is dropped, the next one does the same.
    "send-digests": {"task": "shopops.run_job", "args": ["send_digests"], "schedule": crontab(minute="2-59/10")},
    "reach-further": {"task": "shopops.run_job", "args": ["reach_further"], "schedule": crontab(minute="4-59/10")},
    "sweep-deliveries": {"task": "shopops.sweep_deliveries", "schedule": 20.0, "options": {"expires": 20}},
    "sweep-readings": {"task": "shopops.run_job", "args": ["sweep_readings"], "schedule": crontab()},
    "deliver-webhooks": {"task": "shopops.deliver_webhooks", "schedule": 10.0, "options": {"expires": 10}},
    "ask-registers": {"task": "shopops.run_job", "args": ["ask_registers"], "schedule": crontab()},
    "run-changed-checks": {"task": "merchants.run_changed_checks", "schedule": 20.0, "options": {"expires": 20}},
    "resume-killed-jobs": {"task": "shopops.resume_killed_jobs", "schedule": 20.0, "options": {"expires": 20}},
}

# Webhooks. Addresses inside these networks may be called, by http as well: receivers of your own, tests.
WEBHOOK_ALLOWED_NETWORKS = env.words("WEBHOOK_ALLOWED_NETWORKS", [])
WEBHOOK_KEEP_DAYS = env.integer("WEBHOOK_KEEP_DAYS", 90)

# Public registers of companies, see docs/registers.md: "http", "recorded" (answers from a file), or none.
REGISTER_PROVIDER = env.text("REGISTER_PROVIDER", "" if IS_DEPLOYED else "recorded")
REGISTER_URL = env.text("REGISTER_URL", "")
REGISTER_SECRET = env.text("REGISTER_SECRET", "")
REGISTER_RECORDINGS = env.text("REGISTER_RECORDINGS", "")
REGISTER_ANSWER_DAYS = env.integer("REGISTER_ANSWER_DAYS", 30)

# Reading licences by machine, see docs/ocr.md. Switched on where the optional extra is installed; `true` for web
# servers without it whose workers have it. Megabytes of address space and seconds of work for one picture.
OCR = env.boolean("OCR", find_spec("rapidocr") is not None)
OCR_MEMORY_MB = env.integer("OCR_MEMORY_MB", 2048)
OCR_SECONDS = env.integer("OCR_SECONDS", 60)

# API, see docs/api.md
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "shopops.api.schema.ApiSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "shopops.api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["shopops.api.permissions.Scoped"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shopops.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "shopops.api.pagination.CursorPages",
    "DEFAULT_FILTER_BACKENDS": ["shopops.api.filters.Filters"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "shopops.api.problems.handler",
    "PAGE_SIZE": 50,
}
# Who may ask how often: (requests, seconds) of a key, of a person, of a network that does not say who it is.
API_RATE_LIMITS = {
    "key": (env.integer("API_RATE_KEY", 1200), 60),
    "user": (env.integer("API_RATE_USER", 300), 60),
    "network": (env.integer("API_RATE_NETWORK", 60), 60),
}
# Bytes of a body; views that take more say so (`max_body`).
API_MAX_BODY = env.integer("API_MAX_BODY", 1024 * 1024)
SPECTACULAR_SETTINGS = {
    "TITLE": "ShopOps API",
    "VERSION": "v1",
    "DESCRIPTION": (
        "Facts in, standing and decisions out. Lists are paged by cursor: follow `next` until it is null. Errors are "
        "problem documents (RFC 9457). A POST with an `Idempotency-Key` has one effect, however often it is sent."
    ),
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "shopops.api.schema.add_problems",
    ],
    # Names of the value lists that several resources share or call by the same field name.
    "ENUM_NAME_OVERRIDES": {
        "ComplaintKindEnum": "complaints.models.Kind",
        "ComplaintStateEnum": "complaints.models.State",
        "FactKindEnum": "warning_center.models.WarningFact.Kind",
        "FeatureEnum": "shopops.clocks.models.Feature",
        "MaintenanceKindEnum": "maintenance.models.choices.Kind",
        "GradeEnum": "merchants.credit.models.Grade",
        "ComponentEnum": "merchants.credit.models.ComponentCode",
        "OrderStateEnum": "orders.models.Order.State",
        "ReviewStateEnum": "merchants.models.Application.State",
        "OpinionStateEnum": "merchants.screening.models.OpinionRequest.State",
        "ExitStateEnum": "merchants.exits.models.State",
        "ExitKindEnum": "merchants.exits.models.Kind",
        "VisitKindEnum": "merchants.file.models.Visit.Kind",
        "WarningStateEnum": "warning_center.models.Warning.State",
        "ModeEnum": "maintenance.models.choices.Mode",
        "ServiceStateEnum": "maintenance.api.serializers.STATES",
    },
}

# Security
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_DEPLOYED and env.boolean("HTTPS", True)
SECURE_SSL_REDIRECT = False  # the proxy does it, see docs/deploy.md
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.boolean("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31536000 if SESSION_COOKIE_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SESSION_COOKIE_SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# One JSON line per event in a deployment, readable lines elsewhere; personal data is struck out of both (shopops.logs).
LOG_AS_JSON = env.boolean("LOG_JSON", IS_DEPLOYED)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "shopops.logs.LineFormatter"}, "json": {"()": "shopops.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json" if LOG_AS_JSON else "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {
            "handlers": [],
            "level": "INFO",
            "propagate": True,
        },  # Django's own handlers mail and print as they like
        "axes": {"level": "ERROR"},  # says every sign-in; our own log has them
        "shopops.access": {"level": "INFO" if IS_DEPLOYED else "WARNING"},  # elsewhere the web server writes it
    },
}

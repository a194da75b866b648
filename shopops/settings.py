"""Settings, all from the environment; see docs/deploy.md for the list.

Without DATABASE_URL the project runs on its own PostgreSQL and Valkey below STATE and makes its own secrets (demo,
development, tests). With DATABASE_URL it is a deployment: secrets and host names must be given.
"""

import os
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
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

INSTALLED_APPS = [
    "shopops.console",  # before unfold and admin: its templates win
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "django_filters",
    "django_fsm",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
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
    # 2-5 the floors, see docs/architecture.md
    "merchants",
    "merchants.credit",
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
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shopops.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shopops.ui.middleware.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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

# The unique index is on lower(email), which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["shopops.accounts.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
CSRF_FAILURE_VIEW = "shopops.ui.views.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/portal/"
ACCOUNT_ADAPTER = "shopops.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "name*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "shopops.accounts.forms.SignupExtraForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# Keys for personal data at rest; the first encrypts, all decrypt (rotation: put the new key first).
FIELD_KEYS = env.text("FIELD_KEYS", None if IS_DEPLOYED else env.fernet_key(embedded.local_secret("field-key"))).split(
    ","
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
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

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

# Jobs
CELERY_BROKER_URL = embedded.celery_broker_url()
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
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
    "send-due-notices": {"task": "shopops.run_job", "args": ["send_due_notices"], "schedule": crontab()},
    "sweep-deliveries": {"task": "shopops.sweep_deliveries", "schedule": crontab()},
    "resume-killed-jobs": {"task": "shopops.resume_killed_jobs", "schedule": 20.0},
}

# API
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ShopOps API",
    "VERSION": "v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Names of the value lists that several resources share or call by the same field name.
    "ENUM_NAME_OVERRIDES": {
        "FeatureEnum": "shopops.clocks.models.Feature",
        "GradeEnum": "merchants.credit.models.Grade",
        "ComponentEnum": "merchants.credit.models.ComponentCode",
        "OrderStateEnum": "orders.models.Order.State",
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

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
}

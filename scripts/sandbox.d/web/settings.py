# SPDX-License-Identifier: GPL-3.0-or-later
"""Django settings of a sandbox: those of a production site of Debian's, with every path,
port and secret taken from the site.json beside this file."""
import json
from importlib.util import find_spec
from pathlib import Path

from django.contrib.messages import constants

SITE = json.loads(Path(__file__).with_name("site.json").read_text())
HERE = Path(SITE["dir"])

DEBUG = False
SECRET_KEY = SITE["secretKey"]
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [SITE["nginxUrl"]]
SITE_ID = 1
ROOT_URLCONF = "urls"
WSGI_APPLICATION = "wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

MAILMAN_REST_API_URL = SITE["coreUrl"]
MAILMAN_REST_API_USER = SITE["restUser"]
MAILMAN_REST_API_PASS = SITE["restPassword"]
MAILMAN_ARCHIVER_KEY = SITE["archiverKey"]
MAILMAN_ARCHIVER_FROM = ("127.0.0.1", "::1")
POSTORIUS_TEMPLATE_BASE_URL = SITE["nginxUrl"]
FILTER_VHOST = False
HYPERKITTY_ENABLE_GRAVATAR = False  # a sandbox asks nobody on the network

INSTALLED_APPS = [
    "hyperkitty", "postorius", "django_mailman3",
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
    "django.contrib.sessions", "django.contrib.sites", "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework", "django_gravatar", "compressor", "haystack", "django_extensions",
    "django_q", "allauth", "allauth.account", "allauth.socialaccount",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django_mailman3.middleware.TimezoneMiddleware",
    "postorius.middleware.PostoriusMiddleware",
]
if find_spec("allauth.account.middleware"):  # Debian 13's allauth insists on it
    MIDDLEWARE.append("allauth.account.middleware.AccountMiddleware")

TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        *(f"django.template.context_processors.{name}"
          for name in ("debug", "i18n", "media", "static", "tz", "csrf", "request")),
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "django_mailman3.context_processors.common",
        "hyperkitty.context_processors.common",
        "postorius.context_processors.postorius",
    ]},
}]

if SITE["database"] == "postgres":
    DATABASES = {"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": "web", "USER": "mailman",
        "PASSWORD": SITE["databasePassword"], "HOST": "127.0.0.1",
        "PORT": str(SITE["postgresPort"]), "OPTIONS": {"sslmode": "disable"},
    }}
else:
    # HyperKitty, its jobs, the task queue and an import write to one file: wait for each other.
    DATABASES = {"default": {
        "ENGINE": "django.db.backends.sqlite3", "NAME": str(HERE / "data" / "web.db"),
        "OPTIONS": {"timeout": 30},
    }}

HAYSTACK_CONNECTIONS = {"default": {
    "ENGINE": {"whoosh": "haystack.backends.whoosh_backend.WhooshEngine",
               "xapian": "xapian_backend.XapianEngine"}[SITE["search"]],
    "PATH": str(HERE / "data" / "fulltext_index"),
}}
# HyperKitty's own place for it is the machine's /tmp: sandboxes would wait for each other, and one
# that another account left there could not be taken over.
HYPERKITTY_JOBS_UPDATE_INDEX_LOCKFILE = str(HERE / "data" / "update-index.lock")
# The task queue lives in the database; looked at as often as Debian does.
Q_CLUSTER = {"timeout": 300, "retry": 360, "save_limit": 100, "orm": "default", "poll": 5,
             "workers": 2}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = USE_L10N = USE_TZ = True

STATIC_ROOT = str(HERE / "static")
STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "compressor.finders.CompressorFinder",
]
COMPRESS_ENABLED = COMPRESS_OFFLINE = True
COMPRESS_PRECOMPILERS = [
    ("text/x-scss", "sassc -t compressed {infile} {outfile}"),
    ("text/x-sass", "sassc -t compressed {infile} {outfile}"),
]

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend",
                           "allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator",
                 "CommonPasswordValidator", "NumericPasswordValidator")]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "list_index"
LOGOUT_URL = "account_logout"
ACCOUNT_AUTHENTICATION_METHOD = "username_email"
ACCOUNT_EMAIL_REQUIRED = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
ACCOUNT_UNIQUE_EMAIL = True
SOCIALACCOUNT_PROVIDERS: dict = {}
# Cookies know no ports: sandboxes side by side would log each other's visitors out.
SESSION_COOKIE_NAME = f"sessionid-{SITE['nginxPort']}"
CSRF_COOKIE_NAME = f"csrftoken-{SITE['nginxPort']}"
MESSAGE_TAGS = {constants.ERROR: "danger"}  # Bootstrap's name for it

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", SITE["smtpPort"]
DEFAULT_FROM_EMAIL = "postorius@example.org"
SERVER_EMAIL = "root@example.org"
# Nobody is mailed about errors: the SMTP sink is for what Core sends. They are in the log.
ADMINS: tuple = ()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"verbose": {
        "format": "%(levelname)s %(asctime)s %(process)d %(name)s %(message)s"}},
    # Several processes write it, so nobody rotates it.
    "handlers": {"file": {"level": "INFO", "class": "logging.handlers.WatchedFileHandler",
                          "filename": str(HERE / "logs" / "mailman-web.log"),
                          "formatter": "verbose"}},
    "loggers": {name: {"handlers": ["file"], "level": "INFO", "propagate": False}
                for name in ("django", "hyperkitty", "postorius", "django_mailman3")},
}

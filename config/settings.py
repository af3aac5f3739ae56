"""Settings of the API; what differs from place to place comes from the environment (README, "Settings")."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import dj_database_url
from corsheaders.defaults import default_headers
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))


def _secret_key() -> str:
    """The key from the environment, else one of this installation's own: cursors and sessions are signed with it."""
    if "SECRET_KEY" in os.environ:
        return os.environ["SECRET_KEY"]
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    path = VAR_DIR / "secret-key"
    if not path.exists():
        # Written whole before it has its name: of several workers that start at once, each reads the same key.
        with NamedTemporaryFile("w", dir=VAR_DIR) as draft:
            draft.write(get_random_secret_key())
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


def _database() -> Any:
    database: Any = dj_database_url.parse(os.environ.get("DATABASE_URL", f"sqlite:///{VAR_DIR / 'atlas.sqlite3'}"))
    if database["ENGINE"].endswith("sqlite3"):
        return {
            **database,
            "ENGINE": "publishing.backends.sqlite3",
            # Opening the file anew costs more than most answers.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Writers queue where they begin, so none fails half-way; readers never wait (WAL).
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    # FULL: what was acknowledged survives a power cut too; edits are rare enough to pay for it.
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; "
                    "PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY"
                ),
            },
        }
    return {
        **database,
        "ENGINE": "publishing.backends.postgresql",
        "OPTIONS": {**database.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 8}},
    }


# Whether webhooks may go to private addresses and by http: to receivers in one's own network.
WEBHOOKS_PRIVATE = os.environ.get("WEBHOOKS_PRIVATE") == "1"
DEBUG = os.environ.get("DEBUG") == "1"
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "reference",
    "cities",
    "companies",
    "policies",
    "webhooks",
    # Last: it tracks what the apps above it publish.
    "publishing",
]
MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
# Served from the packages themselves: one command starts the API, with nothing collected first.
WHITENOISE_USE_FINDERS = True
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
# Where `build_exports` puts the files of the whole data set.
EXPORTS_DIR = Path(os.environ.get("EXPORTS_DIR", VAR_DIR / "exports"))
# How long a question may keep the database busy: the slowest on a million targets take a third of it.
QUESTION_SECONDS = float(os.environ.get("QUESTION_SECONDS", "30"))
# A plan with all its inlines on one page has some thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CORS_ALLOW_ALL_ORIGINS = True
# POST asks what is too long for an address; whatever else it is sent to refuses it.
CORS_ALLOW_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
CORS_ALLOW_HEADERS = (*default_headers, "if-match", "if-modified-since", "if-none-match")
CORS_URLS_REGEX = r"^/(v1|healthz|readyz)"
CORS_EXPOSE_HEADERS = ("ETag", "Last-Modified", "Dataset-Revision", "Link", "Content-Disposition", "Retry-After")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "publishing.schema.QuestionSchema",
    "EXCEPTION_HANDLER": "publishing.errors.handle_exception",
    # `format` is a parameter like any other: a wrong one is named, not answered with 404.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AI Policy Atlas",
    "DESCRIPTION": (
        "What Chinese governments have promised to do about AI: plans, quantified targets, measures, companies and what "
        "happened since, each with its sources. Read-only, no key needed. An address is a question:\n\n"
        "- [`/v1/targets/?indicator=intelligent-computing-capacity&due__lte=2027&ordering=-normalized_value`]"
        "(/v1/targets/?indicator=intelligent-computing-capacity&due__lte=2027&ordering=-normalized_value): "
        "computing to be built by the end of 2027, the most first\n"
        "- [`/v1/plans/?jurisdiction=zhejiang&within=true&in_force_on=2025-07-01`]"
        "(/v1/plans/?jurisdiction=zhejiang&within=true&in_force_on=2025-07-01): "
        "what held in Zhejiang and its cities on 1 July 2025\n\n"
        "**Filters** narrow a list together; several values of one, repeated or separated by commas, widen it; a comma within a value is "
        "written `\\,`. Behind a field's name stand `__not`, `__contains`, `__isnull` and the bounds `__gte`, `__lte`, `__gt`, `__lt`. "
        "A date may be partial (`2025`, `2025-03`): it stands for all its days. "
        "Nothing is ignored: an unknown parameter or a wrong value is a 400 that names every fault ([problems](/docs/errors)).\n\n"
        "**Lists** come in pages: follow `next` until it is null. What is not known is null, never left out. "
        "Vocabularies of records grow: take an unknown word as text.\n\n"
        "**Tables**: `?format=csv` (or `ndjson`, `xlsx`, for places `geojson`) or `Accept`; `page_size=all` is the whole list. "
        "Columns are fields, dotted where nested; several values of one are joined by `; `. "
        "**Pictures**: `?format=svg` on groups, compare and progress.\n\n"
        "**Cite** as AI Policy Atlas, with the number in the `Dataset-Revision` header; the data are CC BY 4.0. "
        "A record with `?format=bibtex` (or `csl-json`, `ris`) is its citation."
    ),
    "VERSION": "1.0.0",
    "LICENSE": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
    # Measured with four client generators: 3.1 loses nullability of enums in two of them.
    "OAS_VERSION": "3.0.3",
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/v1",
    # Resources and parameters stand as declared, what most people ask for first, not by the alphabet.
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "publishing.schema.describe",
        "publishing.components.share_parameters",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "displayRequestDuration": True,
        "defaultModelRendering": "model",
        "defaultModelExpandDepth": 2,
        "defaultModelsExpandDepth": 0,
        # Else the page has a foreign host validate the contract.
        "validatorUrl": None,
    },
}
# What `serve` proposes to ask first.
FIRST_QUESTION = "/v1/targets/?indicator=intelligent-computing-capacity&ordering=-normalized_value"
# What else is answered, by the heading that it stands under in the contract.
QUESTIONS = {
    "compare": "An indicator over jurisdictions: what each aims at beside what was observed there.",
    "progress": "What came of each target.",
}
# The record of each resource that the documentation shows.
EXAMPLES = {
    "plans": "hangzhou-ai-highland-2025",
    "targets": "hangzhou-ai-highland-2025.compute-capacity",
    "measures": "hangzhou-ai-highland-2025.compute-vouchers",
    "observations": "hangzhou.intelligent-computing-capacity.2025",
    "companies": "deepseek",
    "products": "deepseek-r1",
    "cities": "hangzhou",
    "jurisdictions": "zhejiang",
    "institutions": "hangzhou-municipal-government",
    "rankings": "china-top-10-ai-cities-2025",
    "indicators": "intelligent-computing-capacity",
    "topics": "compute",
    "sources": "securities-daily-2025-04-18-ai-plus-race",
}

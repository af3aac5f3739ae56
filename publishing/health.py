"""Health, for whoever runs the API: whether the process is alive, and whether it has something to serve."""

from __future__ import annotations

from threading import Event

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from publishing.errors import Other, answer
from publishing.models import Revision

# To compare all migrations takes a tenth of a second; a process never gets new ones, so once all are applied they stay so.
_migrated = Event()


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks no database: were that dead, to restart every process would mend nothing."""
    return _fresh(JsonResponse({"status": "ok"}))


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, has every migration, and holds published documents; else 503 says which of the three fails."""
    lack = _what_is_lacking()
    return _fresh(answer(Other(503, lack), request) if lack else JsonResponse({"status": "ok"}))


def _what_is_lacking() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "The database does not answer."
    try:
        if not _is_migrated():
            return "The database lacks migrations: run `manage.py migrate`."
        return None if Revision.objects.exists() else "Nothing is published yet: run `manage.py load_dataset`."
    except Error:
        _migrated.clear()
        return "The database lacks tables, or was lost between two questions."


def _is_migrated() -> bool:
    if not _migrated.is_set():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.set()
    return True


def _fresh(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response

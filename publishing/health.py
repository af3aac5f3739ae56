"""Health, for whoever runs the API: whether the process is alive, and whether it has something to serve."""

from __future__ import annotations

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from publishing.errors import Other, answer
from publishing.models import Revision


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks no database, so that a dead one does not have every process restarted."""
    return _fresh(JsonResponse({"status": "ok"}))


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, has every migration, and holds published documents; else 503 says which of the three fails."""
    lack = _what_is_missing()
    return _fresh(answer(Other(503, lack), request) if lack else JsonResponse({"status": "ok"}))


def _what_is_missing() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "The database does not answer."
    try:
        if not _Migrations.applied():
            return "The database lacks migrations: run `manage.py migrate`."
        return None if Revision.objects.exists() else "Nothing is published yet: run `manage.py load_dataset` or `manage.py publish`."
    except Error:
        _Migrations.seen = False
        return "The database lacks tables, or was lost while it was asked."


class _Migrations:
    """Reading all migrations takes a tenth of a second, and a process never gets new ones: once all are applied, they stay so."""

    seen = False

    @classmethod
    def applied(cls) -> bool:
        if not cls.seen:
            executor = MigrationExecutor(connection)
            cls.seen = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return cls.seen


def _fresh(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response

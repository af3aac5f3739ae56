"""What whoever runs the API is told of its health."""

import os
import subprocess
import sys

import orjson
import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory

from publishing import health
from publishing.editing import editing
from publishing.models import Revision
from tests import factories as make
from tests.served import ROOT

ASK = """
import django
django.setup()
from django.test import RequestFactory
from publishing import health
for view in (health.healthz, health.readyz):
    print(view(RequestFactory().get("/")).content.decode())
"""
UNREADY = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "instance": "/readyz"}


@pytest.fixture(autouse=True)
def _has_just_started():
    health._migrated.clear()


def ready():
    response = health.readyz(RequestFactory().get("/readyz"))
    assert response.headers["Cache-Control"] == "no-store"
    return response


def test_process_that_answers_is_alive_without_a_database():
    response = health.healthz(RequestFactory().get("/healthz"))

    assert (response.status_code, response.content) == (200, b'{"status": "ok"}')


@pytest.mark.django_db
def test_api_is_ready_once_something_is_published():
    before = ready()
    with editing():
        make.topic()
    after = ready()

    assert (before.status_code, before.headers["Content-Type"]) == (503, "application/problem+json")
    assert orjson.loads(before.content) == UNREADY | {"detail": "Nothing is published yet: run `manage.py load_dataset`."}
    assert (after.status_code, after.content) == (200, b'{"status": "ok"}')


@pytest.mark.django_db
def test_api_is_not_ready_while_a_migration_lacks():
    with editing():
        make.topic()
    MigrationRecorder.Migration.objects.filter(app="publishing").delete()

    response = ready()

    assert response.status_code == 503
    assert orjson.loads(response.content) == UNREADY | {"detail": "The database lacks migrations: run `manage.py migrate`."}


@pytest.mark.django_db
def test_migrations_are_compared_once(django_assert_num_queries):
    with editing():
        make.topic()
    ready()

    with django_assert_num_queries(2):
        assert ready().status_code == 200
    assert Revision.objects.count() == 1


def test_dead_database_is_said_to_be_dead(tmp_path):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/atlas.sqlite3"}

    asked = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    alive, ready = asked.stdout.splitlines()
    assert alive == '{"status": "ok"}'
    assert orjson.loads(ready) == UNREADY | {"instance": "/", "detail": "The database does not answer."}

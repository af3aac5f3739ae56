"""The world that most tests only read: written once a module, rolled back after it."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client

from publishing.caching import ANSWERS
from publishing.resources import RESOURCES
from tests.http import world as worlds
from tests.http.naive import World


@pytest.fixture(scope="session")
def client():
    """One for all: each one loads the middleware, and that looks for every static file."""
    return Client()


@pytest.fixture(scope="module")
def _world_of_module(django_db_setup, django_db_blocker, client):
    with django_db_blocker.unblock(), transaction.atomic():
        worlds.build()
        yield World({name: client.get(f"/v1/{name}/?page_size=200").json()["results"] for name in RESOURCES})
        transaction.set_rollback(True)


@pytest.fixture
def world(_world_of_module, db):
    """The published world of tests.http.world: all records as they are shown, by resource. For tests that only read."""
    return _world_of_module


@pytest.fixture(scope="module")
def contract():
    """The contract, with the application that it is of."""
    # As Django's own test client: a request would close the connection that alone sees the world.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _no_answers_kept():
    # Its keys are revisions, whose numbers start again with each test.
    ANSWERS.clear()

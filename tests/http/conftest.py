"""The world that most tests only read: written once a module, rolled back after it."""

from __future__ import annotations

import pytest
from django.db import transaction
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


@pytest.fixture(autouse=True)
def _no_answers_kept():
    # Its keys are revisions, whose numbers start again with each test.
    ANSWERS.clear()

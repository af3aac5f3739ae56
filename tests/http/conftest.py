"""The world that most tests only read: written once a module, rolled back after it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from publishing.caching import ANSWERS
from tests.http import world as worlds


@pytest.fixture(scope="module")
def _world_of_module(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        worlds.build()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(_world_of_module, db):
    """The published world of tests.http.world, to read."""


@pytest.fixture(autouse=True)
def _no_answers_kept():
    ANSWERS._bytes.clear()

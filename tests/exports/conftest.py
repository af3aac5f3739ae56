"""An export of the world that the tests of the API read, built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client, override_settings

from publishing.caching import State
from publishing.exports.building import build
from publishing.exports.shelf import Export
from publishing.models import Document
from tests.http import world as worlds

Bodies = dict[str, list[str]]


@pytest.fixture(scope="module")
def exported(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Export, Bodies]]:
    """The export, and the documents that it is of, by resource."""
    folder = tmp_path_factory.mktemp("exports")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(EXPORTS_DIR=folder):
        worlds.build()
        state = State.now()
        assert state is not None
        bodies: Bodies = {}
        for resource, body in Document.objects.current().bodies().order_by("resource", "record").values_list("resource", "body"):
            bodies.setdefault(resource, []).append(body)
        yield build(state), bodies
        transaction.set_rollback(True)


@pytest.fixture
def export(exported: tuple[Export, Bodies], db: None) -> Export:
    return exported[0]


@pytest.fixture
def bodies(exported: tuple[Export, Bodies]) -> Bodies:
    return exported[1]


@pytest.fixture
def shelf(tmp_path: Path, settings, transactional_db: None) -> Path:
    """A shelf of its own, empty; and a database whose transactions are revisions."""
    settings.EXPORTS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def client() -> Client:
    return Client()
